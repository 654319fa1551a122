"""Lines of a table that are no records: repeated headers, totals, notes below the table, types below the header.

A line with an id beside a day is a record, whatever else it holds: it is never taken for one of these.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence

import polars as pl

from data.receiving.column_evidence import is_record_like
from data.receiving.plain_text import plain
from schemas.vocabularies.vocabulary import normal

_TOTALS = re.compile(
    r"(?:grand |sub ?|over)?totals?\b.*|.{0,80}\b(?:sub ?)?totals?[:.]?"
    r"|(?:sum|count|average|mean)(?: ?[:=]? ?[\d.,]*)"
    r"|n ?[:=] ?[\d.,]+|(?:rows?|records?|patients?|visits?|number of \w+)(?: count)? ?[:=] ?[\d.,]+"
    r"|\(?[\d,]+ (?:rows?|records?|patients?)(?: (?:selected|returned|affected|found|listed|total))?\)?"
    r"|.{1,80} (?:count|average|sum|max|min)",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"\W*(?:end of (?:report|file|data|table|list)|printed|generated|run (?:date|time|by|on)"
    r"|report (?:date|run|gen)|page \d|created|exported|extracted|prepared|produced|source|note|footnote|confidential"
    r"|filters?|filtered|criteria|parameters?|selection|data (?:as of|through|source)|as of|copyright|disclaimer"
    r"|last (?:updated|refreshed)|legend|key:|abbreviations|definitions|\u00a9|\*{3,}|-{3,}|={3,})",
    re.IGNORECASE,
)
_TYPES = re.compile(
    r"(?:(?:n?var)?char(?:acter)?|n?varchar2?|n?char|n?text|string|str|object|(?:big|small|tiny|un?signed)?int(?:eger)?"
    r"|u?int(?:8|16|32|64)|number|numeric|decimal|float(?:32|64)?|double(?: precision)?|real|bit|bool(?:ean)?|byte"
    r"|date|time|(?:small)?datetime2?(?:64\[ns\])?|timestamp(?:tz)?|uuid|uniqueidentifier|categorical|category)"
    r"(?: ?\((?:max|\d+)(?: ?, ?\d+)?\))?(?: not)?(?: null)?",
    re.IGNORECASE,
)
"""A column's type, as databases and programs for statistics write it in a line below the header."""
_LONGEST_NOTE = 500


class NonRecords:
    """Tells what a line is, given the cells of the header and what columns they are. `name_of`: the column that a cell
    surely names; `only_records`: a program wrote the table, without any such line."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Sequence[str | None] = (),
        name_of: Callable[[str], str | None] = lambda cell: None,
        *,
        only_records: bool = False,
    ) -> None:
        self._only_records = only_records
        self._header = [normal(cell) for cell in header]
        self._names = {cell for cell in self._header if cell}
        self._written = {cell.strip().lower() for cell in header if cell.strip()}
        self._columns, self._name_of = columns, name_of

    def names(self, value: pl.Expr) -> pl.Expr:
        """Whether a value is the name of a column."""
        return value.str.strip_chars().str.to_lowercase().is_in(sorted(self._written))

    def tells(self, cell: str) -> bool:
        """Whether a cell by itself says that its line is a total or a note."""
        flat = plain(cell)[0]
        return bool(_TOTALS.fullmatch(flat) or _NOTES.match(flat))

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
        filled = [flat for cell in cells if cell and (flat := plain(cell)[0])]
        if not filled or self._only_records:
            return None
        if len(filled) > 1 and self._are_names(filled):
            return "header_in_other_order" if self._is_moved(cells) else "repeated_header"
        if is_record_like(filled):
            return None
        if any(_TOTALS.fullmatch(cell) for cell in filled[:2]):
            return "totals_line"
        types = len(filled) > 1 and all(_TYPES.fullmatch(cell) for cell in filled)
        return "note_line" if types or _is_note(filled) else None

    def _are_names(self, cells: Sequence[str]) -> bool:
        """Whether most cells are names of columns. Of a record the first two that are none tell already."""
        others = 0
        for cell in cells:
            others += normal(cell) not in self._names and not self._name_of(cell)
            if len(cells) - others < 0.8 * len(cells):
                return False
        return True

    def _is_moved(self, cells: Sequence[str | None]) -> bool:
        """Whether a header below the first names one of its columns at another place: the rows below it are shifted."""
        for place, (cell, column) in enumerate(zip(cells, self._columns, strict=False)):
            if cell and normal(cell) != self._header[place]:
                named = self._name_of(cell)
                if normal(cell) in self._names or (named and named != column and named in self._columns):
                    return True
        return False


def _is_note(filled: Sequence[str]) -> bool:
    note = filled[0]
    if len(note) > _LONGEST_NOTE:
        return False
    # A record cut short holds an id, which is one word with a digit; a note holds words.
    words = len(re.findall(r"[^\W\d_]{2,}", note)) >= 2 or not re.search(r"\w", note)
    return bool(_NOTES.match(note)) or (len(filled) == 1 and words)
