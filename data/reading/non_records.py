"""Lines of a table that are no records: repeated headers, totals, notes below the table.

Only lines that could not count anyway are looked at, so no record is ever taken for one of these.
"""

import csv
import io
import re
from collections.abc import Sequence

import polars as pl

from schemas.vocabularies.vocabulary import normal

_TOTALS = re.compile(
    r"(?:grand |sub ?|over)?totals?\b.*|(?:sum|count|average|mean|n) ?[:=]? ?[\d.,]*|rows? ?[:=] ?\d+", re.IGNORECASE
)
_LONGEST_NOTE = 500


class NonRecords:
    """Tells what a blocked line is, given the cells of the header."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [normal(cell) for cell in header]
        self._names = {cell for cell in self._header if cell}
        self._written = {cell.strip().lower() for cell in header if cell.strip()}

    def names(self, value: pl.Expr) -> pl.Expr:
        """Whether a value is the name of a column."""
        return value.str.strip_chars().str.to_lowercase().is_in(sorted(self._written))

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
