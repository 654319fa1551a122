"""Secret addresses of partners' calendars. Only the SHA-256 of the word in one is kept (it has 256 random bits)."""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class CalendarAddress:
    """An address that was made: its number, whose calendar it opens, by whom and when; and when it was revoked."""

    number: int
    partner_id: str
    sha256: str
    actor: str
    made_at: dt.datetime
    revoked_at: dt.datetime | None = None


def addresses(cur: duckdb.DuckDBPyConnection) -> list[CalendarAddress]:
    """Every address that was made, oldest first."""
    rows = cur.execute(
        """SELECT m.address, m.partner_id, m.sha256, m.actor, m.happened_at, min(r.happened_at)
           FROM calendar_address m LEFT JOIN calendar_address r ON r.address = m.address AND r.kind = 'revoked'
           WHERE m.kind = 'made' GROUP BY ALL ORDER BY m.address"""
    ).fetchall()
    return [CalendarAddress(*row) for row in rows]


def make(cur: duckdb.DuckDBPyConnection, partner_id: str, actor: str, at: dt.datetime) -> str:
    """A new address: its word, which is nowhere else. The caller sees to it that nobody else does at the same time."""
    word = secrets.token_urlsafe(32)
    number = int(cur.execute("SELECT coalesce(max(address), 0) + 1 FROM calendar_address").fetchall()[0][0])
    _add(cur, number, "made", partner_id, _digest(word), actor, at)
    return word


def revoke(cur: duckdb.DuckDBPyConnection, address: CalendarAddress, actor: str, at: dt.datetime) -> None:
    """Close an address for good."""
    _add(cur, address.number, "revoked", address.partner_id, address.sha256, actor, at)


def partner_of(cur: duckdb.DuckDBPyConnection, word: str) -> str | None:
    """Whose calendar an address opens; None for a word that is unknown or revoked. Takes as long whichever it is."""
    digest, found = _digest(word), None
    for one in addresses(cur):
        if hmac.compare_digest(one.sha256, digest) and one.revoked_at is None:
            found = one.partner_id
    return found


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def _add(cur: duckdb.DuckDBPyConnection, number: int, kind: str, *said: object) -> None:
    cur.execute("INSERT INTO calendar_address VALUES (?, ?, ?, ?, ?, ?)", [number, kind, *said])
