"""The rows below a header, as batches of text cells with the file's own row numbers.

pyarrow's streaming reader counts fields; DuckDB's and polars' silently shift values (RELIABILITY fact 1).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from data.findings import Findings, Refused
from data.reading.lines.non_records import NonRecords
from data.reading.lines.quoting import late_quotes, swallowed
from data.reading.lines.ragged_rows import MOST, Ragged, by_habit, columns
from data.reading.table_header import Header
from data.reading.text_column import Text
from data.receiving.text_table import TextTable

# pyarrow reads 32 blocks ahead, so blocks are small; checks have a fixed cost, so batches are large.
BLOCK, BATCH_ROWS = 2 << 20, 200_000


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: their numbers (header = row 1), and their cells for each column of the file."""

    rows: pl.Series
    columns: tuple[Text, ...]
    by_habit: bool = False
    """Whether the rows lacked blank cells at their end, or had some too many: they count only without any finding."""

    def filter(self, kept: pl.Series) -> "Batch":
        """The rows that are true."""
        if kept.all():
            return self
        return Batch(self.rows.filter(kept), tuple(c.filter(kept) for c in self.columns), self.by_habit)

    def blank(self) -> pl.Series:
        """The rows in which every cell is blank, or holds blanks alone."""
        filled = (text.filled for text in self.columns)
        return ~pl.select(pl.any_horizontal(*filled)).to_series()


class _Bad(NamedTuple):
    """A row with a wrong number of fields; `rule` says what it is, and is blank for a row of blanks."""

    row: int
    rule: str
    text: str


def batches(table: TextTable, header: Header, findings: Findings, non_records: NonRecords) -> Iterator[Batch]:
    """The rows below the header.

    Rows with a wrong number of fields become findings and are left out, but for those that lack only blank cells at
    their end: they come last. Blank lines are left out.
    """
    bad: list[_Bad] = []
    swallowing: list[int] = []
    ragged: list[Ragged] = []
    filled = [False] * len(header.cells)

    def keep_number(row: pc.InvalidRow) -> str:
        rule = non_records.line(row.text, header.delimiter) or "wrong_field_count"
        if not row.text.replace('"', "").replace(header.delimiter, "").strip():
            rule = ""
        bad.append(_Bad(row.number, rule, f"{row.actual_columns} fields, expected {row.expected_columns}"))
        if rule == "wrong_field_count" and len(ragged) < MOST:
            ragged.append(Ragged(row.number, row.text))
        if not swallowing and _holds_rows(row.text):
            swallowing.append(row.number)
        return "skip"

    next_row = header.row + 1
    try:
        late = late_quotes(table, header)
        with _stream(table) as stream, _reader(stream, table.encoding, header, keep_number) as reader:
            for arrow in _large(reader):
                if swallowing:
                    break
                numbers = _row_numbers(
                    next_row, len(arrow), [b.row for b in bad[bisect_left(bad, next_row, key=attrgetter("row")) :]]
                )
                next_row = int(numbers[-1]) + 1 if len(numbers) else next_row
                texts = tuple(Text.of(column.combine_chunks()) for column in arrow.columns)
                filled = [was or text.at.is_not_null().any() for was, text in zip(filled, texts, strict=True)]
                # A table made of an export has no line that is skipped: its rows have the numbers of the lines there.
                made_of = table.origin.rows.gather(numbers - header.row - 1) if table.origin else None
                batch = Batch(pl.Series(numbers, dtype=pl.UInt32) if made_of is None else made_of, texts)
                yield batch.filter(~batch.blank() & ~batch.rows.is_in(late))
    except UnicodeError:
        raise Refused("unreadable_bytes", row=next_row) from None
    except pa.ArrowInvalid as error:
        _explain(error, next_row)
    if swallowing:
        raise Refused("unclosed_quote", row=swallowing[0])
    findings.add("quote_inside_value", None, pl.Series(late, dtype=pl.UInt32))
    rows, cells = by_habit(ragged, header.delimiter, filled)
    _report([b for b in bad if b.row not in set(rows) and b.row not in set(late)], findings)
    if rows:
        yield Batch(pl.Series(rows, dtype=pl.UInt32), columns(cells), by_habit=True)


