"""How much more than chance the months of a figure scatter, and how much of that stays from month to month.

People are counted again from month to month, and clinics have good and bad weeks: months scatter more than independent
people would, and a comparison of years that does not allow for it calls that a change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri, stdtr

from metrics.statistics.contrast import YEAR, MonthCounts
from metrics.statistics.spc import Floats

LONGEST_YEARS = 4
PRIOR_FREEDOM = 22
"""What is assumed of a figure before its months are seen weighs as much as two years of them."""
_USUAL_ODDS, _USUAL_MEAN = 0.05, 0.5
"""Usual scatter of a month beyond chance: 5 % of the odds, or half a unit of a mean."""
_MOST_CARRIED = 0.8
_GRID = np.linspace(0, _MOST_CARRIED, 81)


@dataclass(frozen=True)
class Scatter:
    """One figure's months beside chance. `ratio`: variance over what chance brings, shrunken to the usual; `freedom`:
    its degrees of freedom; `usual`: the ratio that is assumed before anything is seen; `left`: standardized months less
    the calendar month's and the year's own level, shape (years, 12)."""

    ratio: float
    freedom: int
    usual: float
    left: Floats

    def part(self, share: float) -> "Scatter":
        """That of a part of the people: it has its share of what the whole scatters beyond chance."""
        return Scatter(1 + (self.ratio - 1) * share, self.freedom, self.usual, self.left)


def scatter(counts: MonthCounts) -> Scatter | None:
    """Of the latest whole years, at most four; None with fewer than two, or when a month of them has nobody.

    z = sum(x - np)/sqrt(sum npq) over partners, each at its own p; calendar months and years are taken out, so that
    neither a season nor a change of level is taken for scatter. A figure of nobody or of all does not scatter.
    """
    years = min(counts.months // YEAR, LONGEST_YEARS)
    if years < 2:
        return None
    latest = slice(counts.months - YEAR * years, counts.months)
    x, n = counts.known_count[:, latest], counts.known_people[:, latest]
    if not n.sum(axis=0).all():
        return None
    people = n.sum(axis=1, keepdims=True)
    people[people == 0] = 1  # a partner that counts nobody: a level of 0, of no weight
    level = x.sum(axis=1, keepdims=True) / people
    if counts.variance is None:
        each = level * (1 - level)
    else:
        v = np.nan_to_num(counts.variance[:, latest])
        each = (v * n).sum(axis=1, keepdims=True) / people
    chance = (n * each).sum(axis=0)
    z = np.divide((x - n * level).sum(axis=0), np.sqrt(chance), out=np.zeros(len(chance)), where=chance > 0)
    table = z.reshape(years, YEAR)
    left = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    free = (YEAR - 1) * (years - 1)
    seen = float((left**2).sum() / free)
    if counts.variance is None:
        assumed = _usual_ratio(1.0, float(chance.mean()), mean=False)
    else:
        assumed = _usual_ratio(float(n.sum(axis=0).mean()), float(each.mean()), mean=True)
    ratio = (PRIOR_FREEDOM * assumed + free * seen) / (PRIOR_FREEDOM + free)
    return Scatter(ratio, PRIOR_FREEDOM + free, assumed, left)


CARRIED_UNSEEN = 0.6
"""What is taken to stay from month to month where months cannot be seen: nearly the same people every month."""


def usual(people: float, variance: float, *, mean: bool) -> Scatter:
    """What is assumed of months that cannot be seen: so many people a month, of such a variance each."""
    ratio = _usual_ratio(people, variance, mean=mean)
    return Scatter(ratio, PRIOR_FREEDOM, ratio, np.zeros((2, YEAR)))


def _usual_ratio(people: float, variance: float, *, mean: bool) -> float:
    return 1 + (_USUAL_MEAN**2 * people / max(variance, 1e-12) if mean else _USUAL_ODDS**2 * people * variance)


def carried_over(scatters: Iterable[Scatter]) -> float:
    """How much of the scatter beyond chance stays from one month to the next (0 to 0.8), of all figures of a scorecard
    together: one figure's months are too few to tell.

    From the products of neighboring months beyond what taking out months and years brings by itself, against the
    squares beyond chance, or those assumed beforehand where they are more: else figures that hardly scatter would say
    anything. A standard error of the products is put on top: taken for too little, it makes false claims (people who
    recur at 0.6: 7.5 % of scorecards without it, 4.6 % with it), taken for too much it costs little power (a fall of
    readmissions from 14.3 to 11.8 % is told within a year in 87 % instead of 89 %).
    """
    products = squares = prior = doubt = 0.0
    longest = 0
    for one in scatters:
        of_chance, _ = _expected(len(one.left))
        flat = one.left.ravel()
        products += float(flat[1:] @ flat[:-1]) - of_chance[0]
        squares += float(flat @ flat) - of_chance[1]
        prior += (one.usual - 1) * of_chance[1]
        doubt += one.ratio**2 * of_chance[1]
        longest = max(longest, len(one.left))
    products += doubt**0.5
    beyond = max(squares, prior)
    if beyond <= 0 or products <= 0:
        return 0.0
    _, expected = _expected(longest)
    return float(np.interp(products / beyond, expected[:, 0] / expected[:, 1], _GRID))


@cache
def _expected(years: int) -> tuple[tuple[float, float], Floats]:
    """Sums of products of neighbors and of squares of months that are left: of chance alone, and of scatter that
    carries over by each part of the grid."""
    out, lag = _taken_out(years), np.eye(YEAR * years, k=1)
    chance = (float(np.trace(out @ lag)), float(np.trace(out)))
    kept = [out @ _carrying(len(out), rho) @ out for rho in _GRID]
    return chance, np.array([(float(np.trace(lag @ one)), float(np.trace(one))) for one in kept])


@cache
def _taken_out(years: int) -> Floats:
    """What takes calendar months and years out of a series of whole years."""
    month, year = np.tile(np.eye(YEAR), (years, 1)), np.repeat(np.eye(years), YEAR, axis=0)
    both = np.hstack([month, year])
    return np.eye(YEAR * years) - both @ np.linalg.pinv(both)


def _carrying(months: int, rho: float) -> Floats:
    return rho ** np.abs(np.subtract.outer(np.arange(months), np.arange(months)))


@cache
def magnified(length: int, years_back: tuple[int, ...], years: int, carried: float) -> float:
    """By how much scatter that carries over weighs more in a comparison than in the months that are left.

    a'R a/a'a of the comparison's weights over the same for the residuals: 1 when nothing carries over; for a year
    beside the year before, of three years, 1.48, 2.28 and 3.83 at 0.2, 0.4 and 0.6. Without a year before, of the
    months by themselves.
    """
    months = YEAR * max(years, max(years_back, default=0) + 1)
    weights = np.zeros(months)
    weights[-length:] = 1
    for back in years_back:
        weights[months - length - YEAR * back : months - YEAR * back] = -1 / len(years_back)
    out = _taken_out(years)
    seen = float(np.trace(out @ _carrying(len(out), carried)) / ((YEAR - 1) * (years - 1)))
    return float(weights @ _carrying(months, carried) @ weights / (weights @ weights)) / seen


def inflation(found: Scatter, length: int, years_back: tuple[int, ...], carried: float) -> float:
    """The variance of a comparison over that by chance alone; never below 1."""
    by = magnified(length, years_back, len(found.left), round(carried, 2))
    return max(1.0, 1 + (found.ratio - 1) * by)


def as_normal(t: float, freedom: int) -> float:
    """The normal deviate that is as rare as a Student's t value."""
    return float(np.sign(t)) * normal_of(2 * float(stdtr(freedom, -abs(t))))


def normal_of(p: float) -> float:
    """The normal deviate (0 or more) that chance exceeds on either side as seldom as p; at most 8, far beyond every
    cut and about as far as the tails can be told apart."""
    return min(float(-ndtri(p / 2)), 8.0) if p > 0 else 8.0
