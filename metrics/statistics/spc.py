"""Statistical process control: XmR limits, the rules that flag points, and what they mean. Pure functions on arrays.

"Making Data Count" rules as in NHSRplotthedots 0.2.2. Only for periods that do not overlap. A series may be cut into
segments (rebased); nothing reaches across a cut. NaN is a point that is not known: it makes no moving range and breaks
every run.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from schemas.policy.chart_rules import RuleSet

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rule = Literal["", "outside", "trend", "two_in_three", "shift"]
PointType = Literal["usual", "better", "worse", "high", "low"]
Assurance = Literal["pass", "fail", "hit_and_miss"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Limits:
    """Center line, limits and near limits at each point; NaN where they can't be worked out."""

    mean: Floats
    low: Floats
    high: Floats
    near_low: Floats
    near_high: Floats


@dataclass(frozen=True)
class Flagged:
    """For each point the rule that flags it ('' when none does) and the way it points: 1 high, -1 low, 0 none."""

    rule: list[Rule]
    direction: NDArray[np.int64]


def segments(size: int, starts: Sequence[int] = ()) -> Iterator[slice]:
    """The segments of a series of `size` points, cut before each of `starts`."""
    edges = sorted({0, size, *(s for s in starts if 0 < s < size)})
    yield from (slice(a, b) for a, b in itertools.pairwise(edges))


def baseline(known: ArrayLike, starts: Sequence[int] = (), fix_after: int | None = None) -> Flags:
    """Which known points mean and limits come from: all, or the first `fix_after` of each segment."""
    used = np.array(known, dtype=bool)
    for part in segments(len(used), starts):
        if fix_after is not None:
            used[part] &= np.cumsum(used[part]) <= fix_after
    return used


def xmr(
    values: ArrayLike, rules: RuleSet, starts: Sequence[int] = (), used: ArrayLike | None = None, *, screen: bool = True
) -> Limits:
    """Limits of an XmR chart: mean ± 2.66 average moving ranges, per segment.

    `used`: the points that mean and moving ranges come from (see `baseline`; default all). With `screen`, moving
    ranges of 3.267 times their average or more are left out, once.
    """
    y = np.asarray(values, dtype=float)
    kept = np.where(np.isfinite(y) if used is None else np.asarray(used, dtype=bool), y, np.nan)
    mean, spread = np.full(len(y), np.nan), np.full(len(y), np.nan)
    for part in segments(len(y), starts):
        ranges = np.abs(np.diff(kept[part]))
        average = _mean(ranges)
        if screen and average > 0:  # a level series has nothing to screen
            average = _mean(ranges[ranges < rules.screen * average])
        mean[part], spread[part] = _mean(kept[part]), average
    far, near = rules.limit * spread, rules.near * rules.limit * spread
    return Limits(mean, mean - far, mean + far, mean - near, mean + near)


def _mean(values: Floats) -> float:
    """The mean of the known values, rounded once, so that a point that lies on it is seen to."""
    known = values[np.isfinite(values)].tolist()
    if not known:
        return np.nan
    near = math.fsum(known) / len(known)  # rounded twice; what is left beside it is put on top
    return near + math.fsum([*known, *[-near] * len(known)]) / len(known)


def flag(values: ArrayLike, limits: Limits, rules: RuleSet, starts: Sequence[int] = ()) -> Flagged:
    """Flag points: strictly outside a limit, else in a trend, else two in three near a limit, else in a shift."""
    y = np.asarray(values, dtype=float)
    rule: list[Rule] = [""] * len(y)
    direction = np.zeros(len(y), dtype=int)
    for part in segments(len(y), starts):
        side = (y[part] > limits.mean[part]).astype(int) - (y[part] < limits.mean[part])
        outside = (y[part] > limits.high[part]) | (y[part] < limits.low[part])
        near = ~outside & ((y[part] > limits.near_high[part]) | (y[part] < limits.near_low[part]))
        trend, way = _trend(y[part], rules.trend)
        found: list[tuple[Rule, Flags, NDArray]] = [
            ("shift", _shift(side, rules.shift), side),
            ("two_in_three", near & _two_in_three(near, side), side),
            ("trend", trend, way),
            ("outside", outside, side),
        ]
        for name, hit, sign in found:  # the last that hits decides
            direction[part][hit] = sign[hit]
            for i in hit.nonzero()[0]:
                rule[part.start + i] = name
    return Flagged(rule, direction)


def _sums(values: NDArray, length: int) -> NDArray:
    """The sum of each run of so many neighbors."""
    if len(values) < length:
        return np.zeros(0)
    return np.convolve(values, np.ones(length), "valid")


def _within(runs: Flags, length: int, size: int) -> Flags:
    """The points that lie in any of the runs that are marked at their first point."""
    hit = np.zeros(size, dtype=bool)
    for first in runs.nonzero()[0]:
        hit[first : first + length] = True
    return hit


def _shift(side: NDArray, length: int) -> Flags:
    return _within(np.abs(_sums(side, length)) == length, length, len(side))


def _trend(y: Floats, length: int) -> tuple[Flags, NDArray]:
    """Points of a run of strict rises or falls, and the way each points.

    The way is that of the step to the next point while that is in a trend too, else of the step before. Where one
    trend ends beside the start of another, that step may be level: it counts as a fall (as the reference has it).
    """
    steps = np.sign(np.diff(y))
    hit = _within(np.abs(_sums(steps, length - 1)) == length - 1, length, len(y))
    if not hit.any():
        return hit, np.zeros(len(y), dtype=int)
    way = np.where(np.append(hit[1:], False), np.append(steps, 0), np.append(0, steps))
    return hit, np.where(way == 1, 1, -1)


def _two_in_three(near: Flags, side: NDArray) -> Flags:
    """Three neighbors on one side of the mean, at least two of them near a limit and none of those outside it."""
    return _within((np.abs(_sums(side, 3)) == 3) & (_sums(near, 3) >= 2), 3, len(side))


def point_types(direction: NDArray, better: Better) -> list[PointType]:
    """What each flagged point means: better or worse, or only high or low when neither way is better."""
    names: tuple[PointType, PointType] = ("high", "low") if better == "neither" else ("better", "worse")
    good = -1 if better == "lower" else 1
    return ["usual" if d == 0 else names[0] if d == good else names[1] for d in direction.tolist()]


def assurance(target: float | None, low: float, high: float, better: Better) -> Assurance | None:
    """What to expect of the target from a segment's limits; None without a target, limits or a better way.

    Strictly beyond the limits on the good side of the process it is always missed, on the other always met.
    """
    if target is None or better == "neither" or not np.isfinite([low, high]).all():
        return None
    if target > high:
        return "fail" if better == "higher" else "pass"
    if target < low:
        return "pass" if better == "higher" else "fail"
    return "hit_and_miss"
