"""Messages and what became of them: each recipient's chain of steps, of which the last holds. Only ever added."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

import duckdb

Occasioned = Literal["reminder", "findings", "appeal", "release"]
Kind = Literal["waiting", "sending", "sent", "refused", "later", "unknown", "canceled", "dropped", "given up", "noted"]
OPEN: tuple[Kind, ...] = ("waiting", "later")
"""Still to be sent."""
NEVER_LEFT: tuple[Kind, ...] = ("refused", "canceled", "dropped", "given up")
"""Ended, and certainly not received: the same may be sent again."""


class Step(NamedTuple):
    """What happened to a message on its way to one recipient, why, who did it ("" for the server), when (UTC)."""

    kind: Kind
    why: str
    actor: str
    at: dt.datetime


@dataclass(frozen=True)
class Sending:
    """One recipient of a message, with all its steps, oldest first."""

    recipient: int
    address: str
    name: str
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        """What holds."""
        return self.steps[-1]

    @property
    def tries(self) -> int:
        """How often the server put it off, since somebody last asked for it."""
        asked = max(n for n, s in enumerate(self.steps) if s.kind == "waiting")
        return sum(s.kind == "later" for s in self.steps[asked:])


@dataclass(frozen=True)
class Message:
    """A message as it was settled. `leaves_at`: not before this moment (UTC)."""

    message: int
    occasion: str
    kind: Occasioned
    partner_id: str | None
    subject: str
    words: str
    leaves_at: dt.datetime
    actor: str
    at: dt.datetime
    sendings: tuple[Sending, ...]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for someone."""
        return any(s.last.kind in OPEN for s in self.sendings)


def messages(cur: duckdb.DuckDBPyConnection, only: int | None = None) -> list[Message]:
    """Every message (or one), the newest first."""
    steps = cur.execute(
        """SELECT message, recipient, address, name, kind, why, actor, happened_at FROM message_step
           WHERE coalesce(message = ?, true) ORDER BY message, recipient, step""",
        [only],
    ).fetchall()
    found: dict[int, list[Sending]] = {}
    for (number, recipient, address, name), chain in groupby(steps, key=lambda row: row[:4]):
        found.setdefault(number, []).append(Sending(recipient, address, name, tuple(Step(*row[4:]) for row in chain)))
    rows = cur.execute(
        """SELECT message, occasion, kind, partner_id, subject, words, leaves_at, actor, happened_at FROM message
           WHERE coalesce(message = ?, true) ORDER BY message DESC""",
        [only],
    ).fetchall()
    return [_message(row, found.get(row[0], ())) for row in rows]


def _message(row: tuple, sendings: Sequence[Sending]) -> Message:
    number, occasion, kind, partner_id, *said = row
    subject, words, leaves_at, actor, at = said
    return Message(number, occasion, kind, partner_id, subject, words, leaves_at, actor, at, tuple(sendings))


def add(cur: duckdb.DuckDBPyConnection, message: Message, to: Sequence[tuple[str, str]]) -> int:
    """Put a message down (its number is given here) that waits for each (address, name); returns the number. The caller
    holds a transaction, and sees to it that nobody else does at the same time."""
    number = int(cur.execute("SELECT coalesce(max(message), 0) + 1 FROM message").fetchall()[0][0])
    cur.execute(
        "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, message.occasion, message.kind, message.partner_id, message.subject, message.words,
         message.leaves_at, message.actor, message.at],
    )  # fmt: skip
    for recipient, (address, name) in enumerate(to, 1):
        step(cur, number, Sending(recipient, address, name, ()), Step("waiting", "", message.actor, message.at))
    return number


def step(cur: duckdb.DuckDBPyConnection, message: int, sending: Sending, taken: Step) -> None:
    """Put down what happened to a message for a recipient, behind the steps that were read of it."""
    cur.execute(
        "INSERT INTO message_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [message, sending.recipient, len(sending.steps) + 1, taken.kind, sending.address, sending.name, taken.why,
         taken.actor, taken.at],
    )  # fmt: skip
