"""Ids: those of patients and stays, before they become pseudonyms."""

import polars as pl

from data.reading.column_words import Cells
from data.reading.text_column import PLAIN

MANGLED = r"^\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
LONGEST_ID = 64
LOCAL_ID = rf"^[\p{{L}}0-9][\p{{L}}0-9 ._:/#&()\-]{{0,{LONGEST_ID - 1}}}$"
# Words for "none", and for a total: as ids they would make one person of everyone without an id, or of a whole file.
NO_ID = (
    r"(?i)^(?:n/?a|none|nil|null|nan|unk|unknown|undefined|missing|no id|not (?:available|applicable|known|given)"
    r"|(?:grand |sub ?)?totals?:?|sum|average|mean|count)$"
)


def read_identifier(cells: Cells) -> pl.Series:
    """Ids stay text here; a mangled or malformed one is a finding. Any text is safe as an id: it is coded before it
    is stored."""
    _whole_ids(cells)
    as_written = cells.words is cells.place.words
    odd = cells.place.odd if as_written else ~cells.words.str.contains(PLAIN).fill_null(True)
    if not odd.any():
        return cells.words
    cells.plain(odd)
    text = cells.words
    mangled = text.str.contains(MANGLED).fill_null(False)
    cells.unread("mangled_id", mangled)
    nothing = text.str.contains(NO_ID).fill_null(False)
    malformed = nothing | ~text.str.contains(LOCAL_ID).fill_null(True)
    long = (text.str.len_chars() > LONGEST_ID).fill_null(False)
    if long.any():
        note = f"An id has at most {LONGEST_ID} characters. Look whether several values stand in the cell."
        cells.findings.notes["wrong_pattern", cells.column.name] = note
    cells.unread("wrong_pattern", malformed & ~mangled & ~(nothing & cells.nothing(nothing)))
    return text.set(mangled | malformed, None)


def _whole_ids(cells: Cells) -> None:
    """Take the ".0" off ids that a program has made decimal numbers of."""
    if cells.words.str.ends_with(".0").any() and cells.may("whole_id"):
        whole = cells.words.str.extract(r"^(\d+)\.0$", 1)
        found = whole.is_not_null()
        cells.repaired("whole_id", found, whole)
        cells.words = cells.words.zip_with(~found, whole)
