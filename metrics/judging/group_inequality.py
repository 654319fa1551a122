"""How unequal the groups of a grouping are, and whether ages or people of unknown group could lie behind it.

From published rows of the partnership only, like `metrics.judging.group_gaps`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from metrics.counting.strata import JOINED, NOT_REPORTED
from metrics.grouping.dimensions import PAIR_FACTOR
from metrics.judging.group_gaps import NO_GROUP, Gap, Row, groups, hidden_groups
from metrics.judging.outliers import coarsened
from metrics.statistics import disparity
from metrics.statistics.disparity import Slope
from metrics.statistics.intervals import Z95, Span
from metrics.statistics.standardization import direct_of_shares

ORDERED = ("age_band",)
"""Groupings whose groups have an order of their own, that of their names: those alone have a slope."""
_AGAINST: tuple[disparity.Against, disparity.Against] = ("average", "best")


@dataclass(frozen=True)
class AgeStandardized:
    """A group's rate if it had the ages of all; `rate` is None when it cannot be worked out: `hidden` and `empty` name
    the age bands in which its figure is hidden, or in which it has nobody."""

    crude: Row
    rate: Span | None
    hidden: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def standardized(rows: Iterable[Row], cells: Iterable[Row], ages: Iterable[Row]) -> list[AgeStandardized]:
    """Directly age-standardized rates of the groups in `rows`.

    `cells`: rows of the grouping by age at once (category group*age); `ages`: rows by age of the same period, whose
    people are the standard. Empty when an age band is hidden there, and for means. People of unknown age are left out,
    where they are told apart. Groups and ages are those of `cells`, which may be coarser.
    """
    by_cell = {r["category"]: r for r in cells}
    rung = next((r.get("rung", 0) for r in by_cell.values()), 0)
    of_groups, of_ages = divmod(rung, PAIR_FACTOR)
    ages, rows = coarsened("age_band", ages, of_ages), list(rows)
    grouping = next((str(r["stratifier"]) for r in rows if "stratifier" in r), "")
    standard = {r["category"]: r["denominator"] for r in ages if r["category"] != NOT_REPORTED}
    known = groups(coarsened(grouping, rows, of_groups) if of_groups else rows)
    if not standard or None in standard.values() or any(r["numerator"] is None for r in known):
        return []
    bands = sorted(band for band, people in standard.items() if people)
    return [_standardized(row, bands, standard, by_cell) for row in known]


def _standardized(row: Row, bands: Sequence[str], standard: dict[str, int], cells: dict[str, Row]) -> AgeStandardized:
    mine = {band: cells.get(f"{row['category']}{JOINED}{band}") for band in bands}
    hidden = tuple(band for band, cell in mine.items() if cell and cell["numerator"] is None)
    empty = tuple(band for band, cell in mine.items() if not cell or cell["denominator"] == 0)
    if hidden or empty:
        return AgeStandardized(row, None, hidden, empty)
    known = [cell for cell in mine.values() if cell]
    found = direct_of_shares(
        [c["numerator"] for c in known], [c["denominator"] for c in known], [standard[b] for b in bands]
    )
    if np.isnan(found.low):
        return AgeStandardized(row, None)
    return AgeStandardized(row, (found.rate, max(found.low, 0.0), min(found.high, 1.0)))


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
    rates = {r["category"]: disparity.bounds(r["numerator"], r["denominator"], *missing) for r in groups(rows)}
    ends = None
    if gap:
        first, second = ((r["numerator"], r["denominator"]) for r in (gap.ahead, gap.behind))
        low, high = disparity.gap_bounds(first, second, missing)
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
    slope: Slope | None


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
        order = sorted(known, key=lambda r: str(r["category"]))
        slope = disparity.slope_index(
            [r["rate"] for r in order], [_error(r) for r in order], [r["denominator"] for r in order]
        )
    average, best = (disparity.index_of_disparity(rates, people, against, better=better) for against in _AGAINST)
    variance, theil = disparity.between_group_variance(rates, people), disparity.theil(rates, people)
    return Measures(len(known), hidden, variance, theil, average, best, slope)


def _error(row: Row) -> float:
    """The standard error that the interval stands for: it is not 0 where none or all meet the indicator."""
    return float((row["high"] - row["low"]) / (2 * Z95))
