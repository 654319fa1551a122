"""Confidence intervals, as pure functions on arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Z95 = 1.959963984540054


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
    return np.where(n > 0, np.clip(low, 0, 1), np.nan), np.where(n > 0, np.clip(high, 0, 1), np.nan)


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


def difference_interval(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float]:
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
