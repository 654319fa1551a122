"""The control chart of an indicator's plain months, and what its last settled month says.

Works on published results only. A hidden month is a gap; a provisional one is drawn but neither judged nor used.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

import numpy as np

from metrics.counting.declaration import Indicator
from metrics.counting.periods import month_end, next_month
from metrics.statistics import p_chart, spc
from metrics.statistics.spc import Assurance, Flagged, Flags, Floats, Limits, PointType, Rule
from metrics.statistics.trend import Trend, cochran_armitage, line
from schemas.policy.chart_rules import RuleSet
from schemas.policy.partnership import Partnership

Verdict = Literal["better", "worse", "no change", "unknown"]
ChartKind = Literal["p", "p′", "XmR"]
Row = dict[str, Any]
_VERDICTS: dict[PointType, Verdict] = {"better": "better", "worse": "worse", "usual": "no change"}
_TREND_P = 0.01


@dataclass(frozen=True)
class LastMonth:
    """What a control chart says of its last settled month.

    `since`: the first month of what the rule says without a break, or of the quiet that lasts: of the months that rise,
    that lie on one side, or outside the limits when there are several (`stayed`), else of those flagged before it on
    the same side. `before`: how the months up to `until` were flagged, when they are flagged no more. `ended`: later
    months are hidden.
    """

    verdict: Verdict
    rule: Rule
    up: bool
    since: dt.date
    month: dt.date
    stayed: bool = False
    before: Verdict | None = None
    until: dt.date | None = None
    ended: bool = False


@dataclass(frozen=True)
class ControlChart:
    """A control chart. Arrays have one entry for each month; `settled` months are shown and not provisional.

    `spread`: how many times more than chance the months of the last segment scatter (Laney's σz); 1 in a p chart.
    """

    chart: ChartKind
    months: list[Row]
    settled: Flags
    limits: Limits
    flagged: Flagged
    types: list[PointType]
    starts: tuple[int, ...]
    judged: int
    least: int
    target: float | None
    assurance: Assurance | None
    last_month: LastMonth | None
    trend: Trend | None
    spread: float = 1.0

    @property
    def hidden(self) -> int:
        """How many months are hidden."""
        return sum(bool(m["suppressed"]) for m in self.months)

    @property
    def next_month_end(self) -> dt.date:
        """The last day of the month after the last."""
        return month_end(next_month(self.months[-1]["period_end"]))


def control_chart(indicator: Indicator, months: Sequence[Row], partnership: Partnership) -> ControlChart | None:
    """The control chart of the partnership's published plain months; None when there is no month.

    A rate gets a p chart, a p′ chart when its months scatter more than chance; a mean gets an XmR chart.
    """
    rows = _without_gaps(sorted(months, key=lambda m: m["period_end"]))
    if not rows:
        return None
    rules = partnership.spc.rule_set
    values = np.array([np.nan if r["rate"] is None else r["rate"] for r in rows], dtype=float)
    settled = np.isfinite(values) & np.array([not r["provisional"] for r in rows])
    starts = _starts(rows, [r.on for r in partnership.rebases if r.indicator == indicator.id])
    fix_after = next((b.fix_after for b in partnership.baselines if b.indicator == indicator.id), None)
    used = spc.baseline(settled, starts, fix_after)
    last = list(spc.segments(len(rows), starts))[-1]
    trend, spread = None, 1.0
    if indicator.statistic == "mean":
        chart: ChartKind = "XmR"
        limits = spc.xmr(values, rules, starts, used, screen=partnership.spc.screen_outliers)
        kept = np.flatnonzero(settled[last]) + last.start
        trend = _certain(line(values[kept], kept / 12))
    else:
        limits, spread, trend = _of_rates(rows, used, settled, starts, last, partnership)
        chart = "p′" if spread > 1 else "p"
    flagged = _flag(values, settled, limits, rules, starts)
    types = spc.point_types(flagged.direction, indicator.better)
    judged = int((settled & np.isfinite(limits.low))[last].sum())
    enough = judged >= rules.least_points
    target = None if indicator.month_means else partnership.targets.get(indicator.id)
    here = _last(settled)
    outlook = spc.assurance(target, limits.low[here], limits.high[here], indicator.better) if enough else None
    last_month = _last_month(rows, np.where(settled, values, np.nan), limits, flagged, types, last) if enough else None
    return ControlChart(
        chart,
        rows,
        settled,
        limits,
        flagged,
        types,
        starts,
        judged,
        rules.least_points,
        target,
        outlook,
        last_month,
        trend,
        spread,
    )


def _flag(values: Floats, settled: Flags, limits: Limits, rules: RuleSet, starts: tuple[int, ...]) -> Flagged:
    """Flag settled months; in a segment with too few of them none is judged."""
    judged = settled.copy()
    for part in spc.segments(len(settled), starts):
        judged[part] &= settled[part].sum() >= rules.least_points
    return spc.flag(np.where(judged, values, np.nan), limits, rules, starts)


def _of_rates(
    rows: list[Row], used: Flags, settled: Flags, starts: tuple[int, ...], last: slice, partnership: Partnership
) -> tuple[Limits, float, Trend | None]:
    x = np.array([np.nan if r["numerator"] is None else r["numerator"] for r in rows], dtype=float)
    n = np.array([np.nan if r["denominator"] is None else r["denominator"] for r in rows], dtype=float)
    # Months that scatter less than chance would are no reason for limits tighter than chance.
    spread = np.fmax(p_chart.dispersion(x, n, used, starts), 1.0)
    limits = p_chart.limits(x, n, used, partnership.spc.rule_set, starts, spread)
    kept = np.flatnonzero(settled[last]) + last.start
    trend = cochran_armitage(x[kept], n[kept], kept / 12, float(spread[last][0])) if len(kept) else None
    return limits, float(spread[last][0]), _certain(trend)


def _certain(trend: Trend | None) -> Trend | None:
    return trend if trend and trend.p < _TREND_P else None


def _without_gaps(rows: list[Row]) -> list[Row]:
    """Every month from the first to the last: one without any row is not known."""
    if not rows:
        return []
    found, nothing = (
        {r["period_end"]: r for r in rows},
        dict.fromkeys(("numerator", "denominator", "rate", "low", "high")),
    )
    months, start = [], rows[0]["period_end"].replace(day=1)
    while (end := month_end(start)) <= rows[-1]["period_end"]:
        blank = {**rows[0], **nothing, "period_start": start, "period_end": end, "suppressed": False}
        months.append(found.get(end, blank))
        start = next_month(start)
    return months


def _starts(rows: list[Row], days: list[dt.date]) -> tuple[int, ...]:
    """Places of the months that begin a new segment."""
    inside = {next((i for i, r in enumerate(rows) if r["period_end"] >= day), 0) for day in days}
    return tuple(sorted(inside - {0}))


def _last(settled: Flags) -> int:
    return int(np.flatnonzero(settled)[-1]) if settled.any() else len(settled) - 1


def _last_month(
    rows: list[Row], values: Floats, limits: Limits, flagged: Flagged, types: list[PointType], last: slice
) -> LastMonth:
    """What the last settled month of the last segment says, and since when. `values`: of settled months."""
    places = [int(i) for i in np.flatnonzero(np.isfinite(values)) if i >= last.start]
    here = places[-1]
    month, ended = rows[here]["period_end"], any(r["suppressed"] for r in rows[here + 1 :])
    rule, way = flagged.rule[here], int(flagged.direction[here])
    if way:
        ours = _since(values[last], _part(limits, last), flagged.direction[last], rule, way, here - last.start)
        first = last.start + ours
        stayed = rule == "outside" and first < here and flagged.rule[here - 1] == "outside"
        return LastMonth(_VERDICTS[types[here]], rule, way > 0, rows[first]["period_end"], month, stayed, ended=ended)
    quiet = list(takewhile(lambda i: not flagged.direction[i], reversed(places)))
    since, earlier = rows[quiet[-1]]["period_end"], places[: len(places) - len(quiet)]
    if not earlier:
        return LastMonth("no change", "", False, since, month, ended=ended)
    verdict, until = _VERDICTS[types[earlier[-1]]], rows[earlier[-1]]["period_end"]
    return LastMonth("no change", "", False, since, month, False, verdict, until, ended)


def _since(values: Floats, limits: Limits, direction: np.ndarray, rule: Rule, way: int, here: int) -> int:
    """The first point of those that a rule flags at `here`, without a break; a point that is not known is one.

    Of points outside, where `here` is the only one: the first of those on its side that are flagged its way.
    """
    step = np.diff(values, prepend=np.nan) * way
    side = (values - limits.mean) * way > 0
    outside = (values > limits.high) if way > 0 else (values < limits.low)

    def back(fits: Callable[[int], bool]) -> int:
        return here - sum(1 for _ in takewhile(fits, range(here - 1, -1, -1)))

    if rule == "trend":
        return back(lambda i: bool(step[i + 1] > 0))
    if rule != "outside":
        return back(lambda i: bool(side[i]))
    if here and outside[here - 1]:
        return back(lambda i: bool(outside[i]))
    return back(lambda i: bool(side[i] and direction[i] == way))


def _part(limits: Limits, part: slice) -> Limits:
    return Limits(*(v[part] for v in (limits.mean, limits.low, limits.high, limits.near_low, limits.near_high)))
