"""Standardized rates: as they would be if every population had the same ages. Pure functions on arrays.

Direct: the rates of each stratum weighted by one standard population. Indirect: the cases that a reference's rates
would bring, beside those observed (see `intervals.share_to_expected`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import Z95, byar, wilson

FEWEST_EVENTS = 10
"""Fewer observed events give no interval: Dobson's needs more to hold."""


class Standardized(NamedTuple):
    """A directly standardized rate per person with its interval; NaN where there is none."""

    rate: float
    low: float
    high: float


NONE = Standardized(np.nan, np.nan, np.nan)


def direct(x: ArrayLike, n: ArrayLike, weights: ArrayLike, z: float = Z95) -> Standardized:
    """The directly standardized rate of events x of n people by stratum, with Dobson's interval.

    v = sum(w x/n)/sum(w); var = sum(x (w/n)^2)/sum(w)^2; v + sqrt(var/O)(Byar(O) - O). Dobson, Kuulasmaa, Eberle &
    Scherer 1991, Statistics in Medicine 10:457. x, n, weights: one value a stratum. No rate when a stratum that has
    weight has no people; no interval below 10 events.
    """
    return direct_of_repeated(np.asarray(x, dtype=float)[np.newaxis], n, weights, z)


def direct_of_shares(x: ArrayLike, n: ArrayLike, weights: ArrayLike, z: float = Z95) -> Standardized:
    """As `direct`, where each of the n people counts once at most.

    Dobson's method with what a share has in the place of what a count of events has: var = sum((w/n)^2 x(1 - x/n))
    / sum(w)^2, and Wilson's interval of the crude share P: v + sqrt(var / (P(1 - P)/N)) (Wilson - P). Poisson
    variance would make the interval of a share of 70 % nearly twice as wide.
    """
    x, n, w = (np.asarray(a, dtype=float) for a in (x, n, weights))
    counts = w > 0
    if not counts.any() or (n[counts] <= 0).any():
        return NONE
    x, n, part = x[counts], n[counts], w[counts] / w[counts].sum()
    rate, observed, people = float(part @ (x / n)), float(x.sum()), float(n.sum())
    share = observed / people
    if observed < FEWEST_EVENTS or share == 1:
        return Standardized(rate, np.nan, np.nan)
    variance = float(((part / n) ** 2 * x * (1 - x / n)).sum())
    low, high = (float(end[0]) for end in wilson([observed], [people], z))
    scale = np.sqrt(variance / (share * (1 - share) / people))
    return Standardized(rate, float(rate + scale * (low - share)), float(rate + scale * (high - share)))


def direct_of_repeated(people: ArrayLike, n: ArrayLike, weights: ArrayLike, z: float = Z95) -> Standardized:
    """As `direct`, where one person may have several events: row f - 1 of `people` counts those with f, by stratum.

    The variance is sum(f^2 var_f), var_f that of the people with f events, since their events come together
    (OHID, Public Health Technical Guide on directly standardized rates; Stukel et al. 1994).
    """
    people, n, w = (np.asarray(a, dtype=float) for a in (people, n, weights))
    counts = w > 0
    if not counts.any() or (n[counts] <= 0).any():
        return NONE
    people, share = people[:, counts], w[counts] / n[counts] / w[counts].sum()
    times = np.arange(1, len(people) + 1)
    events = times @ people
    rate, observed = float(events @ share), float(events.sum())
    if observed < FEWEST_EVENTS:
        return Standardized(rate, np.nan, np.nan)
    variance = float(times**2 @ (people @ share**2))
    low, high = (float(end) for end in byar(observed, z))
    scale = np.sqrt(variance / observed)
    return Standardized(rate, float(rate + scale * (low - observed)), float(rate + scale * (high - observed)))


def expected(n: ArrayLike, reference_x: ArrayLike, reference_n: ArrayLike) -> float:
    """Events that n people by stratum would have at the reference's rates; NaN when a stratum with people has none.

    Indirect standardization: Breslow & Day 1987, IARC 82, p. 65.
    """
    n, x, people = (np.asarray(a, dtype=float) for a in (n, reference_x, reference_n))
    rates: NDArray[np.float64] = np.divide(x, people, out=np.full_like(x, np.nan), where=people > 0)
    return float((n[n > 0] * rates[n > 0]).sum())
