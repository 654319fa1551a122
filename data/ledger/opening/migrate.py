"""The numbered migrations of the store's own tables: which have been applied, and applying the rest."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

FOLDER = Path(__file__).parents[1] / "migrations"
_APPLIED = "CREATE TABLE IF NOT EXISTS migration (number INTEGER, name VARCHAR, applied_at TIMESTAMP)"


class Migration(NamedTuple):
    """One step: its number, its name and its SQL."""

    number: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Every step, in order: 1, 2, 3 and so on without a hole."""
    files = sorted(FOLDER.glob("[0-9]*.sql"))
    found = tuple(Migration(int(f.stem[:4]), f.stem[5:], f.read_text(encoding="utf-8")) for f in files)
    assert [m.number for m in found] == [*range(1, len(found) + 1)]
    return found


def newest() -> int:
    """The version that this program writes."""
    return len(migrations())


def version(cur: duckdb.DuckDBPyConnection) -> int:
    """The version of a store; 0 when it is new, or was made before versions were counted."""
    try:  # asking first whether the table is there takes five times as long
        return int(cur.execute("SELECT coalesce(max(number), 0) FROM migration").fetchall()[0][0])
    except duckdb.CatalogException:
        return 0


def bring_up(cur: duckdb.DuckDBPyConnection, to: int | None = None) -> None:
    """Apply what is lacking (up to a version). The caller holds a transaction: all of it, or nothing."""
    before = version(cur)
    for step in migrations()[before:to]:
        cur.execute(step.sql)
        cur.execute(_APPLIED)
        _note(cur, step)


def note_all(cur: duckdb.DuckDBPyConnection) -> None:
    """Put down that a store has every step, where it was made as they leave one. The caller holds a transaction."""
    for step in migrations():
        _note(cur, step)


def _note(cur: duckdb.DuckDBPyConnection, step: Migration) -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    cur.execute("INSERT INTO migration VALUES (?, ?, ?)", [step.number, step.name, now])
