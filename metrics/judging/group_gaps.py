"""Gaps between groups: which two lie furthest apart, and whether their gap closes.

From published rows of the partnership only (see `metrics.results.published_results`): a hidden group bears on nothing
that is said, and where a figure needs a hidden cell there is none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from scipy.special import ndtri

from metrics.counting.strata import NOT_REPORTED
from metrics.judging.indicator_facts import Change, difference
from metrics.statistics.intervals import Z95, Span, difference_of, ratio, wilson

Row = dict[str, Any]
Course = Literal["closing", "widening", "turned", "no change"]
_LEVEL = 0.95
NO_GROUP = (NOT_REPORTED, "unknown", "declined")
"""People of whom it is not known to which group they belong."""
OF_FAIRNESS = ("race_ethnicity", "language", "sex", "payer", "county_fips")


def groups(rows: Iterable[Row]) -> list[Row]:
    """The rows of known groups that have a figure with its interval."""
    return [r for r in rows if r["category"] not in NO_GROUP and r["low"] is not None]


def hidden_groups(rows: Iterable[Row]) -> int:
    """How many known groups are hidden."""
    return sum(r["suppressed"] for r in rows if r["category"] not in NO_GROUP)


@dataclass(frozen=True)
class Gap:
    """Two groups, and how far they lie apart: `size` with its interval, ahead minus behind in the sense of the
    indicator. The interval allows for `pairs` that were compared to find these two."""

    ahead: Row
    behind: Row
    size: Span
    pairs: int = 1


def widest(rows: Iterable[Row], better: str, pairs: int | None = None) -> Gap | None:
    """The two reliable groups that surely lie furthest apart: the largest lower end of the gap's interval. None when
    no two differ beyond chance.

    Of many pairs some differ by chance, so the intervals hold together at 95% (Bonferroni). `pairs`: how many are
    compared, where it is more than those of the rows.
    """
    known = [r for r in groups(rows) if not r["unreliable"]]
    pairs = pairs or _pairs(known)
    ordered = sorted(known, key=lambda r: r["rate"], reverse=better == "higher")
    spans = [_span(r, pairs) for r in ordered]
    gaps = [
        Gap(ordered[a], ordered[b], _gap(spans[a], spans[b], better), pairs)
        for a, b in combinations(range(len(ordered)), 2)
    ]
    return max((g for g in gaps if g.size[1] > 0), key=lambda g: g.size[1], default=None)


def _pairs(known: Sequence[Row]) -> int:
    return max(len(known) * (len(known) - 1) // 2, 1)


def foremost(rows: Iterable[Row], better: str, figures: int = 1) -> tuple[str, Gap] | None:
    """The grouping with the widest gap, and the gap, of the rows of one indicator and period. None when there is none.

    Only groupings in which a gap is a question of fairness: that age matters is no news, and a ZIP code is small.
    `figures`: among how many indicators the widest is looked for.
    """
    by: dict[str, list[Row]] = {name: [] for name in OF_FAIRNESS}
    for row in rows:
        if row["stratifier"] in by and row["category"] != "other":
            by[row["stratifier"]].append(row)
    pairs = figures * sum(_pairs([r for r in groups(own) if not r["unreliable"]]) for own in by.values() if own)
    gaps = [(name, gap) for name, own in by.items() if (gap := widest(own, better, pairs))]
    return max(gaps, key=lambda found: found[1].size[1], default=None)


def _gap(ahead: Span, behind: Span, better: str) -> Span:
    return difference_of(ahead, behind) if better == "higher" else difference_of(behind, ahead)


def _span(row: Row, pairs: int) -> Span:
    """A rate with the interval that is right together with those of so many pairs."""
    z = float(-ndtri((1 - _LEVEL) / 2 / pairs))
    if row["numerator"] is None:  # a mean: as many standard errors more
        wider = z / Z95
        return (
            row["rate"],
            row["rate"] - wider * (row["rate"] - row["low"]),
            row["rate"] + wider * (row["high"] - row["rate"]),
        )
    low, high = wilson([row["numerator"]], [row["denominator"]], z)
    return row["rate"], float(low[0]), float(high[0])


def ratio_of(gap: Gap) -> Span | None:
    """The rate of those behind over that of those ahead, with its interval; None for means."""
    if gap.ahead["numerator"] is None:
        return None
    return ratio(gap.behind["numerator"], gap.behind["denominator"], gap.ahead["numerator"], gap.ahead["denominator"])


@dataclass(frozen=True)
class Closing:
    """A gap now and between the same two groups before; `change` is now minus then, below 0 where it closes.

    The two are those that are far apart now, so by chance alone they lay nearer before: like the gap itself, the
    interval of its change allows for all pairs.
    """

    now: Gap
    then: Gap
    change: Span

    @property
    def course(self) -> Course:
        """What can be said beyond chance; turned: those who are ahead now were surely behind."""
        if self.then.size[2] < 0:
            return "turned"
        if self.change[1] <= 0 <= self.change[2]:
            return "no change"
        return "closing" if self.change[2] < 0 else "widening"


def closing(gap: Gap, before: Iterable[Row], better: str) -> Closing | None:
    """How the gap has moved since the rows `before`; None when one of the two groups is not shown there."""
    then = {r["category"]: r for r in groups(before)}
    ahead, behind = then.get(gap.ahead["category"]), then.get(gap.behind["category"])
    if ahead is None or behind is None:
        return None
    size = _gap(_span(ahead, gap.pairs), _span(behind, gap.pairs), better)
    earlier = Gap(ahead, behind, size, gap.pairs)
    return Closing(gap, earlier, difference_of(gap.size, earlier.size))


def changes(now: Iterable[Row], before: Iterable[Row], better: str) -> list[tuple[Row, Row, Change]]:
    """Each known group shown in both: its row now, its row before, and how it changed."""
    then = {r["category"]: r for r in groups(before)}
    both = [(r, then[r["category"]]) for r in groups(now) if r["category"] in then]
    return [(row, earlier, change) for row, earlier in both if (change := difference(row, earlier, better))]