def line_breaks(batch: Batch, header: Header, findings: Findings) -> tuple[Batch, pl.Series]:
    """A batch whose texts have blanks for line breaks, and the rows with a break in a value that can have none.

    A line break in a column that is not used, or of text, is only a line break. Raises Refused for a value that holds
    rows: its quotation mark was closed late, and no row may vanish in it.
    """
    broken = pl.Series([False]).new_from_index(0, len(batch.rows))
    columns = list(batch.columns)
    for place, (column, text) in enumerate(zip(header.columns, batch.columns, strict=True)):
        if not text.odd_words.str.contains_any(["\n", "\r"]).any():
            continue
        breaks = text.words.str.contains_any(["\n", "\r"]).fill_null(False)
        name = column.name if column else header.shown[place]
        holding = [w for w in text.words.filter(breaks).unique().to_list() if swallowed(w, place, header)]
        if holding:
            rows = text.cells(text.words.is_in(holding)).fill_null(False)
            raise Refused("unclosed_quote", row=int(batch.rows.filter(rows)[0]), column=name)
        if column and column.kind == "text":
            columns[place] = Text(text.words.str.replace_all(r"\s*[\r\n]+\s*", " "), text.at)
        elif column:
            found = text.cells(breaks).fill_null(False)
            findings.add("line_break_in_value", name, batch.rows.filter(found))
            broken = broken | found
    return Batch(batch.rows, tuple(columns), batch.by_habit), broken


def _holds_rows(text: str) -> bool:
    """Whether a row of the wrong length runs over several lines: a quotation mark has then joined rows to it."""
    line = text.rstrip("\r\n")
    return "\n" in line or "\r" in line


def _stream(table: TextTable) -> pa.NativeFile:
    """The bytes as pyarrow reads them, where it can without waiting for the interpreter."""
    if isinstance(table.place, Path):
        return pa.OSFile(str(table.place))
    return pa.BufferReader(table.place) if isinstance(table.place, bytes) else pa.PythonFile(table.open(), "r")


def _large(blocks: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for block in blocks:
        waiting.append(block)
        if sum(map(len, waiting)) >= BATCH_ROWS:
            yield pa.Table.from_batches(waiting).unify_dictionaries()
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting).unify_dictionaries()


def _reader(stream: pa.NativeFile, encoding: str, header: Header, on_bad_row: Any) -> pc.CSVStreamingReader:
    names = [f"c{i}" for i in range(len(header.cells))]
    # Words are dictionary-encoded, so that each is read once: intake takes two thirds of the processor time it takes
    # with plain strings (1.3 and 1.9 s for 400,000 readings). Ids are nearly all different: there it would only cost.
    ids = {name for name, column in zip(names, header.columns, strict=True) if column and column.kind == "identifier"}
    words = pa.dictionary(pa.int32(), pa.string())
    # use_threads=False keeps the row numbers of invalid rows; a quoted line break must not split a row in two.
    return pc.open_csv(
        stream,
        read_options=pc.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            skip_rows=header.row,
            column_names=names,
            encoding="utf8" if encoding.startswith("utf-8") else encoding,
        ),
        parse_options=pc.ParseOptions(
            delimiter=header.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=on_bad_row,
        ),
        convert_options=pc.ConvertOptions(
            column_types={name: pa.string() if name in ids else words for name in names},
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    )


def _row_numbers(start: int, count: int, bad: list[int]) -> np.ndarray:
    """Numbers of `count` good rows from `start` on, skipping the numbers of the bad ones."""
    numbers = np.arange(start, start + count + len(bad))
    return np.setdiff1d(numbers, bad, assume_unique=True)[:count] if bad else numbers


def _report(bad: list[_Bad], findings: Findings) -> None:
    for rule in {b.rule for b in bad} - {""}:
        new = [b for b in bad if b.rule == rule]
        findings.add(rule, None, pl.Series([b.row for b in new]), pl.Series([b.text for b in new]))


def _explain(error: pa.ArrowInvalid, row: int) -> None:
    text = str(error)
    if "straddling" in text:
        raise Refused("unclosed_quote", row=row, note="It lies in or after this row.") from None
    if "UTF8" in text or "encod" in text or "decod" in text:
        raise Refused("unreadable_bytes", row=row) from None
    if "Empty CSV" in text or "too short" in text:
        return
    raise Refused("header_unreadable", row=row) from None
