"""The store: one DuckDB file owned by one process. What it holds is said by `migrations/` and `opening.row_tables`."""

import datetime as dt
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from data.ledger.opening import migrate, row_tables
from data.ledger.opening.read_over import OVER, read_over
from data.ledger.opening.store_faults import (
    FILE,
    UNUSABLE,
    StoreDamaged,
    StoreNotWritable,
    connect,
    not_writable,
    opening_alone,
    refuse_lost,
    unusable,
)
from data.ledger.opening.store_identity import read_identity, refuse_other, write_identity
from data.receiving import spool
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership


@dataclass
class Store:
    """An open store. Take a cursor for each thread: a connection shared without one returns wrong results."""

    folder: Path
    partnership: Partnership
    key: bytes
    connection: duckdb.DuckDBPyConnection
    read_only: bool = False
    notes: list[str] = field(default_factory=list)
    """What had to be left out when it was opened, in words for whoever runs the server."""
    releasing: threading.Lock = field(default_factory=threading.Lock)
    """Held while a release is made: one at a time. Uploads go on meanwhile."""
    _accepting: threading.RLock = field(default_factory=threading.RLock)
    _numbering: threading.Lock = field(default_factory=threading.Lock)
    _partner_locks: dict[str, threading.RLock] = field(default_factory=lambda: defaultdict(threading.RLock))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for the calling thread."""
        cursor = self.connection.cursor()
        return cursor.execute(f"USE {OVER}") if self.read_only else cursor

    @property
    def accepting(self) -> threading.RLock:
        """Held while coverage, ledger and counts change: they are shared by all partners. Raises StoreNotWritable."""
        if self.read_only:
            raise StoreNotWritable(
                f"{self.folder} is open for reading alone. Nothing was stored. "
                "Make it writable, and start Concord again"
            )
        return self._accepting

    @property
    def identity(self) -> uuid.UUID:
        """The store's own id."""
        known = read_identity(self.cursor())
        assert known
        return known.store

    def sending(self, partner_id: str) -> threading.RLock:
        """The lock that serializes the uploads of one partner."""
        with self._numbering:
            return self._partner_locks[partner_id]

    def next_submission(self) -> int:
        """A submission number never used before in this store."""
        with self._numbering:
            self._last = max(getattr(self, "_last", 0), _largest(self.cursor())) + 1
            return self._last

    def now(self) -> dt.datetime:
        """The present moment (UTC), on the partnership's day."""
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        return dt.datetime.combine(self.partnership.today, now.time()) if self.partnership.today else now

    def close(self) -> None:
        """Close the store; open cursors become unusable."""
        self.connection.close()


def _largest(cur: duckdb.DuckDBPyConnection) -> int:
    row = cur.execute("SELECT coalesce(max(submission), 0) FROM submission").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def transaction(cur: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """All or nothing: commit at the end, roll back on any exception."""
    cur.execute("BEGIN")
    try:
        yield cur
    except BaseException:
        with suppress(duckdb.Error):  # a store that can no longer write has rolled back already: tell the first trouble
            cur.execute("ROLLBACK")
        raise
    cur.execute("COMMIT")


def open_store(folder: Path, partnership: Partnership, key: bytes, *, read_only: bool = False) -> Store:
    """Open the store in `folder`, or make one. Nothing is written unless something is lacking.

    `read_only`: nothing is written at all, also where nothing could be; what is worked out on the way stays in memory.
    A store that is not there yet is made.
    Raises StoreUnavailable, with what to do.
    """
    read_only = read_only and (folder / FILE).exists()
    if not read_only:
        folder.mkdir(parents=True, exist_ok=True)
    with opening_alone(folder):
        if not (folder / FILE).exists():
            _make(folder, key)
        connection, notes = connect(folder, _config(folder), read_only=read_only)
        try:
            refuse_other(connection, partnership, key)
            if read_only:
                read_over(connection)
            else:
                _bring_up(connection, key)
        except UNUSABLE as error:
            connection.close()
            raise StoreDamaged(unusable(error, folder)) from None
        except BaseException:
            connection.close()
            raise
    store = Store(folder, partnership, key, connection, read_only, notes)
    if not read_only:
        spool.remove_left(folder)
    return store


def _make(folder: Path, key: bytes) -> None:
    """A new store. It is made beside its place, so that one that was cut short is never taken for a damaged one."""
    refuse_lost(folder)
    making = folder / "concord.making"
    try:
        for left in folder.glob(f"{making.name}*"):
            left.unlink()
        with duckdb.connect(str(making), config=_config(folder)) as connection:
            _bring_up(connection, key)
        making.replace(folder / FILE)
    except UNUSABLE:
        raise not_writable(folder) from None


def _bring_up(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the store what this version of the program needs, in one transaction; nothing when it lacks nothing."""
    if migrate.version(connection) == migrate.newest() and not row_tables.lacking(connection):
        return
    with transaction(connection):
        migrate.bring_up(connection)
        for statement in row_tables.lacking(connection):
            connection.execute(statement)
        write_identity(connection, key)


def _config(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    # No extension is ever fetched, and spilled intermediate results (already pseudonymized) stay in the data folder.
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "memory_limit": "3GB",
        "temp_directory": str(folder / "spill"),
    }


def drop_rows(cur: duckdb.DuckDBPyConnection, submission: int) -> None:
    """Remove what a checked submission holds: rows, findings and repairs. Its ledger entry stays."""
    found = cur.execute("SELECT dataset FROM submission WHERE submission = ?", [submission]).fetchone()
    for table in ("finding", "repair", f"rows.{DATASETS[found[0]].name}") if found else ():
        cur.execute(f"DELETE FROM {table} WHERE submission = ?", [submission])


def forget(cur: duckdb.DuckDBPyConnection, submission: int) -> None:
    """Remove a check that nobody was to decide on: what it holds, and its ledger entry too."""
    drop_rows(cur, submission)
    for table in ("submission", "submission_event"):
        cur.execute(f"DELETE FROM {table} WHERE submission = ?", [submission])
