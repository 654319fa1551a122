"""Gaps between groups in words: how wide, whether they moved, whether everyone improved, and what may lie behind."""

import math
from collections.abc import Sequence

from metrics.counting import strata
from metrics.judging import figure_words, group_gaps, group_inequality
from metrics.judging.group_changes import Course, JudgedGap, JudgedGroups
from metrics.judging.indicator_facts import Situation
from metrics.statistics.intervals import Span
from pages.components.wording.count_words import listed, many
from pages.components.wording.figure_sentences import percent


class Labels:
    """The words of one grouping and its groups."""

    def __init__(self, s: Situation, stratifier: str) -> None:
        self.stratifier, self.scale = stratifier, figure_words.scale_of(s.indicator)
        title = strata.stratum_title(stratifier, s.indicator.own_strata)
        self.by = title if title.startswith("ZIP") else title[:1].lower() + title[1:]

    def __call__(self, row: dict) -> str:
        """The words of a row's group."""
        return strata.category_label(self.stratifier, row["category"])

    def pair(self, gap: group_gaps.Gap) -> str:
        """The two groups of a gap, the one that is ahead first."""
        return f"{self(gap.ahead)} and {self(gap.behind)}"


def headline(s: Situation, label: Labels, judged: JudgedGroups, hidden: int = 0) -> str:
    """The page's one sentence: the gap of the chosen figure, and whether it moved. `hidden`: groups not shown."""
    name = f"{s.indicator.title} by {label.by}"
    if judged.gap is None:
        if judged.named:
            return f"{name}: the gap that the partnership follows cannot be shown"
        if hidden:
            left = many(hidden, "group is", "groups are")
            return f"{name}: no two of the groups shown differ beyond chance. {left} hidden"
        return f"{name}: no two groups differ beyond chance"
    gap = judged.gap.gap
    size, pair = label.scale.difference(gap.size[0]), _pair(label, judged.gap)
    by_course: dict[Course | None, str] = {
        "narrowed": f"the gap between {pair} narrowed to {size}",
        "nearly closed": f"the gap between {pair} has nearly closed, at {size}",
        "widened": f"the gap between {pair} widened to {size}",
        "turned": f"{label(gap.behind)} was ahead and now lies {size} behind {label(gap.ahead)}",
        "no change": f"a gap of {size} between {pair}. No change large enough to tell",
        None: f"{size} between {pair}",
    }
    return f"{name}: {by_course[judged.gap.course]}"


def years(judged: JudgedGroups) -> str:
    """The years that were compared with."""
    return "the two years" if judged.years > 1 else "the year"


def _pair(label: Labels, gap: JudgedGap) -> str:
    """The two groups: first the one ahead now, or the one ahead before where they may only seem to have crossed."""
    if _crossed(gap):
        return f"{label(gap.gap.behind)} and {label(gap.gap.ahead)}"
    return label.pair(gap.gap)


def _crossed(gap: JudgedGap) -> bool:
    """Whether the one that was behind seems to be ahead now, by no more than chance brings."""
    return gap.then is not None and gap.then[0] < 0 and gap.course != "turned"


def width(label: Labels, judged: JudgedGroups) -> str:
    """Which gap is followed, how wide it is, and whether it moved, with ranges."""
    if judged.gap is None:
        return _named_not_shown(label, judged.named) if judged.named else "No two groups differ beyond chance."
    gap, before = judged.gap.gap, f"{years(judged)} before"
    pair, size = _pair(label, judged.gap), f"{label.scale.difference(gap.size[0])} ({_between(label, gap.size)})"
    if judged.gap.found == "now":
        text = f"The widest gap beyond chance is between {pair}: {size}."
        if gap.pairs > 1:
            text += f" The range allows for the {gap.pairs} pairs compared."
        why = f"no two groups differed beyond chance in {before}" if judged.years else "there are no years before"
        return f"{text} Whether it moved cannot be told, as {why}."
    first = (
        f"The partnership follows the gap between {pair}."
        if judged.gap.found == "named"
        else f"In {before}, {pair} lay furthest apart."
    )
    if judged.gap.then is None or judged.gap.change is None:
        return f"{first} It is {size} now. There is no earlier figure of both to compare with."
    then, change = judged.gap.then, judged.gap.change
    now_round = then_round = ""
    if _crossed(judged.gap):
        now_round, change = " the other way round", (-change[0], -change[2], -change[1])
    elif then[0] < 0:
        then_round = " the other way round"
    text = (
        f"{first} The gap is {size}{now_round} now, and was {label.scale.difference(then[0])}{then_round} in {before}."
    )
    return f"{text} {_moved(label, judged.gap.course, change)}"


def _moved(label: Labels, course: Course | None, change: Span) -> str:
    low, high = map(label.scale.signed, change[1:])
    span = f"95% range of the change {low} to {high} {label.scale.unit or 'points'}"
    return {
        "narrowed": f"It narrowed ({span}).",
        "nearly closed": f"It has nearly closed ({span}).",
        "widened": f"It widened ({span}).",
        "turned": "The two have changed places.",
    }.get(course or "", "No change large enough to tell.")


def _named_not_shown(label: Labels, named: tuple[str, str]) -> str:
    first, second = (strata.category_label(label.stratifier, category) for category in named)
    return f"The partnership follows the gap between {first} and {second}. One of them is hidden or has nobody."


def _between(label: Labels, size: Span) -> str:
    low, high = (label.scale.signed(end).lstrip("+") for end in size[1:])
    return f"95% range {low} to {high}"


