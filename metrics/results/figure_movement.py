"""How a partner's own figures move: before and after a change of its rows.

They are the partner's exact counts, not yet a release: only that partner may see them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

import duckdb

from metrics.composing.closed_counts import CURRENT, closing_to
from metrics.counting.declaration import Indicator
from metrics.counting.periods import DAY, Period
from metrics.counting.strata import ALL
from metrics.results.own_results import Count


class Figure(NamedTuple):
    """A figure of one partner. `complete`: its files (and the follow-up) leave no day of its period out."""

    numerator: int | None
    denominator: int | None
    complete: bool
    from_rows: bool = True
    """False when the partner sent it as a total."""
    total: float | None = None
    """What is averaged, added up, when the figure is a mean."""

    @property
    def rate(self) -> float | None:
        """numerator / denominator, 0 to 1; None when unknown, 0/0 or a mean."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def value(self) -> float | None:
        """The rate, or the mean in its own unit."""
        return self.total / self.denominator if self.total is not None and self.denominator else self.rate


@dataclass(frozen=True)
class Movement:
    """One figure before and after; None where there is none."""

    indicator: str
    period_end: dt.date
    before: Figure | None
    after: Figure | None
    before_end: dt.date | None = None
    """The end of the earlier year when `before` is the figure of another year than `after`; else None."""


Figures = dict[tuple[str, dt.date], Figure]


def figures(
    cur: duckdb.DuckDBPyConnection,
    partner_id: str,
    indicators: dict[str, Indicator],
    kind: Literal["year", "month"] = "year",
    anew: dict[str, list[Count]] | None = None,
) -> Figures:
    """(indicator, period end) -> the partner's figure of rolling years or months, from its current rows or totals.

    `anew`: indicators whose counts have not followed the current rows, with their figures worked out anew. Figures of
    closed periods stay as they are.
    """
    closed = closing_to(cur, None)
    counted = cur.execute(
        f"""SELECT indicator, period_start, period_end, numerator, denominator, CAST(total AS DOUBLE)
           FROM {CURRENT} WHERE owner = ? AND period_kind = ? AND stratifier = ?""",
        [partner_id, kind, ALL],
    ).fetchall()
    sent = cur.execute(
        """SELECT indicator, period_start, period_end, numerator, denominator FROM in_force.indicator_counts
           WHERE partner_id = ? AND stratifier IS NULL AND category IS NULL AND day(period_start) = 1
             AND last_day(period_end) = period_end AND date_diff('month', period_start, period_end) = ?""",
        [partner_id, 11 if kind == "year" else 0],
    ).fetchall()
    windows = cur.execute(
        "SELECT dataset, from_day, to_day FROM coverage WHERE partner_id = ? AND from_day IS NOT NULL", [partner_id]
    ).fetchall()
    # Rows decide where there are both, as in a release.
    found = {(name, end): Figure(n, d, n is not None, from_rows=False) for name, _, end, n, d in sent}
    rows = [(name, Count(Period(kind, start, end), n, d, total)) for name, start, end, n, d, total in counted]
    anew = {name: [c for c in counts if c.period.end > closed] for name, counts in (anew or {}).items()}
    rows = [(n, c) for n, c in rows if n in indicators and (n not in anew or c.period.end <= closed)]
    rows += [(name, count) for name, counts in anew.items() for count in counts if count.period.kind == kind]
    for name, count in rows:
        whole = _covered(windows, indicators[name], count.period)
        found[name, count.period.end] = Figure(count.numerator, count.denominator, whole, total=count.total)
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


def foremost(before: Figures, after: Figures, indicators: dict[str, Indicator]) -> list[Movement]:
    """The movement of each indicator that its partner should see first; none for those that stay as they are.

    That is how the figure that stands (of the latest complete year) moves, also on to a later year. Where it stays,
    it is the latest year that moves.
    """
    moved = movements(before, after)
    found = []
    for name in indicators:
        was, now = _stands(before, name), _stands(after, name)
        if was is None or not before[name, was].complete:
            was = now
        if now and was and after[name, now] != before.get((name, was)):
            other = was if was != now else None
            found.append(Movement(name, now, before.get((name, was)), after[name, now], other))
        else:
            found += [m for m in moved if m.indicator == name][:1]
    return found


def _stands(known: Figures, name: str) -> dt.date | None:
    """The end of the year whose figure stands: the latest complete one, else the latest there is."""
    ends = [end for indicator, end in known if indicator == name]
    return max((end for end in ends if known[name, end].complete), default=max(ends, default=None))
