"""Statements that people scored, and what they asked for with its answer. Only ever added; the last step holds."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import duckdb

Group = tuple[str, str]
ScoreKind = Literal["entered", "withdrawn"]
RequestKind = Literal["heard", "answered", "withdrawn"]


@dataclass(frozen=True)
class Scored:
    """How people of a group or place (None: all who were asked) scored a statement, as counts of people."""

    indicator: str
    statement: str
    group: Group | None
    asked_on: dt.date
    agree: int
    unsure: int
    disagree: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """The people who agree, are unsure, disagree."""
        return self.agree, self.unsure, self.disagree


@dataclass(frozen=True)
class ScoreStep:
    """A step of a score: it was entered, or taken back with the reason."""

    score: int
    step: int
    kind: ScoreKind
    scored: Scored
    reason: str
    release: int
    actor: str
    at: dt.datetime


@dataclass(frozen=True)
class Asked:
    """What people asked for, when; and what was done, when: empty while nothing was."""

    indicator: str
    said: str
    group: Group | None
    said_on: dt.date
    answer: str = ""
    answered_on: dt.date | None = None


@dataclass(frozen=True)
class RequestStep:
    """A step of a request: it was heard, answered (also once more), or taken back with the reason."""

    request: int
    step: int
    kind: RequestKind
    asked: Asked
    reason: str
    release: int
    actor: str
    at: dt.datetime


def scores(cur: duckdb.DuckDBPyConnection) -> list[ScoreStep]:
    """Every step of every score, the oldest first."""
    return [
        ScoreStep(n, step, kind, Scored(measure, said, _group(by, group), on, *counts), reason, release, actor, at)
        for n, step, kind, measure, said, by, group, on, *counts, reason, release, actor, at in cur.execute(
            "SELECT * FROM voice_score ORDER BY score, step"
        ).fetchall()
    ]


def requests(cur: duckdb.DuckDBPyConnection) -> list[RequestStep]:
    """Every step of every request, the oldest first."""
    return [
        RequestStep(n, step, kind, Asked(measure, said, _group(by, group), *told), reason, release, actor, at)
        for n, step, kind, measure, said, by, group, *told, reason, release, actor, at in cur.execute(
            "SELECT * FROM voice_request ORDER BY request, step"
        ).fetchall()
    ]


def _group(by: str | None, group: str | None) -> Group | None:
    return (by, group) if by and group else None


def next_number(cur: duckdb.DuckDBPyConnection, what: Literal["score", "request"]) -> int:
    """The number of a new one."""
    return int(cur.execute(f"SELECT coalesce(max({what}), 0) + 1 FROM voice_{what}").fetchall()[0][0])


def add_score(cur: duckdb.DuckDBPyConnection, one: ScoreStep) -> None:
    """Put a step of a score down, as `story_notes.add` does."""
    s = one.scored
    cur.execute(
        f"INSERT INTO voice_score VALUES ({', '.join('?' * 15)})",
        [one.score, one.step, one.kind, s.indicator, s.statement, *(s.group or (None, None)), s.asked_on, *s.counts,
         one.reason, one.release, one.actor, one.at],
    )  # fmt: skip


def add_request(cur: duckdb.DuckDBPyConnection, one: RequestStep) -> None:
    """Put a step of a request down, as `story_notes.add` does."""
    a = one.asked
    cur.execute(
        f"INSERT INTO voice_request VALUES ({', '.join('?' * 14)})",
        [one.request, one.step, one.kind, a.indicator, a.said, *(a.group or (None, None)), a.said_on, a.answer,
         a.answered_on, one.reason, one.release, one.actor, one.at],
    )  # fmt: skip
