"""Asides: lines that are no records: repeated headers, totals, notes below the table, the template's example.

Only lines that could not count anyway are looked at, so no record is ever taken for one of these; the example has an
id that nobody's patient has.
"""

import csv
import io
import re
from collections.abc import Sequence

import polars as pl

from data.findings import Findings
from data.reading.cells import clean
from data.reading.column_words import Reading
from data.reading.repairs import Receipt
from data.reading.text_column import Text
from schemas.datasets.dataset_catalog import Dataset
from schemas.vocabularies.vocabulary import normal

_TOTALS = re.compile(
    r"(?:grand |sub ?|over)?totals?\b.*|(?:sum|count|average|mean|n) ?[:=]? ?[\d.,]*|rows? ?[:=] ?\d+", re.IGNORECASE
)
_LONGEST_NOTE = 500


class Asides:
    """Tells what a blocked line is, given the cells of the header."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [normal(cell) for cell in header]
        self._names = {cell for cell in self._header if cell}

    def line(self, text: str, delimiter: str) -> str | None:
        """The rule for a line of text; None when it may be a record."""
        if len(text) > 10_000:
            return None
        try:
            cells = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
        except csv.Error:
            return None
        return self.rule(cells)

    def rule(self, cells: Sequence[str | None]) -> str | None:
        """The rule for a line's cells; None when it may be a record."""
        filled = [cell.strip() for cell in cells if cell and cell.strip()]
        if not filled:
            return None
        words = [normal(cell) for cell in filled]
        if len(words) > 1 and sum(word in self._names for word in words) >= 0.8 * len(words):
            return "repeated_header"
        if any(_TOTALS.fullmatch(cell) for cell in filled[:2]):
            return "totals_line"
        note = filled[0]
        # A record cut short holds an id, which is one word with a digit; a note holds words.
        is_note = len(filled) == 1 and len(note) <= _LONGEST_NOTE and len(re.findall(r"[^\W\d_]{2,}", note)) >= 2
        return "note_line" if is_note or (len(filled) == 1 and not re.search(r"\w", note)) else None


def example_rows(cleaned: pl.DataFrame, given: list[str], dataset: Dataset, reading: Reading) -> pl.Series:
    """The rows that are the template's example: its id, and all else of it that the file has columns for."""
    first = dataset.columns[0]
    rows = cleaned.filter(pl.col(first.name) == first.example) if first.kind == "identifier" else cleaned.clear()
    if rows.is_empty() or len(given) < 3:
        return rows["row"].clear()
    texts = {c.name: Text(pl.Series([c.example]), pl.Series([0], dtype=pl.UInt32)) for c in dataset.columns}
    plain = Reading(reading.today, "iso", reading.zip_digits)
    example = clean(pl.Series([1]), texts, dataset.columns, plain, Findings(), Receipt())
    return rows.join(example.select(given), on=given, how="semi", nulls_equal=True)["row"]
