"""A store's file without what was deleted. DuckDB leaves deleted rows where they lie, and so does a checkpoint: tables
are written anew, and every block that becomes free is written over. So are the pieces of blocks that hold what DuckDB
knows of tables: the smallest and the largest value of each column stand there.

What is left after that is beyond a database: what the disk itself keeps of blocks that it moved.
"""

import time

import duckdb

from data.ledger.store import transaction
from schemas.datasets.dataset_catalog import DATASETS

_TABLES = (*(f"rows.{d.name}" for d in DATASETS.values()), "finding", "repair", "said")
_PATIENCE = 20.0
"""Seconds that a checkpoint waits for what others are writing just now."""
_PIECES = 64
"""Into how many pieces DuckDB divides a block of what it knows of tables."""
_ROUNDS = 5
"""Writing over frees blocks in its turn: so often at most."""


def clean(cur: duckdb.DuckDBPyConnection) -> bool:
    """Leave nothing of deleted rows in the file and its log; False when others kept writing, so that it is to be tried
    again. The caller sees to it that nobody adds rows meanwhile."""
    for table in _TABLES:
        with transaction(cur):
            _write_anew(cur, table)
    if not _checkpoint(cur):
        return False
    return any(_write_over(cur) for _ in range(_ROUNDS))


def _write_anew(cur: duckdb.DuckDBPyConnection, table: str) -> None:
    name = table.rpartition(".")[2]
    order = 'ORDER BY submission, "row"' if table.startswith("rows.") else ""
    cur.execute(f"CREATE TABLE {table}_anew AS FROM {table} {order}")
    cur.execute(f"DROP TABLE {table}")
    cur.execute(f"ALTER TABLE {table}_anew RENAME TO {name}")


def _write_over(cur: duckdb.DuckDBPyConnection) -> bool:
    """Fill the free blocks with noise that no compression makes smaller; whether all were filled."""
    size, free = _blocks(cur)
    cur.execute("DROP TABLE IF EXISTS noise")
    cur.execute(f"CREATE TABLE noise AS SELECT hash(random()) AS noise FROM range({(free + 2) * size // 8})")
    cur.execute(f"COMMENT ON TABLE noise IS '{'x' * (_pieces(cur) + 2) * (size // _PIECES)}'")
    filled = _checkpoint(cur) and _blocks(cur)[1] == 0
    cur.execute("DROP TABLE noise")
    return _checkpoint(cur) and filled


def _blocks(cur: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Bytes of a block, and how many are free."""
    name = cur.execute("SELECT current_database()").fetchall()[0][0]
    rows = cur.execute("SELECT block_size, free_blocks FROM pragma_database_size() WHERE database_name = ?", [name])
    size, free = rows.fetchall()[0]
    return int(size), int(free)


def _pieces(cur: duckdb.DuckDBPyConnection) -> int:
    """How many pieces of blocks of what is known of tables are free."""
    return int(cur.execute("SELECT coalesce(sum(free_blocks), 0) FROM pragma_metadata_info()").fetchall()[0][0])


def _checkpoint(cur: duckdb.DuckDBPyConnection) -> bool:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cur.execute("CHECKPOINT")
            return True
        except duckdb.TransactionException:  # somebody is writing
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
