"""Worlds whose truth is known: monthly counts of a partnership's figures, in which nothing changes or something does.

A world has seven figures of eight partners (three hospitals, three clinics, two food banks: each reports what it can)
over five years; each scenario changes one thing about it. Months are made
by drawing people, so what is said of them can be held against what is so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from metrics.statistics.contrast import MonthCounts

PARTNERS, MONTHS, START = 8, 60, 36
GROUPS = ("first", "second", "third")
_SHARES, _APART = (0.5, 0.3, 0.2), (0.22, -0.22, -0.30)
"""Of the people of every partner; and how far each group's odds lie from the figure's: 70, 60 and 58 % of 65 %."""
LOOKS = range(START, MONTHS + 1, 3)
"""Months after which a scorecard is judged: once a quarter, from the third year on."""


@dataclass(frozen=True)
class Kind:
    """A figure: its level, the people of all its partners a month, of a mean the standard deviation of a person, how
    many partners it has, and how many times as far apart as usual its groups are. Of `need` no partner is judged."""

    name: str
    level: float
    people: int
    deviation: float | None = None
    smallest: float = 0.01
    partners: int = PARTNERS
    need: bool = False
    apart: float = 1.0

    @property
    def unit(self) -> float:
        """What a step of the odds is in this figure's level: of a mean, a standard deviation of a person."""
        return 1.0 if self.deviation is None else self.deviation


FIGURES = (
    Kind("blood pressure", 0.65, 3000, partners=3),
    Kind("systolic", 134.0, 800, 17.0, 1.0, partners=3),
    Kind("readmission", 0.143, 400, partners=3),
    Kind("same hospital", 0.118, 400, partners=3),
    Kind("food insecurity", 0.30, 700, partners=5, need=True),
    Kind("screening", 0.06, 12_000, partners=5),
    Kind("connected", 0.55, 200, partners=5, apart=1.5),
)


@dataclass(frozen=True)
class Counted:
    """The months of a figure, told by partner and told by group."""

    partners: MonthCounts
    groups: MonthCounts


@dataclass
class World:
    """What is true: for each figure the log-odds (of a mean the level) and the people of every partner, group and month,
    shape (partners, groups, months)."""

    kinds: tuple[Kind, ...]
    level: list[np.ndarray]
    people: list[np.ndarray]
    rng: np.random.Generator = field(repr=False)

    def counts(self) -> list[Counted]:
        """Draw everyone."""
        return [self._drawn(k, level, n) for k, level, n in zip(self.kinds, self.level, self.people, strict=True)]

    def _drawn(self, kind: Kind, level: np.ndarray, n: np.ndarray) -> Counted:
        if kind.deviation is None:
            total = self.rng.binomial(n, 1 / (1 + np.exp(-level))).astype(float)
        else:
            total = level * n + self.rng.normal(0, 1, level.shape) * kind.deviation * np.sqrt(n)
        return Counted(*(_summed(kind, total, n, axis) for axis in (1, 0)))


def _summed(kind: Kind, total: np.ndarray, n: np.ndarray, over: int) -> MonthCounts:
    x, people = total.sum(axis=over), n.sum(axis=over).astype(float)
    nobody = people == 0 if kind.deviation is None else people <= 1
    x[nobody] = people[nobody] = np.nan
    if kind.deviation is None:
        return MonthCounts(x, people)
    return MonthCounts(x, people, np.where(nobody, np.nan, kind.deviation**2))


def world(seed: int, kinds: tuple[Kind, ...] = FIGURES) -> World:
    """A world in which nothing changes; partners differ in size and in level, and groups by the same gap always."""
    rng = np.random.default_rng(seed)
    levels, people = [], []
    for kind in kinds:
        share = np.zeros(PARTNERS)
        share[: kind.partners] = rng.dirichlet(np.full(kind.partners, 12.0))
        each = kind.people * share[:, None, None] * np.array(_SHARES)[:, None]
        people.append(rng.poisson(each, (PARTNERS, len(GROUPS), MONTHS)))
        own = rng.normal(0, 0.15, (PARTNERS, 1, 1)) * kind.unit
        gaps = np.array(_APART)[:, None] * kind.apart * (1 if kind.deviation is None else kind.deviation / 2)
        base = logit(kind.level) if kind.deviation is None else kind.level
        levels.append(np.repeat(base + own + gaps, MONTHS, axis=2))
    return World(kinds, levels, people, rng)


