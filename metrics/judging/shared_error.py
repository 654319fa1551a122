"""One error shared by all sentences of a kind on a scorecard: however many figures there are, all of them together are
wrong as seldom as was agreed."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

# How often any sentence of a kind may be false on a scorecard on which nothing changes (bench/claims.py measures it).
YEAR, TWO_YEARS, EARLY, PARTNER = 0.010, 0.010, 0.047, 0.019
GAP, GROUP = 0.0075, 0.0075
PEERS = 0.01
"""How often any partner may be marked as different from its peers where none is."""


def cut(least: Sequence[float], error: float) -> float:
    """The normal deviate that a sentence must pass, so that all together are false as often as `error`.

    `least`: for each sentence its smallest meaningful difference in standard errors, which it must pass anyway; so a
    figure of many people leaves more of the error to the others. Infinite when there is none.
    """
    if not len(least):
        return float("inf")
    floors = np.sort(np.asarray(least, dtype=float))
    tails = 2 * ndtr(-floors)
    above = tails[::-1].cumsum()[::-1] - tails  # what those with higher floors spend anyway
    # The cut lies above the floors at which all together would still be false too often.
    passed = int((np.arange(1, len(floors) + 1) * tails + above > error).sum())
    if not passed:
        return 0.0
    return float(-ndtri((error - above[passed - 1]) / passed / 2))
