"""Text cells -> typed, nullable columns. What cannot be read becomes null and a finding, never a guess.

Each kind of column first takes the fast road (a whole-column cast or a look-up of the distinct words); only
the words that failed it are looked at again, one by one: what can be read in one way only is repaired and
goes on the receipt.
"""

from collections.abc import Callable

import polars as pl

from data.findings import Findings
from data.reading.code_cells import read_code, read_codes
from data.reading.column_words import Cells, Reading
from data.reading.date_cells import read_date
from data.reading.id_cells import read_identifier
from data.reading.number_cells import read_integer, read_number
from data.reading.repairs import Receipt
from data.reading.text_cells import read_text
from data.reading.text_column import Text
from schemas.datasets.columns import POLARS_TYPES, Column


def clean(
    rows: pl.Series,
    texts: dict[str, Text],
    columns: tuple[Column, ...],
    reading: Reading,
    findings: Findings,
    receipt: Receipt,
) -> pl.DataFrame:
    """Text cells of any of the dataset's columns -> `row` and typed cells of all of them.

    Adds one finding for each cell that cannot be read, and every repaired cell to the receipt. Raises Refused for
    personal values and open date orders.
    """
    typed = {}
    for column in columns:
        if text := texts.get(column.name):
            cells = Cells(text.words, text, rows, column, reading, findings, receipt)
            cells.words = _stripped(cells)
            cells.blanked()
            typed[column.name] = text.cells(_READERS[column.kind](cells))
        else:
            typed[column.name] = pl.Series(column.name, [None] * len(rows), dtype=POLARS_TYPES[column.kind])
    return pl.DataFrame({"row": rows, **typed})


def _stripped(cells: Cells) -> pl.Series:
    words = cells.words
    if not cells.place.odd_words.str.contains(r"^\s|\s$").any():
        return words
    odd = words.str.contains(r"^\s|\s$").fill_null(False)
    found = words.str.strip_chars().replace("", None)
    blank = found.is_null()
    cells.repaired("trimmed", odd & ~blank, found)
    return found


_READERS: dict[str, Callable[[Cells], pl.Series]] = {
    "date": read_date,
    "number": read_number,
    "integer": read_integer,
    "code": read_code,
    "codes": read_codes,
    "text": read_text,
    "identifier": read_identifier,
}
