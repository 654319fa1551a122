"""A list that is looked at and not kept: columns and cells of a text file, or of the first sheet of a spreadsheet."""

import csv
import io
from dataclasses import dataclass

from data.findings import Refused
from data.receiving.file_source import Place, opened
from data.receiving.plain_text import plain
from data.receiving.spreadsheets import sheets

LARGEST, MOST_ROWS = 40 << 20, 500_000
_DELIMITERS = ",;\t|"


class NotAList(Exception):
    """The file cannot be looked at as a list; the words say what to do, and hold no cell of it."""


@dataclass(frozen=True)
class SentList:
    """Names of columns, and the rows below them (cells as text), each with its line in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_list(place: Place) -> SentList:
    """The first line that is not empty names the columns. Raises NotAList."""
    with opened(place) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NotAList(f"a list has up to {LARGEST >> 20} MB")
    text = _text(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [(read.line_num, tuple(plain(cell)[0] for cell in row)) for row in read]
    except csv.Error:
        raise NotAList("a quotation mark in it does not close. Save it as CSV again") from None
    lines = [(n, row) for n, row in lines if any(row)]
    if len(lines) < 2:
        raise NotAList("it needs a line that names the columns, and rows below it")
    if len(lines) > MOST_ROWS:
        raise NotAList(f"a list has up to {MOST_ROWS:,} rows")
    width = len(lines[0][1])
    if odd := next((n for n, row in lines[1:] if len(row) != width), None):
        raise NotAList(f"line {odd} has another number of cells than the line that names the columns")
    columns = tuple(name or f"Column {place + 1}" for place, name in enumerate(lines[0][1]))
    if len(set(columns)) < width:
        raise NotAList("two of its columns have the same name")
    return SentList(columns, tuple(lines[1:]))


def _text(data: bytes) -> str:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        try:
            data = sheets(data)[0].text
        except Refused as refused:
            raise NotAList(f"the spreadsheet cannot be read: {refused.rule.title.lower()}") from None
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotAList("it is not text. Save it as CSV")
