"""Decisions as chains of steps: made, revised, done or dropped. Only ever added; the last step holds."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import duckdb

Kind = Literal["made", "revised", "done", "dropped"]
Ended = Literal["done", "dropped"]
State = Literal["open", "done", "dropped"]
_ENDED: dict[Kind, State] = {"done": "done", "dropped": "dropped"}


@dataclass(frozen=True)
class Agreed:
    """What is decided, who does it, and by which day."""

    words: str
    owner: str
    due: dt.date


@dataclass(frozen=True)
class Step:
    """One step: what holds since, on which release it was taken, why, by whom and when (UTC)."""

    step: int
    kind: Kind
    release: int
    agreed: Agreed
    reason: str
    actor: str
    at: dt.datetime


@dataclass(frozen=True)
class Decision:
    """A decision with all its steps, oldest first. `indicator`: None where it is about no single measure."""

    number: int
    indicator: str | None
    steps: tuple[Step, ...]

    @property
    def first(self) -> Step:
        """How it was made."""
        return self.steps[0]

    @property
    def last(self) -> Step:
        """What holds."""
        return self.steps[-1]

    @property
    def agreed(self) -> Agreed:
        """What is agreed now."""
        return self.last.agreed

    @property
    def state(self) -> State:
        """Open, done or dropped; a decision that is revised is open again."""
        return _ENDED.get(self.last.kind, "open")

    def overdue(self, today: dt.date) -> bool:
        """Whether it is open and its day is past."""
        return self.state == "open" and self.agreed.due < today


def decisions(cur: duckdb.DuckDBPyConnection) -> list[Decision]:
    """Every decision, the newest first."""
    rows = cur.execute(
        """SELECT decision, indicator, step, kind, release, words, owner, due, reason, actor, happened_at
        FROM decision_step ORDER BY decision DESC, step"""
    ).fetchall()
    return [
        Decision(number, indicator, tuple(_step(*row[2:]) for row in steps))
        for (number, indicator), steps in groupby(rows, key=lambda row: row[:2])
    ]


def _step(
    step: int, kind: Kind, release: int, words: str, owner: str, due: dt.date, reason: str, actor: str, at: dt.datetime
) -> Step:
    return Step(step, kind, release, Agreed(words, owner, due), reason, actor, at)


def add(cur: duckdb.DuckDBPyConnection, decision: int | None, indicator: str | None, step: Step) -> int:
    """Put a step down, of a new decision (None) or of one that is there; returns the decision's number. The caller
    sees to it that nobody else does at the same time."""
    if decision is None:
        decision = int(cur.execute("SELECT coalesce(max(decision), 0) + 1 FROM decision_step").fetchall()[0][0])
    said = step.agreed
    cur.execute(
        "INSERT INTO decision_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [decision, step.step, step.kind, indicator, step.release, said.words, said.owner, said.due, step.reason,
         step.actor, step.at],
    )  # fmt: skip
    return decision
