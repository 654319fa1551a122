"""A store that is only read: its tables seen through a database in memory, where whatever is worked out stays.

Work that only reads makes tables on its way, and rolls counts forward to compare them. The figures, which are small,
are copied; rows and ledger are views, into which nothing can be written.
"""

import duckdb

from data.ledger.opening import migrate, row_tables
from data.ledger.opening.store_faults import StoreMismatch

OVER = "reading"
_COPIED = ("counts", "counted_by", "released", "earlier")


def read_over(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the database in memory over the store. Raises StoreMismatch when the store is of an older version."""
    if migrate.version(connection) < migrate.newest():
        raise StoreMismatch(
            "the store was written by an older Concord. Start the app, or run `concord refresh`, once: that brings it "
            "up to date. Nothing is lost"
        )
    below = connection.execute("SELECT current_database()").fetchall()[0][0]
    connection.execute(f"ATTACH ':memory:' AS {OVER} (READ_WRITE)")
    for schema in ("rows", "in_force", "code_list"):
        connection.execute(f"CREATE SCHEMA {OVER}.{schema}")
    held = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary", [below]
    ).fetchall()
    for schema, table in held:
        kind = "TABLE" if table in _COPIED else "VIEW"
        connection.execute(f'CREATE {kind} {OVER}.{schema}.{table} AS FROM "{below}".{schema}.{table}')
    connection.execute(f"USE {OVER}")
    for statement in row_tables.views():
        connection.execute(statement)
