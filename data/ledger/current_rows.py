"""What a partner's current rows are, and what a checked submission would change of them. Reads only."""

import datetime as dt
from dataclasses import dataclass

import duckdb

from data.ledger.opening.row_tables import dated
from data.ledger.submissions import Submission
from schemas.datasets.dataset_catalog import DATASETS, Dataset


@dataclass(frozen=True)
class CurrentRows:
    """A partner's current rows of one dataset; no rows when it has sent nothing that counts."""

    dataset: str
    rows: int = 0
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Effect:
    """What accepting a submission would do to the current rows.

    `replaced`: rows that would no longer count: those of the dates that the file covers, or for a dataset without
    dates the rows of patients that are in the file too. `from_submissions`: whose rows these are.
    """

    rows: int
    replaced: int
    from_submissions: tuple[int, ...]
    people: int | None
    """Different patients in the file; None for counts, which name nobody."""


def current_rows(cur: duckdb.DuckDBPyConnection, partner_id: str) -> dict[str, CurrentRows]:
    """Dataset -> the partner's current rows of it; every dataset is there."""
    found = {}
    for name, dataset in DATASETS.items():
        rows = cur.execute(
            f"SELECT {_count(dataset)} FROM in_force.{name} WHERE partner_id = ?", [partner_id]
        ).fetchone()
        days = cur.execute(
            "SELECT min(from_day), max(to_day) FROM coverage WHERE partner_id = ? AND dataset = ?", [partner_id, name]
        ).fetchone()
        found[name] = CurrentRows(name, rows[0] if rows else 0, *(days or (None, None)))
    return found


def _count(dataset: Dataset) -> str:
    """SQL that counts rows; without dates, a later row with the same key stands for the earlier one."""
    return "count(*)" if dataset.starts else f"count(DISTINCT ({', '.join(dataset.key)}))"


def effect(cur: duckdb.DuckDBPyConnection, entry: Submission) -> Effect:
    """What accepting the submission would replace."""
    dataset = DATASETS[entry.dataset]
    if dataset.starts:
        replaced = f"{dated(dataset)} BETWEEN ? AND ?"
        values: list[object] = [*entry.covers]
    else:
        key = ", ".join(dataset.key)
        replaced = f"({key}) IN (SELECT {key} FROM rows.{dataset.name} WHERE submission = ?)"
        values = [entry.submission]
    found = cur.execute(
        f"""SELECT {_count(dataset)}, list(DISTINCT submission ORDER BY submission) FROM in_force.{dataset.name}
            WHERE partner_id = ? AND submission <> ? AND {replaced}""",
        [entry.partner_id, entry.submission, *values],
    ).fetchone()
    count, numbers = found or (0, None)
    return Effect(entry.rows_kept, count, tuple(numbers or ()), _people(cur, entry))


def _people(cur: duckdb.DuckDBPyConnection, entry: Submission) -> int | None:
    dataset = DATASETS[entry.dataset]
    if all(c.name != "patient_id" for c in dataset.columns):
        return None
    row = cur.execute(
        f"SELECT count(DISTINCT patient_id) FROM rows.{dataset.name} WHERE submission = ?", [entry.submission]
    ).fetchone()
    return int(row[0]) if row else 0
