"""Shrunken figures and reliability: how much of a unit's distance from the others is its own. Pure functions on arrays.

For display alone: as a test whether a unit differs, a shrunken figure is false more often than funnel limits are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Shrunken(NamedTuple):
    """Units around their common figure, in the figures' own unit.

    `center`: their mean, each weighted by 1/(between + within); `between`: the variance between units beyond chance;
    `reliability`: between/(between + within) of each, 0 (chance alone) to 1; `figures`: each moved toward the center,
    reliability * figure + (1 - reliability) * center. The arrays have one value a unit.
    """

    center: float
    between: float
    reliability: NDArray[np.float64]
    figures: NDArray[np.float64]


def shrunken(figures: ArrayLike, within: ArrayLike) -> Shrunken:
    """Empirical Bayes estimates of units with these figures and variances by chance (> 0); two units or more.

    between = max(0, (Q - (I - 1))/(sum(w) - sum(w^2)/sum(w))), Q = sum(w (y - mean)^2), w = 1/within: method of
    moments, DerSimonian & Laird 1986, Controlled Clinical Trials 7:177. Reliability: Adams 2009, The Reliability of
    Provider Profiling, RAND TR-653. Shrinking: Efron & Morris 1975, JASA 70:311. Raises ValueError for fewer than two.
    """
    y, variance = np.asarray(figures, dtype=float), np.asarray(within, dtype=float)
    if len(y) < 2:
        raise ValueError("the variance between units needs two units")
    w = 1 / variance
    q = float((w * (y - np.average(y, weights=w)) ** 2).sum())
    between = max(0.0, (q - (len(y) - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    center = float(np.average(y, weights=1 / (between + variance)))
    reliability = between / (between + variance)
    return Shrunken(center, between, reliability, center + reliability * (y - center))


def variance_of_rates(x: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """By chance, of rates x/n (n > 0), at the rate of all together, so that a unit with no case has a variance too."""
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    p = (x.sum() + 0.5) / (n.sum() + 1)
    return p * (1 - p) / n


def variance_of_means(n: ArrayLike, deviation: float) -> NDArray[np.float64]:
    """By chance, of means over n values with this standard deviation within units."""
    return deviation**2 / np.asarray(n, dtype=float)
