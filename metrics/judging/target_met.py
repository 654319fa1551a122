"""Whether a target is met, and whether it will be: two questions about the year's figure alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from metrics.judging.moved_months import Figure
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR
from metrics.statistics.spc import Floats

Met = Literal["clearly met", "met", "missed", "clearly missed"]
"""Met and missed alone: within what chance brings."""
Forecast = Literal["on course", "off course", "open"]
_CLEAR, _SAID, _Z95 = 2.33, 1.645, 1.959964
_USUAL_STEP, _USUAL_STEP_OF_MEAN = 0.05, 0.5
"""What a figure moves from year to year at least: 5 % of the odds, half a unit of a mean."""


@dataclass(frozen=True)
class TargetTest:
    """Where the year lies beside its target. `beyond`: how far on the good side, rates as fractions; `met`: in the
    four words; `forecast`: whether the year that ends by then will be on the good side, and `expected`: the 95 % range
    in which its figure will lie; None where that cannot be told."""

    beyond: float
    met: Met
    forecast: Forecast | None
    expected: tuple[float, float] | None = None


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
    if error <= 0:
        return TargetTest(beyond, stands(beyond, error), None)
    wide = wide_error(figure, error, people)
    good = stands(beyond, wide)
    outlook = _outlook(figure, rate, wide, years, ahead) if figure.scatter is not None and ahead else None
    return TargetTest(
        beyond, good, outlook.forecast(target, way) if outlook else None, outlook.span() if outlook else None
    )


def wide_error(figure: Figure, error: float, people: int) -> float:
    """The standard error of a year with what its months scatter beyond chance."""
    scatter, carried = figure.scatter, figure.carried
    if scatter is None:
        scatter = excess_scatter.usual(people / YEAR, error**2 * people, mean=figure.counts.variance is not None)
        carried = excess_scatter.CARRIED_UNSEEN
    return error * float(np.sqrt(excess_scatter.inflation(scatter, YEAR, (), carried)))


def stands(beyond: float, wide: float) -> Met:
    """In which of the four words a figure lies so far on the good side of its target; `wide`: its standard error, 0
    where there is none."""
    clear = wide > 0 and abs(beyond) > _CLEAR * wide
    if beyond >= 0:
        return "clearly met" if clear else "met"
    return "clearly missed" if clear else "missed"


@dataclass(frozen=True)
class Outlook:
    """Where the year that ends by then is expected: `middle` and `error` of a normal variate, of log-odds for rates."""

    middle: float
    error: float
    mean: bool

    def forecast(self, target: float, way: int) -> Forecast | None:
        """What may be said of a target."""
        if not self.mean and not 0 < target < 1:
            return None
        z = way * (self.middle - (target if self.mean else _log_odds(target))) / self.error
        return "on course" if z > _SAID else "off course" if z < -_SAID else "open"

    def span(self) -> tuple[float, float]:
        """The 95 % range, a rate as a fraction."""
        ends = (self.middle - _Z95 * self.error, self.middle + _Z95 * self.error)
        low, high = (v if self.mean else float(1 / (1 + np.exp(-v))) for v in ends)
        return low, high


def next_year(figure: Figure, rate: float, error: float, people: int, step: float | None) -> Outlook | None:
    """Where the year after the one of `rate` is expected; `step`: how far such figures moved from year to year
    (`usual_step`; None: as far as is usual). None where months cannot be seen, or nobody or all meet the figure."""
    mean = figure.counts.variance is not None
    if error <= 0 or figure.scatter is None or not (mean or 0 < rate < 1):
        return None
    wide = wide_error(figure, error, people)
    v = _variance(rate, wide, mean=mean)
    step = (_USUAL_STEP_OF_MEAN if mean else _USUAL_STEP) if step is None else step
    return Outlook(rate if mean else _log_odds(rate), float(np.sqrt(2 * v + step**2)), mean)


Year = tuple[float, float]
"""A year's figure and its standard error."""


def usual_step(series: Iterable[Mapping[int, Year]], *, mean: bool) -> float | None:
    """How far a figure moves from one year to the next beyond chance, learnt from several (year -> figure), on the
    scale of log-odds for rates. None where no two years follow each other.

    Two moves add up: that of all of them together, of which there is one a year however many they are, and each one's
    own, by DerSimonian and Laird (1986). Each is wider by Student's t the fewer years (figures) it is learnt from.
    Taken for so many moves of their own, a year that moved everyone made ranges that held 80 % of the next years.
    """
    of_year: dict[int, list[tuple[float, float]]] = {}
    for years in series:
        inside = {y: one for y, one in years.items() if mean or 0 < one[0] < 1}
        for y in inside.keys() & {y + 1 for y in inside}:
            (a, wide_a), (b, wide_b) = inside[y - 1], inside[y]
            chance = _variance(a, wide_a, mean=mean) + _variance(b, wide_b, mean=mean)
            of_year.setdefault(y, []).append((b - a if mean else _log_odds(b) - _log_odds(a), chance))
    if not of_year:
        return None
    moves = [np.array(those).T for those in of_year.values()]
    own, free = _own_move(moves)
    together = [(np.average(m, weights=1 / (v + own)), 1 / (1 / (v + own)).sum()) for m, v in moves]
    shared = max(sum(m**2 - c for m, c in together) / len(moves), 0.0)
    return float(np.sqrt(shared * _wider(len(moves)) ** 2 + (own * _wider(free) ** 2 if free else 0.0)))


def _own_move(moves: Sequence[Floats]) -> tuple[float, int]:
    """The variance of each one's move about that of all in its year, and its degrees of freedom."""
    excess = weight = 0.0
    for m, v in moves:
        w = 1 / v
        excess += float((w * (m - np.average(m, weights=w)) ** 2).sum()) - (len(m) - 1)
        weight += float(w.sum() - (w**2).sum() / w.sum())
    return max(excess / weight, 0.0) if weight > 0 else 0.0, sum(m.shape[1] - 1 for m in moves)


def _wider(free: int) -> float:
    return float(stdtrit(free, 0.975)) / _Z95


def _variance(rate: float, error: float, *, mean: bool) -> float:
    return error**2 if mean else (error / (rate * (1 - rate))) ** 2


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _outlook(figure: Figure, rate: float, wide: float, years: Sequence[float], ahead: int) -> Outlook | None:
    """sqrt(2 v + ahead step^2), rates on the scale of log-odds: the chance of both years, and how far a year moves from
    the one before."""
    mean = figure.counts.variance is not None
    if not mean and not 0 < rate < 1:
        return None
    scale = (lambda v: v) if mean else _log_odds
    v = wide**2 if mean else (wide / (rate * (1 - rate))) ** 2
    inside = [one for one in [*years, rate] if mean or 0 < one < 1]
    steps = np.diff([scale(one) for one in inside])
    seen = float(np.sqrt((steps**2).mean())) if len(steps) else 0.0
    step = max(_USUAL_STEP_OF_MEAN if mean else _USUAL_STEP, seen)
    return Outlook(scale(rate), float(np.sqrt(2 * v + ahead * step**2)), mean)
