"""What is kept of each deletion: when, by whom, why, of what kind and how much; never whose rows they were."""

import datetime as dt
import json
from dataclasses import dataclass

import duckdb

from data.ledger.deletions.doomed_rows import Kind, Marked, Target


@dataclass(frozen=True)
class Deletion:
    """A deletion that was made. `rows`: dataset -> how many; `at` and `cleaned_at` in UTC, the latter None while the
    store's file is still to be written anew; `releases`: those whose research edition was removed for it."""

    deletion: int
    kind: Kind
    partner_id: str | None
    before: dt.date | None
    rows: dict[str, int]
    submissions: tuple[int, ...]
    releases: tuple[int, ...]
    reason: str
    actor: str
    at: dt.datetime
    cleaned_at: dt.datetime | None


def record(
    cur: duckdb.DuckDBPyConnection, target: Target, marked: Marked, releases: list[int], reason: str, actor: str,
    at: dt.datetime,
) -> int:  # fmt: skip
    """Write a deletion down, in the transaction that makes it; its number."""
    number = 1 + int(cur.execute("SELECT coalesce(max(deletion), 0) FROM deletion").fetchall()[0][0])
    cur.execute(
        "INSERT INTO deletion VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            number, target.kind, target.partner_id, target.before, json.dumps(marked.rows), list(marked.submissions),
            releases, reason, actor, at,
        ],
    )  # fmt: skip
    return number


def deletions(cur: duckdb.DuckDBPyConnection) -> list[Deletion]:
    """All of them, the newest first."""
    rows = cur.execute(
        """SELECT d.*, c.happened_at FROM deletion d LEFT JOIN deletion_cleaned c USING (deletion)
           ORDER BY deletion DESC"""
    ).fetchall()
    return [
        Deletion(number, kind, partner, before, json.loads(gone), tuple(held), tuple(releases), *rest)
        for number, kind, partner, before, gone, held, releases, *rest in rows
    ]


def uncleaned(cur: duckdb.DuckDBPyConnection) -> list[int]:
    """The numbers of those of which something may still lie in the store's file."""
    rows = cur.execute("SELECT deletion FROM deletion ANTI JOIN deletion_cleaned USING (deletion)").fetchall()
    return [number for (number,) in rows]


def record_cleaned(cur: duckdb.DuckDBPyConnection, number: int, at: dt.datetime) -> None:
    """Write down that nothing of it is left in the store's file."""
    cur.execute("INSERT INTO deletion_cleaned VALUES (?, ?)", [number, at])
