"""Fairness: whether a gap between groups closes, whether everyone improves, and what could lie behind it.

From published rows of the partnership only (see `metrics.results.published_results`): a hidden group bears on nothing
that is said, and where a figure needs a hidden cell there is none, with the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri

from metrics.counting.strata import JOINED, NOT_REPORTED
from metrics.judging.indicator_facts import Change, difference
from metrics.statistics import disparity as equity
from metrics.statistics.intervals import Z95, Span, difference_of, ratio, wilson
from metrics.statistics.standardization import direct_of_shares

Row = dict[str, Any]
Course = Literal["closing", "widening", "turned", "no change"]
_LEVEL = 0.95
NO_GROUP = (NOT_REPORTED, "unknown", "declined")
"""People of whom it is not known to which group they belong."""
OF_FAIRNESS = ("race_ethnicity", "language", "sex", "payer", "county_fips")
ORDERED = {"age_band": ("0-17", "18-39", "40-64", "65-74", "75+")}
"""Groupings whose groups have an order of their own: those alone have a slope."""


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


@dataclass(frozen=True)
class AgeStandardised:
    """A group's rate if it had the ages of all; `rate` is None when it cannot be worked out: `hidden` and `empty` name
    the age bands in which its figure is hidden, or in which it has nobody."""

    crude: Row
    rate: Span | None
    hidden: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def standardised(rows: Iterable[Row], cells: Iterable[Row], ages: Iterable[Row]) -> list[AgeStandardised]:
    """Directly age-standardised rates of the groups in `rows`.

    `cells`: rows of the grouping by age at once (category group*age); `ages`: rows by age of the same period, whose
    people are the standard. Empty when an age band is hidden there, and for means. People of unknown age are left out.
    """
    standard = {r["category"]: r["denominator"] for r in ages if r["category"] != NOT_REPORTED}
    known = groups(rows)
    if not standard or None in standard.values() or any(r["numerator"] is None for r in known):
        return []
    bands = [band for band in ORDERED["age_band"] if standard.get(band)]
    by_cell = {r["category"]: r for r in cells}
    return [_standardised(row, bands, standard, by_cell) for row in known]


def _standardised(row: Row, bands: Sequence[str], standard: dict[str, int], cells: dict[str, Row]) -> AgeStandardised:
    mine = {band: cells.get(f"{row['category']}{JOINED}{band}") for band in bands}
    hidden = tuple(band for band, cell in mine.items() if cell and cell["numerator"] is None)
    empty = tuple(band for band, cell in mine.items() if not cell or cell["denominator"] == 0)
    if hidden or empty:
        return AgeStandardised(row, None, hidden, empty)
    known = [cell for cell in mine.values() if cell]
    found = direct_of_shares(
        [c["numerator"] for c in known], [c["denominator"] for c in known], [standard[b] for b in bands]
    )
    if np.isnan(found.low):
        return AgeStandardised(row, None)
    return AgeStandardised(row, (found.rate, max(found.low, 0.0), min(found.high, 1.0)))


@dataclass(frozen=True)
class Bounds:
    """Between what each group's rate must lie, whoever the people of unknown group are; and the gap's ends.

    `share`: people of unknown group, of all. `rates`: category -> (lowest, highest).
    """

    share: float
    rates: dict[str, tuple[float, float]]
    gap: tuple[float, float] | None


def bounds(rows: Sequence[Row], whole: Row, gap: Gap | None, better: str) -> Bounds | None:
    """Bounds for the groups of one grouping, `whole` being everyone's row.

    None when nobody is unknown, when a figure of the unknown or of everyone is hidden, and for means, which have no
    ends. Totals that a partner sent without groups are in no row of a group and so not among the unknown.
    """
    unknown = [r for r in rows if r["category"] in NO_GROUP and r["denominator"] != 0]
    everyone = whole["denominator"]
    if not unknown or not everyone or whole["numerator"] is None or any(r["numerator"] is None for r in unknown):
        return None
    missing = sum(r["numerator"] for r in unknown), sum(r["denominator"] for r in unknown)
    rates = {r["category"]: equity.bounds(r["numerator"], r["denominator"], *missing) for r in groups(rows)}
    ends = None
    if gap:
        first, second = ((r["numerator"], r["denominator"]) for r in (gap.ahead, gap.behind))
        low, high = equity.gap_bounds(first, second, missing)
        ends = (low, high) if better == "higher" else (-high, -low)
    return Bounds(missing[1] / everyone, rates, ends)


@dataclass(frozen=True)
class Measures:
    """How unequal the shown groups are, each measure by its name; a slope only where groups have an order."""

    groups: int
    hidden: int
    variance: float
    theil: float
    disparity: float
    """Index of disparity against the average (WHO)."""
    disparity_best: float
    """Index of disparity against the best group (Healthy People)."""
    slope: equity.Slope | None


def measures(rows: Sequence[Row], stratifier: str, better: Literal["higher", "lower"]) -> Measures | None:
    """Summary measures over the shown groups of one grouping; None when fewer than two are shown."""
    known = groups(rows)
    if len(known) < 2:
        return None
    rates, people = [r["rate"] for r in known], [r["denominator"] for r in known]
    hidden = hidden_groups(rows)
    slope = None
    # A slope over the groups that happen to be shown is not one over all of them.
    if stratifier in ORDERED and not hidden:
        order = sorted(known, key=lambda r: ORDERED[stratifier].index(r["category"]))
        slope = equity.slope_index(
            [r["rate"] for r in order], [_error(r) for r in order], [r["denominator"] for r in order]
        )
    average, best = (equity.index_of_disparity(rates, people, against, better=better) for against in _AGAINST)
    variance, theil = equity.between_group_variance(rates, people), equity.theil(rates, people)
    return Measures(len(known), hidden, variance, theil, average, best, slope)


_AGAINST: tuple[equity.Against, equity.Against] = ("average", "best")


def _error(row: Row) -> float:
    """The standard error that the interval stands for: it is not 0 where none or all meet the indicator."""
    return float((row["high"] - row["low"]) / (2 * Z95))
