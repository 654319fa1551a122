"""The control chart of an indicator's plain months: its limits, and the points that its rules mark.

It shows where months stand out; whether the figure changed is said by the year (`metrics.judging.scorecard_changes`).
Works on published results only. A provisional month is drawn but neither judged nor used. A month is hidden for what
it counts, so those that are left say nothing of the level: months that a hidden one is among have no average and no
limits, and are not judged.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from metrics.counting.declaration import Indicator
from metrics.counting.periods import month_end, month_ends, next_month
from metrics.statistics import p_chart, spc
from metrics.statistics.spc import Flagged, Flags, Limits, PointType
from schemas.policy.chart_rules import RuleSet
from schemas.policy.partnership import Partnership

ChartKind = Literal["p", "p′", "XmR"]
Row = dict[str, Any]


@dataclass(frozen=True)
class ControlChart:
    """A control chart. Arrays have one entry for each month; `settled` months are shown and not provisional, `tried`
    ones are those of them that the rules judge.

    `spread`: how many times more than chance the months of the last segment scatter (Laney's σz); 1 in a p chart.
    """

    chart: ChartKind
    months: list[Row]
    settled: Flags
    tried: Flags
    limits: Limits
    flagged: Flagged
    types: list[PointType]
    starts: tuple[int, ...]
    judged: int
    least: int
    target: float | None
    spread: float = 1.0

    @property
    def enough(self) -> bool:
        """Whether months are judged; with fewer the limits are a trial."""
        return self.judged >= self.least

    @property
    def hidden(self) -> int:
        """How many months are hidden."""
        return sum(bool(m["suppressed"]) for m in self.months)

    @property
    def has_level(self) -> bool:
        """Whether the last segment has an average; months that a hidden one is among have none."""
        return bool(np.isfinite(self.limits.mean[-1]))

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
    closed_hidden = np.array([bool(r["suppressed"]) and not r["provisional"] for r in rows])
    used = _without_selected(spc.baseline(settled, starts, fix_after), closed_hidden, starts)
    last = list(spc.segments(len(rows), starts))[-1]
    spread = 1.0
    if indicator.statistic == "mean":
        chart: ChartKind = "XmR"
        limits = spc.xmr(values, rules, starts, used, screen=partnership.spc.screen_outliers)
    else:
        limits, spread = _of_rates(rows, used, starts, last, partnership)
        chart = "p′" if spread > 1 else "p"
    tried = _tried(settled & np.isfinite(limits.mean), rules, starts)
    flagged = spc.flag(np.where(tried, values, np.nan), limits, rules, starts)
    types = spc.point_types(flagged.direction, indicator.better)
    judged = int((settled & np.isfinite(limits.low))[last].sum())
    target = None if indicator.month_means else partnership.targets.get(indicator.id)
    return ControlChart(
        chart, rows, settled, tried, limits, flagged, types, starts, judged, rules.least_points, target, spread
    )


def _without_selected(used: Flags, hidden: Flags, starts: tuple[int, ...]) -> Flags:
    """Of each segment the points that its level comes from; none where a hidden month lies among them."""
    kept = used.copy()
    for part in spc.segments(len(used), starts):
        places = used[part].nonzero()[0]
        kept[part] &= not (len(places) and hidden[part][: places[-1] + 1].any())
    return kept


def _tried(able: Flags, rules: RuleSet, starts: tuple[int, ...]) -> Flags:
    """The months that are judged; in a segment with too few of them none is."""
    kept = able.copy()
    for part in spc.segments(len(able), starts):
        kept[part] &= able[part].sum() >= rules.least_points
    return kept


def _of_rates(
    rows: list[Row], used: Flags, starts: tuple[int, ...], last: slice, partnership: Partnership
) -> tuple[Limits, float]:
    x = np.array([np.nan if r["numerator"] is None else r["numerator"] for r in rows], dtype=float)
    n = np.array([np.nan if r["denominator"] is None else r["denominator"] for r in rows], dtype=float)
    # Months that scatter less than chance would are no reason for limits tighter than chance.
    spread = np.fmax(p_chart.dispersion(x, n, used, starts), 1.0)
    limits = p_chart.limits(x, n, used, partnership.spc.rule_set, starts, spread)
    return limits, float(spread[last][0])


def _without_gaps(rows: list[Row]) -> list[Row]:
    """Every month from the first to the last: one without any row is not known."""
    if not rows:
        return []
    found = {r["period_end"]: r for r in rows}
    nothing = dict.fromkeys(("numerator", "denominator", "rate", "low", "high")) | {"suppressed": False}
    return [
        found.get(end) or {**rows[0], **nothing, "period_start": end.replace(day=1), "period_end": end}
        for end in month_ends(rows[0]["period_end"], rows[-1]["period_end"])
    ]


def _starts(rows: list[Row], days: list[dt.date]) -> tuple[int, ...]:
    """Places of the months that begin a new segment."""
    inside = {next((i for i, r in enumerate(rows) if r["period_end"] >= day), 0) for day in days}
    return tuple(sorted(inside - {0}))
