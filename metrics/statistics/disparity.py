"""How unequal groups are, in one figure each. Pure functions on arrays.

Rates are 0 to 1 (a mean is as good where no count is asked for), one value a group; `people` are the groups' sizes.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import Z95, Span, newcombe

Against = Literal["average", "best"]


class Slope(NamedTuple):
    """Slope (sii, a difference of rates) and relative (rii, a ratio) index of inequality, each with its interval."""

    sii: Span
    rii: Span


def gap(x1: int, n1: int, x2: int, n2: int, z: float = Z95) -> Span:
    """The first group's rate minus the second's, with Newcombe's interval. Needs people in both."""
    return x1 / n1 - x2 / n2, *newcombe(x1, n1, x2, n2, z)


def average(rates: ArrayLike, people: ArrayLike) -> float:
    """The rate of all groups taken together."""
    return float(np.average(np.asarray(rates, dtype=float), weights=np.asarray(people, dtype=float)))


def slope_index(rates: ArrayLike, errors: ArrayLike, people: ArrayLike, z: float = Z95) -> Slope:
    """SII and RII of groups in their order, from the first to the last (ages, areas by deprivation).

    Weighted least squares of the rates on mid-point ranks: a = share of people, b = share below + a/2; SII = slope,
    sum(h y) with h = a(b - 1/2)/sum(a(b - 1/2)^2); its variance sum(h^2 se^2). RII = (c0 + SII)/c0, c0 the
    intercept, with the delta method on its logarithm. Regidor 2004, Journal of Epidemiology and Community Health
    58:858 and 895; OHID, slope index of inequality. `errors`: standard errors of the rates. One group has no slope:
    NaN; an end of the line at or below 0 has no ratio: NaN.
    """
    y, se = np.asarray(rates, dtype=float), np.asarray(errors, dtype=float)
    a = np.asarray(people, dtype=float) / np.sum(people)
    b = np.cumsum(a) - a / 2
    spread = float((a * (b - 0.5) ** 2).sum())
    nothing = (np.nan, np.nan, np.nan)
    if len(y) < 2 or spread == 0:
        return Slope(nothing, nothing)
    h = a * (b - 0.5) / spread
    k = a - h / 2
    slope, foot = float(h @ y), float(k @ y)
    half = z * float(np.sqrt((h**2 * se**2).sum()))
    sii = (slope, slope - half, slope + half)
    if foot <= 0 or foot + slope <= 0:
        return Slope(sii, nothing)
    rii = (foot + slope) / foot
    steps = (k + h) / (foot + slope) - k / foot
    half = z * float(np.sqrt((steps**2 * se**2).sum()))
    return Slope(sii, (rii, rii * float(np.exp(-half)), rii * float(np.exp(half))))


def between_group_variance(rates: ArrayLike, people: ArrayLike) -> float:
    """sum(p (y - mean)^2), p the shares of people. WHO 2013, Handbook on Health Inequality Monitoring."""
    y, p = _shares(rates, people)
    return float((p * (y - p @ y) ** 2).sum())


def theil(rates: ArrayLike, people: ArrayLike) -> float:
    """Theil's index sum(p r ln r), r = y / mean; a group at 0 adds nothing; NaN when all are.

    Theil 1967; WHO 2013, Handbook on Health Inequality Monitoring, which shows it times 1000.
    """
    y, p = _shares(rates, people)
    mean = float(p @ y)
    if mean == 0:
        return np.nan
    r = y / mean
    return float((p * r * np.log(np.where(r > 0, r, 1.0))).sum())


def index_of_disparity(
    rates: ArrayLike, people: ArrayLike, against: Against = "average", *, better: Literal["higher", "lower"] = "higher"
) -> float:
    """The mean distance of the groups' rates from a reference, in % of it; NaN when the reference is 0.

    Two definitions are in use, so the one shown must be named:
    `average` (WHO, the default): 100/J sum|y - mean|/mean over all J groups, the mean weighted by people.
    WHO 2013, Handbook on Health Inequality Monitoring; WHO HEAT technical notes.
    `best`: 100/(J - 1) sum|y - y_best|/y_best over the other groups. Keppel et al. 2005, Methodological Issues in
    Measuring Health Disparities, NCHS Series 2 no. 141 (Healthy People 2010), after Pearcy & Keppel 2002.
    """
    y, p = _shares(rates, people)
    if against == "average":
        reference, groups = float(p @ y), len(y)
    else:
        reference, groups = float(y.max() if better == "higher" else y.min()), len(y) - 1
    if reference == 0 or groups == 0:
        return np.nan
    return float(100 / groups * np.abs(y - reference).sum() / reference)


def bounds(x: int, n: int, unknown_x: int, unknown_n: int) -> tuple[float, float]:
    """Between what a group's rate must lie, whoever the people of unknown group are: (lowest, highest).

    Lowest: all of them who do not meet the indicator belong to the group and nobody else; highest: all who do.
    Manski 2003, Partial Identification of Probability Distributions, for a missing covariate. NaN when the group
    could be empty and nobody is unknown.
    """
    missed = unknown_n - unknown_x
    low = x / (n + missed) if n + missed else np.nan
    high = (x + unknown_x) / (n + unknown_x) if n + unknown_x else np.nan
    return low, high


def gap_bounds(first: tuple[int, int], second: tuple[int, int], unknown: tuple[int, int]) -> tuple[float, float]:
    """Between what the gap first - second must lie, whoever the people of unknown group are: (lowest, highest).

    Each pair is (met, all). The two groups share the unknown people: those who meet it raise one group, the others
    lower the other group, so both ends can be reached at once.
    """
    low_first, high_first = bounds(*first, *unknown)
    low_second, high_second = bounds(*second, *unknown)
    return low_first - high_second, high_first - low_second


def _shares(rates: ArrayLike, people: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    size = np.asarray(people, dtype=float)
    return np.asarray(rates, dtype=float), size / size.sum()
