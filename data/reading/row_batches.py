"""Rows: a delimited text file as batches of text cells with the file's own row numbers.

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
from data.personal_identifiers import check_header
from data.reading.non_records import Asides
from data.reading.text_column import Text
from data.receiving.file_source import Source
from data.receiving.header_matching import match, surely
from data.receiving.table_layout import Layout, layout
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import NOTHING_SAID, Said
from schemas.vocabularies.vocabulary import normal

# pyarrow reads 32 blocks ahead, so blocks are small; checks have a fixed cost, so batches are large.
BLOCK, BATCH_ROWS = 2 << 20, 200_000
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Header:
    """The line that names the columns: its delimiter, its cells, the dataset column that each cell names (None: not
    used), its line number, how many lines with words stand above it, and its second lines of names or units."""

    delimiter: str
    cells: tuple[str, ...]
    columns: tuple[Column | None, ...]
    row: int = 1
    above: int = 0
    second: tuple[int, ...] = ()

    @property
    def own_names(self) -> dict[str, str]:
        """What a column is, and the columns that it fills -> its own name in the file, where that differs."""
        named: dict[str, list[str]] = {}
        for cell, column in zip(self.cells, self.columns, strict=True):
            if column and normal(cell) != normal(column.name):
                for name in {column.name, *column.name.split("/"), column.name.split(":")[0]}:
                    named.setdefault(name, []).append(cell[:40])
        return {name: " + ".join(cells) for name, cells in named.items()}

    @property
    def units(self) -> dict[str, str]:
        """Column -> the unit other than its own that the header names."""
        named = [c for cell, c in zip(self.cells, self.columns, strict=True) if c and "kpa" in cell.casefold()]
        return {name: "kpa" for c in named if c.kind in ("number", "pair") for name in c.name.split("/")}


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: their numbers (header = row 1), and their cells for each column of the file."""

    rows: pl.Series
    columns: tuple[Text, ...]

    def filter(self, kept: pl.Series) -> "Batch":
        """The rows that are true."""
        return self if kept.all() else Batch(self.rows.filter(kept), tuple(c.filter(kept) for c in self.columns))


def read_header(source: Source, dataset: Dataset, said: Said = NOTHING_SAID) -> Header:
    """Find the table and name its columns. Raises Refused when one names people or a required one is missing."""
    found = layout(source, [dataset], said)
    if len(found.cells) > MOST_COLUMNS:
        raise Refused("header_unreadable", row=found.row, note=f"It has {len(found.cells):,} columns.")
    columns = surely(found.cells, dataset, said)
    header = Header(found.delimiter, found.cells, columns, found.row, found.above, found.second)
    check_header(header.cells, header.columns, header.row)
    _check_header(header, found, dataset, said)
    return header


def _check_header(header: Header, found: Layout, dataset: Dataset, said: Said) -> None:
    if twice := dataset.named_twice([c.name for c in header.columns if c]):
        raise Refused("duplicate_column", row=header.row, column=twice[0])
    named = {part for c in header.columns if c for part in dataset.parts(c.name)}
    missing = dataset.still_needed(named | set(said.every_row))
    if missing:
        perhaps = [m for m in match(found.cells, found.below, dataset, said) if m.column and not m.sure]
        # Without any name that we know, the line may be a patient's row: its cells are not repeated.
        shown = (
            f": {', '.join(cell[:40] for cell in header.cells[:12])}" if named or perhaps else " no column that we know"
        )
        guesses = "".join(f" “{m.cell[:40]}” may be {m.column}." for m in perhaps)
        line = "first line" if header.row == 1 else "header"
        raise Refused(
            "missing_column",
            row=header.row,
            column=missing[0].split(" or ")[0],
            note=f"Missing: {', '.join(missing)}. The {line} has{shown}.{guesses}",
        )


class _Bad(NamedTuple):
    """A row with a wrong number of fields; `rule` says what it is, and is blank for a row of blanks."""

    row: int
    rule: str
    text: str


def batches(source: Source, header: Header, findings: Findings) -> Iterator[Batch]:
    """The rows below the header.

    Rows with a wrong number of fields become findings and are left out; blank lines are left out.
    """
    bad: list[_Bad] = []
    swallowing: list[int] = []
    asides = Asides(header.cells)

    def keep_number(row: pc.InvalidRow) -> str:
        rule = asides.line(row.text, header.delimiter) or "wrong_field_count"
        if not row.text.replace('"', "").replace(header.delimiter, "").strip():
            rule = ""
        bad.append(_Bad(row.number, rule, f"{row.actual_columns} fields, expected {row.expected_columns}"))
        if not swallowing and _holds_rows(row.text):
            swallowing.append(row.number)
        return "skip"

    next_row, told = header.row + 1, 0
    try:
        with _stream(source) as stream, _reader(stream, source.encoding, header, keep_number) as reader:
            for arrow in _large(reader):
                if swallowing:
                    break
                numbers = _row_numbers(
                    next_row, len(arrow), [b.row for b in bad[bisect_left(bad, next_row, key=attrgetter("row")) :]]
                )
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


def line_breaks(batch: Batch, header: Header, findings: Findings) -> pl.Series:
    """Rows with a line break inside a value. With a delimiter beside it, a quotation mark was never closed and
    the value holds rows: no row may vanish in it, so the file is refused."""
    broken = pl.Series([False]).new_from_index(0, len(batch.rows))
    for cell, column, text in zip(header.cells, header.columns, batch.columns, strict=True):
        breaks = text.words.str.contains_any(["\n", "\r"]).fill_null(False)
        if breaks.any():
            name = column.name if column else cell[:60]
            found = text.cells(breaks).fill_null(False)
            held = text.cells(breaks & text.words.str.contains(header.delimiter, literal=True)).fill_null(False)
            if held.any():
                raise Refused("unclosed_quote", row=int(batch.rows.filter(held)[0]), column=name)
            findings.add("line_break_in_value", name, batch.rows.filter(found))
            broken = broken | found
    return broken


def _holds_rows(text: str) -> bool:
    """Whether a row of the wrong length runs over several lines: a quotation mark has then joined rows to it."""
    line = text.rstrip("\r\n")
    return "\n" in line or "\r" in line


def _stream(source: Source) -> pa.NativeFile:
    """The bytes as pyarrow reads them, where it can without waiting for the interpreter."""
    if isinstance(source.place, Path):
        return pa.OSFile(str(source.place))
    return pa.BufferReader(source.place) if isinstance(source.place, bytes) else pa.PythonFile(source.open(), "r")


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


def _tell(bad: list[_Bad], told: int, findings: Findings) -> int:
    for rule in {b.rule for b in bad[told:]} - {""}:
        new = [b for b in bad[told:] if b.rule == rule]
        findings.add(rule, None, pl.Series([b.row for b in new]), pl.Series([b.text for b in new]))
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