def gap_moves(figure: int, left: float) -> Callable[[World], World]:
    """The groups that are behind come so near to the first (1 stays as it is), from the third year's end on."""

    def changed(made: World) -> World:
        level = [v.copy() for v in made.level]
        own = level[figure][:, :, START:]
        own[:, 1:] = own[:, :1] + left * (own[:, 1:] - own[:, :1])
        return replace(made, level=level)

    return changed


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def _moved(made: World, by: np.ndarray) -> World:
    """All figures moved by so much of the odds in each month (of a mean, as many standard deviations)."""
    level = [v + by * k.unit for k, v in zip(made.kinds, made.level, strict=True)]
    return replace(made, level=level)


def season(size: float, *, sharp: bool = False) -> Callable[[World], World]:
    """Every year the same: a wave of so much of the odds, or two months that stand out."""
    month = np.arange(MONTHS) % 12
    wave = np.where(month < 2, 2.0, -0.4) if sharp else np.cos(2 * np.pi * month / 12)
    return lambda made: _moved(made, size * wave)


def scatter(size: float, carried: float = 0.0) -> Callable[[World], World]:
    """Months that scatter by so much of the odds, each figure for itself, of which a part stays to the next month."""

    def changed(made: World) -> World:
        level = []
        for kind, own in zip(made.kinds, made.level, strict=True):
            noise = made.rng.normal(0, 1, MONTHS + 24)
            for m in range(1, len(noise)):
                noise[m] = carried * noise[m - 1] + np.sqrt(1 - carried**2) * noise[m]
            by = size * noise[24:] * (1 if kind.deviation is None else kind.deviation / 2)
            level.append(own + by)
        return replace(made, level=level)

    return changed


def wandering(step: float) -> Callable[[World], World]:
    """A true rate that takes a random step of the odds each month: it does change, and nothing did it."""

    def changed(made: World) -> World:
        walks = [np.cumsum(made.rng.normal(0, step, MONTHS)) for _ in made.kinds]
        level = [v + w * k.unit for k, v, w in zip(made.kinds, made.level, walks, strict=True)]
        return replace(made, level=level)

    return changed


def partners_come_and_go(made: World) -> World:
    """One partner with another level joins in the third year, one leaves in the fourth, one triples its people."""
    people = []
    for n in made.people:
        own = n.copy()
        own[0, :, :30] = 0
        own[1, :, 44:] = 0
        own[2, :, 34:] *= 3
        people.append(own)
    level = [v.copy() for v in made.level]
    for kind, own in zip(made.kinds, level, strict=True):
        own[:3] += 0.4 * (1 if kind.deviation is None else kind.deviation / 2)
    return replace(made, people=people, level=level)


def stepped(figure: int, to: float, over: int = 1) -> Callable[[World], World]:
    """One figure moves from its level to another, from the third year's end on, at once or over so many months."""

    def changed(made: World) -> World:
        level = list(made.level)
        size = logit(to) - logit(made.kinds[figure].level)
        level[figure] = level[figure] + size * np.clip((np.arange(MONTHS) - START + 1) / over, 0, 1)
        return replace(made, level=level)

    return changed


def one_partner(figure: int, partner: int, to: float) -> Callable[[World], World]:
    """One partner's figure moves alone."""

    def changed(made: World) -> World:
        level = [v.copy() for v in made.level]
        size = logit(to) - logit(made.kinds[figure].level)
        level[figure][partner, :, START:] += size
        return replace(made, level=level)

    return changed
