"""Whether the gap between two groups moved, and whether each group did: beside the two years before.

The two groups are those that the partnership named, or those that lay furthest apart in the two years before: a pair
that is picked by its gap now has closed already when it is looked for.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import stdtrit

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import year_ends
from metrics.counting.strata import ALL, AT_EACH, EXCLUSION, PAIRS
from metrics.judging import group_gaps, shared_error
from metrics.judging.group_gaps import Gap, Row
from metrics.judging.indicator_facts import Situation
from metrics.judging.moved_months import Figure, smallest_meaningful
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR, Contrast, Sides, contrast
from metrics.statistics.excess_scatter import Scatter
from metrics.statistics.intervals import Span, difference_of, error_of_mean, wilson
from schemas.policy.partnership import Partnership

Course = Literal["narrowed", "nearly closed", "widened", "turned", "no change"]
Found = Literal["named", "before", "now"]
"""By whom or when the two groups were picked; "now" only where no two lay apart in the years before."""
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


def pooled(years: Sequence[Iterable[Row]]) -> list[Row]:
    """The groups that are shown in each of some years, a row each for all these years together."""
    by_year = [{r["category"]: r for r in group_gaps.groups(rows)} for rows in years]
    if not by_year:
        return []
    return [
        _together([one[category] for one in by_year]) for category in by_year[0] if all(category in y for y in by_year)
    ]


def _together(rows: Sequence[Row]) -> Row:
    people = sum(r["denominator"] for r in rows)
    few = any(r["unreliable"] for r in rows)
    if rows[0]["numerator"] is not None:
        x = sum(r["numerator"] for r in rows)
        low, high = wilson([x], [people])
        figure = {"numerator": x, "rate": x / people, "low": float(low[0]), "high": float(high[0])}
    else:
        rate = sum(r["rate"] * r["denominator"] for r in rows) / people
        error = float(np.sqrt(sum((_error(r) * r["denominator"]) ** 2 for r in rows))) / people
        half = error * float(stdtrit(people - 1, 0.975))
        figure = {"rate": rate, "low": rate - half, "high": rate + half}
    return {**rows[0], **figure, "denominator": people, "unreliable": few}


def _error(row: Row) -> float:
    return float(error_of_mean(row["low"], row["high"], row["denominator"]))


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
    pairs = [_picked(one, len({other.indicator for other in those})) for one in those]
    first = _main(those, pairs)
    tested = [
        _tested(one, pair[0]) if pair and pair[1] != "now" else None for one, pair in zip(those, pairs, strict=True)
    ]
    courses: list[JudgedGap | None] = [JudgedGap(*pair) if pair else None for pair in pairs]
    for places in (sorted(first), [n for n in range(len(those)) if n not in first]):
        asked = [(n, test) for n in places if (test := tested[n])]
        cut = shared_error.cut([test.least for _, test in asked], shared_error.GAP)
        for n, test in asked:
            pair = pairs[n]
            assert pair
            courses[n] = _course(those[n], *pair, test.passes(cut))
    of_each = shared_error.GROUP / len(those) if those else 0.0
    return [
        JudgedGroups(
            one.indicator,
            one.stratifier,
            gap,
            tuple(_groups(one, of_each)),
            one.years,
            one.named,
            n in first,
            one.figure.mixed,
        )
        for n, (one, gap) in enumerate(zip(those, courses, strict=True))
    ]


def _main(those: Sequence[Grouping], pairs: Sequence[tuple[Gap, Found] | None]) -> set[int]:
    """The place of each indicator's main gap: the first that is named, else the widest before, else the widest now."""
    rank = {"named": 0, "before": 1, "now": 2}
    found: dict[str, tuple[tuple[int, float], int]] = {}
    for n, (one, pair) in enumerate(zip(those, pairs, strict=True)):
        if pair is None or (pair[1] != "named" and one.stratifier not in group_gaps.OF_FAIRNESS):
            continue
        surely = 0.0 if pair[1] == "named" else -pair[0].size[1]
        key = (rank[pair[1]], surely), n
        found[one.indicator] = min(found.get(one.indicator, key), key)
    return {n for _, n in found.values()}


def _picked(one: Grouping, figures: int) -> tuple[Gap, Found] | None:
    """The two groups as they stand now, and how they were found, among those of so many figures."""
    now = {r["category"]: r for r in group_gaps.groups(one.now)}
    if one.named:
        return (group_gaps.between(now, one.named, one.better), "named") if now.keys() >= set(one.named) else None
    then = group_gaps.widest([r for r in one.before if r["category"] in now], one.better, figures)
    if then:
        pair = then.ahead["category"], then.behind["category"]
        return group_gaps.between(now, pair, one.better), "before"
    gap = group_gaps.widest(one.now, one.better, figures)
    return (gap, "now") if gap else None


@dataclass(frozen=True)
class _Test:
    """A change in standard errors as a normal deviate, and the smallest meaningful one in standard errors."""

    z: float
    least: float
    difference: float
    smallest: float

    def passes(self, cut: float) -> bool:
        return abs(self.z) > cut and abs(self.difference) > self.smallest


def _tested(one: Grouping, gap: Gap) -> _Test | None:
    before = {r["category"]: r for r in one.before}
    if not before.keys() >= {gap.ahead["category"], gap.behind["category"]}:
        return None
    (first, wide1), (second, wide2) = (_moved(one, row, before[row["category"]]) for row in (gap.ahead, gap.behind))
    return _test(one, first.difference - second.difference, float(np.hypot(wide1, wide2)), second.before)


def _test(one: Grouping, difference: float, error: float, level: float) -> _Test | None:
    if error == 0:
        return None
    smallest = smallest_meaningful(one.figure, level)
    freedom = one.figure.scatter.freedom if one.figure.scatter else excess_scatter.PRIOR_FREEDOM
    return _Test(excess_scatter.as_normal(difference / error, freedom), smallest / error, difference, smallest)


def _moved(one: Grouping, now: Row, before: Row) -> tuple[Contrast, float]:
    """A group's change, and its standard error with its share of what the figure's months scatter."""
    n1, n0 = float(now["denominator"]), float(before["denominator"])
    if now["numerator"] is None:
        x1, x0 = now["rate"] * n1, before["rate"] * n0
        variance = (_error(now) ** 2 * n1 * n1 + _error(before) ** 2 * n0 * n0) / (n1 + n0)
    else:
        x1, x0 = float(now["numerator"]), float(before["numerator"])
        p = (x1 + x0) / (n1 + n0)
        variance = p * (1 - p)
    found = contrast(Sides(*(np.array([v]) for v in (x1, n1, x0, n0, variance))))
    scatter = _share(one, now, variance)
    years_back = tuple(range(1, one.years + 1))
    return found, found.error * float(np.sqrt(excess_scatter.inflation(scatter, YEAR, years_back, one.figure.carried)))


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


def _groups(one: Grouping, error: float) -> list[GroupChange]:
    before = {r["category"]: r for r in one.before}
    both = [(r, before[r["category"]]) for r in group_gaps.groups(one.now) if r["category"] in before]
    moves = [_moved(one, *pair) for pair in both]
    tests = [_test(one, move.difference, error, move.before) for move, error in moves]
    cut = shared_error.cut([t.least for t in tests if t], error)
    return [
        GroupChange(
            now, then, _way(one, test.difference) if test and test.passes(cut) and not one.figure.mixed else None
        )
        for (now, then), test in zip(both, tests, strict=True)
    ]


def _way(one: Grouping, difference: float) -> Literal["better", "worse"]:
    return "better" if (difference > 0) == (one.better == "higher") else "worse"
