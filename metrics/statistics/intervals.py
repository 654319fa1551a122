"""Confidence intervals, as pure functions on arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtr, stdtrit

Span = tuple[float, float, float]
"""An estimate, and the lower and the upper end of its interval."""
Z95 = 1.959963984540054
EXACT_BELOW = 10
"""Counts below it have an exact interval; Byar's approximation is good to two decimals from here on."""


def wilson(x: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson score interval of proportions x/n: (low, high), same shape, clipped to [0, 1]; NaN where n is 0.

    Wilson 1927; formula as in STATISTICS: (2x + z^2 +- z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2)).
    """
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z * np.sqrt(z * z + 4 * x * (1 - x / n))
        low, high = (2 * x + z * z - half) / (2 * (n + z * z)), (2 * x + z * z + half) / (2 * (n + z * z))
    # Rounding leaves 0.9999999999999999 for 20 of 20.
    low, high = np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
    return np.where(n > 0, np.maximum(low, 0), np.nan), np.where(n > 0, np.minimum(high, 1), np.nan)


def mean_interval(
    n: ArrayLike, total: ArrayLike, squares: ArrayLike, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Means and their Student's t interval from counts, totals and sums of squares: (mean, low, high), same shape.

    mean +- t(n - 1) s / sqrt(n). NaN where n is 0; no interval (NaN) where n is 1.
    """
    n, total, squares = (np.asarray(a, dtype=float) for a in (n, total, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
        variance = np.maximum(squares - n * mean * mean, 0) / (n - 1)
        half = np.where(n > 1, stdtrit(n - 1, (1 + level) / 2) * np.sqrt(variance / n), np.nan)
    return mean, mean - half, mean + half


def error_of_mean(low: ArrayLike, high: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """The standard error that an interval of `mean_interval` stands for, same shape; NaN where fewer than two count."""
    low, high, n = (np.asarray(a, dtype=float) for a in (low, high, n))
    with np.errstate(invalid="ignore"):
        return np.where(n > 1, (high - low) / 2 / stdtrit(np.maximum(n - 1, 1), 0.975), np.nan)


def difference_interval(first: Span, second: Span) -> tuple[float, float]:
    """Interval of first - second, each given as (estimate, low, high) of the same level.

    The square-and-add method: Newcombe 1998, Statistics in Medicine 17:873, method 10 (with Wilson intervals of two
    proportions); Zou and Donner 2008, Statistics in Medicine 27:1693, for any two independent estimates.
    """
    (a, low_a, high_a), (b, low_b, high_b) = first, second
    return a - b - float(np.hypot(a - low_a, high_b - b)), a - b + float(np.hypot(high_a - a, b - low_b))


def newcombe(x1: int, n1: int, x2: int, n2: int, z: float = Z95) -> tuple[float, float]:
    """Interval of the difference of proportions x1/n1 - x2/n2 from the two Wilson intervals. Needs n1, n2 > 0."""
    (low1, low2), (high1, high2) = wilson([x1, x2], [n1, n2], z)
    return difference_interval((x1 / n1, float(low1), float(high1)), (x2 / n2, float(low2), float(high2)))


def byar(x: ArrayLike, z: float = Z95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of counts of events, same shape: exact below 10, Byar's approximation from 10 on; NaN below 0.

    Exact: chi2(a/2, 2x)/2 and chi2(1 - a/2, 2x + 2)/2 (Garwood 1936). Byar: Breslow & Day 1987, IARC 82, p. 69.
    """
    x = np.asarray(x, dtype=float)
    tail = ndtr(-z)
    few, many = np.where(x >= 0, x, 0.0), np.where(x >= EXACT_BELOW, x, float(EXACT_BELOW))
    # A chi-squared quantile with 2k degrees of freedom is twice that of a gamma distribution of shape k.
    exact_low = np.where(few > 0, gammaincinv(np.where(few > 0, few, 1.0), tail), 0.0)
    exact_high = gammaincinv(few + 1, 1 - tail)
    low = many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3
    above = many + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    exact = x < EXACT_BELOW
    return (
        np.where(x >= 0, np.where(exact, exact_low, low), np.nan),
        np.where(x >= 0, np.where(exact, exact_high, high), np.nan),
    )


def observed_to_expected(
    observed: ArrayLike, expected: ArrayLike, z: float = Z95
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Ratio O/E with its interval: (ratio, low, high), same shape; NaN where nothing is expected.

    The interval is that of the observed count over the expected one (`byar`), which is taken as known.
    """
    observed, expected = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    low, high = byar(observed, z)
    divisor = np.where(expected > 0, expected, np.nan)
    return observed / divisor, low / divisor, high / divisor


def share_to_expected(observed: int, people: int, expected: float, z: float = Z95) -> tuple[float, float, float]:
    """Ratio O/E of people of whom each counts once at most, with its interval: (ratio, low, high); NaN without E.

    The interval is Wilson's for the share O/people, times people/E. That of `observed_to_expected` is for events that
    can happen any number of times; of a share of 70 % it is nearly twice as wide as it should be.
    """
    if expected <= 0 or people <= 0:
        return np.nan, np.nan, np.nan
    low, high = wilson([observed], [people], z)
    return observed / expected, float(low[0]) * people / expected, float(high[0]) * people / expected


def ratio(x1: int, n1: int, x2: int, n2: int, z: float = Z95) -> tuple[float, float, float]:
    """Ratio of proportions (x1/n1)/(x2/n2) with its interval on the log scale: (ratio, low, high).

    Katz et al. 1978, Biometrics 34:469. The interval is NaN where a numerator is 0, the ratio where the second is.
    Needs n1, n2 > 0.
    """
    if x2 == 0:
        return np.nan, np.nan, np.nan
    found = (x1 / n1) / (x2 / n2)
    if x1 == 0:
        return found, np.nan, np.nan
    half = z * float(np.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2))
    return found, found * float(np.exp(-half)), found * float(np.exp(half))


def difference_of(first: Span, second: Span) -> Span:
    """`first` - `second` with its interval (`difference_interval`)."""
    return first[0] - second[0], *difference_interval(first, second)
