"""The story of a measure in four parts, each a chain of versions. Only ever added; the last version holds."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

import duckdb

Part = Literal["story", "partners", "ideas", "strategy"]
"""Why it is so; who has which part in it; what would work; what we will do."""
PARTS: tuple[Part, ...] = ("story", "partners", "ideas", "strategy")


@dataclass(frozen=True)
class Role:
    """A partner and its part in it. `partner_id`, `words`: empty for one that the reader may not know by name."""

    partner_id: str
    words: str


@dataclass(frozen=True)
class Note:
    """A version of a part: what it says, on which release, by whom and when (UTC). Without words it was taken back."""

    indicator: str
    part: Part
    version: int
    words: str
    roles: tuple[Role, ...]
    release: int
    actor: str
    at: dt.datetime

    @property
    def says(self) -> bool:
        """Whether anything is said in it."""
        return bool(self.words or self.roles)


def notes(cur: duckdb.DuckDBPyConnection) -> list[Note]:
    """Every version of every part, the oldest first."""
    roles: dict[tuple, list[Role]] = defaultdict(list)
    for *version, partner, role in cur.execute("SELECT * FROM story_role ORDER BY ALL").fetchall():
        roles[tuple(version)].append(Role(partner, role))
    rows = cur.execute("SELECT * FROM story_note ORDER BY indicator, part, version").fetchall()
    return [
        Note(indicator, part, version, words, tuple(roles[indicator, part, version]), release, actor, at)
        for indicator, part, version, words, release, actor, at in rows
    ]


def add(cur: duckdb.DuckDBPyConnection, one: Note) -> None:
    """Put a version down. The caller holds a transaction, and sees to it that nobody else does at the same time."""
    cur.execute(
        "INSERT INTO story_note VALUES (?, ?, ?, ?, ?, ?, ?)",
        [one.indicator, one.part, one.version, one.words, one.release, one.actor, one.at],
    )
    for role in one.roles:
        cur.execute(
            "INSERT INTO story_role VALUES (?, ?, ?, ?, ?)",
            [one.indicator, one.part, one.version, role.partner_id, role.words],
        )
