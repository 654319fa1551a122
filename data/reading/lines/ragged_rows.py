"""Rows with more or fewer fields than the header, and which of them lack nothing but what spreadsheets leave out.

Excel leaves blank cells at the end of some rows out, and other programs end some rows in a delimiter. Such a row is
read when the file shows that habit; whether it then reads as a record without any finding is for the caller to see.
"""

import csv
import io
from dataclasses import dataclass

import polars as pl

from data.reading.text_column import Text

MOST, HABIT = 200_000, 3
"""Rows that are kept for a second look, and how many of one shape make a habit: one may be a mistake."""


@dataclass(frozen=True)
class Ragged:
    """A row with a wrong number of fields."""

    row: int
    text: str


def by_habit(ragged: list[Ragged], delimiter: str, filled: list[bool]) -> tuple[list[int], list[list[str]]]:
    """Rows that lack only blank cells at their end, or have only blank ones too many, with their cells.

    `filled`: for each column, whether any whole row has a value there.
    """
    width = len(filled)
    cells = [(r.row, fields) for r in ragged[:MOST] if (fields := _fields(r.text, delimiter)) is not None]
    short = [(row, f) for row, f in cells if 1 < len(f) < width and not any(filled[len(f) :])]
    long = [(row, f) for row, f in cells if len(f) > width and not any(c.strip() for c in f[width:])]
    found = [pair for pairs in (short, long) if len(pairs) >= HABIT for pair in pairs]
    found.sort(key=lambda pair: pair[0])
    return [row for row, _ in found], [(f + [""] * width)[:width] for _, f in found]


def _fields(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def columns(cells: list[list[str]]) -> tuple[Text, ...]:
    """Rows of cells as columns."""
    return tuple(_text(list(column)) for column in zip(*cells, strict=True))


def _text(values: list[str]) -> Text:
    words = pl.Series([v or None for v in values], dtype=pl.String)
    at = pl.int_range(len(values), dtype=pl.UInt32, eager=True)
    return Text(words, at.set(words.is_null(), None))
