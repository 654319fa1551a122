"""Whether months moved: the test that the year's verdict, the early warning and a partner's own change share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import bdtr, bdtrc  # scipy.stats takes another half second of each start

from metrics.judging import shared_error
from metrics.statistics import excess_scatter
from metrics.statistics.contrast import YEAR, Contrast, MonthCounts, Sides, contrasts, sides
from metrics.statistics.excess_scatter import Scatter

RARE_BELOW = 5
"""Fewer expected cases a month are rare: their months are too few for a normal deviate."""
_SMALLEST_SHARE = 0.1
_SMALLEST_RARE = 0.25
"""Of rare cases, a difference worth saying: a quarter of what was there before."""


@dataclass(frozen=True)
class Figure:
    """One figure to be judged: its settled months up to the end of a quarter, and what is known of their scatter.

    `smallest`: the smallest meaningful difference that its definition declares, rates as fractions. `scatter`: None
    when its months cannot be judged (too few, or one of them hidden). `carried`: of the scorecard. `longer`:
    quarters or whole years to be compared in place of the months. `mixed`: partners that came, went or
    grew may have moved the figure of all.
    """

    counts: MonthCounts
    smallest: float
    scatter: Scatter | None
    carried: float = 0.0
    longer: MonthCounts | None = None
    mixed: bool = False

    @cached_property
    def rare(self) -> bool:
        """Whether fewer than five cases are expected a month."""
        table = self.longer or self.counts
        x, n = (float(v[:, -3 * table.year :].sum()) for v in (table.known_count, table.known_people))
        months = min(table.months, 3 * table.year) * YEAR / table.year
        return table.variance is None and min(x, n - x) < RARE_BELOW * months


@dataclass(frozen=True)
class Moved:
    """A difference that was tested. `z`: its rank among normal deviates. `passed`: it may be said. `years`: with how
    many years before it was compared."""

    difference: float
    z: float
    passed: bool
    years: int


def figures(counts: Sequence[MonthCounts], smallest: Sequence[float]) -> list[Figure]:
    """The figures of a scorecard, with what their months together say of scatter."""
    found = [excess_scatter.scatter(one) for one in counts]
    carried = excess_scatter.carried_over(one for one in found if one)
    return [Figure(one, least, seen, carried) for one, least, seen in zip(counts, smallest, found, strict=True)]


def judged_by(figure: Figure, longer: MonthCounts) -> Figure:
    """The figure to be judged by quarters or whole years. Where months do not tell of scatter, the usual of people who
    recur is assumed."""
    if figure.scatter:
        return replace(figure, longer=longer)
    people, total = float(np.nansum(longer.people[:, -longer.year :])), float(np.nansum(longer.people))
    p = float(np.nansum(longer.count)) / total if total else 0.0
    variance = p * (1 - p) if longer.variance is None else float(np.nanmean(longer.variance))
    scatter = excess_scatter.usual(people / YEAR, variance, mean=longer.variance is not None)
    return replace(figure, longer=longer, scatter=scatter, carried=excess_scatter.CARRIED_UNSEEN)


def moved(
    those: Sequence[Figure], length: int, years: int, error: float, times: float = 1, *, least_years: int = 1
) -> list[Moved | None]:
    """For each figure the last `length` months beside the same ones of so many years before, or of fewer (at least
    `least_years`) where there are no more; together they are wrong as seldom as `error`. `times`: how many smallest
    meaningful differences it must be. None where it cannot be told."""
    compared = _compared(those, length, years, least_years)
    judged = [one for one, pair in zip(those, compared, strict=True) if pair]
    frequent = [(one, pair) for one, pair in zip(those, compared, strict=True) if pair and not one.rare]
    share = error / len(judged) if judged else 0.0
    least = [times * smallest_meaningful(one, pair.found.before) / pair.error for one, pair in frequent]
    cut = shared_error.cut(least, share * len(frequent))
    return [
        None if not pair else _rare(pair, share, times) if one.rare else _tested(one, pair, cut, times)
        for one, pair in zip(those, compared, strict=True)
    ]


def in_errors(one: Figure, length: int, years: int) -> float | None:
    """The difference of the last `length` months in standard errors, scatter included; None where it cannot be told."""
    (pair,) = _compared([one], length, years, 1)
    return pair.found.difference / pair.error if pair and pair.error else None


@dataclass(frozen=True)
class _Pair:
    """A comparison with so many years: its strata, the difference, and the error with all scatter."""

    strata: Sides
    found: Contrast
    error: float
    years: int


def _compared(those: Sequence[Figure], length: int, years: int, least_years: int) -> list[_Pair | None]:
    strata = [_strata(one, length, years, least_years) for one in those]
    found = iter(contrasts([one for one, _ in filter(None, strata)]))
    return [_pair(one, length, *mine, next(found)) if mine else None for one, mine in zip(those, strata, strict=True)]


def _strata(one: Figure, length: int, years: int, least_years: int) -> tuple[Sides, int] | None:
    """What is compared, and with how many years before."""
    table = one.longer or one.counts
    columns = length * table.year // YEAR
    years = min(years, (table.months - columns) // table.year)
    if one.scatter is None or years < least_years or columns * YEAR != length * table.year:
        return None
    strata = sides(table, columns, range(1, years + 1))
    return (strata, years) if strata else None


def _pair(one: Figure, length: int, strata: Sides, years: int, found: Contrast | None) -> _Pair | None:
    if found is None or one.scatter is None or (found.error == 0 and not one.rare):
        return None
    inflated = excess_scatter.inflation(one.scatter, length, tuple(range(1, years + 1)), one.carried)
    return _Pair(strata, found, found.error * math.sqrt(inflated), years)


def smallest_meaningful(one: Figure, before: float) -> float:
    """The smallest meaningful difference: the declared one, or a tenth of the figure before where that is less."""
    return min(one.smallest, _SMALLEST_SHARE * abs(before)) if before else one.smallest


def _tested(one: Figure, pair: _Pair, cut: float, times: float) -> Moved:
    assert one.scatter
    found = pair.found
    z = excess_scatter.as_normal(found.difference / pair.error, one.scatter.freedom)
    enough = abs(found.difference) > times * smallest_meaningful(one, found.before)
    return Moved(found.difference, z, enough and abs(z) > cut, pair.years)


def _rare(pair: _Pair, error: float, times: float) -> Moved:
    """The cases now, given all of now and before, are binomial: exact and two-sided (twice the smaller tail)."""
    s = pair.strata
    both = (s.n1 > 0) & (s.n0 > 0)
    x1, n1, x0, n0 = (float(v[both].sum()) for v in (s.x1, s.n1, s.x0, s.n0))
    if x1 + x0 > (n1 + n0) / 2:
        x1, x0 = n1 - x1, n0 - x0
    total, part = int(x1 + x0), n1 / (n1 + n0)
    p = min(1.0, 2 * min(bdtr(x1, total, part), bdtrc(x1 - 1, total, part)))
    enough = abs(x1 / n1 - x0 / n0) > times * _SMALLEST_RARE * x0 / n0
    z = float(np.sign(pair.found.difference)) * excess_scatter.normal_of(p)
    return Moved(pair.found.difference, z, bool(p < error and enough), pair.years)
