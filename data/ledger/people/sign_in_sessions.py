"""Sign-ins: one row for each, from the moment the provider said who somebody is until it ends."""

import datetime as dt
from dataclasses import astuple, dataclass
from typing import Literal

import duckdb

Why = Literal[
    "signed out", "signed out everywhere", "ended by staff", "ended by provider", "idle", "too long", "access ended"
]
_COLUMNS = "session, person, provider, began_at, seen_at, provider_session"


@dataclass
class Session:
    """A sign-in that has not ended. `session`: keyed hash of issuer, subject and nonce; times are UTC.

    `provider_session`: keyed hash of what the provider calls its own, None where it says nothing.
    """

    session: str
    person: int
    provider: str
    began_at: dt.datetime
    seen_at: dt.datetime
    provider_session: str | None = None


def utc_now() -> dt.datetime:
    """The real time, also where the partnership lives on a calendar of its own."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def is_known(cur: duckdb.DuckDBPyConnection, session: str) -> bool:
    """Whether there was ever such a sign-in."""
    return bool(cur.execute("SELECT 1 FROM sign_in WHERE session = ?", [session]).fetchall())


def open_sessions(cur: duckdb.DuckDBPyConnection) -> list[Session]:
    """The sign-ins that nobody has ended, oldest first; some may have been idle for too long."""
    rows = cur.execute(f"SELECT {_COLUMNS} FROM sign_in WHERE ended_at IS NULL ORDER BY began_at").fetchall()
    return [Session(*row) for row in rows]


def begin(cur: duckdb.DuckDBPyConnection, session: Session) -> None:
    """Put a new sign-in down. Raises duckdb.ConstraintException for one that was there before."""
    cur.execute(f"INSERT INTO sign_in ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", astuple(session))


def seen(cur: duckdb.DuckDBPyConnection, session: str, at: dt.datetime) -> None:
    """Keep when a sign-in was last used."""
    cur.execute("UPDATE sign_in SET seen_at = ? WHERE session = ? AND ended_at IS NULL", [at, session])


def end(cur: duckdb.DuckDBPyConnection, session: str, why: Why, at: dt.datetime) -> None:
    """End a sign-in for good."""
    cur.execute(
        "UPDATE sign_in SET ended_at = ?, ended_why = ? WHERE session = ? AND ended_at IS NULL", [at, why, session]
    )
