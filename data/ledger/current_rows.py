"""What a partner's current rows are, and what a checked submission would change of them. Reads only."""

import datetime as dt
from dataclasses import dataclass

import duckdb

from data.ledger.closed_quarters import late_to
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
class Late:
    """Rows of a submission that came after their quarter had closed: they are kept, and do not count.

    `last`: the last closed day; `first`: the first of its days that is covered.
    """

    rows: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Effect:
    """What accepting a submission would do to the current rows.

    `rows`: those that would count; `late`: those that would not, for their quarter is closed. `replaced`: rows that
    would no longer count: those of the open dates that the file covers, or for a dataset without dates the rows of
    patients that are in the file too. `from_submissions`: whose rows these are.
    """

    rows: int
    replaced: int
    from_submissions: tuple[int, ...]
    people: int | None
    """Different patients in the file; None for counts, which name nobody."""
    late: Late | None = None


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


def late(cur: duckdb.DuckDBPyConnection, entry: Submission) -> Late | None:
    """The rows of a submission that are late, or would be if it were accepted now; None when none of its days is."""
    last = late_to(cur, entry.dataset, entry.event if entry.state == "accepted" else None)
    if last is None or entry.covers.first is None or entry.covers.last is None or entry.covers.first > last:
        return None
    dataset = DATASETS[entry.dataset]
    row = cur.execute(
        f"SELECT count(*) FROM rows.{dataset.name} WHERE submission = ? AND {dated(dataset)} <= ?",
        [entry.submission, last],
    ).fetchone()
    return Late(int(row[0]) if row else 0, entry.covers.first, min(entry.covers.last, last))


def effect(cur: duckdb.DuckDBPyConnection, entry: Submission) -> Effect:
    """What accepting the submission would do."""
    closed = late(cur, entry)
    count, numbers = replaced(cur, entry, closed)
    counting = entry.rows_kept - (closed.rows if closed else 0)
    return Effect(counting, count, numbers, _people(cur, entry), closed)


def replaced(cur: duckdb.DuckDBPyConnection, entry: Submission, closed: Late | None) -> tuple[int, tuple[int, ...]]:
    """How many current rows accepting the submission would replace, and whose. `closed`: its rows that are late."""
    dataset = DATASETS[entry.dataset]
    if dataset.starts:
        gone = f"{dated(dataset)} BETWEEN ? AND ? AND {dated(dataset)} > ?"
        values: list[object] = [*entry.covers, closed.last if closed else dt.date.min]
    else:
        key = ", ".join(dataset.key)
        gone = f"({key}) IN (SELECT {key} FROM rows.{dataset.name} WHERE submission = ?)"
        values = [entry.submission]
    found = cur.execute(
        f"""SELECT {_count(dataset)}, list(DISTINCT submission ORDER BY submission) FROM in_force.{dataset.name}
            WHERE partner_id = ? AND submission <> ? AND {gone}""",
        [entry.partner_id, entry.submission, *values],
    ).fetchone()
    count, numbers = found or (0, None)
    return count, tuple(numbers or ())


def _people(cur: duckdb.DuckDBPyConnection, entry: Submission) -> int | None:
    dataset = DATASETS[entry.dataset]
    if all(c.name != "patient_id" for c in dataset.columns):
        return None
    row = cur.execute(
        f"SELECT count(DISTINCT patient_id) FROM rows.{dataset.name} WHERE submission = ?", [entry.submission]
    ).fetchone()
    return int(row[0]) if row else 0
