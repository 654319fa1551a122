"""Upkeep of a store on Postgres: what no reader needs any more goes, small files become one, and what was deleted for
good is nowhere.

A lake keeps its earlier states; ours are read within a transaction alone, so a day of them is plenty. Rows that a
partner left, or whose wait ended, go with the state that held them.
"""

import datetime as dt
from contextlib import suppress

import duckdb

from data.ledger.encryption import database_files
from data.ledger.encryption.database_files import INSIDE
from data.ledger.lake.lake import Lake
from data.ledger.lake.lake_locks import LINE

_KEPT = dt.timedelta(days=1)
_PATIENCE = 20
"""Seconds that a table waits to be written anew for who reads it just now."""


def tidy(cur: duckdb.DuckDBPyConnection) -> bool:
    """Let go of states and files that are a day old, and put small files together; whether it could be done: where
    another server commits meanwhile, the next time does it. Files that a killed server left unnamed go too."""
    until = f"older_than => TIMESTAMPTZ '{dt.datetime.now(dt.UTC) - _KEPT}'"
    with suppress(duckdb.TransactionException):
        _call(cur, f"ducklake_expire_snapshots('{INSIDE}', {until})")
        _call(cur, f"ducklake_rewrite_data_files('{INSIDE}', delete_threshold => 0.5)")
        _call(cur, f"ducklake_merge_adjacent_files('{INSIDE}')")
        _call(cur, f"ducklake_cleanup_old_files('{INSIDE}', {until})")
        _call(cur, f"ducklake_delete_orphaned_files('{INSIDE}', {until})")
        return True
    return False


def clean(cur: duckdb.DuckDBPyConnection, lake: Lake) -> bool:
    """Leave nothing of deleted rows in files and tables; False when it is to be tried again. The caller sees to it that
    nobody adds rows meanwhile.

    What Postgres's own log and its backups hold goes when they do: that is beyond what a database can be asked.
    """
    try:
        _call(cur, f"ducklake_flush_inlined_data('{INSIDE}')")
        _call(cur, f"ducklake_rewrite_data_files('{INSIDE}', delete_threshold => 0)")
        _call(cur, f"ducklake_expire_snapshots('{INSIDE}', older_than => now())")
        _call(cur, f"ducklake_cleanup_old_files('{INSIDE}', cleanup_all => true)")
        _write_anew(lake)
    except (duckdb.TransactionException, duckdb.IOException):  # who reads or commits just now is not waited for longer
        return False
    return True


def _call(cur: duckdb.DuckDBPyConnection, what: str) -> None:
    """Do it, and read the answer to its end: until then its transaction holds the tables. It has times with a zone,
    which Python is not asked for."""
    for _ in cur.execute(f"CALL {what}").to_arrow_reader(1_000):
        pass


def _write_anew(lake: Lake) -> None:
    """Every table of the catalog without the rows that it let go of."""
    patient = f"{lake.place.database} options='-c lock_timeout={_PATIENCE}s'"
    with database_files.open_postgres(patient, LINE) as line:
        tables = line.execute(
            f"FROM postgres_query('{LINE}', 'SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = "
            f"''{lake.place.db_schema}''')"
        ).fetchall()
        for (table,) in tables:
            named = f"{lake.place.db_schema}.{table}"
            line.execute(f"CALL postgres_execute('{LINE}', 'VACUUM FULL {named}', use_transaction => false)")
