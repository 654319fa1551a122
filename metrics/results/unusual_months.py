"""Unusual months: a partner's new monthly figures against its own history, at the size that they have.

The rule (`usual_range`): a month is unusual when it lies outside all of
- the p' limits of the partner's last 12 months, pbar +- 3 sigma_z sqrt(pbar (1 - pbar) / n), sigma_z the mean moving
  range of the standardized months over 1.128 (Laney 2002, Improved control charts for attributes, Quality Engineering
  14:531), and never below 1; they widen with the spread that the partner's months have anyway;
- the exact range in which a count of this size falls 99.73 times in 100, given those months: beta-binomial with
  Jeffreys' prior (Brown, Cai and DasGupta 2001, Interval estimation for a binomial proportion, Statistical Science
  16:101). It is wide for few people, and wider still when the history is short, so that 3 of 3 raises no alarm;
- the same two about the level of its last 3 months, so that a partner that gets better step by step is not stopped
  each time.
With fewer than 12 complete months of its own nothing is called unusual (as for control charts, STATISTICS).
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.results.figure_movement import Figure, Figures

MONTHS_COMPARED, MONTHS_LATEST = 12, 3
TAIL = 0.00135
"""Chance beyond each end of the exact range: that of 3 sigma."""
SIGMAS = 3.0


@dataclass(frozen=True)
class Unusual:
    """A month's new figure outside the partner's own usual range at this size."""

    indicator: str
    month_end: dt.date
    figure: Figure
    low: float
    high: float


def unusual(before: Figures, after: Figures) -> list[Unusual]:
    """The complete months that a change moves out of the partner's usual range; the latest first.

    A month that lay outside before is not told again. Means are not judged: these limits are those of shares.
    """
    found = []
    for (name, end), now in after.items():
        was = before.get((name, end))
        if now == was or not now.complete or now.rate is None:
            continue
        months = sorted(e for n, e in before if n == name and e < end and before[n, e].complete)
        history = [before[name, e] for e in months[-MONTHS_COMPARED:]]
        low, high = usual_range([(f.numerator or 0, f.denominator or 0) for f in history], now.denominator or 0)
        if _outside(now, low, high) and not (was and was.complete and _outside(was, low, high)):
            found.append(Unusual(name, end, now, low, high))
    return sorted(found, key=lambda u: (-u.month_end.toordinal(), u.indicator))


def _outside(figure: Figure, low: float, high: float) -> bool:
    return figure.rate is not None and not low <= figure.rate <= high


def usual_range(history: Sequence[tuple[int, int]], n: int) -> tuple[float, float]:
    """(numerator, denominator) of months in order -> the rates, 0 to 1, that are usual for n; all of them when the
    history is too short."""
    known = [(x, m) for x, m in history if m]
    if len(known) < MONTHS_COMPARED:
        return 0.0, 1.0
    x, m = np.array(known, dtype=float).T
    spread = _spread(x / m, m, x.sum() / m.sum())
    ranges = [_range(x[-months:].sum(), m[-months:].sum(), n, spread) for months in (MONTHS_COMPARED, MONTHS_LATEST)]
    return max(min(low for low, _ in ranges), 0.0), min(max(high for _, high in ranges), 1.0)


def _range(hits: float, of: float, n: int, spread: float) -> tuple[float, float]:
    """The wider of the p' limits and the exact range about a level."""
    p = hits / of
    few, many = _exact(hits, of, n)
    half = SIGMAS * spread * math.sqrt(p * (1 - p) / n)
    return float(min(few / n, p - half)), float(max(many / n, p + half))


def _spread(rates: NDArray[np.float64], sizes: NDArray[np.float64], p: float) -> float:
    """Laney's sigma_z, at least 1."""
    if p in (0, 1):
        return 1.0
    z = (rates - p) / np.sqrt(p * (1 - p) / sizes)
    return max(float(np.abs(np.diff(z)).mean()) / 1.128, 1.0)


def _exact(hits: float, of: float, n: int) -> tuple[int, int]:
    """The counts of n between which the next one falls but for `TAIL` on each side, when `hits` of `of` are known."""
    a, b = hits + 0.5, of - hits + 0.5
    k = np.arange(n)
    # log P(0), then the ratio of each probability to the one before.
    first = math.lgamma(n + b) + math.lgamma(a + b) - math.lgamma(b) - math.lgamma(n + a + b)
    steps = np.log((n - k) * (a + k)) - np.log((k + 1) * (b + n - k - 1))
    below = np.exp(first + np.concatenate(([0.0], np.cumsum(steps)))).cumsum()
    return int(np.searchsorted(below, TAIL)), min(int(np.searchsorted(below, 1 - TAIL)), n)
