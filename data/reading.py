"""Rows: a delimited text file as batches of text cells with the file's own row numbers.

pyarrow's streaming reader counts fields; DuckDB's and polars' silently shift values (RELIABILITY fact 1).
"""

import csv
import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from data.findings import Findings, Refused
from data.identifiers import check_header
from data.source import Source
from data.text import Text
from schemas.columns import Column
from schemas.datasets import Dataset
from schemas.vocabulary import normal

DELIMITERS = ",\t;|"
# pyarrow reads 32 blocks ahead, so blocks are small; checks have a fixed cost, so batches are large.
BLOCK, BATCH_ROWS = 2 << 20, 200_000
MOST_COLUMNS, LONGEST_HEADER = 500, 1_000_000


@dataclass(frozen=True)
class Header:
    """The first line: its delimiter, its cells, and the dataset column that each cell names (None: not used)."""

    delimiter: str
    cells: tuple[str, ...]
    columns: tuple[Column | None, ...]


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: their numbers (header = row 1), and their cells for each column of the file."""

    rows: pl.Series
    columns: tuple[Text, ...]

    def filter(self, kept: pl.Series) -> "Batch":
        """The rows that are true."""
        return self if kept.all() else Batch(self.rows.filter(kept), tuple(c.filter(kept) for c in self.columns))


def read_header(source: Source, dataset: Dataset) -> Header:
    """Find the delimiter and name the columns. Raises Refused when one names people or a required one is missing."""
    line = _first_line(source)
    headers = [_header(line, delimiter, dataset) for delimiter in DELIMITERS]
    best = max(headers, key=lambda h: (sum(c is not None for c in h.columns), len(h.cells)))
    if len(best.cells) > MOST_COLUMNS:
        raise Refused("header_unreadable", row=1, note=f"It has {len(best.cells):,} columns.")
    check_header(best.cells, best.columns)
    _check_header(best, dataset)
    return best


def _first_line(source: Source) -> str:
    with source.open() as raw, io.TextIOWrapper(raw, encoding=source.encoding, newline=None) as text:
        try:
            line = text.readline(LONGEST_HEADER)
        except UnicodeError:
            raise Refused("unreadable_bytes", row=1) from None
    if not line.strip():
        raise Refused("header_unreadable", row=1, note="The first line is blank.")
    if len(line) == LONGEST_HEADER:
        raise Refused("header_unreadable", row=1, note="It is longer than a million characters.")
    return line.rstrip("\r\n")


def _header(line: str, delimiter: str, dataset: Dataset) -> Header:
    try:
        cells = tuple(cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, strict=True)))
    except (csv.Error, StopIteration):
        return Header(delimiter, (), ())
    names = {normal(word): c for c in dataset.columns for word in c.synonyms}
    names |= {normal(c.name): c for c in dataset.columns}
    return Header(delimiter, cells, tuple(names.get(normal(cell)) for cell in cells))


def _check_header(header: Header, dataset: Dataset) -> None:
    named = [c.name for c in header.columns if c]
    for name in named:
        if named.count(name) > 1:
            raise Refused("duplicate_column", row=1, column=name)
    missing = [c.name for c in dataset.columns if c.required and c.name not in named]
    if missing:
        # Without any name that we know, the first line may be a patient's row: its cells are not repeated.
        found = f": {', '.join(cell[:40] for cell in header.cells[:12])}" if named else " no column that we know"
        raise Refused(
            "missing_column",
            row=1,
            column=missing[0],
            note=f"Missing: {', '.join(missing)}. The first line has{found}.",
        )


def batches(source: Source, header: Header, findings: Findings) -> Iterator[Batch]:
    """The rows below the header.

    Rows with a wrong number of fields become findings and are left out; blank lines are left out.
    """
    bad: list[tuple[int, str]] = []
    swallowing: list[int] = []

    def keep_number(row: pc.InvalidRow) -> str:
        bad.append((row.number, f"{row.actual_columns} fields, expected {row.expected_columns}"))
        if not swallowing and _holds_rows(row.text):
            swallowing.append(row.number)
        return "skip"

    next_row, told = 2, 0
    try:
        with _stream(source) as stream, _reader(stream, source.encoding, header, keep_number) as reader:
            for arrow in _large(reader):
                if swallowing:
                    break
                numbers = _row_numbers(next_row, len(arrow), [n for n, _ in bad[bisect_left(bad, (next_row,)) :]])
                next_row = int(numbers[-1]) + 1 if len(numbers) else next_row
                texts = tuple(Text.of(column.combine_chunks()) for column in arrow.columns)
                filled = pl.select(pl.any_horizontal(text.at.is_not_null() for text in texts)).to_series()
                yield Batch(pl.Series(numbers, dtype=pl.UInt32), texts).filter(filled)
                told = _tell(bad, told, findings)
    except UnicodeError:
        raise Refused("unreadable_bytes", row=next_row) from None
    except pa.ArrowInvalid as error:
        _explain(error, next_row)
    if swallowing:
        raise Refused("unclosed_quote", row=swallowing[0])
    _tell(bad, told, findings)


def _holds_rows(text: str) -> bool:
    """Whether a row of the wrong length runs over several lines: a quotation mark has then joined rows to it."""
    line = text.rstrip("\r\n")
    return "\n" in line or "\r" in line


def _stream(source: Source) -> pa.NativeFile:
    """The bytes as pyarrow reads them without waiting for the interpreter."""
    return pa.OSFile(str(source.place)) if isinstance(source.place, Path) else pa.BufferReader(source.place)


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
    # Ids are nearly all different: encoding them would only cost.
    ids = {name for name, column in zip(names, header.columns, strict=True) if column and column.kind == "identifier"}
    words = pa.dictionary(pa.int32(), pa.string())
    # use_threads=False keeps the row numbers of invalid rows; a quoted line break must not split a row in two.
    return pc.open_csv(
        stream,
        read_options=pc.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            skip_rows=1,
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


def _tell(bad: list[tuple[int, str]], told: int, findings: Findings) -> int:
    new = bad[told:]
    if new:
        findings.add("wrong_field_count", None, pl.Series([n for n, _ in new]), pl.Series([v for _, v in new]))
    return len(bad)


def _explain(error: pa.ArrowInvalid, row: int) -> None:
    text = str(error)
    if "straddling" in text:
        raise Refused("unclosed_quote", row=row, note="It lies in or after this row.") from None
    if "UTF8" in text or "encod" in text or "decod" in text:
        raise Refused("unreadable_bytes", row=row) from None
    if "Empty CSV" in text or "too short" in text:
        return
    raise Refused("header_unreadable", row=row) from None
