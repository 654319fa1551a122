"""The tables and views that follow from what is declared: a table for each dataset, and the view of its current rows.

They have no numbered migrations: what is declared says what they shall be, and a store is given what it lacks.
"""

import hashlib
from collections.abc import Iterator

import duckdb

from data.ledger import readmission_codes
from schemas.datasets.columns import STORE_TYPES
from schemas.datasets.dataset_catalog import DATASETS, Dataset


def lacking(cur: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that a store needs to hold what is declared now; none when nothing is new."""
    tables = list(_missing(_known(cur)))
    return [*tables, *views()] if tables or _declared_last(cur) != declared() else []


def declared() -> str:
    """What tells these views from those of another version of the program."""
    return hashlib.sha256("\n".join(views()).encode()).hexdigest()[:16]


def views() -> list[str]:
    """The statements that make every view and macro."""
    return [*(_current_view(d) for d in DATASETS.values()), readmission_codes.MACRO]


def dated(dataset: Dataset) -> str:
    """SQL for the day that places a row in its coverage window; NULL for datasets without dates."""
    return f"coalesce({', '.join(dataset.starts)})" if dataset.starts else "CAST(NULL AS DATE)"


def _declared_last(cur: duckdb.DuckDBPyConnection) -> str | None:
    row = cur.execute("SELECT declared FROM store_identity").fetchone()
    return row[0] if row else None


def _known(cur: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(dataset, column) of the tables of rows. DuckDB's own list of columns would work out every view of the store
    first: a seventh of the processor time of an opening."""
    there = {n for (n,) in cur.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'rows'").fetchall()}
    columns = {name: cur.execute(f"FROM rows.{name} LIMIT 0").description or [] for name in there & set(DATASETS)}
    return {(name, column[0]) for name, described in columns.items() for column in described}


def _missing(known: set[tuple[str, str]]) -> Iterator[str]:
    for dataset in DATASETS.values():
        if (dataset.name, "submission") not in known:
            columns = ", ".join(f'"{c.name}" {STORE_TYPES[c.kind]}' for c in dataset.columns)
            yield f'CREATE TABLE rows.{dataset.name} (submission INTEGER, "row" INTEGER, {columns})'
            continue
        for column in dataset.columns:
            if (dataset.name, column.name) not in known:  # declared since the store was made
                yield f'ALTER TABLE rows.{dataset.name} ADD COLUMN "{column.name}" {STORE_TYPES[column.kind]}'


def _current_view(dataset: Dataset) -> str:
    within = f"AND {dated(dataset)} BETWEEN c.from_day AND c.to_day" if dataset.starts else ""
    return f"""CREATE OR REPLACE VIEW in_force.{dataset.name} AS
        SELECT c.partner_id, c.rank, r.* FROM rows.{dataset.name} r
        JOIN coverage c ON c.submission = r.submission AND c.dataset = '{dataset.name}' {within}"""
