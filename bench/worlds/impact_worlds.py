"""Worlds in which it is known what an action changed: monthly counts of partners, some of which take part.

Each world draws how many take part (1 to 3), how many do not (2 to 8), how long before and after, and how large each
partner is; a scenario settles the season, the scatter, how much of it stays, and what the action truly does.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from metrics.acting.arms import Action, Arms
from metrics.statistics.contrast import MonthCounts

START = dt.date(2025, 1, 1)
DEVIATION = 17.0
"""Of a mean, the standard deviation of a person, mmHg."""


@dataclass(frozen=True)
class Truth:
    """What is so: `level` of the measure (a mean above 1), `effect` of the odds (of a mean its unit), `season` and
    `scatter` of the odds (of a mean the same part of half a person's deviation), of which `kept` stays to the next
    month, `own_scatter` how far partners differ in it, `drift` a random step of each partner's own every month, `trend`
    a year that all share, `people` a month at a usual partner."""

    level: float = 0.65
    effect: float = 0.0
    season: float = 0.0
    scatter: float = 0.05
    kept: float = 0.4
    own_scatter: float = 0.0
    drift: float = 0.0
    trend: float = 0.0
    people: int = 400
    kind: str = "month"
    beside: bool = True
    ramp: tuple[float, float] | None = None

    @property
    def mean(self) -> bool:
        return self.level > 1


@dataclass(frozen=True)
class World:
    """What was counted, and the difference that the action truly made (a share, or the mean's unit)."""

    held: Arms
    action: Action
    true: float


def world(truth: Truth, seed: int) -> World:
    """Draw one."""
    rng = np.random.default_rng(seed)
    taking, others = int(rng.integers(1, 4)), int(rng.integers(2, 9)) if truth.beside else 0
    before, after = (int(rng.choice([24, 36])), int(rng.choice([6, 12]))) if truth.kind == "month" else (12, 4)
    step = 1 if truth.kind == "month" else 3
    many, periods = taking + others, before + after
    size = np.exp(rng.normal(np.log(truth.people * step), 0.7, many))
    people = rng.poisson(size[:, None], (many, periods)) + 30
    month = (np.arange(periods) - before) * step
    unit = DEVIATION / 2 if truth.mean else 1.0
    base = truth.level if truth.mean else float(logit(truth.level))
    shared = truth.season * np.cos(2 * np.pi * month / 12) + truth.trend * month / 12
    scatter = (
        truth.scatter
        * np.exp(rng.normal(0, truth.own_scatter, many))[:, None]
        * _carried(rng, (many, periods), truth.kept)
    )
    walk = np.cumsum(rng.normal(0, truth.drift, (many, periods)), axis=1) if truth.drift else 0.0
    plain = base + unit * (rng.normal(0, 0.15, (many, 1)) + shared + scatter + walk)
    begun = (np.arange(many)[:, None] < taking) & (month >= 0)
    own = truth.ramp[0] + truth.ramp[1] * month if truth.ramp else truth.effect
    level = plain + begun * own
    first = rng.integers(1, 13)
    ends = tuple(_end(START.replace(month=int(first)), n * step) for n in range(-before + 1, after + 1))
    counts = _counted(rng, truth, level, people)
    made = level - plain if truth.mean else expit(level) - expit(plain)
    true = float(np.average(made[:taking, before:], weights=people[:taking, before:]))
    names = tuple(f"partner {n}" for n in range(many))
    return World(Arms(truth.kind, names, taking, ends, before, counts), Action("m", START, names[:taking]), true)


def _counted(rng: np.random.Generator, truth: Truth, level: np.ndarray, people: np.ndarray) -> MonthCounts:
    n = people.astype(float)
    if not truth.mean:
        return MonthCounts(rng.binomial(people, expit(level)).astype(float), n)
    total = level * n + rng.normal(0, 1, n.shape) * DEVIATION * np.sqrt(n)
    return MonthCounts(total, n, np.full(n.shape, DEVIATION**2))


def _carried(rng: np.random.Generator, shape: tuple[int, int], kept: float) -> np.ndarray:
    noise = rng.normal(0, 1, (shape[0], shape[1] + 24))
    for m in range(1, noise.shape[1]):
        noise[:, m] = kept * noise[:, m - 1] + np.sqrt(1 - kept**2) * noise[:, m]
    return noise[:, 24:]


def _end(start: dt.date, months: int) -> dt.date:
    month = start.year * 12 + start.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


FOOD_PROGRAMS, TRUE_FALL, BACK_TO_MEAN = 22, -3.2, -5.2
_CUT, _USUAL, _SPREAD = 140.0, 132.0, 12.0


def chosen_for_high_figures(seed: int) -> World:
    """22 food programs take people whose pressure was high, and 22 other places follow people who were as high.

    A person's pressure is its own, plus what happened to be so in the year of the choice; people are taken from 140 mmHg
    on. Afterwards that chance is gone: those taking part and the others come down by it alike. How large it is, is
    solved so that it is 5.2 mmHg on average: before and after then shows -8.4 of which the programs did -3.2.
    """
    rng = np.random.default_rng(seed)
    luck = _luck()
    many, before, after, each = 2 * FOOD_PROGRAMS, 12, 12, 60
    level = np.empty((many, before + after))
    for place in range(many):
        own, by_chance = rng.normal(_USUAL, _SPREAD, 4000), rng.normal(0, luck, 4000)
        taken = np.flatnonzero(own + by_chance >= _CUT)[:each]
        level[place] = own[taken].mean()
        level[place, :before] += by_chance[taken].mean()
    level += 8.5 * 0.05 * _carried(rng, level.shape, 0.4)
    level[:FOOD_PROGRAMS, before:] += TRUE_FALL
    n = np.full(level.shape, float(each))
    total = level * n + rng.normal(0, 1, n.shape) * DEVIATION * np.sqrt(n)
    ends = tuple(_end(START, m) for m in range(-before + 1, after + 1))
    names = tuple(f"place {k}" for k in range(many))
    held = Arms("month", names, FOOD_PROGRAMS, ends, before, MonthCounts(total, n, np.full(n.shape, DEVIATION**2)))
    return World(held, Action("systolic", START, names[:FOOD_PROGRAMS]), TRUE_FALL)


def _luck() -> float:
    """How much a person's pressure varies by what goes away, so that those chosen come down by 5.2 mmHg."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    def falls(sd: float) -> float:
        whole = np.hypot(_SPREAD, sd)
        cut = (_CUT - _USUAL) / whole
        return float(sd**2 / whole * norm.pdf(cut) / norm.sf(cut))

    return float(brentq(lambda sd: falls(sd) + BACK_TO_MEAN, 1, 40))


RISE, MONTHLY, EVEN = 595.0, -85.0, 8.0
_DOLLARS, _MEMBERS = 2500.0, 1500


def rise_then_fall(seed: int) -> World:
    """Spending a person and month rises by 595 dollars in month 1 and then falls by 85 with each month: in month 8 it is
    where it would have been. Two partners take part, six do not; of about 1,500 people a month each, of whom each spends
    2,500 dollars more or less."""
    rng = np.random.default_rng(seed)
    taking, many, before, after = 2, 8, 24, 12
    month = np.arange(before + after) - before
    n = rng.poisson(_MEMBERS * np.exp(rng.normal(0, 0.5, (many, 1))), (many, before + after)) + 100.0
    level = 1100 + rng.normal(0, 80, (many, 1)) + 40 * np.cos(2 * np.pi * month / 12)
    level = level + 25 * _carried(rng, level.shape, 0.4)
    level[:taking, before:] += RISE + MONTHLY * month[before:]
    total = level * n + rng.normal(0, 1, n.shape) * _DOLLARS * np.sqrt(n)
    ends = tuple(_end(START, m) for m in range(-before + 1, after + 1))
    names = tuple(f"partner {k}" for k in range(many))
    held = Arms("month", names, taking, ends, before, MonthCounts(total, n, np.full(n.shape, _DOLLARS**2)))
    return World(held, Action("spending", START, names[:taking]), float(RISE + MONTHLY * month[before:].mean()))
