"""Quotation marks that do not close where they should, found before any reader sees the rows.

Readers join whatever stands between two quotation marks, also when the second one was meant to open something else:
the rows between vanish, or two values become one. Where the numbers of fields happen to fit, nothing else shows it.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from data.findings import Refused
from data.reading.table_header import Header
from data.receiving.column_evidence import is_id_shaped, looks_like_date
from data.receiving.text_table import TextTable

_PIECE, _LONGEST = 4 << 20, 8 << 20
"""Characters that are looked at together, and the most between two quotation marks."""
_QUOTED = re.compile(r'"((?:[^"]|"")*)(?:"|\Z)')


@lru_cache(maxsize=8)
def _sound(delimiter: str) -> re.Pattern[str]:
    """All up to the first field whose quotation marks do not begin and end it, or that runs over lines.

    A mark inside a field that does not begin with one is only a mark: 5'6" tall.
    """
    d = re.escape(delimiter)
    return re.compile(rf'(?:[^"]++|(?<![{d}\n])"|"(?:[^"\n]|"")*+"(?=[{d}\n]|\Z))*+')


def late_quotes(table: TextTable, header: Header) -> list[int]:
    """Rows in which a quotation mark closes before its field ends, so that what was read is not what was meant.

    Rows are numbered as the reader does: one that runs over lines is one. Raises Refused where rows were swallowed: by
    a quotation mark that never closes, or closes lines later in the middle of a field.
    """
    if not table.quotes:
        return []
    found: list[int] = []
    row = header.row + 1
    sound = _sound(header.delimiter)
    text, at, ended = "\n", 1, False
    pieces = _pieces(table, header.row)
    while True:
        end = sound.match(text, at).end()  # type: ignore[union-attr]
        quoted = _QUOTED.match(text, end) if end < len(text) else None
        closes = quoted is not None and quoted.end() < len(text)
        if not ended and (quoted is None or not closes):
            # What is left may go on in the next piece: the line that was begun is looked at again.
            keep = max(text.rfind("\n", 0, end), at - 1)
            row += text.count("\n", at, keep + 1)
            if quoted and len(text) - keep > _LONGEST:
                raise Refused("unclosed_quote", row=row, column=_column(text, end, header))
            piece = next(pieces, "")
            text, at, ended = text[keep:] + piece, 1, not piece
            continue
        row += text.count("\n", at, end)
        if quoted is None:
            return found
        if not quoted[0].endswith('"') or len(quoted[0]) == 1:
            raise Refused("unclosed_quote", row=row, column=_column(text, end, header))
        if text[quoted.end() : quoted.end() + 1] not in (header.delimiter, "\n", ""):
            if "\n" in quoted[0]:
                raise Refused("unclosed_quote", row=row, column=_column(text, end, header))
            found.append(row)
        at = quoted.end()


def _column(text: str, at: int, header: Header) -> str:
    """The column of the field that begins here, by what stands before it in its line."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    place = min(len(next(csv.reader([before], delimiter=header.delimiter), [""])), len(header.cells)) - 1
    column = header.columns[max(place, 0)]
    return column.name if column else header.shown[max(place, 0)]


def _pieces(table: TextTable, header_row: int) -> Iterator[str]:
    """The text below the header; every end of line is a line feed."""
    with table.open() as raw, io.TextIOWrapper(raw, encoding=table.encoding, newline=None, errors="replace") as text:
        for _ in range(header_row):
            text.readline()
        while piece := text.read(_PIECE):
            yield piece


def swallowed(value: str, place: int, header: Header) -> bool:
    """Whether a value that runs over lines holds rows, because its quotation mark closes late.

    It does when a line inside it has an id and a day where the header has them. And where no such column stands before
    the value's end, when its lines part exactly as rows do: the rest of one row, whole rows, the begin of another.
    """
    first, *inner = re.split(r"\r\n|\n|\r", value)
    rows = [line.split(header.delimiter) for line in inner]
    # The id and the day are looked for as far as each line reaches; the last one ends where the value does.
    telling = [(n, c) for n, c in enumerate(header.columns) if c and c.required and c.kind in ("identifier", "date")]
    if any(_is_record(cells, telling) for cells in rows):
        return True
    if [n for n, _ in telling if n <= place][1:]:
        return False
    delimiters = [line.count(header.delimiter) for line in (first, *inner)]
    width = len(header.cells)
    whole = all(count == width - 1 for count in delimiters[1:-1])
    return delimiters[0] == width - 1 - place and delimiters[-1] == place and whole and sum(delimiters) > 0


def _is_record(cells: Sequence[str], telling: Sequence[tuple[int, object]]) -> bool:
    met = [n for n, _ in telling if n < len(cells)]
    if len(met) < 2:
        return False
    stripped = [cells[n].strip().strip('"') for n in met]
    return any(map(is_id_shaped, stripped)) and any(map(looks_like_date, stripped))
