"""Partners in words: who stands apart, who is alike, and that nobody is ranked."""

from collections.abc import Iterable, Mapping, Sequence

from metrics.judging import figure_words as wording
from metrics.judging import outliers as apart
from pages.components.wording.count_words import listed, many


def headline(funnels: Sequence[apart.Funnel]) -> str:
    """The page's one sentence, over the funnels of all indicators that can be compared."""
    if not funnels:
        return "No two partners' figures can be compared yet"
    some = sum(any(stand in ("better", "worse") for stand in f.stands) for f in funnels)
    if not some:
        return "The partners are alike in every shared figure"
    if len(funnels) == 1:
        return "In the one shared figure a partner stands apart from the others"
    whole = "all" if some == len(funnels) else f"{some} of"
    return f"In {whole} {many(len(funnels), 'shared figure')} a partner stands apart from the others"


def sentence(stands: Iterable[tuple[str, apart.Stand]], *, widened: bool = False) -> str:
    """Who stands apart among (name, stand), who may, and how many are alike.

    `widened`: the limits hold the partners' usual spread, which is more than chance.
    """
    by: dict[str, list[str]] = {}
    for name, stand in stands:
        by.setdefault(stand, []).append(name)
    cause = "chance and their usual spread" if widened else "chance alone"
    told = []
    if sides := _sides(by, "better", "worse"):
        told.append(
            f"{sides[0]} {_verb(sides[1])} apart {sides[2]}, beyond what {cause} {'do' if widened else 'does'}."
        )
    if sides := _sides(by, "perhaps better", "perhaps worse"):
        told.append(f"{sides[0]} may stand apart {sides[2]}, as 1 in 20 does by chance.")
    same = len(by.get("alike", []))
    if not told:
        return f"The {_number(same)} partners are alike: {cause} would let them lie as far apart as this."
    return " ".join(
        [*told, *([f"The other {'one is' if same == 1 else f'{_number(same)} are'} alike."] if same else [])]
    )


def _sides(by: Mapping[str, list[str]], better: str, worse: str) -> tuple[str, list[str], str] | None:
    """Those first named, all of them, and which way: "A" .. "for the better and B for the worse"."""
    sides = [(names, way) for key, way in ((better, "better"), (worse, "worse")) if (names := by.get(key))]
    if not sides:
        return None
    (first, way), rest = sides[0], sides[1:]
    return listed(first), first, f"for the {way}" + "".join(f", {listed(names)} for the {w}" for names, w in rest)


def together(found: apart.Funnel | None, names: Mapping[str, str]) -> str:
    """Who stands apart in a figure; `found`: None when fewer than two partners have a figure that may be shown."""
    if found is None:
        return "Fewer than two partners have a figure that may be shown, so there is nothing to compare."
    stands = ((names[scope], stand) for scope, stand in found.by_scope.items())
    return sentence(stands, widened=found.spread.tau2 > 0)


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
