"""The store: one DuckDB file owned by one process, its tables, and the views of the current rows.

Tables carry no index, key or sequence (DuckLake has none), so the same SQL runs on either.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from data.ledger import readmission_codes
from data.receiving import spool
from schemas.datasets.columns import STORE_TYPES
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.policy.partnership import Partnership

LEDGER = """
CREATE SCHEMA IF NOT EXISTS rows;
CREATE SCHEMA IF NOT EXISTS in_force;
CREATE TABLE IF NOT EXISTS submission (
    submission INTEGER, sha256 VARCHAR, partner_id VARCHAR, dataset VARCHAR, covers_from DATE, covers_to DATE,
    rows_in BIGINT, rows_kept BIGINT, rows_blocked BIGINT);
ALTER TABLE submission ADD COLUMN IF NOT EXISTS reading VARCHAR;
CREATE TABLE IF NOT EXISTS submission_event (
    event BIGINT, submission INTEGER, state VARCHAR, happened_at TIMESTAMP, actor VARCHAR);
CREATE TABLE IF NOT EXISTS finding (submission INTEGER, rule VARCHAR, "row" INTEGER, "column" VARCHAR);
CREATE TABLE IF NOT EXISTS repair (submission INTEGER, repair VARCHAR, "column" VARCHAR, cells BIGINT);
CREATE TABLE IF NOT EXISTS said (
    partner_id VARCHAR, dataset VARCHAR, words VARCHAR, happened_at TIMESTAMP, actor VARCHAR);
CREATE TABLE IF NOT EXISTS coverage (
    partner_id VARCHAR, dataset VARCHAR, submission INTEGER, rank INTEGER, from_day DATE, to_day DATE);
CREATE TABLE IF NOT EXISTS counts (
    indicator VARCHAR, owner VARCHAR, period_kind VARCHAR, period_start DATE, period_end DATE,
    stratifier VARCHAR, category VARCHAR, denominator BIGINT, numerator BIGINT);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS total DECIMAL(38, 1);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS squares DECIMAL(38, 2);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS untold BIGINT;
ALTER TABLE counts ADD COLUMN IF NOT EXISTS expected DECIMAL(38, 4);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS expected_units BIGINT;
CREATE TABLE IF NOT EXISTS release_made (release INTEGER, happened_at TIMESTAMP, actor VARCHAR);
ALTER TABLE release_made ADD COLUMN IF NOT EXISTS last_event BIGINT;
UPDATE release_made SET last_event = coalesce((SELECT max(event) FROM submission_event e
    WHERE e.state IN ('accepted', 'withdrawn') AND e.happened_at <= release_made.happened_at), 0)
WHERE last_event IS NULL; -- made before the last step that a release knows of was kept
CREATE TABLE IF NOT EXISTS note (
    note BIGINT, partner_id VARCHAR, dataset VARCHAR, sha256 VARCHAR, submission INTEGER, kind VARCHAR, appeal BIGINT,
    rule VARCHAR, "column" VARCHAR, words VARCHAR, happened_at TIMESTAMP, actor VARCHAR, event BIGINT);
CREATE TABLE IF NOT EXISTS appeal (note BIGINT, rows_in BIGINT, rows_blocked BIGINT, rules VARCHAR);
"""


class StoreInUse(Exception):
    """Another process has the store open."""


@dataclass
class Store:
    """An open store. Take a cursor for each thread: a connection shared without one returns wrong results."""

    folder: Path
    partnership: Partnership
    key: bytes
    connection: duckdb.DuckDBPyConnection
    accepting: threading.RLock = field(default_factory=threading.RLock)
    """Held while coverage, ledger and counts change: they are shared by all partners."""
    _numbering: threading.Lock = field(default_factory=threading.Lock)
    _partner_locks: dict[str, threading.RLock] = field(default_factory=lambda: defaultdict(threading.RLock))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for the calling thread."""
        return self.connection.cursor()

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
        cur.execute("ROLLBACK")
        raise
    cur.execute("COMMIT")


def open_store(folder: Path, partnership: Partnership, key: bytes) -> Store:
    """Open (or make) the store in `folder`. Raises StoreInUse when another process owns it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(folder / "concord.duckdb"), config=_config(folder))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise StoreInUse(
                "another Concord process uses the data folder, perhaps the running app. "
                "Upload there, or stop it and try again"
            ) from None
        raise
    make_tables(connection)
    store = Store(folder, partnership, key, connection)
    spool.remove_left(folder)
    return store


def _config(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    # No extension is ever fetched, and spilled intermediate results (already pseudonymized) stay in the data folder.
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "memory_limit": "3GB",
        "temp_directory": str(folder / "spill"),
    }


def make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create whatever is missing: ledger, one table per dataset, and the `in_force` views over them.

    In one transaction: one for each statement took half of the time of opening a store.
    """
    with transaction(con):
        _make_tables(con)


def _make_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(LEDGER)
    con.execute(readmission_codes.TABLES)
    for dataset in DATASETS.values():
        con.execute(_rows_table(dataset))
    known = set(
        con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'rows'").fetchall()
    )
    for dataset in DATASETS.values():
        for column in dataset.columns:
            if (dataset.name, column.name) not in known:  # declared since the store was made
                con.execute(f'ALTER TABLE rows.{dataset.name} ADD COLUMN "{column.name}" {STORE_TYPES[column.kind]}')
        con.execute(_current_view(dataset))


def dated(dataset: Dataset) -> str:
    """SQL for the day that places a row in its coverage window; NULL for datasets without dates."""
    return f"coalesce({', '.join(dataset.starts)})" if dataset.starts else "CAST(NULL AS DATE)"


def _rows_table(dataset: Dataset) -> str:
    columns = ", ".join(f'"{c.name}" {STORE_TYPES[c.kind]}' for c in dataset.columns)
    return f'CREATE TABLE IF NOT EXISTS rows.{dataset.name} (submission INTEGER, "row" INTEGER, {columns})'


def _current_view(dataset: Dataset) -> str:
    within = f"AND {dated(dataset)} BETWEEN c.from_day AND c.to_day" if dataset.starts else ""
    return f"""CREATE OR REPLACE VIEW in_force.{dataset.name} AS
        SELECT c.partner_id, c.rank, r.* FROM rows.{dataset.name} r
        JOIN coverage c ON c.submission = r.submission AND c.dataset = '{dataset.name}' {within}"""


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
