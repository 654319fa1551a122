"""Actions as chains of steps: recorded, reported on, changed, undone. Only ever added; the last step holds."""

import datetime as dt
from collections import defaultdict
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Literal

import duckdb

Kind = Literal["recorded", "reported", "changed", "undone"]
State = Literal["planned", "running", "paused", "done", "stopped", "withdrawn"]
"""Withdrawn: it was recorded by mistake, and its recording is undone."""
_OPEN: tuple[State, ...] = ("planned", "running", "paused")
Group = tuple[str, str]
"""A grouping and one of its groups, as releases call them."""


@dataclass(frozen=True)
class Part:
    """A partner that takes part, and what it gives (money and work or goods, whole dollars) and gets (money).

    `partner_id`: empty for one that the reader may not know by name.
    """

    partner_id: str
    money: int = 0
    in_kind: int = 0
    gets: int = 0


@dataclass(frozen=True)
class Deed:
    """What is done: by whom, about which measure (None: no single one), for which group and place, with what.

    `budget`: whole dollars, of all who give; `in_kind`: in words what is given beside money; `next_step` has a day by
    which it is due, or is empty.
    """

    name: str
    owner: str
    indicator: str | None
    starts: dt.date
    ends: dt.date | None = None
    parts: tuple[Part, ...] = ()
    group: Group | None = None
    place: Group | None = None
    budget: int = 0
    in_kind: str = ""
    next_step: str = ""
    next_due: dt.date | None = None


@dataclass(frozen=True)
class Step:
    """One step: what holds since, what was done so far, on which release, why, by whom and when (UTC)."""

    step: int
    kind: Kind
    state: State
    deed: Deed
    so_far: str
    reason: str
    release: int
    actor: str
    at: dt.datetime


@dataclass(frozen=True)
class Action:
    """An action with all its steps, oldest first."""

    number: int
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        """What holds."""
        return self.steps[-1]

    @property
    def deed(self) -> Deed:
        """What is done now."""
        return self.last.deed

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self.last.state

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in _OPEN

    @property
    def due(self) -> dt.date | None:
        """The day by which the next thing is due: the next step, else its end. None where nothing is."""
        return (self.deed.next_due or self.deed.ends) if self.is_open else None

    def overdue(self, today: dt.date) -> bool:
        """Whether that day is past."""
        return self.due is not None and self.due < today


def actions(cur: duckdb.DuckDBPyConnection) -> list[Action]:
    """Every action, the newest first."""
    parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for action, step, *part in cur.execute(
        "SELECT action, step, partner_id, money, in_kind, gets FROM action_part ORDER BY ALL"
    ).fetchall():
        parts[action, step].append(Part(*part))
    rows = cur.execute("SELECT * FROM action_step ORDER BY action DESC, step").fetchall()
    return [
        Action(number, tuple(_step(row, parts[number, row[1]]) for row in steps))
        for number, steps in groupby(rows, key=lambda row: row[0])
    ]


def _step(row: tuple, parts: list[Part]) -> Step:
    (_, step, kind, state, indicator, name, owner, grouping, category, place_kind, place, starts, ends, budget, in_kind,
     next_step, next_due, so_far, reason, release, actor, at) = row  # fmt: skip
    deed = Deed(
        name, owner, indicator, starts, ends, tuple(parts), (grouping, category) if grouping else None,
        (place_kind, place) if place_kind else None, budget, in_kind, next_step, next_due,
    )  # fmt: skip
    return Step(step, kind, state, deed, so_far, reason, release, actor, at)


def add(cur: duckdb.DuckDBPyConnection, action: int | None, step: Step) -> int:
    """Put a step down, of a new action (None) or of one that is there; returns the action's number. The caller holds a
    transaction, and sees to it that nobody else does at the same time."""
    if action is None:
        action = int(cur.execute("SELECT coalesce(max(action), 0) + 1 FROM action_step").fetchall()[0][0])
    deed = step.deed
    cur.execute(
        f"INSERT INTO action_step VALUES ({', '.join('?' * 22)})",
        [action, step.step, step.kind, step.state, deed.indicator, deed.name, deed.owner,
         *(deed.group or (None, None)), *(deed.place or (None, None)), deed.starts, deed.ends, deed.budget,
         deed.in_kind, deed.next_step, deed.next_due, step.so_far, step.reason, step.release, step.actor, step.at],
    )  # fmt: skip
    for part in deed.parts:
        cur.execute("INSERT INTO action_part VALUES (?, ?, ?, ?, ?, ?)", [action, step.step, *astuple(part)])
    return action
