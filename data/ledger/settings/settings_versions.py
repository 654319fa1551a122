"""Every version of the settings: whole, with who, when, why and what changed. Only ever added; the newest holds."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Literal, NamedTuple

import duckdb

from schemas.policy.partnership import Partnership
from schemas.policy.release_settings import read_kept
from schemas.policy.settings_places import Change, differences

Origin = Literal["file", "page", "command", "undo"]


@dataclass(frozen=True)
class Version:
    """One version. `at`: UTC. `changed`: against the version before; empty of the first."""

    number: int
    actor: str
    at: dt.datetime
    reason: str
    origin: Origin
    changed: tuple[Change, ...]


class InFile(NamedTuple):
    """When the file and the store last said the same: which version, and the SHA-256 of the file."""

    version: int
    sha256: str


def newest(cur: duckdb.DuckDBPyConnection) -> int:
    """The number of the version that holds; 0 where there is none yet, also in a store older than versions."""
    try:
        return int(cur.execute("SELECT coalesce(max(version), 0) FROM settings_version").fetchall()[0][0])
    except duckdb.CatalogException:
        return 0


def settings_of(cur: duckdb.DuckDBPyConnection, version: int) -> Partnership:
    """The settings of a version. Raises KeyError for an unknown one, pydantic.ValidationError for an unreadable one."""
    row = cur.execute("SELECT settings FROM settings_version WHERE version = ?", [version]).fetchone()
    if row is None:
        raise KeyError(f"there is no version {version} of the settings")
    return read_kept(Partnership, row[0])


def versions(cur: duckdb.DuckDBPyConnection) -> list[Version]:
    """All versions, the newest first."""
    rows = cur.execute(
        """SELECT version, actor, happened_at, reason, origin, changed FROM settings_version ORDER BY version DESC"""
    ).fetchall()
    return [
        Version(number, actor, at, reason, origin, tuple(Change(tuple(p), b, a) for p, b, a in json.loads(changed)))
        for number, actor, at, reason, origin, changed in rows
    ]


def files_of_maps(cur: duckdb.DuckDBPyConnection) -> set[str]:
    """The files of boundaries that any version names."""
    rows = cur.execute("SELECT settings FROM settings_version").fetchall()
    return {one["file"] for (settings,) in rows for one in json.loads(settings).get("maps", ())}


def add(
    cur: duckdb.DuckDBPyConnection,
    settings: Partnership,
    before: Partnership | None,
    at: dt.datetime,
    *,
    actor: str,
    reason: str,
    origin: Origin,
) -> int:
    """Keep a new version, which holds from now on; returns its number. The caller holds the transaction."""
    number = newest(cur) + 1
    changed = differences(before, settings) if before else []
    cur.execute(
        "INSERT INTO settings_version VALUES (?, ?, ?, ?, ?, ?, ?)",
        [number, settings.model_dump_json(), actor, at, reason, json.dumps(changed), origin],
    )
    return number


def in_file(cur: duckdb.DuckDBPyConnection) -> InFile:
    """When the file and the store last said the same; (0, "") when they never did."""
    row = cur.execute("SELECT version, sha256 FROM settings_file ORDER BY happened_at DESC, version DESC").fetchone()
    return InFile(*row) if row else InFile(0, "")


def say_in_file(cur: duckdb.DuckDBPyConnection, version: int, sha256: str, at: dt.datetime) -> None:
    """Write down that the file says what a version says. The caller holds the transaction."""
    cur.execute("DELETE FROM settings_file")
    cur.execute("INSERT INTO settings_file VALUES (?, ?, ?)", [version, sha256, at])
