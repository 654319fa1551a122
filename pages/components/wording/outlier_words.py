"""Partners in words: who differs from the others beyond chance, who is alike, and that nobody is ranked."""

from collections.abc import Iterable, Mapping, Sequence

from metrics.judging import figure_words, outliers
from metrics.judging.indicator_facts import OwnChange
from pages.components.wording.count_words import listed, many

_SURE = ("better", "worse", "higher", "lower")


def headline(funnels: Sequence[outliers.Funnel]) -> str:
    """The page's one sentence, over the funnels of all indicators that can be compared."""
    if not funnels:
        return "No two partners can be compared yet"
    some = sum(any(stand in _SURE for stand in f.stands) for f in funnels)
    if not some:
        return "The partners are alike in every measure"
    if len(funnels) == 1:
        return "In the one measure, a partner differs from the others beyond chance"
    whole = "all" if some == len(funnels) else f"{some} of"
    return f"In {whole} {many(len(funnels), 'measure')}, a partner differs from the others beyond chance"


def sentence(stands: Iterable[tuple[str, outliers.Stand]], *, widened: bool = False) -> str:
    """Who differs among (name, stand), who may, and how many are alike.

    `widened`: the limits hold the partners' usual spread, which is more than chance.
    """
    by: dict[str, list[str]] = {}
    for name, stand in stands:
        by.setdefault(stand, []).append(name)
    cause = "chance and the usual spread" if widened else "chance"
    lines = []
    if sides := _sides(by, "better", "worse"):
        lines.append(f"{sides[0]} {_verb(sides[1])} from the others {sides[2]}, beyond {cause}.")
    if sides := _sides(by, "perhaps better", "perhaps worse"):
        lines.append(f"{sides[0]} may differ from the others {sides[2]}. By chance, 1 partner in 20 looks like that.")
    if need := _need_sides(by, "higher", "lower"):
        lines.append(f"{need} than the others, beyond {cause}. This is need, not how well a partner does.")
    if need := _need_sides(by, "perhaps higher", "perhaps lower"):
        lines.append(f"{need} than the others, perhaps by chance: 1 partner in 20 looks like that.")
    same = len(by.get("alike", []))
    if not lines:
        return f"The {_number(same)} partners are alike: {cause} can explain their differences."
    rest = "partner does" if same == 1 else f"{_number(same)} partners do"
    return " ".join([*lines, *([f"The other {rest} not differ beyond {cause}."] if same else [])])


def _sides(by: Mapping[str, list[str]], better: str, worse: str) -> tuple[str, list[str], str] | None:
    """Those first named, all of them, and which way: "A" .. "for the better and B for the worse"."""
    sides = [(names, way) for key, way in ((better, "better"), (worse, "worse")) if (names := by.get(key))]
    if not sides:
        return None
    (first, way), rest = sides[0], sides[1:]
    return listed(first), first, f"for the {way}" + "".join(f", {listed(names)} for the {w}" for names, w in rest)


def _need_sides(by: Mapping[str, list[str]], higher: str, lower: str) -> str:
    """Such as: A has a higher figure, B a lower one. Empty when there is nobody."""
    sides = [(names, way) for key, way in ((higher, "higher"), (lower, "lower")) if (names := by.get(key))]
    if not sides:
        return ""
    (first, way), rest = sides[0], sides[1:]
    verb = "has" if len(first) == 1 else "have"
    return f"{listed(first)} {verb} a {way} figure" + "".join(f", {listed(names)} a {w} one" for names, w in rest)


def together(found: outliers.Funnel | None, names: Mapping[str, str]) -> str:
    """Who differs in a figure; `found`: None when fewer than two partners have a figure that may be shown."""
    if found is None:
        return "There is nothing to compare: fewer than two partners have a figure that may be shown."
    stands = ((names[scope], stand) for scope, stand in found.by_scope.items())
    return sentence(stands, widened=found.spread.tau2 > 0)


def _verb(names: Sequence[str]) -> str:
    return "differs" if len(names) == 1 else "differ"


def _number(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(number, str(number))


def limits(found: outliers.Funnel, scale: figure_words.Scale = figure_words.RATE) -> str:
    """What the limits rest on: the center, and whether they were widened."""
    around = f"The limits lie around {scale.value(found.center)}, the figure of all partners shown together"
    if found.spread.tau2:
        return (
            f"{around}. They are widened, because the partners differ more than chance explains "
            f"(spread {found.spread.phi:.1f}, where 1 is chance)."
        )
    if len(found.shown) < outliers.FEWEST_FOR_SPREAD:
        return (
            f"{around}. With fewer than {outliers.FEWEST_FOR_SPREAD} partners their usual spread is not known. "
            "So the limits show chance alone, though people, place and coding differ too."
        )
    return f"{around}. Chance alone explains how far the partners differ."


def profile(name: str, rows: Sequence[tuple[str, str]]) -> str:
    """One partner over all indicators: rows are (indicator title, its stand among the partners or unknown)."""
    ways = ("better", "worse", "higher", "lower", "alike")
    by = {way: [f"“{title}”" for title, stand in rows if stand == way] for way in ways}
    maybe = [f"“{title}”" for title, stand in rows if stand.startswith("perhaps")]
    if not maybe and not any(by.values()):
        return f"{name} has no figure to compare with the others."
    lines = [f"for the {way} in {listed(by[way])}" for way in ("better", "worse") if by[way]]
    lines += [f"with a {way} need in {listed(by[way])}" for way in ("higher", "lower") if by[way]]
    parts = [f"{name} differs from the others {' and '.join(lines)}."] if lines else []
    if maybe:
        parts.append(f"{'It' if parts else name} may differ from the others in {listed(maybe)}.")
    if not parts:
        return f"{name} is like the other partners in {'every measure' if len(rows) > 1 else 'the measure'} it reports."
    same = len(by["alike"])
    rest = f" In the other {many(same, 'measure') if same > 1 else 'measure'} it is like the other partners."
    return " ".join(parts) + (rest if same else "")


def not_adjusted(found: outliers.AgeAdjusted, bands: dict[str, str]) -> str:
    """Why a partner has no ratio that takes age into account; `bands`: age band -> its words."""
    if found.hidden:
        return f"Not shown: a figure for ages {listed([bands.get(b, b) for b in found.hidden])} is hidden"
    return "Not shown: nobody's age is known"


def expected(found: outliers.AgeAdjusted) -> str:
    """What the ratio says beyond chance."""
    assert found.ratio
    _, low, high = found.ratio
    if low <= 1 <= high:
        return "As many as expected"
    return "More than expected" if low > 1 else "Fewer than expected"


def own_changes(found: Mapping[str, OwnChange], names: Mapping[str, str], kind: str) -> str:
    """Whose own figure changed, beside itself in the years before; of need nobody's is judged."""
    if kind == "need":
        return "This is a measure of need. What changes in it is not a partner's doing."
    if not found:
        return "No partner can be judged by its own months: they are hidden, or too few."
    lines = [
        f"{listed(those)} did {way} than in the {'two years' if years > 1 else 'year'} before."
        for way in ("worse", "better")
        for years in (1, 2)
        if (those := [names[p] for p, one in found.items() if (one.way, one.years) == (way, years)])
    ]
    return " ".join(lines) or f"None of the {many(len(found), 'partner')} that can be judged changed by enough to tell."
