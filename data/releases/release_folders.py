"""Releases: numbered, immutable, checksummed folders that others read without touching the store.

    releases/current.json        the pointer, swapped in one step
    releases/0007/shared.duckdb  suppressed results and definitions: can be handed around
    releases/0007/research.duckdb  pseudonymized rows, unit rows and lineage: under agreement
    releases/0007/manifest.json  sha256 of each file

DuckDB has no users, so different rights are different files. Each file has its dictionary inside, as comments.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

EDITIONS = ("shared", "research")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Table:
    """A table or view of an edition: the query (or queries) that make it, what it is, what each column means.

    `queries` may be a generator: it is asked for the next query only when the one before has run.
    """

    name: str
    queries: Iterable[str]
    meaning: str
    columns: dict[str, str] = field(default_factory=dict)
    view: bool = False


def current_release(folder: Path) -> int | None:
    """The number that the pointer names; None before the first release."""
    pointer = folder / "releases" / "current.json"
    return int(json.loads(pointer.read_text(encoding="utf-8"))["release"]) if pointer.exists() else None


def edition_path(folder: Path, release: int, edition: str) -> Path:
    """The DuckDB file of an edition."""
    return folder / "releases" / f"{release:04d}" / f"{edition}.duckdb"


def next_release(cur: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """A number above every release of the ledger and every folder, also one left by a crash."""
    row = cur.execute("SELECT coalesce(max(release), 0) FROM release_made").fetchone()
    numbers = [int(p.name) for p in (folder / "releases").glob("[0-9]*") if p.name.isdigit()]
    return max([int(row[0]) if row else 0, *numbers]) + 1


def write_release(
    cur: duckdb.DuckDBPyConnection,
    folder: Path,
    release: int,
    editions: dict[str, list[Table]],
    about: dict[str, str],
    check: Callable[[Path], None],
) -> Path:
    """Write the editions beside the current release, check them in, then swap the pointer. Returns the folder.

    `check` looks at the folder as it was written; when it raises, nothing of the release is left.
    """
    releases = folder / "releases"
    making, made = releases / f".making-{release:04d}", releases / f"{release:04d}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        for edition, tables in editions.items():
            _write_edition(cur, making / f"{edition}.duckdb", tables)
        check(making)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    manifest = {
        "release": release,
        **about,
        "sha256": {p.name: _sha256(p) for p in sorted(making.glob("*.duckdb"))},
    }
    (making / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    from data.ledger import file_permissions  # late: who only reads a release needs no settings

    for path in (*making.iterdir(), making):
        file_permissions.seal(path, like=releases)
    making.rename(made)
    _swap(releases / "current.json", {"release": release, **about})
    return made


def _write_edition(cur: duckdb.DuckDBPyConnection, path: Path, tables: list[Table]) -> None:
    from data.ledger.store import transaction  # late: who only reads a release needs no store

    cur.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS edition")
    try:
        with transaction(cur):
            cur.execute("CREATE SCHEMA edition.analysis")
            for table in tables:
                _write_table(cur, table)
    finally:
        cur.execute("USE concord")
        cur.execute("DETACH edition")


def _write_table(cur: duckdb.DuckDBPyConnection, table: Table) -> None:
    kind = "VIEW" if table.view else "TABLE"
    for n, query in enumerate(table.queries):
        # A view's names are bound where it will be read, a table's query where the store's tables are.
        cur.execute(f"USE {'edition' if table.view else 'concord'}")
        cur.execute(
            f"INSERT INTO edition.{table.name} {query}" if n else f"CREATE {kind} edition.{table.name} AS {query}"
        )
    comments = [f"COMMENT ON {kind} edition.{table.name} IS '{_quoted(table.meaning)}'"]
    comments += [
        f"COMMENT ON COLUMN edition.{table.name}.\"{column}\" IS '{_quoted(meaning)}'"
        for column, meaning in table.columns.items()
    ]
    cur.execute(";".join(comments))


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _swap(pointer: Path, content: dict[str, object]) -> None:
    """Readers see the old pointer or the new one, never half of one."""
    beside = pointer.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(content, indent=2) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    from data.ledger import file_permissions

    file_permissions.seal(beside, like=pointer.parent, writable=True)
    beside.replace(pointer)


def damaged(folder: Path, release: int) -> list[str]:
    """Files of a release whose sha256 is no longer that of the manifest (or that are missing)."""
    at = folder / "releases" / f"{release:04d}"
    missing = [name for name in read_manifest(at)["sha256"] if not (at / name).exists()]
    return missing + changed_files(at)


def read_manifest(at: Path) -> dict[str, Any]:
    """The manifest of a release's own folder: release, partnership, made_at (UTC), sha256 of each edition."""
    return dict(json.loads((at / MANIFEST).read_text(encoding="utf-8")))


def changed_files(at: Path) -> list[str]:
    """Files in a release's own folder whose sha256 is not that of the manifest. One that is not there is no fault:
    editions are handed over one by one."""
    digests: dict[str, str] = read_manifest(at)["sha256"]
    return [name for name, digest in digests.items() if (at / name).exists() and _sha256(at / name) != digest]


def record_release(cur: duckdb.DuckDBPyConnection, release: int, actor: str, at: dt.datetime) -> None:
    """Write the release of a moment (UTC) into the ledger, with the last step that it knows of.

    The caller holds the store's `accepting`.
    """
    cur.execute(
        """INSERT INTO release_made SELECT ?, ?, ?, coalesce(max(event), 0) FROM submission_event
           WHERE state IN ('accepted', 'withdrawn')""",
        [release, at, actor],
    )
