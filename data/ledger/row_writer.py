"""Checked rows on their way into the store: ids become pseudonyms, and one INSERT takes the whole stream."""

from collections.abc import Iterator

import duckdb
import polars as pl
import pyarrow as pa

from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.staging import registered
from data.personal_identifiers import check_values, looks_personal
from schemas.datasets.dataset_catalog import Dataset

_ARROW = {
    "identifier": pa.uuid(),
    "date": pa.date32(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "code": pa.large_string(),
    "codes": pa.large_string(),
    "text": pa.large_string(),
}


class RowWriter:
    """Writes the rows of one submission. `ids`: identifier column -> the pseudonyms of its ids met so far."""

    def __init__(
        self, cur: duckdb.DuckDBPyConnection, dataset: Dataset, submission: int, partner_id: str, key: bytes
    ) -> None:
        self._cur, self._dataset, self._submission = cur, dataset, submission
        self.ids = {
            c.name: Pseudonyms(key, domain(c.name, partner_id)) for c in dataset.columns if c.kind == "identifier"
        }

    def pseudonymized(self, good: pl.DataFrame) -> pa.RecordBatch:
        """`row` and typed cells, ids as text -> the same for the store, ids as UUIDs. Raises Refused for an id that
        is plainly personal."""
        columns = {"row": good["row"].to_arrow()}
        for column in self._dataset.columns:
            if column.kind == "identifier":
                columns[column.name] = self._codes(column.name, good[column.name], good["row"])
            else:
                columns[column.name] = good[column.name].to_arrow(compat_level=pl.CompatLevel.oldest())
        return pa.RecordBatch.from_pydict(columns)

    def _codes(self, column: str, ids: pl.Series, rows: pl.Series) -> pa.Array:
        def refuse_personal(new: pl.Series) -> None:
            if looks_personal(new, names=True).any():
                check_values(ids, rows, column, names=True)

        return self.ids[column].codes(ids, refuse_personal)

    def write(self, batches: Iterator[pa.RecordBatch]) -> None:
        """Insert all batches in one statement, so that DuckDB writes one while the next is worked out."""
        columns = self._dataset.columns
        schema = pa.schema([("row", pa.uint32()), *((c.name, _ARROW[c.kind]) for c in columns)])
        names = ", ".join(f'"{c.name}"' for c in columns)
        insert = f"""INSERT INTO rows.{self._dataset.name} BY NAME
            SELECT {self._submission} AS submission, "row", {names} FROM staged_rows"""
        with registered(self._cur, "staged_rows", pa.RecordBatchReader.from_batches(schema, batches)):
            self._cur.execute(insert)
