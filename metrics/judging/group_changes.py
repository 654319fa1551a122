"""Whether the gap between two groups moved, and whether each group did: beside the two years before.

The two groups are those that the partnership named, or those that lay furthest apart in the two years before: a pair
that is picked by its gap now has closed already when it is looked for.
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal, get_args

import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import year_ends
from metrics.counting.strata import ALL, AT_EACH, EXCLUSION, PAIRS
from metrics.judging import group_gaps, shared_error
from metrics.judging.group_gaps import Gap, Row, error_of, pooled
from metrics.judging.indicator_facts import Situation
from metrics.judging.moved_months import Figure, smallest_meaningful
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR, Contrast
from metrics.statistics.excess_scatter import Scatter
from metrics.statistics.intervals import Span, difference_of
from schemas.policy.partnership import Partnership

Course = Literal["narrowed", "nearly closed", "widened", "turned", "no change"]
Found = Literal["named", "before", "now"]
"""By whom or when the two groups were picked, the first wins; "now" where no two lay apart in the years before."""
NEARLY = 3
"""A gap is nearly closed when what is left is surely below so many smallest meaningful differences, and below half of
what it was."""


@dataclass(frozen=True)
class Grouping:
    """The published rows of one indicator by one grouping. `before`: of the years before, taken together (`pooled`);
    `figure`: its months and their scatter; `named`: the pair that the partnership named."""

    indicator: str
    stratifier: str
    better: str
    whole: Row
    now: Sequence[Row]
    before: Sequence[Row]
    years: int
    figure: Figure
    named: tuple[str, str] | None = None


@dataclass(frozen=True)
class JudgedGap:
    """A gap and its course; the one of the two that is ahead now comes first. `then`: the gap of the years before,
    below 0 when they had the other order; `change`: now less then. Without a course it cannot be told."""

    gap: Gap
    found: Found
    then: Span | None = None
    change: Span | None = None
    course: Course | None = None


@dataclass(frozen=True)
class GroupChange:
    """A group now and before, and which way it surely moved."""

    row: Row
    before: Row
    way: Literal["better", "worse"] | None


@dataclass(frozen=True)
class JudgedGroups:
    """What may be said of one grouping beside so many years before (0: there is none).

    `gap` is None when no two groups differ beyond chance, or one of those that are `named` is not shown. `main`: of all
    groupings of the indicator this gap is the one to look at. `mixed`: partners that grew may have moved every group.
    """

    indicator: str
    stratifier: str
    gap: JudgedGap | None
    groups: tuple[GroupChange, ...]
    years: int
    named: tuple[str, str] | None = None
    main: bool = False
    mixed: bool = False


_YEARS = 2


def groupings(situations: Iterable[Situation], results: pl.DataFrame, partnership: Partnership) -> list[Grouping]:
    """Every grouping of every indicator whose figure is shown, from the partnership's published years."""
    named = {(g.indicator, g.by): g.groups for g in partnership.gaps}
    of_years = results.filter((pl.col("scope") == PARTNERSHIP) & (pl.col("period_kind") == "year"))
    return [
        Grouping(
            s.indicator.id, stratifier, s.indicator.better, s.whole, now, pooled(before), len(before), s.figure,
            named.get((s.indicator.id, stratifier)),
        )
        for s in situations
        if s.whole and s.whole["rate"] is not None and s.figure
        for stratifier, now, before in _years(of_years.filter(pl.col("indicator") == s.indicator.id), s.whole)
    ]  # fmt: skip


def _years(rows: pl.DataFrame, whole: Row) -> Iterator[tuple[str, list[Row], list[list[Row]]]]:
    """Each grouping with its rows of the year of `whole`, and of up to two whole years before it."""
    ends = year_ends(whole["period_end"], 1 + _YEARS)
    by: dict[tuple[str, dt.date], list[Row]] = {}
    for row in rows.filter(pl.col("period_end").is_in(ends)).to_dicts():
        by.setdefault((row["stratifier"], row["period_end"]), []).append(row)
    for stratifier in sorted({name for name, end in by if end == ends[0]} - {ALL, AT_EACH, EXCLUSION} - set(PAIRS)):
        years = [by.get((stratifier, end), []) for end in ends]
        yield stratifier, years[0], list(takewhile(bool, years[1:]))


