"""One error shared by all sentences of a kind on a scorecard: however many figures there are, all of them together are
wrong as seldom as was agreed."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

# How often any sentence of a kind may be false on a scorecard on which nothing changes (bench/claims.py measures it).
YEAR, TWO_YEARS, EARLY, PARTNER = 0.010, 0.010, 0.042, 0.024
GAP, GROUP = 0.0075, 0.0075
PEERS = 0.01
"""How often any partner may be marked as different from its peers where none is."""


def cut(least: Sequence[float], error: float) -> float:
    """The normal deviate that a sentence must pass, so that all together are false as often as `error`.

    `least`: for each sentence its smallest meaningful difference in standard errors, which it must pass anyway; so a
    figure of many people leaves more of the error to the others. Infinite when there is none.
    """
    floors = np.asarray(least, dtype=float)
    if not len(floors):
        return float("inf")

    def spare(c: float) -> float:
        return float((2 * ndtr(-np.maximum(c, floors))).sum()) - error

    return 0.0 if spare(0.0) <= 0 else float(brentq(spare, 0.0, 8.0))
