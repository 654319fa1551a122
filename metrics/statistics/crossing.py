"""Where a rising or a falling function crosses zero, and the noncentral hypergeometric distribution.

SciPy has both, in parts that take a second of each start of the program (`scipy.optimize`, `scipy.stats`); the tests
hold these against them.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln, logsumexp


def crossing(function: Callable[[float], float], low: float, high: float, exact: float) -> float:
    """Where a monotone function crosses zero between `low` and `high`, to within `exact`: by halving.

    Raises ValueError where it has the same sign at both ends.
    """
    falls = function(low) > 0
    if falls == (function(high) > 0):
        raise ValueError("the function does not cross zero between the two ends")
    while high - low > exact:
        middle = (low + high) / 2
        if (function(middle) > 0) == falls:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def share_at_most(most: int, total: int, marked: int, drawn: int, odds: float) -> float:
    """How likely at most `most` of `drawn` units are marked ones, of which there are `marked` among `total`, where each
    marked one comes `odds` times as easily (Fisher's noncentral hypergeometric distribution)."""
    first, last = max(0, drawn + marked - total), min(drawn, marked)
    n = np.arange(first, last + 1)
    parts = (n, marked - n, drawn - n, total - marked - drawn + n)
    weights = n * np.log(odds) - sum(gammaln(part + 1) for part in parts)
    return float(np.exp(logsumexp(weights[: most - first + 1]) - logsumexp(weights))) if most >= first else 0.0
