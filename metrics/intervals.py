"""Confidence intervals, as pure functions on arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def newcombe(x1: int, n1: int, x2: int, n2: int, z: float = Z95) -> tuple[float, float]:
    """Interval of the difference of proportions x1/n1 - x2/n2 from the two Wilson intervals.

    Newcombe 1998, Statistics in Medicine 17:873, method 10. Needs n1, n2 > 0.
    """
    p1, p2 = x1 / n1, x2 / n2
    (low1, low2), (high1, high2) = wilson([x1, x2], [n1, n2], z)
    low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    return float(low), float(high)
