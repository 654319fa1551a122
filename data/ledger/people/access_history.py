"""The history of access: who came in, who was refused, who was invited and by whom. Append-only, each row chained to
the one before it under the partnership's key, so that a row which was changed or taken out shows."""

import datetime as dt
import hashlib
import hmac
from typing import Literal, NamedTuple

import duckdb

Kind = Literal[
    "invited", "role changed", "access ended", "account forgotten", "signed in", "sign-in refused", "signed out",
    "sign-in ended", "access reviewed", "emergency access opened", "emergency access ended",
    "rows queried",
    "deletion looked at", "rows deleted",
    "encryption key change begun", "edition key printed", "edition handed over",
]  # fmt: skip


class AccessEvent(NamedTuple):
    """A row. `actor`: who did it; `person`: to whom, None for someone unknown; `at`: UTC."""

    event: int
    at: dt.datetime
    kind: Kind
    actor: str
    person: int | None
    detail: str


def add(
    cur: duckdb.DuckDBPyConnection, key: bytes, kind: Kind, actor: str, person: int | None, detail: str, at: dt.datetime
) -> None:
    """Put a row down behind the last one. The caller sees to it that nobody else does at the same time."""
    last = cur.execute("SELECT event, chained FROM access_event ORDER BY event DESC LIMIT 1").fetchone()
    row = AccessEvent(last[0] + 1 if last else 1, at, kind, actor, person, detail)
    cur.execute(
        "INSERT INTO access_event VALUES (?, ?, ?, ?, ?, ?, ?)", [*row, _chained(key, last[1] if last else "", row)]
    )


def events(cur: duckdb.DuckDBPyConnection, most: int = 500) -> list[AccessEvent]:
    """The newest rows, newest first."""
    rows = cur.execute(
        "SELECT event, happened_at, kind, actor, person, detail FROM access_event ORDER BY event DESC LIMIT ?", [most]
    ).fetchall()
    return [AccessEvent(*row) for row in rows]


def of_kind(cur: duckdb.DuckDBPyConnection, kind: Kind, most: int) -> list[AccessEvent]:
    """The newest rows of a kind, newest first."""
    rows = cur.execute(
        """SELECT event, happened_at, kind, actor, person, detail FROM access_event WHERE kind = ?
           ORDER BY event DESC LIMIT ?""",
        [kind, most],
    ).fetchall()
    return [AccessEvent(*row) for row in rows]


def first_broken(cur: duckdb.DuckDBPyConnection, key: bytes) -> int | None:
    """The number of the first row that is not as it was written, or before which one is gone; None when all is whole.

    Rows that were cut off at the end leave no sign here.
    """
    before, expected = "", 1
    rows = cur.execute(
        "SELECT event, happened_at, kind, actor, person, detail, chained FROM access_event ORDER BY event"
    ).fetchall()
    for *said, chained in rows:
        row = AccessEvent(*said)
        if row.event != expected or not hmac.compare_digest(chained, _chained(key, before, row)):
            return expected
        before, expected = chained, expected + 1
    return None


def last_kind(cur: duckdb.DuckDBPyConnection, kind: Kind) -> dt.datetime | None:
    """When something last happened; None when it never did."""
    return cur.execute("SELECT max(happened_at) FROM access_event WHERE kind = ?", [kind]).fetchall()[0][0]


def _chained(key: bytes, before: str, row: AccessEvent) -> str:
    said = "\x1f".join([before, str(row.event), row.at.isoformat(), row.kind, row.actor, str(row.person), row.detail])
    return hmac.new(key, b"access\x1f" + said.encode(), hashlib.sha256).hexdigest()