def judged(those: Sequence[Grouping]) -> list[JudgedGroups]:
    """What may be said of the gaps and groups of a scorecard, at an error that they share.

    The main gap of each indicator (`main`) shares one error, those of its other groupings another, and the groups a
    third, of which every grouping has the same part.
    """
    figures = len({one.indicator for one in those})
    picks = [_picked(one, figures) for one in those]
    first = _main(those, picks)
    moves = [_moves(one) for one in those]
    tested = [
        _tested(one, pick.gap, mine) if pick and pick.found != "now" else None
        for one, pick, mine in zip(those, picks, moves, strict=True)
    ]
    courses: list[JudgedGap | None] = [JudgedGap(pick.gap, pick.found) if pick else None for pick in picks]
    for places in (sorted(first), [n for n in range(len(those)) if n not in first]):
        asked = [(n, test) for n in places if (test := tested[n])]
        cut = shared_error.cut([test.least for _, test in asked], shared_error.GAP)
        for n, test in asked:
            pick = picks[n]
            assert pick
            courses[n] = _course(those[n], pick.gap, pick.found, test.passes(cut))
    of_each = shared_error.GROUP / len(those) if those else 0.0
    return [
        JudgedGroups(
            one.indicator, one.stratifier, gap, tuple(_groups(one, mine, of_each)), one.years, one.named, n in first,
            one.figure.mixed,
        )
        for n, (one, gap, mine) in enumerate(zip(those, courses, moves, strict=True))
    ]  # fmt: skip


@dataclass(frozen=True)
class _Pick:
    """Two groups as they stand now, how they were found, and how far they surely lay apart when they were."""

    gap: Gap
    found: Found
    surely: float = 0.0


def _main(those: Sequence[Grouping], picks: Sequence[_Pick | None]) -> set[int]:
    """The place of each indicator's main gap: the first that is named, else the widest of the years before, else the
    widest now. By today's width the gap that closed most would never be the main one."""
    found: dict[str, tuple[int, float, int]] = {}
    for n, (one, pick) in enumerate(zip(those, picks, strict=True)):
        if pick and (pick.found == "named" or one.stratifier in group_gaps.OF_FAIRNESS):
            key = get_args(Found).index(pick.found), -pick.surely, n
            found[one.indicator] = min(found.get(one.indicator, key), key)
    return {n for *_, n in found.values()}


def _picked(one: Grouping, figures: int) -> _Pick | None:
    """The two groups to follow, among those of so many figures."""
    now = {r["category"]: r for r in group_gaps.groups(one.now)}
    if one.named:
        return _Pick(group_gaps.between(now, one.named, one.better), "named") if now.keys() >= set(one.named) else None
    then = group_gaps.widest([r for r in one.before if r["category"] in now], one.better, figures)
    if then:
        pair = then.ahead["category"], then.behind["category"]
        return _Pick(group_gaps.between(now, pair, one.better), "before", then.size[1])
    gap = group_gaps.widest(one.now, one.better, figures)
    return _Pick(gap, "now", gap.size[1]) if gap else None


@dataclass(frozen=True)
class _Test:
    """A change in standard errors as a normal deviate, and the smallest meaningful one in standard errors."""

    z: float
    least: float
    difference: float
    smallest: float

    def passes(self, cut: float) -> bool:
        return abs(self.z) > cut and abs(self.difference) > self.smallest


@dataclass(frozen=True)
class _Move:
    """A group now and before: the difference, and its standard error with the group's share of what the figure's
    months scatter."""

    now: Row
    before: Row
    found: Contrast
    error: float

    @property
    def odds(self) -> tuple[float, float] | None:
        """The change of the log-odds, and its standard error; None of a mean, and of nobody or all."""
        p1, p0 = self.now["rate"], self.before["rate"]
        if self.now["numerator"] is None or not (0 < p1 < 1 and 0 < p0 < 1):
            return None
        p = (p1 + p0) / 2
        return math.log(p1 / (1 - p1)) - math.log(p0 / (1 - p0)), self.error / (p * (1 - p))


