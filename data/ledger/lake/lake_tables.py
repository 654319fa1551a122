"""Making the tables of a store on Postgres, and carrying a store over: from a file, and into one.

What the migrations made before is made at once, as they leave it: a new lake need not be changed step by step. Keys are
left out, as a lake has none.
"""

import duckdb

from data.ledger.lake.lake import GUARD, Lake
from data.ledger.lake.lake_locks import LINE
from data.ledger.opening import row_tables

_SCHEMAS = ("rows", "in_force", "code_list")
FILLED = "filled_from"


def make(tables: duckdb.DuckDBPyConnection, like: duckdb.DuckDBPyConnection) -> None:
    """Make every table of a file's store, without rows. `like`: such a store, at the newest version. The caller holds a
    transaction of `tables`."""
    for schema in _SCHEMAS:
        tables.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for schema, table in held(like):
        columns = like.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() "
            "AND schema_name = ? AND table_name = ? ORDER BY column_index", [schema, table]
        ).fetchall()  # fmt: skip
        tables.execute(f"CREATE TABLE {schema}.{table} ({', '.join(f'{chr(34)}{n}{chr(34)} {k}' for n, k in columns)})")
    tables.execute(f"CREATE TABLE {GUARD} (turn BIGINT)")
    tables.execute(f"INSERT INTO {GUARD} VALUES (0)")
    for statement in row_tables.views():
        tables.execute(statement)


def fill(tables: duckdb.DuckDBPyConnection, store: duckdb.DuckDBPyConnection, many: int = 250_000) -> None:
    """Put every row of one store into another that has none, table by table. The caller holds a transaction of
    `tables`, so that it is all or nothing; of `store` one moment is read."""
    for schema, table in held(store):
        rows = store.execute(f"FROM {schema}.{table}").to_arrow_reader(many)
        tables.register(FILLED, rows)
        try:
            tables.execute(f"INSERT INTO {schema}.{table} BY NAME FROM {FILLED}")
        finally:
            tables.unregister(FILLED)


def held(store: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The tables of a store: (schema, table), without what is there for servers alone."""
    return store.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() "
        "AND NOT temporary AND table_name <> ? ORDER BY ALL", [GUARD]
    ).fetchall()  # fmt: skip


def number_from(lake: Lake, first: int) -> None:
    """Let submission numbers begin (again) at one; they are Postgres's, so that no two servers have the same."""
    where = f"{lake.place.db_schema}.submission_number"
    for statement in (f"CREATE SEQUENCE IF NOT EXISTS {where}", f"ALTER SEQUENCE {where} RESTART WITH {first}"):
        lake.lines.execute(f"CALL postgres_execute('{LINE}', '{statement}')")
