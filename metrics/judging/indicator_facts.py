"""Where an indicator stands and whether it really changed, as far as published results say.

Works on published results only, so that no sentence can say more than the figures that the viewer may see.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.judging.control_chart import ControlChart, Verdict, control_chart
from metrics.judging.figure_words import scale_of
from metrics.judging.sentences import Facts, Shown
from metrics.statistics.intervals import difference_interval
from schemas.policy.partnership import Partnership

Beside = Literal["better", "worse", "alike", "unknown"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A difference of two figures with its 95 % interval, rates as fractions, and what it means."""

    difference: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True)
class Situation:
    """One indicator of the partnership. Rows are rows of `published_results`.

    `now`: the latest rolling year that is complete, else the latest; `ago`: the year that ended a year before;
    `newer`: a provisional year after `now`; `signal`: the control chart of the plain months.
    """

    indicator: Indicator
    now: Row | None
    ago: Row | None
    newer: Row | None
    change: Change | None
    target: float | None
    years: list[Row]
    signal: ControlChart | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether it really changed: as the control chart says, else the year beside the year before."""
        return self.facts.verdict if self.facts.shown == "shown" else "unknown"

    @property
    def beyond_target(self) -> float | None:
        """How far the figure is on the good side of the target (negative: short of it); rates as fractions."""
        if self.target is None or self.now is None or self.now["rate"] is None:
            return None
        return float(self.now["rate"] - self.target) * (1 if self.indicator.better == "higher" else -1)

    @property
    def at_target(self) -> bool:
        """Whether the interval of the year's figure holds the target."""
        if self.target is None or self.now is None or self.now["low"] is None:
            return False
        return bool(self.now["low"] <= self.target <= self.now["high"])

    @property
    def facts(self) -> Facts:
        """What the sentence on the indicator rests on."""
        chart = self.signal
        return Facts(
            shown=_shown(self.now),
            last_month=chart.last_month if chart else None,
            year=self.change.verdict if self.change else "unknown",
            difference=self.change.difference if self.change else 0.0,
            year_end=self.now["period_end"] if self.now else None,
            target=self.target,
            outlook=chart.assurance if chart else None,
            beyond=self.beyond_target,
            at_target=self.at_target,
            slope=chart.trend.slope if chart and chart.trend else None,
            scale=scale_of(self.indicator),
            lower_is_better=self.indicator.better == "lower",
        )


def _shown(now: Row | None) -> Shown:
    if now is None:
        return "no figure"
    if now["suppressed"]:
        return "hidden"
    return "not known" if now["rate"] is None else "shown"


def situation(indicator: Indicator, results: pl.DataFrame, partnership: Partnership) -> Situation:
    """Where an indicator stands, from its published years and months (any scopes; the partnership's are used)."""
    mine = results.filter(
        (pl.col("indicator") == indicator.id) & (pl.col("scope") == PARTNERSHIP) & (pl.col("stratifier") == ALL)
    ).sort("period_end")
    years = mine.filter(pl.col("period_kind") == "year").to_dicts()
    whole = [y for y in years if not y["provisional"]] or years
    now = whole[-1] if whole else None
    newer = years[-1] if years and now and years[-1]["period_end"] > now["period_end"] else None
    ago = next((y for y in years if now and y["period_end"] == _year_before(now["period_end"])), None)
    change = difference(now, ago, indicator.better)
    months = mine.filter(pl.col("period_kind") == "month").to_dicts()
    target = partnership.targets.get(indicator.id)
    return Situation(indicator, now, ago, newer, change, target, years, control_chart(indicator, months, partnership))


def _year_before(day: dt.date) -> dt.date:
    before = day.replace(year=day.year - 1, day=28)
    return (before + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def difference(row: Row | None, other: Row | None, better: str) -> Change | None:
    """How `row` differs from `other`; None when one is missing, hidden or without an interval."""
    estimates = [(r["rate"], r["low"], r["high"]) for r in (row, other) if r]
    if len(estimates) < 2 or any(end is None for estimate in estimates for end in estimate):
        return None
    low, high = difference_interval(*estimates)
    rises = low > 0
    verdict: Verdict = "no change" if low <= 0 <= high else "better" if rises == (better == "higher") else "worse"
    return Change(estimates[0][0] - estimates[1][0], low, high, verdict)


def beside(row: Row, whole: Row | None, better: str) -> Beside:
    """How a partner's (or group's) row stands beside the partnership's: alike while its interval holds that rate."""
    if row["rate"] is None or row["low"] is None or not whole or whole["rate"] is None:
        return "unknown"
    if row["low"] <= whole["rate"] <= row["high"]:
        return "alike"
    return "better" if (row["rate"] > whole["rate"]) == (better == "higher") else "worse"
