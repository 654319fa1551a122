"""Two whole years, one before the start and one after it, where months and quarters are hidden or not published.

Groups of people, places and small partners are published by year alone. Rare cases are counted the same way, exactly.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from metrics.acting.arms import Action, WhyLeft
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.judging.published_months import counts_of
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR, MonthCounts
from metrics.statistics.crossing import crossing, share_at_most
from metrics.statistics.intervals import Span

Row = dict[str, Any]
RARE_BELOW = 60
"""Fewer cases on a side in a year are rare: five a month."""


@dataclass(frozen=True)
class TwoYears:
    """The year before and the year after, those taking part first: counts of shape (partners, 2); `ends` of both."""

    names: tuple[str, ...]
    taking: int
    ends: tuple[dt.date, dt.date]
    counts: MonthCounts

    @property
    def others(self) -> tuple[str, ...]:
        """The partners that did not take part."""
        return self.names[self.taking :]


def two_years(rows: Sequence[Row], action: Action, beside: Sequence[str]) -> tuple[TwoYears | None, dict[str, WhyLeft]]:
    """The last year that ended before the start, and the latest that began after it. `rows`: closed years of one
    measure, of all scopes and groups. None where one of those taking part has not both."""
    by, group = action.group or (ALL, ALL)
    those = [r for r in rows if r["period_kind"] == "year" and r["closed"] and r["scope"] != PARTNERSHIP
             and (r["stratifier"], r["category"]) == (by, group)]  # fmt: skip
    ends = sorted({r["period_end"] for r in those})
    before = [day for day in ends if day < action.start]
    after = [r["period_end"] for r in those if r["period_start"] >= action.start]
    if not before or not after:
        return None, dict.fromkeys(action.partners, "short")
    pair = (before[-1], max(after))
    of = {(r["scope"], r["period_end"]): r for r in those}
    left: dict[str, WhyLeft] = {}
    for name in (*action.partners, *beside):
        both = [of.get((name, day)) for day in pair]
        if any(row is None or not row["denominator"] or row["rate"] is None for row in both):
            left[name] = "hidden" if any(row and row["suppressed"] for row in both) else "short"
    if not action.partners or any(name in left for name in action.partners):
        return None, left
    names = (*action.partners, *(name for name in beside if name not in left))
    counts = counts_of([[of[name, day] for day in pair] for name in names])
    return TwoYears(names, len(action.partners), pair, counts), left


def is_rare(counts: MonthCounts, taking: int) -> bool:
    """Whether a side has fewer than 60 cases (or not-cases) in one of its two columns."""
    if counts.variance is not None:
        return False
    sides = [counts.count[:taking], (counts.people - counts.count)[:taking]]
    if len(counts.count) > taking:
        sides += [counts.count[taking:], (counts.people - counts.count)[taking:]]
    return any(float(side.sum(axis=0).min()) < RARE_BELOW for side in sides)


def moved(held: TwoYears, usual: float) -> Span:
    """How far those taking part moved beside the others: log odds of rates, means as they are. Each partner's own
    change is taken, with the scatter that is usual where months cannot be seen, and Student's t of what it rests on."""
    c = held.counts
    if c.variance is None:
        p = (c.count.sum(axis=1) + 0.5) / (c.people.sum(axis=1) + 1)
        spread = p * (1 - p)
        y, chance = np.log((c.count + 0.5) / (c.people - c.count + 0.5)), 1 / (c.people * spread[:, None])
    else:
        y, chance = c.count / c.people, c.variance / c.people
    mine = c.people[: held.taking, 0]
    own = (chance * _inflated(held)[:, None]).sum(axis=1)
    known = 1 / (own[held.taking :] + usual)
    weights = np.concatenate([mine / mine.sum(), -known / known.sum() if len(known) else known])
    change = float(weights @ (y[:, 1] - y[:, 0]))
    half = float(np.sqrt(weights**2 @ own) * stdtrit(excess_scatter.PRIOR_FREEDOM, 0.975))
    return change, change - half, change + half


def _inflated(held: TwoYears) -> np.ndarray:
    """Of each partner, the variance of a year's change over that by chance alone."""
    c = held.counts
    people = c.people.mean(axis=1) / YEAR
    p = c.count.sum(axis=1) / c.people.sum(axis=1)
    variance = p * (1 - p) if c.variance is None else c.variance.mean(axis=1)
    mean = c.variance is not None
    return np.array(
        [
            excess_scatter.inflation(
                excess_scatter.usual(float(n), float(v), mean=mean), YEAR, (1,), excess_scatter.CARRIED_UNSEEN
            )
            for n, v in zip(people, variance, strict=True)
        ]
    )


def times_as_often(count: np.ndarray, people: np.ndarray) -> Span | None:
    """Of rare cases, how many times as often they came as was to be expected by the others: the ratio of two ratios,
    with its exact interval. `count`, `people`: shape (2, 2), those taking part first, before first.

    Given both margins the cases are noncentral hypergeometric (Fisher 1935; conditional odds ratio). None where the
    others, or those taking part, had no case before: then nothing is to be expected.
    """
    (x0, x1), (c0, c1) = count.astype(int).tolist()
    if x0 == 0 or c0 == 0 or c1 == 0:
        return None
    exposure = float(people[0, 1] * people[1, 0] / (people[0, 0] * people[1, 1]))
    total, after, mine = x0 + x1 + c0 + c1, x1 + c1, x0 + x1
    low_end, high_end = max(0, mine + after - total), min(mine, after)

    def at_which(most: int, share: float) -> float:
        """The ratio at which at most so many come with this share of probability."""

        def beyond(log_ratio: float) -> float:
            return share_at_most(most, total, after, mine, np.exp(log_ratio) * exposure) - share

        return float(np.exp(crossing(beyond, -12, 12, 1e-9)))

    low = 0.0 if x1 == low_end else at_which(x1 - 1, 0.975)
    high = np.inf if x1 == high_end else at_which(x1, 0.025)
    return x1 * c0 / (x0 * c1) / exposure, low, high
