"""Where the indicators of a scorecard stand and whether they changed, as far as published results say.

Works on published results only, so that no sentence can say more than the figures that the viewer may see.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import DAY, month_ends, year_ending
from metrics.counting.strata import ALL, AT_EACH
from metrics.judging.control_chart import ControlChart, control_chart
from metrics.judging.figure_words import scale_of
from metrics.judging.moved_months import Figure, Moved, figures, judged_by
from metrics.judging.partner_changes import partner_changes
from metrics.judging.published_months import Months, published_months
from metrics.judging.scorecard_changes import Changes, changes
from metrics.judging.sentences import Facts, Shown, Verdict
from metrics.judging.target_met import TargetTest, target_test
from metrics.statistics.intervals import difference_interval, error_of_mean
from schemas.policy.partnership import Partnership

Row = dict[str, Any]
_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Change:
    """A difference of two figures with its 95 % interval, rates as fractions; no verdict (`Facts` has that)."""

    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class OwnChange:
    """Which way a partner's own figure changed (None: by nothing that can be told), beside so many years before."""

    way: Literal["better", "worse"] | None
    years: int


@dataclass(frozen=True)
class Situation:
    """One indicator of the partnership. Rows are rows of `published_results`.

    `now`: the latest rolling year that is complete, else the latest; `ago`: the year that ended a year before;
    `newer`: a provisional year after `now`; `facts`: what may be said; `figure`: its settled months and their scatter;
    `signal`: the control chart of the plain months; `own_changes`: partner -> whether its own figure changed, of all
    partners that can be judged; `at_each`: the year of `now` with people counted once at each partner, where `now`
    counts everyone once.
    """

    indicator: Indicator
    now: Row | None
    ago: Row | None
    newer: Row | None
    change: Change | None
    target: float | None
    years: list[Row]
    facts: Facts
    figure: Figure | None = None
    signal: ControlChart | None = None
    own_changes: Mapping[str, OwnChange] = field(default_factory=dict)
    at_each: Row | None = None

    @property
    def whole(self) -> Row | None:
        """The figure that the groups of `now` add up to."""
        return self.at_each or self.now

    @property
    def verdict(self) -> Verdict:
        """Whether it changed, as the year says."""
        return self.facts.verdict


def situations(those: Iterable[Indicator], results: pl.DataFrame, partnership: Partnership) -> list[Situation]:
    """Where the indicators of a scorecard stand, from published years and months of all scopes.

    Together, since what may be said of them shares one error, and what their months scatter is learnt from all.
    """
    asked = list(those)
    return situations_of(asked, _rows(asked, results), partnership)


def situations_of(
    those: Sequence[Indicator], rows: Mapping[str, Sequence[Row]], partnership: Partnership
) -> list[Situation]:
    """Where they stand, from the rows of each (indicator -> rows of all scopes that are not of a group, the oldest
    first)."""
    parts = [_published(one, rows[one.id], partnership) for one in those]
    counts = [one.months.counts for one in parts]
    seen = figures(counts, [declared_smallest(one.indicator) for one in parts])
    judged = [_judged(one.months, figure) for one, figure in zip(parts, seen, strict=True)]
    own = partner_changes(
        [
            (figure, one.months.partners if one.indicator.kind == "performance" else {})
            for one, figure in zip(parts, judged, strict=True)
        ]
    )
    return [
        one.situation(figure, found, mine, partnership)
        for one, figure, found, mine in zip(parts, judged, changes(judged), own, strict=True)
    ]


def _judged(months: Months, figure: Figure) -> Figure:
    figure = replace(figure, mixed=bool(months.mixed))
    if months.why_not:
        return replace(figure, scatter=None)
    return judged_by(figure, months.longer) if months.longer else figure


def declared_smallest(indicator: Indicator) -> float:
    """The smallest meaningful difference: a share, or the mean's unit."""
    declared = indicator.smallest_meaningful_difference
    return declared if indicator.statistic == "mean" else declared / 100


