"""Worlds of one measure of several groups over four years, in which a year of each is foretold from those before it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from metrics.judging.moved_months import figures
from metrics.judging.target_met import next_year, usual_step, wide_error
from metrics.statistics.contrast import MonthCounts

GROUPS, YEARS, MONTHS = 8, 4, 12


@dataclass(frozen=True)
class Kind:
    """What is so, on the scale of log-odds: `step` a group's own move from year to year, `together` that of all groups,
    `drift` the same for all in each year, `jump` one of all in one year of four; `scatter` of its months, `season` its
    height; `people` a month at a usual group, `grows` by how much a year; `known` years before the one foretold."""

    name: str
    step: float = 0.0
    scatter: float = 0.0
    season: float = 0.0
    people: int = 60
    together: float = 0.0
    drift: float = 0.0
    jump: float = 0.0
    grows: float = 0.0
    known: int = 3


KINDS = (
    Kind("nothing moves"),
    Kind("a year moves by 5 % of the odds", step=0.05),
    Kind("a year moves by 10 % of the odds", step=0.10),
    Kind("a year moves by 20 % of the odds", step=0.20),
    Kind("months scatter by 10 %", step=0.05, scatter=0.10),
    Kind("season of 10 %", step=0.05, season=0.10),
    Kind("small groups", step=0.05, people=12),
    Kind("all groups move by 10 % together", step=0.05, together=0.10),
    Kind("all groups move by 30 % together", step=0.05, together=0.30),
    Kind("all move by 30 %, two years are known", step=0.05, together=0.30, known=2),
    Kind("small groups move by 30 % together", step=0.05, together=0.30, people=12),
    Kind("twice as many people each year", step=0.05, together=0.10, people=20, grows=1.0),
)
BEYOND = (
    Kind("all rise by 30 % of the odds each year", step=0.05, drift=0.30),
    Kind("one year in four all jump by 50 %", step=0.05, jump=0.50),
)
"""Worlds that earlier years do not tell of: a rise is taken for moves to and fro, a jump comes out of nothing."""


def coverage(kind: Kind, worlds: int, rng: np.random.Generator) -> tuple[int, int]:
    """How many of the fourth years lie in the range that was foretold, and how many were foretold at all."""
    inside = tried = 0
    for _ in range(worlds):
        count, people = _drawn(kind, rng)
        known, last = kind.known * MONTHS, kind.known - 1
        whole = MonthCounts(count[:, :known].sum(axis=0)[None].astype(float), people[:, :known].sum(axis=0)[None] * 1.0)
        (figure,) = figures([whole], [0.01])
        yearly = count.reshape(GROUPS, YEARS, MONTHS).sum(axis=2), people.reshape(GROUPS, YEARS, MONTHS).sum(axis=2)
        rates, errors = yearly[0] / yearly[1], _errors(*yearly)
        part = yearly[1][:, last] / yearly[1][:, last].sum()
        own = [replace(figure, scatter=figure.scatter.part(float(p)) if figure.scatter else None) for p in part]
        wide = [[wide_error(f, float(e), int(n)) for e, n in zip(errors[g], yearly[1][g], strict=True)]
                for g, f in enumerate(own)]  # fmt: skip
        step = usual_step(
            [dict(enumerate(zip(rates[g, : last + 1], wide[g][: last + 1], strict=True))) for g in range(GROUPS)],
            mean=False,
        )
        for g, f in enumerate(own):
            found = next_year(f, float(rates[g, last]), float(errors[g, last]), int(yearly[1][g, last]), step)
            if found:
                low, high = found.span()
                tried, inside = tried + 1, inside + bool(low <= rates[g, last + 1] <= high)
    return inside, tried


def _errors(count: np.ndarray, people: np.ndarray) -> np.ndarray:
    p = (count + 0.5) / (people + 1)
    return np.sqrt(p * (1 - p) / people)


def _drawn(kind: Kind, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Counts and people of shape (groups, months)."""
    months = YEARS * MONTHS
    level = logit(0.5 + rng.uniform(-0.25, 0.25, (GROUPS, 1)))
    walk = np.cumsum(rng.normal(0, kind.step, (GROUPS, YEARS)), axis=1).repeat(MONTHS, axis=1)
    all_move = rng.normal(0, kind.together, YEARS) + kind.drift + kind.jump * (rng.random(YEARS) < 0.25)
    walk = walk + np.cumsum(all_move).repeat(MONTHS)
    season = kind.season * np.sin(2 * np.pi * np.arange(months) / MONTHS)
    odds = level + walk + season + rng.normal(0, kind.scatter, (1, months))
    usual = kind.people * (1 + kind.grows) ** (np.arange(months) // MONTHS)
    people = rng.poisson(usual * rng.uniform(0.5, 3, (GROUPS, 1)), (GROUPS, months)) + 1
    return rng.binomial(people, expit(odds)), people
