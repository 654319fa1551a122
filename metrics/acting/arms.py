"""Who took part in an action and who did not, period by period, from published rows alone.

A partner with a hidden period says nothing by its periods: which are hidden depends on their values. Quarters are asked
next, then years.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from metrics.counting.input_views import PARTNERSHIP
from metrics.judging.published_months import counts_of
from metrics.statistics.contrast import MonthCounts
from metrics.statistics.spc import Floats

Row = dict[str, Any]
Kind = Literal["month", "quarter"]
WhyLeft = Literal["hidden", "short"]
"""Why a partner is not compared: a period of it is hidden, or it has too few without a gap."""
_MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3}
BASELINE = 36
"""Months before the start that are looked at, at most. Later months never move them."""
LEAST_BEFORE: dict[Kind, int] = {"month": 12, "quarter": 6}
LEAST_AFTER: dict[Kind, int] = {"month": 3, "quarter": 2}


@dataclass(frozen=True)
class Action:
    """What is to be judged: the measure, the first day of the month in which it started, the partners taking part (as
    published rows name them), and a group of people: its grouping and the word for it; None for everyone."""

    indicator: str
    start: dt.date
    partners: tuple[str, ...]
    group: tuple[str, str] | None = None


@dataclass(frozen=True)
class Arms:
    """Counts of shape (partners, periods), those taking part first. `names`: of the partners, in that order; `taking`:
    how many of them take part; `ends`: of the periods, the oldest first; `before`: how many lie before the start."""

    kind: Kind
    names: tuple[str, ...]
    taking: int
    ends: tuple[dt.date, ...]
    before: int
    counts: MonthCounts

    @property
    def after(self) -> int:
        """How many periods lie after the start."""
        return len(self.ends) - self.before

    @property
    def others(self) -> tuple[str, ...]:
        """The partners that did not take part."""
        return self.names[self.taking :]

    def upto(self, periods: int, before: int) -> "Arms":
        """The first so many periods, as if the start were another."""
        return Arms(self.kind, self.names, self.taking, self.ends[:periods], before, self.counts.upto(periods))

    def alone(self) -> "Arms":
        """Those taking part, beside nobody."""
        own = slice(0, self.taking)
        c = self.counts
        counts = MonthCounts(c.count[own], c.people[own], None if c.variance is None else c.variance[own])
        return Arms(self.kind, self.names[own], self.taking, self.ends, self.before, counts)

    def pooled(self, *, taking: bool) -> Floats:
        """The figure of one side in each period, everyone added up."""
        side = slice(0, self.taking) if taking else slice(self.taking, None)
        return self.counts.count[side].sum(axis=0) / self.counts.people[side].sum(axis=0)


def arms(
    rows: Sequence[Row], action: Action, beside: Sequence[str], kind: Kind
) -> tuple[Arms | None, dict[str, WhyLeft]]:
    """The periods of a kind of those taking part and of those `beside` them, and who is left out and why.

    `rows`: published rows of one measure, of all scopes, of everyone. The baseline is as long as all taking part reach
    back, at most 36 months; a partner that does not reach back as far is left out. The last period is the last that all
    have. None when one of those taking part has too few periods, or a hidden one.
    """
    of: dict[str, dict[dt.date, Row]] = {}
    for row in rows:
        if row["period_kind"] == kind and row["closed"] and row["scope"] != PARTNERSHIP:
            of.setdefault(row["scope"], {})[row["period_end"]] = row
    runs = {name: _run(of.get(name, {}), action.start, kind) for name in (*action.partners, *beside)}
    left: dict[str, WhyLeft] = {name: run for name, run in runs.items() if isinstance(run, str)}
    whole = {name: run for name, run in runs.items() if not isinstance(run, str)}
    if not action.partners or any(name in left for name in action.partners):
        return None, left
    before = min(whole[name][0] for name in action.partners)
    for name in beside:
        if name in whole and whole[name][0] < before:
            left[name] = "short"
    names = (*action.partners, *(name for name in beside if name not in left))
    after = min(whole[name][1] for name in names)
    ends = tuple(_end(action.start, kind, n) for n in range(-before, after))
    counts = counts_of([[of[name][day] for day in ends] for name in names])
    return Arms(kind, names, len(action.partners), ends, before, counts), left


def _run(own: Mapping[dt.date, Row], start: dt.date, kind: Kind) -> tuple[int, int] | WhyLeft:
    """How many periods without a gap a partner has before and after the start."""
    reach = range(1, BASELINE // _MONTHS[kind] + 1)
    before = next((n - 1 for n in reach if _end(start, kind, -n) not in own), len(reach))
    after = next(n for n in range(len(own) + 1) if _end(start, kind, n) not in own)
    periods = [own[_end(start, kind, n)] for n in range(-before, after)]
    if any(not _shown(row) for row in periods):
        return "hidden"
    if before < LEAST_BEFORE[kind] or after < LEAST_AFTER[kind]:
        return "short"
    return before, after


def _shown(row: Row) -> bool:
    return row["denominator"] is not None and row["denominator"] > 0 and row["rate"] is not None


def _end(start: dt.date, kind: Kind, number: int) -> dt.date:
    """The last day of the period so many after the start (0: the first). A quarter in which an action began in the
    midst belongs to neither side: the first one after it begins with the next quarter."""
    step = _MONTHS[kind]
    first = start.year * 12 + start.month - 1
    aligned = -(-first // step) * step
    if number < 0:
        aligned = first // step * step
    month = aligned + (number + 1) * step
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def first_day(end: dt.date, kind: Kind) -> dt.date:
    """The first day of the period that ends on a day."""
    month = end.year * 12 + end.month - _MONTHS[kind]
    return dt.date(month // 12, month % 12 + 1, 1)


def values(held: Arms) -> tuple[Floats, Floats]:
    """What is compared, and its variance by chance: log odds of rates, means as they are; shape (partners, periods).

    The variance rests on the partner's baseline, so that it does not go with the values.
    """
    x, n = held.counts.count, held.counts.people
    if held.counts.variance is not None:
        return x / n, held.counts.variance / n
    level = (x[:, : held.before].sum(axis=1) + 0.5) / (n[:, : held.before].sum(axis=1) + 1)
    return np.log((x + 0.5) / (n - x + 0.5)), 1 / (n * (level * (1 - level))[:, None])
