"""Writing the files of a release beside the current one: each edition is a DuckDB file with its dictionary inside."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from data.durable_files import onto_disk
from data.ledger import file_permissions
from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import EncryptionKey, FileKey
from data.ledger.store import transaction
from data.releases.release_folders import MANIFEST, WITH_PARQUET, folder_of, making, sha256

_BATCH = 100_000


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


def write_files(
    cur: duckdb.DuckDBPyConnection,
    folder: Path,
    release: int,
    editions: dict[str, list[Table]],
    about: dict[str, Any],
    check: Callable[[Path], None],
    encryption: EncryptionKey | None = None,
) -> None:
    """Write a release's own folder, whole and on the disk; no pointer leads to it yet.

    `cur` is only read from, so that one transaction can hold all of it. `check` looks at the folder as it was written;
    when it raises, nothing of the release is left. `encryption`: each edition gets its own key of it.
    """
    beside = making(folder, release)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        for edition, tables in editions.items():
            key = encryption.of(edition) if encryption else None
            _write_edition(cur, beside / f"{edition}.duckdb", tables, key, parquet=edition in WITH_PARQUET)
        check(beside)
        written = sorted(p for p in beside.rglob("*") if p.is_file())
        digests = {p.relative_to(beside).as_posix(): sha256(p) for p in written}
        manifest = {"release": release, **about, "sha256": digests}
        (beside / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        for path in (*beside.rglob("*"), beside):
            onto_disk(path)
            file_permissions.seal(path, like=beside.parent)
        beside.rename(folder_of(folder, release))
        onto_disk(beside.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def now() -> str:
    """The present moment (UTC), as a manifest has it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _write_edition(
    cur: duckdb.DuckDBPyConnection, path: Path, tables: list[Table], key: FileKey | None, *, parquet: bool
) -> None:
    # Through Arrow into a connection of its own: a transaction of DuckDB writes to one file only, and the store's one,
    # which sees the ledger as it was at one moment, would have to end between two editions. UUIDs stay UUIDs.
    threads, memory = cur.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchall()[0]
    cur.execute("SET arrow_lossless_conversion = true")
    try:
        config = {"threads": threads, "memory_limit": memory}
        with database_files.open_database(path, key, config=config) as con:
            with transaction(con):
                con.execute("CREATE SCHEMA analysis")
                for table in tables:
                    _write_table(cur, con, table)
                if parquet:
                    beside = path.with_suffix("")
                    beside.mkdir()
                    for name in (table.name for table in tables if not table.view):
                        database_files.write_parquet(con, name, beside / f"{name}.parquet", key)
            con.execute("CHECKPOINT")  # closing would do it too, but would say nothing when the disk is full
    finally:
        cur.execute("RESET arrow_lossless_conversion")


def _write_table(cur: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, table: Table) -> None:
    kind = "VIEW" if table.view else "TABLE"
    for n, query in enumerate(table.queries):
        if table.view:
            con.execute(f"CREATE VIEW {table.name} AS {query}")
            continue
        con.register("found", cur.execute(query).to_arrow_reader(_BATCH))
        con.execute(f"INSERT INTO {table.name} FROM found" if n else f"CREATE TABLE {table.name} AS FROM found")
        con.unregister("found")
    comments = [f"COMMENT ON {kind} {table.name} IS '{_quoted(table.meaning)}'"]
    comments += [
        f"COMMENT ON COLUMN {table.name}.\"{column}\" IS '{_quoted(meaning)}'"
        for column, meaning in table.columns.items()
    ]
    con.execute(";".join(comments))


def _quoted(text: str) -> str:
    return text.replace("'", "''")
