"""Partners in words: who stands apart, who is alike, and that nobody is ranked."""

from collections.abc import Iterable, Mapping, Sequence

from pages.components.phrases import listed, many
from workflow import apart, wording


def headline(funnels: Sequence[apart.Funnel]) -> str:
    """The page's one sentence, over the funnels of all indicators that can be compared."""
    if not funnels:
        return "No two partners' figures can be compared yet"
    some = sum(any(stand in ("better", "worse") for stand in f.stands) for f in funnels)
    if not some:
        return "The partners are alike in every shared figure"
    whole = "all" if some == len(funnels) else f"{some} of"
    return f"In {whole} {many(len(funnels), 'shared figure')} a partner stands apart from the others"


def sentence(stands: Iterable[tuple[str, apart.Stand]]) -> str:
    """Who stands apart among (name, stand), who may, and how many are alike."""
    by: dict[str, list[str]] = {}
    for name, stand in stands:
        by.setdefault(stand, []).append(name)
    sides = [(names, way) for way in ("better", "worse") if (names := by.get(way))]
    parts = [
        f"{listed(names)}{'' if n else f' {_verb(names)} apart'} for the {way}" for n, (names, way) in enumerate(sides)
    ]
    told = [f"{', '.join(parts)}, beyond what chance alone does."] if parts else []
    if maybe := [*by.get("perhaps better", []), *by.get("perhaps worse", [])]:
        told.append(f"{listed(maybe)} may stand apart: chance does this in fewer than 1 of 20 cases.")
    same = len(by.get("alike", []))
    if not told:
        return f"The {_number(same)} partners are alike: chance alone would let them lie as far apart as this."
    return " ".join(
        [*told, *([f"The other {'one is' if same == 1 else f'{_number(same)} are'} alike."] if same else [])]
    )


def together(found: apart.Funnel | None, names: Mapping[str, str]) -> str:
    """Who stands apart in a figure; `found`: None when fewer than two partners have a figure that may be shown."""
    if found is None:
        return "Fewer than two partners have a figure that may be shown, so there is nothing to compare."
    return sentence((names[scope], stand) for scope, stand in found.by_scope.items())


def _verb(names: Sequence[str]) -> str:
    return "stands" if len(names) == 1 else "stand"


def _number(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(number, str(number))


def limits(found: apart.Funnel, scale: wording.Scale = wording.RATE) -> str:
    """What the limits rest on: the centre, and whether they were widened."""
    told = f"The funnel lies around {scale.value(found.centre)}, the figure of the partners shown taken together"
    if found.spread.tau2:
        return (
            f"{told}. Its limits are widened, for the partners differ more than chance alone explains "
            f"(overdispersion {found.spread.phi:.1f}, where 1 is chance)."
        )
    if len(found.shown) < apart.FEWEST_FOR_SPREAD:
        return (
            f"{told}. With fewer than {apart.FEWEST_FOR_SPREAD} partners their usual spread cannot be told, so the "
            "limits are those of chance alone: people, place and coding differ as well."
        )
    return f"{told}. Chance alone explains how far the partners differ, so the limits are not widened."


def profile(name: str, rows: Sequence[tuple[str, str]]) -> str:
    """One partner over all indicators: rows are (indicator title, its stand among the partners or unknown)."""
    by = {way: [f"“{title}”" for title, stand in rows if stand == way] for way in ("better", "worse", "alike")}
    maybe = [f"“{title}”" for title, stand in rows if stand.startswith("perhaps")]
    if not maybe and not any(by.values()):
        return f"{name} has no figure that can be compared with the others'."
    told = [f"for the {way} in {listed(by[way])}" for way in ("better", "worse") if by[way]]
    parts = [f"{name} stands apart {' and '.join(told)}."] if told else []
    if maybe:
        parts.append(f"{'It' if parts else name} may stand apart in {listed(maybe)}.")
    if not parts:
        return f"{name} is like the other partners in {'every figure' if len(rows) > 1 else 'the figure'} it reports."
    same = len(by["alike"])
    rest = f" In the other {many(same, 'figure') if same > 1 else 'figure'} it is like the other partners."
    return " ".join(parts) + (rest if same else "")


def not_adjusted(found: apart.AgeAdjusted, bands: dict[str, str]) -> str:
    """Why a partner has no ratio that takes age into account; `bands`: age band -> its words."""
    if found.hidden:
        return f"Not shown: a figure for ages {listed([bands.get(b, b) for b in found.hidden])} is hidden"
    return "Not shown: nobody of known age"


def expected(found: apart.AgeAdjusted) -> str:
    """What the ratio says beyond chance."""
    assert found.ratio
    _, low, high = found.ratio
    if low <= 1 <= high:
        return "As many as expected"
    return "More than expected" if low > 1 else "Fewer than expected"
