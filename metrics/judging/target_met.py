"""Whether a target is met, and whether it will be: two questions about the year's figure alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from metrics.judging.moved_months import Figure
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR

Met = Literal["clearly met", "met", "missed", "clearly missed"]
"""Met and missed alone: within what chance brings."""
Forecast = Literal["on course", "off course", "open"]
_CLEAR, _SAID = 2.33, 1.645
_USUAL_STEP, _USUAL_STEP_OF_MEAN = 0.05, 0.5
"""What a figure moves from year to year at least: 5 % of the odds, half a unit of a mean."""


@dataclass(frozen=True)
class TargetTest:
    """Where the year lies beside its target. `beyond`: how far on the good side, rates as fractions; `met`: in the
    four words; `forecast`: whether the year that ends by then will be on the good side, None where that cannot be
    told."""

    beyond: float
    met: Met
    forecast: Forecast | None


def target_test(
    figure: Figure,
    rate: float,
    error: float,
    people: int,
    target: float,
    *,
    higher_is_better: bool,
    years: Sequence[float],
    ahead: int = 1,
) -> TargetTest:
    """Hold a year's figure against its target.

    `rate`, `error`, `people`: of the year by chance alone (rates as fractions); months that scatter more widen it, and
    where they cannot be seen (hidden) as much as is usual of people who recur. `years`: the figures of whole years
    before it, the oldest first: what moved from one to the next is what each of the `ahead` next ones may move
    (0: the day is past). Nothing is foretold where months cannot be seen.
    """
    way = 1 if higher_is_better else -1
    beyond = (rate - target) * way
    good: Met = "met" if beyond >= 0 else "missed"
    if error <= 0:
        return TargetTest(beyond, good, None)
    scatter, carried = figure.scatter, figure.carried
    if scatter is None:
        scatter = excess_scatter.usual(people / YEAR, error**2 * people, mean=figure.counts.variance is not None)
        carried = excess_scatter.CARRIED_UNSEEN
    wide = error * float(np.sqrt(excess_scatter.inflation(scatter, YEAR, (), carried)))
    if abs(beyond) > _CLEAR * wide:
        good = "clearly met" if beyond >= 0 else "clearly missed"
    seen = figure.scatter is not None
    return TargetTest(
        beyond, good, _forecast(figure, rate, wide, target, way, years, ahead) if seen and ahead else None
    )


def _forecast(
    figure: Figure, rate: float, wide: float, target: float, way: int, years: Sequence[float], ahead: int
) -> Forecast | None:
    """z = (year - target)/sqrt(2 v + ahead step^2), rates on the scale of log-odds: the chance of both years, and how
    far a year moves from the one before."""
    mean = figure.counts.variance is not None
    if not mean and not (0 < rate < 1 and 0 < target < 1):
        return None
    scale = (lambda v: v) if mean else (lambda v: float(np.log(v / (1 - v))))
    v = wide**2 if mean else (wide / (rate * (1 - rate))) ** 2
    inside = [one for one in [*years, rate] if mean or 0 < one < 1]
    steps = np.diff([scale(one) for one in inside])
    seen = float(np.sqrt((steps**2).mean())) if len(steps) else 0.0
    step = max(_USUAL_STEP_OF_MEAN if mean else _USUAL_STEP, seen)
    z = way * (scale(rate) - scale(target)) / float(np.sqrt(2 * v + ahead * step**2))
    return "on course" if z > _SAID else "off course" if z < -_SAID else "open"