def everyone(label: Labels, judged: JudgedGroups) -> str:
    """Whether every group improved."""
    if not judged.groups:
        return "Whether everyone improved cannot be told: no group is shown both now and before."
    if judged.mixed:
        return "Whether everyone improved cannot be told: partners that came, went or grew may have moved every group."
    better, worse = ([label(g.row) for g in judged.groups if g.way == way] for way in ("better", "worse"))
    same = len(judged.groups) - len(better) - len(worse)
    if len(better) == len(judged.groups):
        those = many(len(judged.groups), "group")
        return f"Everyone improved: {'all ' if len(judged.groups) > 1 else ''}{those} that can be compared."
    if len(better) + len(worse) == 0:
        among = f"none of the {len(judged.groups)} groups" if len(judged.groups) > 1 else "the one group has not"
        return f"Whether everyone improved cannot be told: {among} changed by enough to tell."
    lines = [f"{listed(names)} {way}" for names, way in ((better, "improved"), (worse, "got worse")) if names]
    rest = f". The other {same if same > 1 else 'one'} did not change by enough to tell" if same else ""
    sure = "Not everyone improved" if worse else "We cannot be sure that everyone improved"
    return f"{sure}: {', '.join(lines)}{rest}."


def aged(label: Labels, gap: group_gaps.Gap | None, found: Sequence[group_inequality.AgeStandardized]) -> str:
    """How much of the gap would be left if every group had the same ages."""
    rates = {f.crude["category"]: f.rate[0] for f in found if f.rate}
    if not rates:
        return "No group's rate can be worked out for the same ages."
    if gap is None or not {gap.ahead["category"], gap.behind["category"]} <= rates.keys():
        return "The dots show each group's rate if all groups had the same ages."
    left = abs(rates[gap.ahead["category"]] - rates[gap.behind["category"]])
    if (rates[gap.ahead["category"]] > rates[gap.behind["category"]]) != (gap.ahead["rate"] > gap.behind["rate"]):
        return f"With the same ages, the order of {label.pair(gap)} would be the other way round."
    part = 1 - left / gap.size[0]
    explains = "hardly any" if abs(part) < 0.1 else "none" if part < 0 else "some" if part < 0.5 else "most"
    aged, now = label.scale.difference(left), label.scale.difference(gap.size[0])
    if aged == now:
        return f"With the same ages, {label.pair(gap)} would be just as far apart: {now}."
    return (
        f"With the same ages, {label.pair(gap)} would be {aged} apart, not {now}. Age explains {explains} of the gap."
    )


def not_aged(label: Labels, found: Sequence[group_inequality.AgeStandardized]) -> list[str]:
    """Which groups have no rate for the same ages, and why."""
    reasons: dict[str, list[str]] = {}
    for f in (f for f in found if not f.rate):
        why = (
            "a figure of one of its ages is hidden" if f.hidden
            else "it has nobody in one of the age groups" if f.empty else "it has fewer than 10 cases"
        )  # fmt: skip
        reasons.setdefault(why, []).append(label(f.crude))
    return [f"Not shown for {listed(names)}: {why}." for why, names in reasons.items()]


def missing(label: Labels, found: group_inequality.Bounds, gap: group_gaps.Gap | None) -> str:
    """What the people of unknown group could do to the gap."""
    unknown = f"For {percent(found.share)} of the people the group is not known."
    if gap is None or found.gap is None:
        return f"{unknown} A bar shows what a group's rate could be, whoever they are."
    low, high = (f"{100 * end:.1f}".replace("-", "−") for end in found.gap)
    ends = "Some of it stays, whoever they are" if found.gap[0] > 0 else "So there could be no gap at all"
    return f"{unknown} With them, the gap between {label.pair(gap)} could be from {low} to {high} points. {ends}."


def sizes(label: Labels, gap: group_gaps.Gap) -> list[list[str]]:
    """The gap in points and as a ratio: name, value, 95 % interval, what it says."""
    span = _between(label, gap.size).removeprefix("95% range ")
    rows = [["Gap", label.scale.difference(gap.size[0]), span, label.pair(gap)]]
    if ratio := group_gaps.ratio_of(gap):
        rows.append(["Ratio", _number(ratio[0]), _span(ratio), f"{label(gap.behind)} over {label(gap.ahead)}"])
    return rows


def inequality(label: Labels, found: group_inequality.Measures) -> list[list[str]]:
    """The summary measures of inequality over all groups: name, value, 95 % interval, what it says."""
    unit = label.scale.unit or "points"
    if found.slope:
        sii, rii = found.slope
        spans = [f"{label.scale.signed(sii[1])} to {label.scale.signed(sii[2])}", _span(rii)]
        return [
            ["Slope index of inequality (SII)", f"{label.scale.signed(sii[0])} {unit}", spans[0],
             "From the first group to the last, along the best line through all"],
            ["Relative index of inequality (RII)", _number(rii[0]), spans[1], "The end of that line over its start"],
        ]  # fmt: skip
    return [
        ["Index of disparity (WHO)", _number(found.disparity, 1, "%"), "",
         "How far groups lie from the average of all"],
        ["Index of disparity (Healthy People)", _number(found.disparity_best, 1, "%"), "",
         "How far the other groups lie from the best"],
        ["Between-group variance", f"{found.variance * (1 if label.scale.mean else 10_000):.1f} {unit}²", "",
         "Square distance from the average, larger groups counting more"],
        ["Theil index × 1,000", _number(1000 * found.theil), "", "0 when all are alike; large groups count more"],
    ]  # fmt: skip


def _number(value: float, places: int = 2, unit: str = "") -> str:
    """A measure; nobody or nothing in the place that it is divided by leaves none."""
    return f"{value:.{places}f}{unit}" if math.isfinite(value) else "none: a rate of 0"


def _span(span: tuple[float, float, float]) -> str:
    return f"{span[1]:.2f} to {span[2]:.2f}" if all(map(math.isfinite, span)) else ""
