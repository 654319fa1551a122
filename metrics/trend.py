"""Trend of shares over ordered periods: Cochran–Armitage, and its slope. Pure functions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr


@dataclass(frozen=True)
class Trend:
    """`slope`: change of the share per unit of the scores; `z`: the test statistic; `p`: two-sided."""

    slope: float
    z: float
    p: float


def cochran_armitage(x: ArrayLike, n: ArrayLike, scores: ArrayLike, spread: float = 1.0) -> Trend | None:
    """Whether shares x/n rise or fall along the scores; None when nothing can be said (no people, no variation).

    Cochran 1954, Armitage 1955: z = Σx(s−s̄) / √(p̄(1−p̄) Σn(s−s̄)²), s̄ weighted by n. `spread` divides z: months
    that scatter more than chance (see `metrics.pchart.dispersion`) must not pass for a trend.
    """
    x, n, s = (np.asarray(v, dtype=float) for v in (x, n, scores))
    people = n.sum()
    share = x.sum() / people if people else 0.0
    apart = s - (n * s).sum() / people if people else s
    room = (n * apart**2).sum()
    if room == 0 or share in (0.0, 1.0):
        return None
    z = float((x * apart).sum() / np.sqrt(share * (1 - share) * room) / spread)
    return Trend(float((x * apart).sum() / room), z, float(2 * ndtr(-abs(z))))
