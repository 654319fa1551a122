"""How long something takes of which some is still open: Kaplan and Meier's estimate. Pure functions on arrays.

Never the mean of what is done: what takes long is still open, so such a mean is too short, and shortest where most is
open.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import Z95


class Waiting(NamedTuple):
    """The share that still waits after each of `days` (k,), on which something was done, ascending.

    `waiting`: 0 to 1, from then on; `error`: its standard error (Greenwood), not known where nobody waits any more.
    """

    days: NDArray[np.float64]
    waiting: NDArray[np.float64]
    error: NDArray[np.float64]

    def done_by(self, day: float) -> float:
        """The share that is done after so many days, 0 to 1."""
        before = self.waiting[self.days <= day]
        return float(1 - before[-1]) if len(before) else 0.0


class Quantile(NamedTuple):
    """Days after which a share is done, with its interval; None where it is not reached."""

    days: float | None
    low: float | None
    high: float | None


def kaplan_meier(days: ArrayLike, done: ArrayLike) -> Waiting:
    """The product-limit estimate: `days` (n,) until it was done, or known to be open for; `done` (n,) which of the two.

    Kaplan & Meier 1958, J Am Stat Assoc 53:457. Of one that is done and one that is censored on the same day the first
    comes first. Raises ValueError for days below 0, and for arrays that differ in length.
    """
    time, event = np.asarray(days, float), np.asarray(done, bool)
    if time.shape != event.shape or (time < 0).any():
        raise ValueError("days from 0, and for each whether it was done")
    at = np.unique(time[event])
    risk = np.array([(time >= day).sum() for day in at], float)
    deaths = np.array([(time[event] == day).sum() for day in at], float)
    waiting = np.cumprod(1 - deaths / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = waiting * np.sqrt(np.cumsum(deaths / (risk * (risk - deaths))))
    return Waiting(at, waiting, error)


def quantile(curve: Waiting, share: float, z: float = Z95) -> Quantile:
    """The first day by which at least this share is done, 0 to 1, with the days whose share does not differ from it.

    Brookmeyer & Crowley 1982, Biometrics 38:29, on the scale log(-log), as in R's `survfit(conf.type = "log-log")`.
    """
    left = 1 - share
    reached = curve.days[curve.waiting <= left + 1e-12]
    inside = (curve.waiting > 0) & (curve.waiting < 1) & (curve.error > 0)
    level, at = curve.waiting[inside], curve.days[inside]
    spread = curve.error[inside] / abs(level * np.log(level))
    away = (np.log(-np.log(level)) - np.log(-np.log(left))) / spread
    # Negative while more wait than asked: the interval ends where the last day that might do does.
    low, beyond = at[away >= -z], np.concatenate([at[away > z], curve.days[curve.waiting == 0]])
    return Quantile(*(float(found[0]) if len(found) else None for found in (reached, low, beyond)))
