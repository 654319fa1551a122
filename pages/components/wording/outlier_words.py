"""Partners in words: who differs from the others beyond chance, who is alike, and that nobody is ranked."""

from collections.abc import Iterable, Mapping, Sequence

from metrics.judging import figure_words, outliers
from metrics.judging.indicator_facts import OwnChange
from metrics.judging.peer_comparison import Comparison
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import listed, many
from schemas.policy.status_words import KIND_OF_PARTNER

_SURE = ("better", "worse", "higher", "lower")


def headline(those: Iterable[Comparison]) -> str:
    """The page's one sentence, over the comparisons of all indicators."""
    compared = [c for c in those if c.funnels]
    if not compared:
        return "No two partners of one kind can be compared yet"
    some = sum(any(stand in _SURE for f in c.funnels for stand in f.stands) for c in compared)
    if not some:
        return "No partner differs from others of its kind beyond chance"
    if len(compared) == 1:
        return "In the one measure, a partner differs from others of its kind beyond chance"
    whole = "all" if some == len(compared) else f"{some} of"
    return f"In {whole} {many(len(compared), 'measure')}, a partner differs from others of its kind beyond chance"


def one_and_many(kind: str | None) -> tuple[str, str]:
    """The words for one partner of a kind and for several; where the kind may not be said, partner."""
    return KIND_OF_PARTNER[kind] if kind else ("partner", "partners")


def group(found: outliers.Funnel) -> str:
    """Who is compared: Hospitals; where a letter is among them, partners of one kind."""
    return figure_words.upper_first(one_and_many(found.kind)[1]) if found.kind else "Partners of one kind"


def sentence(stands: Iterable[tuple[str, outliers.Stand]], kind: str | None = None, *, widened: bool = False) -> str:
    """Who differs among (name, stand) of one kind, who may, and how many are alike.

    `widened`: the limits hold the partners' usual spread, which is more than chance.
    """
    known = list(stands)
    by: dict[str, list[str]] = {}
    for name, stand in known:
        by.setdefault(stand, []).append(name)
    cause = "chance and the usual spread" if widened else "chance"
    one, several = one_and_many(kind)
    others = f"the other {several if len(known) > 2 else one}{'' if kind else ' of its kind'}"
    lines = []
    if sides := _sides(by, "better", "worse"):
        lines.append(f"{sides[0]} {_verb(sides[1])} from {others} {sides[2]}, beyond {cause}.")
    if sides := _sides(by, "perhaps better", "perhaps worse"):
        lines.append(f"{sides[0]} may differ from {others} {sides[2]}. By chance, 1 partner in 20 looks like that.")
    if need := _need_sides(by, "higher", "lower"):
        lines.append(f"{need} than {others}, beyond {cause}. This is need, not how well a partner does.")
    if need := _need_sides(by, "perhaps higher", "perhaps lower"):
        lines.append(f"{need} than {others}, perhaps by chance: 1 partner in 20 looks like that.")
    if close := by.get("close"):
        lines.append(f"{listed(close)} {_verb(close)} from {others}, but by too little to matter.")
    if explained := by.get("explained"):
        whose = "its people let" if len(explained) == 1 else "their people let"
        lines.append(f"{listed(explained)} {_verb(explained)} from {others}, but not from what {whose} expect.")
    same = len(by.get("alike", []))
    if not lines:
        whose = several if kind else "partners of one kind"
        return f"The {_number(same)} {whose} are alike: {cause} can explain their differences."
    rest = f"{one} does" if same == 1 else f"{_number(same)} {several} do"
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


def together(found: Comparison, names: Mapping[str, str]) -> str:
    """Who differs from its peers in a figure, by how much, and who is compared with nobody."""
    lines = [_of_one_kind(f, names) for f in found.funnels] + [beside_nobody(found, names)]
    return " ".join(filter(None, lines)) or "There is nothing to compare: no partner has a figure that may be shown."


def _of_one_kind(found: outliers.Funnel, names: Mapping[str, str]) -> str:
    stands = [(names[scope], stand) for scope, stand in found.by_scope.items()]
    return f"{sentence(stands, found.kind, widened=found.spread.tau2 > 0)} {_distances(found, names)}".rstrip()


def _distances(found: outliers.Funnel, names: Mapping[str, str]) -> str:
    """How far those that differ lie from all of their kind together: beyond chance is not yet much."""
    scale = figure_sentences.scale(found.shown[0])
    far = [
        f"{names[row['scope']]} {scale.difference(row['rate'] - found.center)}"
        for row, stand in zip(found.shown, found.stands, strict=True)
        if stand in _SURE
    ]
    return f"Distance from all of them together: {listed(far)}." if far else ""


def beside_nobody(found: Comparison, names: Mapping[str, str]) -> str:
    """Who has a figure and no peer, and why; else empty."""
    lone, unknown = ([names[scope] for scope in those] for those in (found.lone, found.unknown))
    # Known to be: one of its kind may go by a letter, and to deny it would tell what that letter is not.
    kinds = "its kind" if len(lone) == 1 else "their kinds"
    lines = [f"{_is_compared(lone)} with nobody: no other partner known to be of {kinds} has a figure here."]
    lines = lines if lone else []
    if unknown:
        whose = "its kind is" if len(unknown) == 1 else "their kinds are"
        lines.append(f"{_is_compared(unknown)} with nobody, as {whose} not known here.")
    return " ".join(lines)


def _is_compared(names: list[str]) -> str:
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} compared"


def _verb(names: Sequence[str]) -> str:
    return "differs" if len(names) == 1 else "differ"


def _number(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(number, str(number))


def limits(found: outliers.Funnel, scale: figure_words.Scale = figure_words.RATE) -> str:
    """What the limits rest on: the center, and whether they were widened."""
    around = f"The limits lie around {scale.value(found.center)}, the figure of all shown together"
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
    """One partner over all indicators: rows are (indicator title, its stand among its peers or unknown)."""
    ways = ("better", "worse", "higher", "lower")
    by = {way: [f"“{title}”" for title, stand in rows if stand == way] for way in (*ways, "unknown")}
    maybe = [f"“{title}”" for title, stand in rows if stand.startswith("perhaps")]
    same = sum(stand in ("alike", "close", "explained") for _, stand in rows)
    if not maybe and not same and not any(by[way] for way in ways):
        return f"{name} has no figure to compare with others of its kind."
    lines = [f"for the {way} in {listed(by[way])}" for way in ("better", "worse") if by[way]]
    lines += [f"with a {way} need in {listed(by[way])}" for way in ("higher", "lower") if by[way]]
    parts = [f"{name} differs from others of its kind {' and '.join(lines)}."] if lines else []
    if maybe:
        parts.append(f"{'It' if parts else name} may differ from others of its kind in {listed(maybe)}.")
    if not parts:
        parts.append(f"{name} is like others of its kind in {_measures(same, len(rows))}.")
    elif same:
        parts.append(f"In {_the_other(same)} it is like others of its kind.")
    if by["unknown"]:
        parts.append(f"It cannot be compared in {listed(by['unknown'])}.")
    return " ".join(parts)


def _measures(same: int, whole: int) -> str:
    if same < whole:
        return many(same, "measure")
    return "every measure it reports" if whole > 1 else "the measure it reports"


def _the_other(same: int) -> str:
    return f"the other {many(same, 'measure') if same > 1 else 'measure'}"


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
