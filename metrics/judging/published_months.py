"""The settled months of an indicator as counts to be judged, from published rows alone.

A month that is hidden or missing says nothing, and neither do the months around it: which months are hidden depends on
their values, so what is left of them would lead astray.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import month_ends, year_ends
from metrics.statistics.contrast import YEAR, MonthCounts
from metrics.statistics.excess_scatter import LONGEST_YEARS
from metrics.statistics.intervals import error_of_mean
from metrics.statistics.spc import Floats

Row = dict[str, Any]
WhyNot = Literal["", "few", "hidden", "partners", "mix", "nobody"]
"""Why months cannot be judged: too few of them, one is hidden or missing, partners came, went or grew and theirs cannot
be told apart, whether they did is hidden, or a month has nobody in it."""
_STEADY = 0.25
"""Partners that grow move the figure of all by less than this part of a smallest meaningful difference."""
LEAST = 2 * YEAR
MOST = LONGEST_YEARS * YEAR


@dataclass(frozen=True)
class Months:
    """Counts up to the end of a quarter, the newest last. With a reason in `why_not` nothing may be said of them.

    `partners`: scope -> its place among the counts; empty where they are the partnership's. `longer`: where months
    cannot be compared like for like, quarters or whole years that can; then months tell of scatter alone. `mixed`:
    why the figure of all may have moved though no partner's did; empty when it did not.
    """

    counts: MonthCounts
    why_not: WhyNot = ""
    partners: Mapping[str, int] = field(default_factory=dict)
    longer: MonthCounts | None = None
    mixed: WhyNot = "mix"


def published_months(
    rows: Sequence[Row], end: dt.date, years: Sequence[Row], smallest: float, *, in_small: bool = True
) -> Months:
    """The months of one indicator up to `end`, at most four years, of published rows of all scopes by month or quarter.

    Partner by partner where all of that is shown and a partner's figure is the partnership's `in_small`: by month, or
    by quarter where partners show no months. Else the partnership's, as long as the same partners stand behind every
    month, and their `years` (rows of all scopes) show that none grew so as to move the figure of all by a part of the
    `smallest` meaningful difference. Else the years, partner by partner: which months are hidden depends on their
    values, which does not bear on a year that is shown.
    """
    months = [r for r in rows if r["period_kind"] == "month"]
    whole = {r["period_end"]: r for r in months if r["scope"] == PARTNERSHIP and r["period_end"] <= end}
    ends = month_ends(min(whole, default=end), end)[-MOST:]
    of_all = [whole.get(day) for day in ends]
    counts, nobody = counts_of([of_all]), any(row is not None and row["denominator"] == 0 for row in of_all)
    if nobody or len(ends) < LEAST:
        return Months(counts, "few" if len(ends) < LEAST else "nobody")
    table = _Years(years, {r["scope"] for r in months} - {PARTNERSHIP}, end, len(ends) // YEAR)
    own = _Parts(months, table.partners, ends)
    quarters = _Parts([r for r in rows if r["period_kind"] == "quarter"], table.partners, ends[len(ends) % 3 + 2 :: 3])
    why: WhyNot = next((p.why_mixed for p in (own, quarters) if p.whole), "") or table.why_mixed(smallest)
    if in_small and own.comparable:
        return Months(counts_of(own.rows), "", own.places, mixed=why)
    if in_small and quarters.comparable:
        return Months(counts, "", quarters.places, replace(counts_of(quarters.rows), year=4), why)
    shown = all(row is not None and _shown(row) for row in of_all)
    if shown and not why:
        return Months(counts, mixed=why)
    if found := table.by_partner() if in_small else table.of_all() if not why else None:
        return Months(counts, "", {scope: n for n, scope in enumerate(table.partners)} if in_small else {}, found, why)
    return Months(counts, why if shown else "hidden")


def moved_by_growth(people: Floats, rates: Floats, smallest: float) -> bool:
    """Whether partners that grew moved the figure of all by a part of the smallest meaningful difference.

    `people`, `rates`: shape (years, partners), the newest year first. sum of (share now - share before) x own rate.
    """
    shares = people / people.sum(axis=1, keepdims=True)
    own = (people * rates).sum(axis=0) / people.sum(axis=0)
    return bool((np.abs((shares[0] - shares[1:]) @ own) > _STEADY * smallest).any())


class _Parts:
    """The published months (or quarters) of each of the partners that end on these days."""

    def __init__(self, rows: Sequence[Row], partners: Sequence[str], ends: Sequence[dt.date]) -> None:
        asked = set(ends)
        found = {
            (r["scope"], r["period_end"]): r for r in rows if r["scope"] != PARTNERSHIP and r["period_end"] in asked
        }
        self.places = {scope: place for place, scope in enumerate(sorted({scope for scope, _ in found}))}
        self.rows = [[found.get((scope, day)) for day in ends] for scope in self.places]
        self.whole = bool(found) and self.places.keys() >= set(partners)
        """Whether every partner shows some."""
        self._reported = [[row is not None and row["denominator"] != 0 for row in part] for part in self.rows]

    @property
    def comparable(self) -> bool:
        """Whether all of every partner is shown, and somebody reports each time."""
        shown = all(row is None or _shown(row) for part in self.rows for row in part)
        return self.whole and shown and bool(np.any(self._reported, axis=0).all())

    @property
    def why_mixed(self) -> WhyNot:
        """Whether partners came or went."""
        return "" if all(len(set(part)) == 1 for part in self._reported) else "partners"


class _Years:
    """The published years that end with the months, of every partner and of all; the newest first."""

    def __init__(self, rows: Sequence[Row], partners: set[str], end: dt.date, most: int) -> None:
        ends = year_ends(end, min(most, 3))
        self._by_end = [{r["scope"]: r for r in rows if r["period_end"] == day} for day in ends]
        self.partners = sorted(partners.union(*self._by_end) - {PARTNERSHIP})

    def why_mixed(self, smallest: float) -> WhyNot:
        """Whether the partners' shares of the people moved the figure of all: sum of (share now - share before) x the
        partner's own rate."""
        names = self.partners
        if not names or any(name not in one or one[name]["rate"] is None for one in self._by_end for name in names):
            return "mix"
        people = np.array([[one[name]["denominator"] for name in names] for one in self._by_end], dtype=float)
        rates = np.array([[one[name]["rate"] for name in names] for one in self._by_end])
        return "partners" if moved_by_growth(people, rates, smallest) else ""

    def by_partner(self) -> MonthCounts | None:
        """Each partner's years; one that did not report in a year drops out of it. None when any is hidden."""
        return self._table(self.partners)

    def of_all(self) -> MonthCounts | None:
        """The partnership's years; None when one is hidden."""
        return self._table([PARTNERSHIP])

    def _table(self, scopes: Sequence[str]) -> MonthCounts | None:
        """As many years as are shown, at least two."""
        parts = [[one.get(scope) for scope in scopes] for one in self._by_end]
        known = [any(part) and all(row is None or _shown(row) for row in part) for part in parts]
        many = known.index(False) if False in known else len(known)
        table = list(zip(*reversed(parts[:many]), strict=True))
        return replace(counts_of(table), year=1) if many > 1 else None


def _shown(row: Row) -> bool:
    return row["denominator"] is not None and (row["denominator"] == 0 or row["rate"] is not None)


def counts_of(parts: Sequence[Sequence[Row | None]]) -> MonthCounts:
    """Rows -> counts; of a mean its total, and the variance within from its interval (Student's t)."""
    mean = any(row and row["rate"] is not None and row["numerator"] is None for part in parts for row in part)
    people = _numbers(parts, "denominator")
    if not mean:
        return MonthCounts(_numbers(parts, "numerator"), people)
    rate, low, high = (_numbers(parts, column) for column in ("rate", "low", "high"))
    variance = error_of_mean(low, high, people) ** 2 * people
    usual = float(np.nanmean(variance)) if np.isfinite(variance).any() else np.nan
    return MonthCounts(rate * people, people, np.where(np.isfinite(variance), variance, usual))


def _numbers(parts: Sequence[Sequence[Row | None]], column: str) -> Floats:
    """NaN where there is no row, or nothing in it."""
    return np.array([[row[column] if row else None for row in part] for part in parts], dtype=float)
