"""Worlds whose truth is known: monthly counts of a partnership's figures, in which nothing changes or something does.

A world has seven figures of eight partners over five years; each scenario changes one thing about it. Months are made
by drawing people, so what is said of them can be held against what is so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from metrics.statistics.contrast import MonthCounts

PARTNERS, MONTHS, START = 8, 60, 36
LOOKS = range(START, MONTHS + 1, 3)
"""Months after which a scorecard is judged: once a quarter, from the third year on."""


@dataclass(frozen=True)
class Kind:
    """A figure: its level, the people of all its partners a month, of a mean the standard deviation of a person, and how
    many partners it has. Of `need` no partner is judged."""

    name: str
    level: float
    people: int
    deviation: float | None = None
    smallest: float = 0.01
    partners: int = PARTNERS
    need: bool = False


FIGURES = (
    Kind("blood pressure", 0.65, 3000),
    Kind("systolic", 134.0, 800, 17.0, 1.0),
    Kind("readmission", 0.143, 400, partners=3),
    Kind("same hospital", 0.118, 400, partners=3),
    Kind("food insecurity", 0.30, 700, need=True),
    Kind("screening", 0.06, 12_000),
    Kind("connected", 0.55, 200),
)


@dataclass
class World:
    """What is true: for each figure the log-odds (of a mean the level) of every partner and month, and its people."""

    kinds: tuple[Kind, ...]
    level: list[np.ndarray]
    people: list[np.ndarray]
    rng: np.random.Generator = field(repr=False)

    def counts(self) -> list[MonthCounts]:
        """Draw everyone."""
        return [self._drawn(k, level, n) for k, level, n in zip(self.kinds, self.level, self.people, strict=True)]

    def _drawn(self, kind: Kind, level: np.ndarray, n: np.ndarray) -> MonthCounts:
        people = n.astype(float)
        if kind.deviation is None:
            x = self.rng.binomial(n, 1 / (1 + np.exp(-level))).astype(float)
            return MonthCounts(np.where(n > 0, x, np.nan), np.where(n > 0, people, np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = level + self.rng.normal(0, 1, level.shape) * kind.deviation / np.sqrt(n)
        spread = np.full_like(mean, kind.deviation**2)
        total = np.where(n > 1, mean, 0.0) * people
        return MonthCounts(*(np.where(n > 1, v, np.nan) for v in (total, people, spread)))


def world(seed: int, kinds: tuple[Kind, ...] = FIGURES) -> World:
    """A world in which nothing changes; partners differ in size and in level."""
    rng = np.random.default_rng(seed)
    levels, people = [], []
    for kind in kinds:
        share = np.zeros(PARTNERS)
        share[: kind.partners] = rng.dirichlet(np.full(kind.partners, 4.0))
        people.append(rng.poisson(kind.people * share[:, None], (PARTNERS, MONTHS)))
        apart = rng.normal(0, 0.15, (PARTNERS, 1))
        base = logit(kind.level) + apart if kind.deviation is None else kind.level + apart * kind.deviation
        levels.append(np.repeat(base, MONTHS, axis=1))
    return World(kinds, levels, people, rng)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def _moved(made: World, by: np.ndarray) -> World:
    """All figures moved by so much of the odds in each month (of a mean, as many standard deviations)."""
    level = [v + by * (1 if k.deviation is None else k.deviation) for k, v in zip(made.kinds, made.level, strict=True)]
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
        level = [
            v + w * (1 if k.deviation is None else k.deviation)
            for k, v, w in zip(made.kinds, made.level, walks, strict=True)
        ]
        return replace(made, level=level)

    return changed


def partners_come_and_go(made: World) -> World:
    """One partner with another level joins in the third year, one leaves in the fourth, one triples its people."""
    people = []
    for n in made.people:
        own = n.copy()
        own[0, :30] = 0
        own[1, 44:] = 0
        own[2, 34:] *= 3
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
        level[figure][partner, START:] += size
        return replace(made, level=level)

    return changed
