"""What is said of an action's impact: from facts, one idea a sentence, all of it from one table."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from metrics.acting.arms import LEAST_AFTER, LEAST_BEFORE, WhyLeft
from metrics.acting.impact import Impact, Method, Placebo, Verdict
from metrics.counting.declaration import Indicator
from metrics.judging import figure_words
from metrics.judging.figure_words import Scale, month
from metrics.statistics.intervals import Span
from pages.components.wording.count_words import listed, many

HEADLINES: dict[Verdict, str] = {
    "changed": "{measure}: {size} {way} than if it had moved like the others",
    "no detectable change": "{measure}: no detectable change",
    "no comparison": "{measure}: no comparison, so no effect can be told",
    "not enough data": "{measure}: not enough data to tell",
}
WHY_NOT: dict[Verdict, str] = {
    "changed": "", "no detectable change": "", "no comparison": "no comparison", "not enough data": "too little data",
}  # fmt: skip
NOT_NAMED = "who took part is not named to you, or reports no measure of it"
NOT_JUDGED = "These cannot be judged yet: {those}."
SAID = {
    "changed": "It is {size} {way} than if it had moved like the others.",
    "better": "That is an improvement.",
    "worse": "That is for the worse.",
    "small": "No detectable change: what is left over may be chance.",
    "range": "The true difference very probably lies between {low} and {high}.",
    "ratio": "That is {ratio} times as often as was to be expected, very probably {low} to {high} times.",
    "plainly": "Before and after alone, it went from {before} to {after}.",
    "others": "The others went from {before} to {after}.",
    "not known": "Nothing can be said of what the action did.",
    "chosen": "Who is chosen because a figure is high comes down anyway.",
    "heading": "It is {size} {way} than where its own earlier months were heading, very probably {low} to {high}.",
    "apart": "Those taking part and the others moved apart before the start already: they are no comparison.",
    "nobody": "No partner that did not take part can be compared.",
    "few": "{before} months before the start and {after} after it are needed, all of them shown.",
    "few years": "A whole year before the start and one after it are needed, both shown.",
    "points": "{before} before the start and {after} after it.",
    "one": "Only one partner took part: whatever else happened there would look the same.",
    "one beside": "Only one partner is compared with: whatever happened there would look the same.",
    "left hidden": "A period is hidden, so not compared: {who}.",
    "left short": "Too few periods without a gap, so not compared: {who}.",
    "assumption": "Without the action, those taking part would have moved as the others did.",
    "assumption alone": "Without a comparison only the earlier months can be carried on, and they may not last.",
    "season": "A season that both share is taken out by the comparison.",
    "even": "The difference turned about {month} months after the start, very probably between {low} and {high}.",
    "dates fine": "At earlier dates, nothing is found.",
    "dates found": "At an earlier date, a change is found too.",
    "measures fine": "Measures that the action was not about did not move with it.",
    "measures found": "{measures} moved too. If the action was not about it, something else may be at work.",
}
LEFT: Mapping[WhyLeft, str] = {"hidden": SAID["left hidden"], "short": SAID["left short"]}
PERIODS: dict[Method, tuple[str, str]] = {
    "month": ("month", "months"), "quarter": ("quarter", "quarters"), "year": ("year", "years"),
    "rare": ("period", "periods"), "": ("period", "periods"),
}  # fmt: skip


def headline(said: Impact, indicator: Indicator) -> str:
    """The page's one sentence."""
    return HEADLINES[said.verdict].format(measure=indicator.title, **_size(said.found, indicator))


def not_judged(those: Sequence[tuple[str, str]]) -> str:
    """Which actions cannot be judged, and why; empty where all can."""
    told = [f"{name} ({why})" for name, why in those]
    return NOT_JUDGED.format(those=listed(told)) if told else ""


def lines(said: Impact, indicator: Indicator, names: Mapping[str, str]) -> list[str]:
    """What was found, and what it rests on."""
    return [*found(said, indicator), *rests_on(said, names)]


