"""Two stretches of months compared like for like: partner by partner, and each calendar month with the same one before.

A partner or a month that lacks one side drops out of the comparison, so a partner that joins, leaves or grows moves
nothing, and a season that comes back every year takes itself out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

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

    @cached_property
    def known_count(self) -> Floats:
        """The counts, 0 where nothing is known."""
        return _known(self.count)

    @cached_property
    def known_people(self) -> Floats:
        """The people, 0 where nothing is known."""
        return _known(self.people)

    def upto(self, months: int) -> "MonthCounts":
        """The first so many months."""
        variance = None if self.variance is None else self.variance[:, :months]
        return replace(self, count=self.count[:, :months], people=self.people[:, :months], variance=variance)

    def of(self, partner: int) -> "MonthCounts":
        """One partner's."""
        own = slice(partner, partner + 1)
        variance = None if self.variance is None else self.variance[own]
        return MonthCounts(self.count[own], self.people[own], variance, self.year)


@dataclass(frozen=True)
class Sides:
    """Strata (partner x calendar month), one entry each: counts and people now (1) and before (0), 0 where nothing is
    known. `squares`: of a mean, people times the variance of one, both sides together; None for a rate."""

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats
    squares: Floats | None = None


@dataclass(frozen=True)
class Contrast:
    """A difference, now less before: rates as fractions. `error`: its standard error by chance alone. `before`: the
    figure before, weighted in the same way."""

    difference: float
    error: float
    before: float


def sides(counts: MonthCounts, length: int, years_back: Sequence[int]) -> Sides | None:
    """The last `length` columns beside the same ones so many years back, taken together. None when one of these years
    begins before the first column."""
    end = counts.months
    if end < length + counts.year * max(years_back):
        return None
    now = slice(end - length, end)
    before = [slice(now.start - counts.year * back, now.stop - counts.year * back) for back in years_back]
    x, n = counts.known_count, counts.known_people
    squares = None
    if counts.variance is not None:
        squares = _sum(_known(counts.variance) * n, [now, *before]).ravel()
    return Sides(x[:, now].ravel(), n[:, now].ravel(), _sum(x, before).ravel(), _sum(n, before).ravel(), squares)


def _sum(values: Floats, places: Sequence[slice]) -> Floats:
    """Stretches of columns added up."""
    whole = values[:, places[0]]
    for place in places[1:]:
        whole = whole + values[:, place]
    return whole


def contrasts(those: Sequence[Sides]) -> list[Contrast | None]:
    """The difference of each over all its strata, weighted by w = n1 n0/(n1 + n0): sum(w d)/sum(w), of variance
    sum(w pq)/sum(w)^2 (Mantel and Haenszel's weights; Cochran 1954). None where no stratum has both sides.

    Together, in one pass over the strata of all. A stratum that lacks a side weighs 0.
    """
    if not those:
        return []
    x1, n1, x0, n0 = (np.concatenate([getattr(one, name) for one in those]) for name in ("x1", "n1", "x0", "n0"))
    people = n1 + n0
    people[people == 0] = 1
    p = (x1 + x0) / people
    variance = p * (1 - p)
    starts = [0, *accumulate(len(one.x1) for one in those)]
    for one, start in zip(those, starts, strict=False):
        if one.squares is not None:
            part = slice(start, start + len(one.x1))
            variance[part] = one.squares / people[part]
    weight = n1 * n0 / people
    both = weight > 0
    # w (x1/n1 - x0/n0) and w x0/n0
    terms = np.array([weight, both * (x1 * n0 - x0 * n1) / people, weight * variance, both * x0 * n1 / people])
    sums = np.add.reduceat(terms, starts[:-1], axis=1).T.tolist()
    return [
        Contrast(moved / whole, math.sqrt(squares) / whole, before / whole) if whole else None
        for whole, moved, squares, before in sums
    ]


def _known(values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, values)
