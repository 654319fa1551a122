"""Which rows a deletion is of, and taking them out of the store's tables: of every submission, whatever its state."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Literal

import duckdb

from data.ledger.opening.row_tables import dated
from data.ledger.submissions import NotPossible, make_current, step, submissions
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.policy.agreements.agreement import TOTALS

Kind = Literal["person", "partner", "period"]
DELETED = "deletion"
"""Who ends a submission of which no row is left."""
OF_PEOPLE = tuple(d for d in DATASETS.values() if any(c.name == "patient_id" for c in d.columns))
_ENDS = {"hospital_stays": "discharged_on", "clinical_events": "ends_on"}
"""Dataset whose rows last -> their last day. A row that is not over is not of the past."""
GONE = "deleted_rows"
"""A temporary table (submission, row, patient_id) of what `mark` found."""


@dataclass(frozen=True)
class Target:
    """Whose rows: of a person by the pseudonym at one partner, of a partner, or of everyone up to the day before
    `before`."""

    kind: Kind
    partner_id: str | None = None
    patient: uuid.UUID | None = field(default=None, repr=False)
    before: dt.date | None = None


@dataclass(frozen=True)
class Marked:
    """How many rows of which datasets a deletion takes, and the submissions that hold them."""

    rows: dict[str, int]
    submissions: tuple[int, ...]


def condition(target: Target, dataset: Dataset, mine: str) -> tuple[str, list[object]] | None:
    """SQL that picks the target's rows of a dataset, with its values; None where there can be none.

    `mine`: SQL of the numbers of its partner's submissions.
    """
    if target.kind == "partner":
        return f"submission IN ({mine})", []
    if dataset not in OF_PEOPLE:
        return None  # totals are of nobody alone
    if target.kind == "person":
        return "patient_id = ?", [target.patient]
    if not dataset.starts:
        return None
    last = _ENDS.get(dataset.name)
    over = f"{dated(dataset)} < ?"
    return (f"{over} AND {last} < ?", [target.before] * 2) if last else (over, [target.before])


def mark(cur: duckdb.DuckDBPyConnection, target: Target) -> Marked:
    """Find a deletion's rows and note them in `GONE`. The caller holds the transaction.

    Totals of closed days that were published stay: they are of nobody alone, and what is closed rests on them.
    """
    cur.execute(
        f'CREATE OR REPLACE TEMP TABLE {GONE} (dataset VARCHAR, submission INTEGER, "row" INTEGER, patient_id UUID)'
    )
    for dataset in DATASETS.values():
        if found := condition(target, dataset, _mine(target)):
            _note(cur, dataset, *found)
    cur.execute(
        f"""DELETE FROM {GONE} WHERE dataset = '{TOTALS}' AND (submission, "row") IN (SELECT (submission, "row")
            FROM in_force.{TOTALS} WHERE period_end <= (SELECT max(last_day) FROM closing))"""
    )
    if target.kind == "period":
        _mark_those_with_nothing_left(cur)
    rows = dict(cur.execute(f"SELECT dataset, count(*) FROM {GONE} GROUP BY ALL ORDER BY ALL").fetchall())
    held = f"SELECT submission FROM {GONE}"
    if target.kind == "partner":
        held = f"{held} UNION {_mine(target)}"
    return Marked(
        rows, tuple(n for (n,) in cur.execute(f"SELECT DISTINCT submission FROM ({held}) ORDER BY ALL").fetchall())
    )


def _mine(target: Target) -> str:
    partner = (target.partner_id or "").replace("'", "''")
    return f"SELECT submission FROM submission WHERE partner_id = '{partner}'"


def _note(cur: duckdb.DuckDBPyConnection, dataset: Dataset, where: str, values: list[object]) -> None:
    patient = "patient_id" if dataset in OF_PEOPLE else "NULL"
    cur.execute(
        f"""INSERT INTO {GONE} SELECT '{dataset.name}', submission, "row", {patient}
            FROM rows.{dataset.name} WHERE {where}""",
        values,
    )


def _mark_those_with_nothing_left(cur: duckdb.DuckDBPyConnection) -> None:
    """Patients who lose rows and keep none are taken off the lists of patients too."""
    kept = " UNION ".join(
        f"""SELECT patient_id FROM rows.{d.name} ANTI JOIN (FROM {GONE} WHERE dataset = '{d.name}') g
            USING (submission, "row")"""
        for d in OF_PEOPLE
        if d.starts
    )
    where = f"patient_id IN (SELECT patient_id FROM {GONE}) AND patient_id NOT IN ({kept})"
    for dataset in (d for d in OF_PEOPLE if not d.starts):
        _note(cur, dataset, where, [])


def remove(cur: duckdb.DuckDBPyConnection, target: Target, marked: Marked, at: dt.datetime) -> None:
    """Take out what `mark` found, with its findings. A submission of which nothing is left ends; what it had replaced
    of others counts again. Of a partner the answers about its files go too."""
    for name in marked.rows:
        cur.execute(
            f"""DELETE FROM rows.{name} WHERE (submission, "row") IN (
                SELECT (submission, "row") FROM {GONE} WHERE dataset = '{name}')"""
        )
    cur.execute(f'DELETE FROM finding WHERE (submission, "row") IN (SELECT (submission, "row") FROM {GONE})')
    for entry in (s for s in submissions(cur) if s.submission in set(marked.submissions) and s.state != "left"):
        table = f"rows.{DATASETS[entry.dataset].name}"
        empty = not cur.execute(f"SELECT 1 FROM {table} WHERE submission = ? LIMIT 1", [entry.submission]).fetchone()
        if entry.state == "accepted" and (empty or target.kind == "partner"):
            step(cur, entry.submission, "withdrawn", DELETED, at)
        if empty:
            step(cur, entry.submission, "left", DELETED, at)
            for held in ("finding", "repair"):
                cur.execute(f"DELETE FROM {held} WHERE submission = ?", [entry.submission])
    if target.kind == "partner":
        cur.execute("DELETE FROM said WHERE partner_id = ?", [target.partner_id])
    touched = cur.execute(
        "SELECT DISTINCT partner_id, dataset FROM submission WHERE list_contains(?, submission) ORDER BY ALL",
        [list(marked.submissions)],
    ).fetchall()
    for partner_id, dataset in touched:
        make_current(cur, partner_id, dataset)


def pseudonym(code: bytes) -> uuid.UUID:
    """The patient's pseudonym as the store holds it."""
    return uuid.UUID(bytes=code)


def refuse_empty(marked: Marked, what: str) -> None:
    """Raises NotPossible when there is nothing to delete."""
    if not marked.rows:
        raise NotPossible(f"nothing is stored {what}: nothing was deleted")
