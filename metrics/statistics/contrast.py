"""Two stretches of months compared like for like: partner by partner, and each calendar month with the same one before.

A partner or a month that lacks one side drops out of the comparison, so a partner that joins, leaves or grows moves
nothing, and a season that comes back every year takes itself out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from metrics.statistics.spc import Floats

YEAR = 12


@dataclass(frozen=True)
class MonthCounts:
    """What was counted each month. `count`: of a rate those who meet it, of a mean the total; `people`: those counted.
    Both have the shape (partners, months), months without a gap and NaN where nothing is known. `variance`: of a mean,
    the variance within each (same shape); None for a rate, whose variance follows from it."""

    count: Floats
    people: Floats
    variance: Floats | None = None
    year: int = YEAR
    """How many columns a year has: 4 and 1 stand for quarters and whole years in place of months."""

    @property
    def months(self) -> int:
        """How many columns."""
        return self.count.shape[1]

    def upto(self, months: int) -> "MonthCounts":
        """The first so many months."""
        variance = None if self.variance is None else self.variance[:, :months]
        return replace(self, count=self.count[:, :months], people=self.people[:, :months], variance=variance)

    def of(self, partner: int) -> "MonthCounts":
        """One partner's."""
        own = slice(partner, partner + 1)
        variance = None if self.variance is None else self.variance[own]
        return replace(self, count=self.count[own], people=self.people[own], variance=variance)


@dataclass(frozen=True)
class Sides:
    """The strata (partner x calendar month) that have both sides, one entry each: counts and people now (1) and before
    (0), and the variance of one person, both sides together."""

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats
    variance: Floats


@dataclass(frozen=True)
class Contrast:
    """A difference, now less before: rates as fractions. `error`: its standard error by chance alone. `before`: the
    figure before, weighted in the same way."""

    difference: float
    error: float
    before: float


def sides(counts: MonthCounts, length: int, years_back: Sequence[int]) -> Sides | None:
    """The last `length` columns beside the same ones so many years back, taken together. None when one of these years
    begins before the first column, or no stratum has both sides."""
    if counts.months < length + counts.year * max(years_back):
        return None
    now = np.arange(counts.months - length, counts.months)
    places = [now - counts.year * years for years in years_back]
    x1, n1 = _known(counts.count[:, now]), _known(counts.people[:, now])
    x0 = sum((_known(counts.count[:, place]) for place in places), np.zeros_like(x1))
    n0 = sum((_known(counts.people[:, place]) for place in places), np.zeros_like(n1))
    both = (n1 > 0) & (n0 > 0)
    if not both.any():
        return None
    if counts.variance is None:
        p = (x1 + x0)[both] / (n1 + n0)[both]
        variance = p * (1 - p)
    else:
        squares = sum(_known(counts.variance[:, place]) * _known(counts.people[:, place]) for place in [now, *places])
        variance = np.asarray(squares)[both] / (n1 + n0)[both]
    return Sides(x1[both], n1[both], x0[both], n0[both], variance)


def contrast(found: Sides) -> Contrast:
    """The difference over all strata, weighted by w = n1 n0/(n1 + n0): sum(w d)/sum(w), of variance
    sum(w pq)/sum(w)^2 (Mantel and Haenszel's weights; Cochran 1954)."""
    weight = found.n1 * found.n0 / (found.n1 + found.n0)
    whole = float(weight.sum())
    difference = float((weight * (found.x1 / found.n1 - found.x0 / found.n0)).sum()) / whole
    error = float(np.sqrt((weight * found.variance).sum())) / whole
    return Contrast(difference, error, float((weight * found.x0 / found.n0).sum()) / whole)


def _known(values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, values)