def _tested(one: Grouping, gap: Gap, moves: Mapping[str, _Move]) -> _Test | None:
    first, second = (moves.get(row["category"]) for row in (gap.ahead, gap.behind))
    if not first or not second:
        return None
    difference = first.found.difference - second.found.difference
    found = _test(one, difference, math.hypot(first.error, second.error), second.found.before)
    if found and one.figure.mixed and first.odds and second.odds:
        # Partners that grow move the odds of all groups alike, and so a gap in points: it must have moved in odds too.
        (change1, error1), (change2, error2) = first.odds, second.odds
        in_odds = _test(one, change1 - change2, math.hypot(error1, error2), second.found.before)
        z = min(found.z, in_odds.z, key=abs) if in_odds and in_odds.z * found.z > 0 else 0.0
        return replace(found, z=z)
    return found


def _test(one: Grouping, difference: float, error: float, level: float) -> _Test | None:
    if error == 0:
        return None
    smallest = smallest_meaningful(one.figure, level)
    freedom = one.figure.scatter.freedom if one.figure.scatter else excess_scatter.PRIOR_FREEDOM
    return _Test(excess_scatter.as_normal(difference / error, freedom), smallest / error, difference, smallest)


def _moves(one: Grouping) -> dict[str, _Move]:
    """Each group that is shown now and before."""
    before = {r["category"]: r for r in one.before}
    now = {r["category"]: r for r in group_gaps.groups(one.now)}
    return {category: _moved(one, row, before[category]) for category, row in now.items() if category in before}


def _moved(one: Grouping, now: Row, before: Row) -> _Move:
    n1, n0 = float(now["denominator"]), float(before["denominator"])
    if now["numerator"] is None:
        x1, x0 = now["rate"] * n1, before["rate"] * n0
        variance = (error_of(now) ** 2 * n1 * n1 + error_of(before) ** 2 * n0 * n0) / (n1 + n0)
    else:
        x1, x0 = float(now["numerator"]), float(before["numerator"])
        p = (x1 + x0) / (n1 + n0)
        variance = p * (1 - p)
    found = Contrast(x1 / n1 - x0 / n0, math.sqrt(variance * (1 / n1 + 1 / n0)), x0 / n0)
    scatter = _share(one, now, variance)
    inflated = excess_scatter.inflation(scatter, YEAR, tuple(range(1, one.years + 1)), one.figure.carried)
    return _Move(now, before, found, found.error * math.sqrt(inflated))


def _share(one: Grouping, row: Row, variance: float) -> Scatter:
    """A group's part of the figure's scatter beyond chance; the usual, where the figure's months cannot be judged."""
    people = row["denominator"]
    if one.figure.scatter is None:
        return excess_scatter.usual(people / YEAR, variance, mean=row["numerator"] is None)
    part = min(1.0, people / one.whole["denominator"]) if one.whole["denominator"] else 1.0
    return one.figure.scatter.part(part)


def _course(one: Grouping, gap: Gap, found: Found, passed: bool) -> JudgedGap:
    before = {r["category"]: r for r in one.before}
    then = group_gaps.distance(before[gap.ahead["category"]], before[gap.behind["category"]], one.better)
    change = difference_of(gap.size, then)
    return JudgedGap(gap, found, then, change, _named(one, gap.size, then) if passed else "no change")


def _named(one: Grouping, now: Span, then: Span) -> Course:
    """The word for a gap that surely moved."""
    if now[1] > 0 > then[2]:
        return "turned"
    if abs(now[0]) > abs(then[0]):
        return "widened"
    left = max(abs(now[1]), abs(now[2]))
    return "nearly closed" if left < min(NEARLY * one.figure.smallest, abs(then[0]) / 2) else "narrowed"


def _groups(one: Grouping, moves: Mapping[str, _Move], error: float) -> list[GroupChange]:
    tests = [_test(one, move.found.difference, move.error, move.found.before) for move in moves.values()]
    cut = shared_error.cut([t.least for t in tests if t], error)
    return [
        GroupChange(move.now, move.before, _way(one, t) if t and t.passes(cut) and not one.figure.mixed else None)
        for move, t in zip(moves.values(), tests, strict=True)
    ]


def _way(one: Grouping, test: _Test) -> Literal["better", "worse"]:
    return "better" if (test.difference > 0) == (one.better == "higher") else "worse"