@dataclass(frozen=True)
class _Published:
    """What is published of one indicator: its years, its months, and the months that may be judged."""

    indicator: Indicator
    years: list[Row]
    monthly: list[Row]
    now: Row | None
    months: Months
    at_each: Row | None
    target: float | None
    target_by: dt.date | None

    def situation(
        self, figure: Figure, found: Changes, own: Mapping[str, Moved], partnership: Partnership
    ) -> Situation:
        """Put together with what may be said."""
        now, years = self.now, self.years
        newer = years[-1] if now and years[-1]["period_end"] > now["period_end"] else None
        ago = next((y for y in years if now and y["period_end"] == _year_before(now)), None)
        return Situation(
            self.indicator, now, ago, newer, difference(now, ago), self.target, years,
            self._facts(figure, found), figure,
            control_chart(self.indicator, [m for m in self.monthly if m["scope"] == PARTNERSHIP], partnership),
            {partner: OwnChange(self._way(one) if one.passed else None, one.years) for partner, one in own.items()},
            self.at_each,
        )  # fmt: skip

    def _way(self, said: Moved) -> Literal["better", "worse"]:
        return "better" if (said.difference < 0) == (self.indicator.better == "lower") else "worse"

    def _facts(self, figure: Figure, found: Changes) -> Facts:
        said = found.claim or found.warning
        way = self._way(said) if said else None
        end = self.now["period_end"] if self.now else None
        return Facts(
            shown=_shown(self.now),
            why_not=self.months.why_not,
            changed=way if found.claim else None,
            up=bool(said and said.difference > 0),
            two_years=bool(found.claim and found.claim.years > 1),
            warned=way if found.warning else None,
            since=_months_before(end, found.months) if end and found.months else None,
            year_end=end,
            target=self.target,
            target_by=self.target_by,
            tested=self._tested(figure),
            scale=scale_of(self.indicator),
            lower_is_better=self.indicator.better == "lower",
        )

    def _tested(self, figure: Figure) -> TargetTest | None:
        now = self.now
        if self.target is None or now is None or now["rate"] is None or now["low"] is None:
            return None
        month = now["period_end"].month
        before = [
            y["rate"] for y in self.years if y["period_end"].month == month and y["period_end"] < now["period_end"]
        ]
        known = [rate for rate in before if rate is not None]
        return target_test(
            figure,
            now["rate"],
            _error(now),
            now["denominator"],
            self.target,
            higher_is_better=self.indicator.better == "higher",
            years=known,
            ahead=years_between(now["period_end"], self.target_by) if self.target_by else 1,
        )


def _rows(those: Sequence[Indicator], results: pl.DataFrame) -> dict[str, list[Row]]:
    """Indicator -> its rows that are not of a group, the oldest first: read once, not for each indicator."""
    of_all = pl.col("stratifier").is_in([ALL, AT_EACH])
    asked = results.filter(of_all & pl.col("indicator").is_in([one.id for one in those]))
    found: dict[str, list[Row]] = {one.id: [] for one in those}
    for row in asked.sort("period_end", maintain_order=True).to_dicts():
        found[row["indicator"]].append(row)
    return found


def _published(indicator: Indicator, rows: Sequence[Row], partnership: Partnership) -> _Published:
    mine = [r for r in rows if r["stratifier"] == ALL]
    of_years = [r for r in mine if r["period_kind"] == "year"]
    years = [r for r in of_years if r["scope"] == PARTNERSHIP]
    at_each = {r["period_end"]: r for r in rows if r["stratifier"] == AT_EACH}
    monthly = [r for r in mine if r["period_kind"] == "month"]
    now = headline_year(years)
    months = published_months(
        [r for r in mine if r["period_kind"] in ("month", "quarter")],
        now["period_end"] if now else dt.date.min,
        of_years,
        declared_smallest(indicator),
        in_small=not indicator.partner_means,
    )
    beside = at_each.get(now["period_end"]) if now else None
    return _Published(indicator, years, monthly, now, months, beside, *_target(indicator, partnership))


def headline_year(years: Sequence[Row]) -> Row | None:
    """Of the partnership's years, oldest first, the one that pages show first: the latest that is complete, else the
    latest."""
    return next(reversed([y for y in years if not y["provisional"]] or years), None)


def _target(indicator: Indicator, partnership: Partnership) -> tuple[float | None, dt.date | None]:
    return partnership.targets.get(indicator.id), partnership.target_dates.get(indicator.id)


def years_between(end: dt.date, day: dt.date) -> int:
    """How many years end after the one shown and by that day, the last counted whole; 0 when it is past."""
    return max(-((end - day) // _YEAR), 0)


def _error(row: Row) -> float:
    """The standard error of a year's figure by chance alone: of a rate from its counts, of a mean from its interval."""
    if row["numerator"] is None:
        return float(error_of_mean(row["low"], row["high"], row["denominator"]))
    p, n = (row["numerator"] + 0.5) / (row["denominator"] + 1), row["denominator"]
    return float(np.sqrt(p * (1 - p) / n))


def _months_before(end: dt.date, months: int) -> dt.date:
    """The first of so many months up to `end`, as its last day."""
    return month_ends(end.replace(year=end.year - 1, day=1), end)[-months]


def _shown(now: Row | None) -> Shown:
    if now is None:
        return "no figure"
    if now["suppressed"]:
        return "hidden"
    return "not known" if now["rate"] is None else "shown"


def _year_before(year: Row) -> dt.date:
    """The day on which the year before ended."""
    return year_ending(year["period_end"]).start - DAY


def difference(row: Row | None, other: Row | None) -> Change | None:
    """How `row` differs from `other`; None when one is missing, hidden or without an interval."""
    estimates = [(r["rate"], r["low"], r["high"]) for r in (row, other) if r]
    if len(estimates) < 2 or any(end is None for estimate in estimates for end in estimate):
        return None
    low, high = difference_interval(*estimates)
    return Change(estimates[0][0] - estimates[1][0], low, high)
