"""The example row of a dataset's template, when it is still in the file: an id that nobody's patient has."""

import polars as pl

from data.findings import Findings
from data.reading.cells import clean
from data.reading.column_words import Reading
from data.reading.repairs import Receipt
from data.reading.text_column import Text
from schemas.datasets.dataset_catalog import Dataset


def example_rows(cleaned: pl.DataFrame, given: list[str], dataset: Dataset, reading: Reading) -> pl.Series:
    """The rows that are the template's example: its id, and all else of it that the file has columns for."""
    first = dataset.columns[0]
    rows = cleaned.filter(pl.col(first.name) == first.example) if first.kind == "identifier" else cleaned.clear()
    if rows.is_empty() or len(given) < 3:
        return rows["row"].clear()
    texts = {c.name: Text(pl.Series([c.example]), pl.Series([0], dtype=pl.UInt32)) for c in dataset.columns}
    plain = Reading(reading.today, "iso", reading.zip_digits, lists=reading.lists)
    example = clean(pl.Series([1]), texts, dataset.columns, plain, Findings(), Receipt())
    return rows.join(example.select(given), on=given, how="semi", nulls_equal=True)["row"]
