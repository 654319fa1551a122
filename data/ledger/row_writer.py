"""Checked rows on their way into the store: ids become pseudonyms, and one INSERT takes the whole stream."""

from collections.abc import Collection, Iterator
from functools import partial

import duckdb
import polars as pl
import pyarrow as pa

from data.ledger.pseudonyms import HospitalCodes, Pseudonyms, domain, same_name
from data.ledger.staging import registered
from data.personal_identifiers import looks_personal
from schemas.datasets.dataset_catalog import Dataset

OF_PEOPLE = ("patient_id", "person_token")
MOST_LOOKED_AT = 10_000
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
        self, cur: duckdb.DuckDBPyConnection, dataset: Dataset, submission: int, partner_id: str, key: bytes,
        hospitals: Collection[str] = (),
    ) -> None:  # fmt: skip
        """`hospitals`: names of those that the partner has declared; without any, none is held against them."""
        self._cur, self._dataset, self._submission = cur, dataset, submission
        self._hospital, self._codes = HospitalCodes(key, partner_id), dict[str, str]()
        self._declared = {same_name(name) for name in hospitals}
        self.undeclared: dict[str, tuple[int, str]] = {}
        """Hospital that is not declared -> the first row that names it, and how; in memory only."""
        self.looked_at: dict[str, tuple[int, int]] = {}
        """Column of ids of people -> how many ids were looked at, and how many tell who somebody is."""
        self.ids = {
            c.name: Pseudonyms(key, domain(c.name, partner_id)) for c in dataset.columns if c.kind == "identifier"
        }

    def pseudonymized(self, good: pl.DataFrame) -> pa.RecordBatch:
        """`row` and typed cells, ids and names as text -> the same for the store, where both are keyed codes."""
        columns = {"row": good["row"].to_arrow()}
        for column in self._dataset.columns:
            if column.kind == "identifier":
                look = partial(self._look, column.name)
                columns[column.name] = self.ids[column.name].codes(good[column.name], look)
            elif column.coded:
                columns[column.name] = self._hospitals(good[column.name], good["row"])
            else:
                columns[column.name] = good[column.name].to_arrow(compat_level=pl.CompatLevel.oldest())
        return pa.RecordBatch.from_pydict(columns)

    def _look(self, column: str, new: pl.Series) -> None:
        """Count ids of people that tell who they are; some thousands show a habit."""
        looked, personal = self.looked_at.get(column, (0, 0))
        if column in OF_PEOPLE and looked < MOST_LOOKED_AT:
            seen = new.head(MOST_LOOKED_AT)
            self.looked_at[column] = looked + len(seen), personal + int(looks_personal(seen, names=True).sum())

    def _hospitals(self, names: pl.Series, rows: pl.Series) -> pa.Array:
        for name in names.drop_nulls().unique(maintain_order=True).to_list():
            if name not in self._codes:
                self._codes[name] = self._hospital.code(name)
                if self._declared and same_name(name) not in self._declared:
                    self.undeclared.setdefault(same_name(name), (int(rows.filter(names == name)[0]), name))
        coded = names.replace_strict(self._codes, default=None, return_dtype=pl.String)
        return coded.to_arrow(compat_level=pl.CompatLevel.oldest())

    def write(self, batches: Iterator[pa.RecordBatch]) -> None:
        """Insert all batches in one statement, so that DuckDB writes one while the next is worked out."""
        columns = self._dataset.columns
        schema = pa.schema([("row", pa.uint32()), *((c.name, _ARROW[c.kind]) for c in columns)])
        names = ", ".join(f'"{c.name}"' for c in columns)
        insert = f"""INSERT INTO rows.{self._dataset.name} BY NAME
            SELECT {self._submission} AS submission, "row", {names} FROM staged_rows"""
        with registered(self._cur, "staged_rows", pa.RecordBatchReader.from_batches(schema, batches)):
            self._cur.execute(insert)
