"""Trend over ordered periods, and its slope: Cochran–Armitage of shares, a straight line of means. Pure functions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr
from scipy.stats import linregress


@dataclass(frozen=True)
class Trend:
    """`slope`: change of the share or mean per unit of the scores; `z`: the test statistic; `p`: two-sided."""

    slope: float
    z: float
    p: float


def cochran_armitage(x: ArrayLike, n: ArrayLike, scores: ArrayLike, spread: float = 1.0) -> Trend | None:
    """Whether shares x/n rise or fall along the scores; None when nothing can be said (no people, no variation).

    Cochran 1954, Armitage 1955: z = Σx(s−s̄) / √(p̄(1−p̄) Σn(s−s̄)²), s̄ weighted by n. `spread` divides z: months
    that scatter more than chance (see `metrics.statistics.p_chart.dispersion`) must not pass for a trend. Such a spread
    is itself estimated: then p is Student's with two degrees of freedom fewer than there are scores.
    """
    x, n, s = (np.asarray(v, dtype=float) for v in (x, n, scores))
    people = n.sum()
    share = x.sum() / people if people else 0.0
    apart = s - (n * s).sum() / people if people else s
    room = (n * apart**2).sum()
    if room == 0 or share in (0.0, 1.0):
        return None
    z = float((x * apart).sum() / np.sqrt(share * (1 - share) * room) / spread)
    tail = ndtr(-abs(z)) if spread == 1 or len(s) < 3 else stdtr(len(s) - 2, -abs(z))
    return Trend(float((x * apart).sum() / room), z, float(2 * tail))


def line(values: ArrayLike, scores: ArrayLike) -> Trend | None:
    """Whether means rise or fall along the scores: least squares, Student's t. None: fewer than three, or all alike."""
    y, s = np.asarray(values, dtype=float), np.asarray(scores, dtype=float)
    if len(y) < 3 or (y == y[0]).all() or (s == s[0]).all():
        return None
    found = linregress(s, y)
    with np.errstate(divide="ignore"):
        return Trend(float(found.slope), float(np.divide(found.slope, found.stderr)), float(found.pvalue))
