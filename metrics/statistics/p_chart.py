"""p charts for shares of varying denominators, and Laney's p′ where months scatter more than chance. Pure functions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from metrics.statistics.spc import Flags, Floats, Limits, segments
from schemas.policy.chart_rules import RuleSet

_D2 = 1.128  # the mean range of two standard normal values


def center(x: ArrayLike, n: ArrayLike, used: ArrayLike, starts: Sequence[int] = ()) -> Floats:
    """The center line at each point: Σx/Σn over the segment's points in `used`; NaN when none has people."""
    x, n, used = _arrays(x, n, used)
    line = np.full(len(x), np.nan)
    for part in segments(len(x), starts):
        people = n[part][used[part]].sum()
        line[part] = x[part][used[part]].sum() / people if people else np.nan
    return line


def dispersion(x: ArrayLike, n: ArrayLike, used: ArrayLike, starts: Sequence[int] = ()) -> Floats:
    """Laney's σz at each point: mean |zᵢ₊₁ − zᵢ| / 1.128 of the segment's neighbors in `used`; NaN without any.

    Laney 2002, Quality Engineering 14:531. 1 means that months scatter as chance makes them.
    """
    x, n, used = _arrays(x, n, used)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(used, (x / n - center(x, n, used, starts)) / _sigma(x, n, used, starts), np.nan)
    wide = np.full(len(x), np.nan)
    for part in segments(len(x), starts):
        moves = np.abs(np.diff(z[part]))
        moves = moves[np.isfinite(moves)]
        wide[part] = moves.mean() / _D2 if len(moves) else np.nan
    return wide


def limits(
    x: ArrayLike, n: ArrayLike, used: ArrayLike, rules: RuleSet, starts: Sequence[int] = (), spread: ArrayLike = 1.0
) -> Limits:
    """Limits of a p chart: center ± 3σᵢ, σᵢ = √(c(1−c)/nᵢ), within 0..1; with `spread` = `dispersion` of a p′ chart.

    `used`: the points that the center comes from. A point that is not known (NaN) has no limits: they would tell its n.
    """
    x, n, used = _arrays(x, n, used)
    mean, far = center(x, n, used, starts), 3 * np.asarray(spread, dtype=float) * _sigma(x, n, used, starts)
    near = rules.near * far
    return Limits(mean, *(np.clip(v, 0, 1) for v in (mean - far, mean + far, mean - near, mean + near)))


def _sigma(x: Floats, n: Floats, used: Flags, starts: Sequence[int]) -> Floats:
    line = center(x, n, used, starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, np.sqrt(line * (1 - line) / n), np.nan)


def _arrays(x: ArrayLike, n: ArrayLike, used: ArrayLike) -> tuple[Floats, Floats, Flags]:
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    return x, n, np.asarray(used, dtype=bool) & np.isfinite(x) & (n > 0)
