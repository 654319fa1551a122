"""How far those taking part moved from where they would be, had they moved as the others did; or as they did before.

One series is judged: those taking part less the others, each partner with a weight that is settled by the baseline.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

from metrics.acting.arms import Arms, values
from metrics.statistics.intervals import Span
from metrics.statistics.serial_regression import Fitted, fitted
from metrics.statistics.spc import Floats

ODDS = 0.05
"""Usual scatter of a partner's period beyond chance, of the odds; of a mean half its smallest meaningful difference."""
_SEASON_FROM = 24
"""So many months before the start tell the season of those taking part from that of the others."""


@dataclass(frozen=True)
class Series:
    """Those taking part less the others. `weights`: of each partner, those of the others below 0; `chance`: its
    variance by chance; `usual`: the usual variance beyond it; `each`: values, variance by chance and usual
    variance of every partner."""

    difference: Floats
    weights: Floats
    chance: Floats
    usual: float
    each: tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class Course:
    """A difference that is there at once and then moves by so much a month. `even`: the month (1: the first) in which
    it crosses nothing, with the months that the interval leaves possible; infinite where it need not cross at all."""

    first: Span
    monthly: Span
    even: Span


def series(held: Arms, usual: float) -> Series:
    """The weights are those of the baseline: of those taking part their people, of the others how exactly they are
    known. `usual`: the usual variance of one partner beyond chance."""
    y, chance = values(held)
    base = slice(0, held.before)
    mine = held.counts.people[: held.taking, base].sum(axis=1)
    known = 1 / (chance[held.taking :, base].mean(axis=1) + usual)
    weights = np.concatenate([mine / mine.sum(), -known / known.sum() if len(known) else known])
    each = (y, chance, np.full(len(y), usual))
    return Series(weights @ y, weights, weights**2 @ chance, float(usual * (weights**2).sum()), each)


def usual_variance(held: Arms, smallest: float) -> float:
    """The usual variance of one partner's period beyond chance, in what `values` gives."""
    return ODDS**2 if held.counts.variance is None else (smallest / 2) ** 2


def learnt(held: Arms, usual: float) -> Floats | None:
    """What the periods of all partners say of their scatter: the logarithm of the weight of each possibility, for
    `level` and `course`. None where they cannot say it."""
    if not held.others:
        return None
    y, chance, each = series(held, usual).each
    panel = fitted(y, _panel_terms(held, _own_terms(held, course=True)), chance, each)
    return np.log(np.maximum(panel.weights, 1e-300)) if panel else None


def level(held: Arms, usual: float, scatter: Floats | None, *sure: float) -> list[Span]:
    """How far they moved, on average over all periods after the start, in what `values` gives: an interval for each
    level asked for (0.95 unless told). Beside others the season and all that moves both alike is taken out by them.
    Empty when it cannot be told."""
    found = _fit(held, usual, _own_terms(held, course=False), scatter)
    if found is None:
        return []
    return [_among_partners(held, usual, found.of(_one(found, 1), each), each) for each in sure or (0.95,)]


ENOUGH_PARTNERS = 5
"""So many on either side tell how far partners change by themselves; the months of one cannot."""


def _among_partners(held: Arms, usual: float, found: Span, sure: float) -> Span:
    """Never narrower than the partners' own changes scatter, where each side has enough of them: something may happen
    to one of them at the very start. Of each side the weighted mean with its variance; Student's t of Welch's freedom.
    """
    many = (held.taking, len(held.others))
    if min(many) < ENOUGH_PARTNERS:
        return found
    one = series(held, usual)
    change = one.each[0][:, held.before :].mean(axis=1) - one.each[0][:, : held.before].mean(axis=1)
    errors, freedom = [], []
    for side in (slice(0, held.taking), slice(held.taking, None)):
        weights = np.abs(one.weights[side])
        squares = float((weights**2).sum())
        errors.append(float((weights**2 * (change[side] - weights @ change[side]) ** 2).sum()) / (1 - squares))
        freedom.append(1 / squares - 1)
    welch = sum(errors) ** 2 / sum(e**2 / f for e, f in zip(errors, freedom, strict=True))
    half = float(np.sqrt(sum(errors)) * stdtrit(welch, (1 + sure) / 2))
    return found[0], min(found[1], found[0] - half), max(found[2], found[0] + half)


def course(held: Arms, usual: float, scatter: Floats | None) -> Course | None:
    """The same as a difference at once and one that grows month by month."""
    found = _fit(held, usual, _own_terms(held, course=True), scatter)
    if found is None:
        return None
    first, monthly = _one(found, 1), _one(found, 2)
    months = 3 if held.kind == "quarter" else 1

    def at(month: float) -> Span:
        return found.of(first + (month - 1) / months * monthly)

    step = tuple(v / months for v in found.of(monthly))
    return Course(found.of(first), (step[0], step[1], step[2]), _crossing(at))


