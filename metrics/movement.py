"""Movement: a partner's own figures before and after a change of its rows.

They are the partner's exact counts, not yet a release: only that partner may see them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from metrics.indicator import Indicator
from metrics.periods import DAY, Period
from metrics.strata import ALL


class Figure(NamedTuple):
    """A rolling-year figure of one partner. `complete`: its files (and the follow-up) leave no day of it out."""

    numerator: int | None
    denominator: int | None
    complete: bool

    @property
    def rate(self) -> float | None:
        """numerator / denominator, 0 to 1; None when unknown or 0/0."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Movement:
    """One figure before and after; None where there is none."""

    indicator: str
    period_end: dt.date
    before: Figure | None
    after: Figure | None


Figures = dict[tuple[str, dt.date], Figure]


def figures(cur: duckdb.DuckDBPyConnection, partner_id: str, indicators: dict[str, Indicator]) -> Figures:
    """(indicator, period end) -> the partner's rolling-year figure from the rows (or totals) in force."""
    counted = cur.execute(
        """SELECT indicator, period_start, period_end, numerator, denominator FROM counts
           WHERE owner = ? AND period_kind = 'year' AND stratifier = ?""",
        [partner_id, ALL],
    ).fetchall()
    sent = cur.execute(
        """SELECT indicator, period_start, period_end, numerator, denominator FROM in_force.indicator_counts
           WHERE partner_id = ? AND stratifier IS NULL AND category IS NULL AND day(period_start) = 1
             AND last_day(period_end) = period_end AND date_diff('month', period_start, period_end) = 11""",
        [partner_id],
    ).fetchall()
    windows = cur.execute(
        "SELECT dataset, from_day, to_day FROM coverage WHERE partner_id = ? AND from_day IS NOT NULL", [partner_id]
    ).fetchall()
    # Rows decide where there are both, as in a release.
    found = {(name, end): Figure(n, d, n is not None) for name, _, end, n, d in sent}
    for name, start, end, n, d in counted:
        if name in indicators:
            whole = _covered(windows, indicators[name], Period("year", start, end))
            found[name, end] = Figure(n, d, whole)
    return found


def _covered(windows: list[tuple], indicator: Indicator, period: Period) -> bool:
    """Whether the windows of the indicator's main dataset (which never overlap) fill the period and its follow-up."""
    until = period.end + dt.timedelta(days=indicator.run_out_days)
    days = sum(
        max((min(last, until) - max(first, period.start) + DAY).days, 0)
        for dataset, first, last in windows
        if dataset == indicator.main
    )
    return days == (until - period.start + DAY).days


def movements(before: Figures, after: Figures) -> list[Movement]:
    """The figures that differ, the latest period first."""
    keys = sorted({*before, *after}, key=lambda key: (-key[1].toordinal(), key[0]))
    return [
        Movement(name, end, before.get((name, end)), after.get((name, end)))
        for name, end in keys
        if before.get((name, end)) != after.get((name, end))
    ]
