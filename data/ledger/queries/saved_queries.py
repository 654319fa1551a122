"""Saved queries. Rows are only ever added: one that is taken away stays, with who took it away."""

import datetime as dt
from typing import NamedTuple

import duckdb


class Saved(NamedTuple):
    """A saved query: its number, what it is called, the edition it asks, its text, who saved it and when (UTC)."""

    number: int
    name: str
    edition: str
    query: str
    actor: str
    at: dt.datetime


def read(cur: duckdb.DuckDBPyConnection) -> list[Saved]:
    """Those that nobody took away, by name."""
    rows = cur.execute(
        """SELECT number, name, edition, query, actor, happened_at FROM saved_query
           WHERE query IS NOT NULL AND number NOT IN (SELECT number FROM saved_query WHERE query IS NULL)
           ORDER BY lower(name), number"""
    ).fetchall()
    return [Saved(*row) for row in rows]


def add(cur: duckdb.DuckDBPyConnection, name: str, edition: str, query: str, actor: str, at: dt.datetime) -> int:
    """Keep one; returns its number. The caller sees to it that nobody else does at the same time."""
    number = cur.execute("SELECT coalesce(max(number), 0) + 1 FROM saved_query").fetchall()[0][0]
    cur.execute("INSERT INTO saved_query VALUES (?, ?, ?, ?, ?, ?)", [number, name, edition, query, actor, at])
    return number


def remove(cur: duckdb.DuckDBPyConnection, number: int, actor: str, at: dt.datetime) -> None:
    """Take one away. Raises KeyError where there is none of this number."""
    if number not in {one.number for one in read(cur)}:
        raise KeyError(number)
    cur.execute("INSERT INTO saved_query VALUES (?, NULL, NULL, NULL, ?, ?)", [number, actor, at])
