"""Limits of a funnel plot: how far partners of each size may differ by chance. Pure functions on arrays.

Spiegelhalter 2005, Statistics in Medicine 24:1185 (limits) and Quality & Safety in Health Care 14:347
(overdispersion).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

WARNING, ALARM = 1.959964, 3.090232
"""z of the 95 % and the 99.8 % limits."""
WINSORIZED = (10, 90)


class Spread(NamedTuple):
    """How much more units differ than chance alone would let them.

    `phi`: mean squared z score after winsorizing, 1 when chance explains all; `tau2`: variance between units on the
    scale of asin(sqrt(p)), 0 when phi is at most 1 (then the plain limits hold).
    """

    phi: float
    tau2: float


CHANCE_ALONE = Spread(1.0, 0.0)


def center(x: ArrayLike, n: ArrayLike) -> float:
    """The rate of all units taken together; NaN without people."""
    total = float(np.sum(n))
    return float(np.sum(x)) / total if total else np.nan


def spread(x: ArrayLike, n: ArrayLike) -> Spread:
    """Overdispersion of units with x of n each (n > 0), one value a unit.

    Y = asin(sqrt(p)), s = 1/(2 sqrt(n)), z = (Y - asin(sqrt(center)))/s, winsorized at the 10th and 90th percentile
    (type 7); phi = sum(z^2)/I; tau2 = max(0, (I phi - (I - 1))/(sum(w) - sum(w^2)/sum(w))), w = 1/s^2.
    """
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    return _spread(np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(center(x, n))), 1 / (2 * np.sqrt(n)))


def spread_of_means(means: ArrayLike, n: ArrayLike, deviation: float) -> Spread:
    """As `spread`, of units with these means over n values each: s = deviation/sqrt(n), tau2 in the unit squared."""
    means, n = np.asarray(means, dtype=float), np.asarray(n, dtype=float)
    return _spread(means - center(means * n, n), deviation / np.sqrt(n))


def _spread(distances: NDArray[np.float64], errors: NDArray[np.float64]) -> Spread:
    units = len(distances)
    if units < 2:
        return CHANCE_ALONE
    scores = distances / errors
    scores = np.clip(scores, *np.percentile(scores, WINSORIZED))
    phi = float((scores**2).sum() / units)
    if phi <= 1:
        return Spread(phi, 0.0)
    w = 1 / errors**2
    tau2 = (units * phi - (units - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return Spread(phi, max(0.0, float(tau2)))


def pooled_deviation(n: ArrayLike, errors: ArrayLike) -> float:
    """The standard deviation within units, from the standard errors of their means over n values each."""
    n, errors = np.asarray(n, dtype=float), np.asarray(errors, dtype=float)
    return float(np.sqrt(((n - 1) * n * errors**2).sum() / (n - 1).sum()))


def limits_of_means(
    middle: float, n: ArrayLike, z: float, deviation: float, tau2: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits around `middle` for means over n values: middle +- z sqrt(deviation^2/n + tau2)."""
    half = z * np.sqrt(deviation**2 / np.asarray(n, dtype=float) + tau2)
    return middle - half, middle + half


def limits(middle: float, n: ArrayLike, z: float, tau2: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits around `middle` (0 to 1) for units of n people: (low, high), same shape, within 0 and 1.

    Plain: p +- z sqrt(p(1 - p)/n). With tau2: sin^2(asin(sqrt(p)) +- z sqrt(s^2 + tau2)), s = 1/(2 sqrt(n)).
    """
    n = np.asarray(n, dtype=float)
    if not tau2:
        half = z * np.sqrt(middle * (1 - middle) / n)
        return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    half = z * np.sqrt(1 / (4 * n) + tau2)
    angle = np.arcsin(np.sqrt(middle))
    # Past 0 and pi/2 the sine turns round: there the limit is the end of the scale.
    return np.sin(np.clip(angle - half, 0, None)) ** 2, np.sin(np.clip(angle + half, None, np.pi / 2)) ** 2
