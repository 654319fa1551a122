"""Rows of one submission in the store, not yet current, and what stays current beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import polars as pl
import pyarrow as pa

from data.ledger.opening.row_tables import dated
from data.ledger.submissions import NO_WINDOW, Window
from schemas.datasets.dataset_catalog import DATASETS, Dataset

LATEST = 'rank * 4294967296 + "row"'
"""SQL for the order in which rows were accepted: the later submission decides; within one, the later row.

Both in one number: `arg_max` over 3 million rows of 500,000 patients takes a quarter of the time that it takes by the
pair `(rank, "row")` (0.6 and 2.3 s of processor time). A row number has less than 32 bits.
"""
NOT_COUNTED = "coalesce(status, '') IN ('refuted', 'entered_in_error', 'planned', 'cancelled', 'not_readable')"
"""SQL for a clinical event that never took place (or has not yet, or of which it cannot be told)."""


@dataclass(frozen=True)
class Staged:
    """Rows of one submission. `covers`: the days whose current rows it would replace."""

    cur: duckdb.DuckDBPyConnection
    dataset: Dataset
    submission: int
    partner_id: str
    covers: Window = NO_WINDOW

    @property
    def table(self) -> str:
        """The dataset's table."""
        return f"rows.{self.dataset.name}"

    def found(self, sql: str, **values: object) -> pl.DataFrame:
        """What a query on `staged` (this submission's rows) returns. It may speak of $partner, and of the values."""
        query = f"WITH staged AS (SELECT * FROM {self.table} WHERE submission = $submission) {sql}"
        known = {
            "submission": self.submission, "partner": self.partner_id,
            "first": self.covers.first, "last": self.covers.last, **values,
        }  # fmt: skip
        return self.cur.execute(query, {k: v for k, v in known.items() if f"${k}" in query}).pl()

    def rows(self, sql: str, **values: object) -> pl.Series:
        """Row numbers that a query returns (see `found`)."""
        return self.found(sql, **values).to_series()

    def drop(self, rows: pl.Series) -> None:
        """Take rows away again."""
        if len(rows):
            self.cur.execute(
                f'DELETE FROM {self.table} WHERE submission = ? AND list_contains(?, "row")',
                [self.submission, rows.to_list()],
            )

    def remaining(self, name: str) -> str:
        """SQL of the partner's rows of a dataset that stay current when this file is accepted.

        Rows of the days that the file covers do not; of a stay sent again only the last row does.
        """
        mine = name == self.dataset.name
        where = ["partner_id = $partner"]
        if mine and self.covers.first:
            where.append(f"NOT {dated(self.dataset)} BETWEEN $first AND $last")
        if name != "hospital_stays":
            return f"(SELECT * FROM in_force.{name} WHERE {' AND '.join(where)})"
        if mine:
            where.append("stay_id NOT IN (SELECT stay_id FROM staged)")
        return f"""(SELECT * FROM in_force.{name} s WHERE {" AND ".join(where)} AND NOT EXISTS (
            SELECT 1 FROM in_force.{name} l
            WHERE l.partner_id = $partner AND l.stay_id = s.stay_id AND l.rank > s.rank))"""


@contextmanager
def registered(cur: duckdb.DuckDBPyConnection, name: str, table: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
    """An Arrow table (or stream of batches) under a name for the queries of the block."""
    cur.register(name, table)
    try:
        yield
    finally:
        cur.unregister(name)


PERSONS = f"""(SELECT patient_id, arg_max(person_token, {LATEST}) AS token
    FROM in_force.patients WHERE partner_id = $partner GROUP BY patient_id)"""
"""SQL of the partner's patients with the token last sent for each."""

HAPPENED = {
    "hospital_stays": "admitted_on", "clinical_events": "starts_on", "blood_pressure": "measured_on",
    "food_security": "screened_on", "referrals": "sent_on",
    "food_programs": "enrolled_on",
}  # fmt: skip
"""Dataset of rows about a patient -> the column with the day on which it happened."""
assert set(HAPPENED) < set(DATASETS)


def happened(name: str) -> str:
    """SQL condition: the row tells of something that took place."""
    return f"NOT {NOT_COUNTED}" if name == "clinical_events" else "true"