def found(said: Impact, indicator: Indicator) -> Iterator[str]:
    """What was found."""
    scale = figure_words.scale_of(indicator)
    if said.verdict == "not enough data":
        few = "few years" if said.action.group else "few"
        yield SAID[few].format(before=LEAST_BEFORE["month"], after=LEAST_AFTER["month"])
        return
    if said.verdict == "no comparison":
        yield SAID["apart" if said.why == "apart before" else "nobody"]
        yield SAID["not known"]
        yield from _plainly(said, scale)
        if said.found:
            yield SAID["heading"].format(**_size(said.found, indicator), **_ends(said.found, scale))
        yield SAID["chosen"]
        return
    assert said.found
    yield SAID["changed" if said.verdict == "changed" else "small"].format(**_size(said.found, indicator))
    yield SAID["range"].format(**_ends(said.found, scale))
    if said.ratio:
        middle, low, high = (f"{v:.1f}" for v in said.ratio)
        yield SAID["ratio"].format(ratio=middle, low=low, high=high)
    if said.verdict == "changed" and indicator.kind == "performance":
        yield SAID["better" if (said.found[0] < 0) == (indicator.better == "lower") else "worse"]
    yield from _plainly(said, scale)


def _plainly(said: Impact, scale: Scale) -> Iterator[str]:
    if said.levels:
        before, after, others_before, others_after = map(scale.value, said.levels)
        yield SAID["plainly"].format(before=before, after=after)
        yield SAID["others"].format(before=others_before, after=others_after)
    elif said.picture and said.plainly is not None:
        rates = said.picture.taking
        before, after = (scale.value(float(v.mean())) for v in (rates[: said.before], rates[said.before :]))
        yield SAID["plainly"].format(before=before, after=after)


def rests_on(said: Impact, names: Mapping[str, str]) -> Iterator[str]:
    """The periods, how few partners there are, and who is not compared."""
    if said.before:
        one, several = PERIODS[said.method]
        yield SAID["points"].format(before=many(said.before, one, several).capitalize(),
                                    after=many(said.after, one, several))  # fmt: skip
        if len(said.taking) == 1:
            yield SAID["one"]
        if len(said.beside) == 1:
            yield SAID["one beside"]
    for why, words in LEFT.items():
        if who := [names.get(p, p) for p, found in said.left.items() if found == why]:
            yield words.format(who=listed(who))


def assumption(said: Impact) -> list[str]:
    """What must be so for the difference to be the action's doing."""
    if said.verdict == "no comparison":
        return [SAID["assumption alone"]]
    return [SAID["assumption"], SAID["season"]]


def course(said: Impact) -> str:
    """When a difference that grew or shrank month by month turned its sign; empty where that is not beyond chance, or
    not within the months that are there."""
    if said.course is None:
        return ""
    at, low, high = said.course.even
    months = said.after * (3 if said.method == "quarter" else 1)
    turned = all(span[1] > 0 or span[2] < 0 for span in (said.course.first, said.course.monthly))
    if not (turned and at <= months and high < float("inf")):
        return ""
    return SAID["even"].format(month=f"{at:.0f}", low=f"{low:.0f}", high=f"{high:.0f}")


def placebos(dates: tuple[Placebo, ...], measures: list[Placebo], titles: Mapping[str, str]) -> list[str]:
    """Whether something was found where nothing should be."""
    told = []
    if dates:
        told.append(SAID["dates found" if any(one.changed for one in dates) else "dates fine"])
    if measures:
        moved = [f"“{titles[one.what]}”" for one in measures if one.changed]
        told.append(SAID["measures found"].format(measures=listed(moved)) if moved else SAID["measures fine"])
    return told


PLACEBO_COLUMNS = ("Tried with", "Difference", "95% range", "Found")


def placebo_rows(
    dates: tuple[Placebo, ...], measures: list[Placebo], about: Indicator, titles: Mapping[str, Indicator]
) -> list[list[str]]:
    """Each date and each measure that was tried."""
    rows = [
        _row(f"A start in {month(dt.date.fromisoformat(one.what))}", one, figure_words.scale_of(about)) for one in dates
    ]
    return rows + [_row(titles[one.what].title, one, figure_words.scale_of(titles[one.what])) for one in measures]


def _row(what: str, one: Placebo, scale: Scale) -> list[str]:
    middle, low, high = one.found
    unit = scale.unit if scale.mean else "points"
    return [what, f"{scale.signed(middle)} {unit}", f"{scale.signed(low)} to {scale.signed(high)}",
            "A change" if one.changed else "Nothing"]  # fmt: skip


def _size(span: Span | None, indicator: Indicator) -> dict[str, str]:
    if span is None:
        return {"size": "", "way": ""}
    scale = figure_words.scale_of(indicator)
    return {"size": scale.difference(span[0]), "way": "higher" if span[0] > 0 else "lower"}


def _ends(span: Span, scale: Scale) -> dict[str, str]:
    unit = scale.unit if scale.mean else "points"
    return {"low": scale.signed(span[1]), "high": f"{scale.signed(span[2])} {unit}"}