_FARTHEST = 60


def _crossing(at: Callable[[float], Span]) -> Span:
    """When the line crosses nothing: its own month, and the earliest and latest at which its interval holds nothing
    (Fieller 1954, J. R. Stat. Soc. B 16:175)."""
    months = np.arange(1.0, _FARTHEST + 1)
    lines = np.array([at(month) for month in months]).T
    middle, near, far = lines if lines[0, 0] < 0 else -lines[[0, 2, 1]]
    return _reached(months, middle), _reached(months, far), _reached(months, near)


def _reached(months: Floats, line: Floats) -> float:
    """Where a line that begins below nothing reaches it; infinite where it never does, the first month where it begins
    there."""
    above = np.flatnonzero(line >= 0)
    if not len(above):
        return np.inf
    n = int(above[0])
    return float(months[0]) if n == 0 else float(months[n] - line[n] / (line[n] - line[n - 1]))


def before_after(held: Arms, usual: float) -> Span | None:
    """Those taking part beside where their own baseline was heading: its trend and its season, carried on. Needs 24
    months before (8 quarters); says nothing of why."""
    alone = held.alone()
    least = _SEASON_FROM if held.kind == "month" else _SEASON_FROM // 3
    if held.before < least:
        return None
    found = _fit(alone, usual, _trend_terms(alone), None)
    return found.of(_one(found, 1)) if found else None


def in_units(held: Arms, moved: Span) -> Span:
    """A move of the log odds as a difference of the rate after the start; of a mean it is one already."""
    if held.counts.variance is not None:
        return moved
    after = held.pooled(taking=True)[held.before :]
    now = float(np.mean(logit(np.clip(after, 1e-6, 1 - 1e-6))))
    low, middle, high = (float(expit(now) - expit(now - v)) for v in (moved[1], moved[0], moved[2]))
    return middle, low, high


def expected(held: Arms, usual: float) -> Floats:
    """Where those taking part would be, period by period after the start: as far from the others as in the baseline."""
    y, _ = values(held)
    apart = series(held, usual).difference
    mine = held.counts.people[: held.taking, : held.before].sum(axis=1)
    without = (mine / mine.sum()) @ y[: held.taking] - apart + apart[: held.before].mean()
    after = without[held.before :]
    return np.asarray(expit(after) if held.counts.variance is None else after)


def _one(found: Fitted, place: int) -> Floats:
    chosen = np.zeros(found.coefficients.shape[1])
    chosen[place] = 1
    return chosen


def _own_terms(held: Arms, *, course: bool) -> Floats:
    """What moves those taking part apart from the others: shape (periods, terms), the first for all periods."""
    t = np.arange(len(held.ends))
    after = (t >= held.before).astype(float)
    terms = [np.ones(len(t)), after]
    if course:
        terms.append(after * (t - held.before))
    if held.kind == "month" and held.before >= _SEASON_FROM:
        terms += _waves(held, 1)
    return np.stack(terms, axis=1)


def _trend_terms(held: Arms) -> Floats:
    """A trend, the season, and from the start on another level and another trend, so that the baseline alone tells
    where it was heading."""
    t = np.arange(len(held.ends)) - held.before
    after = (t >= 0).astype(float)
    middle = (held.after - 1) / 2
    waves = _waves(held, 2 if held.kind == "month" else 1)
    return np.stack([np.ones(len(t)), after, t / 12, after * (t - middle) / 12, *waves], axis=1)


def _waves(held: Arms, many: int) -> list[Floats]:
    angle = 2 * np.pi * np.array([day.month for day in held.ends]) / 12
    return [wave(k * angle) for k in range(1, many + 1) for wave in (np.cos, np.sin)]


def _fit(held: Arms, usual: float, terms: Floats, scatter: Floats | None) -> Fitted | None:
    """What the scatter is, is learnt from all partners, each beside the mean of the month; what they moved, and how
    exactly that is known, from the one series: another size of scatter of those taking part stays theirs."""
    one = series(held, usual)
    return fitted(one.difference[None], terms[None], one.chance[None], np.array([one.usual]), scatter)


def _panel_terms(held: Arms, terms: Floats) -> Floats:
    """Each partner's own level, what all share in a period, and what moves those taking part."""
    many, periods = len(held.names), len(held.ends)
    own = np.repeat(np.eye(many)[:, None], periods, axis=1)
    shared = np.repeat(np.eye(periods)[None, :, 1:], many, axis=0)
    taking = (np.arange(many) < held.taking)[:, None, None] * terms[None, :, 1:]
    return np.concatenate([own, shared, taking], axis=2)
