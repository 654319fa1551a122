"""The file's own rows again: given back with a message beside each, or with cells corrected.

Values leave only for the person who sent the file, in that session; nothing is written to disk.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping

import polars as pl
import xlsxwriter

from data.checking.intake import MESSAGES
from data.checking.intake_report import Report
from data.reading.table_header import Header
from data.receiving.text_table import TextTable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What is written as a spreadsheet is kept in memory as a whole.
LARGEST_SHEET, MOST_SHEET_ROWS = 20 << 20, 1_000_000
PIECE = 1 << 20
AS_READ = pl.col("value").str.contains(r"^-?\d+\.0$")
"""Of findings: the value is a number as it was read. Nobody finds 1200.0 in a file that says 1200."""
_NUMBER = re.compile(r"[-+]?[\d.,]+")

Cells = list[str]


def records(table: TextTable, header: Header) -> Iterator[tuple[int, Cells]]:
    """The lines below the header as (row number, cells), blank ones too; rows are numbered as in findings."""
    with table.open() as raw, io.TextIOWrapper(raw, encoding=table.encoding, newline=None) as lines:
        for _ in range(header.row):
            next(lines, "")
        yield from enumerate(csv.reader(lines, delimiter=header.delimiter), start=header.row + 1)


def annotated_csv(table: TextTable, report: Report) -> Iterator[bytes]:
    """The file as CSV with its messages in a first column, in pieces; no cell can be taken for a formula."""
    yield codecs.BOM_UTF8
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for cells in _annotated(table, report):
        writer.writerow([safe(cell) for cell in cells])
        if out.tell() >= PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def annotated_xlsx(table: TextTable, report: Report) -> bytes:
    """The file as a spreadsheet with its messages in a first column; every cell is text, rows to fix are tinted."""
    out = io.BytesIO()
    plain = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, plain | {"in_memory": True})
    sheet, bold, tint = (
        book.add_worksheet("Findings"),
        book.add_format({"bold": True}),
        book.add_format({"bg_color": "#FFF6DB"}),
    )
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 60)
    for row, cells in enumerate(_annotated(table, report)):
        form = bold if row == 0 else tint if cells[0] else None
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell[:32_000], form)
    book.close()
    return out.getvalue()


def _annotated(table: TextTable, report: Report) -> Iterator[Cells]:
    assert report.header
    by_row = messages(report)
    yield [MESSAGES, *report.header.cells]
    for row, cells in records(table, report.header):
        if any(cells):
            yield [by_row.get(row, ""), *cells]


def messages(report: Report, *, brief: bool = False, only: Collection[int] | None = None) -> dict[int, str]:
    """Row -> what is to be fixed in it, in words; `brief`: without how; `only`: for some rows."""
    found: dict[int, list[str]] = {}
    own = report.header.own_names if report.header else {}
    for finding in report.findings.records(only=only):
        if finding["row"] and finding["row"] > (report.header.row if report.header else 0):
            column = f"{own.get(finding['column'], finding['column'])}: " if finding["column"] else ""
            found.setdefault(finding["row"], []).append(
                f"{column}{report.findings.rules[finding['rule']].title if brief else finding['message']}"
            )
    return {row: " | ".join(texts) for row, texts in found.items()}


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def row_cells(table: TextTable, header: Header, rows: pl.Series) -> dict[int, Cells]:
    """The cells of some rows, as many as the header has: short rows are filled up, long ones keep their rest."""
    wanted, width = set(rows.to_list()), len(header.cells)
    return {row: cells + [""] * (width - len(cells)) for row, cells in records(table, header) if row in wanted}


def with_values(found: pl.DataFrame, rows: Mapping[int, Cells], header: Header) -> pl.DataFrame:
    """Findings with what stands in their cells, where they have no value yet, or a number as it was read.

    `rows`: row -> its cells.
    """
    places: dict[str, list[int]] = {}
    for place, column in enumerate(header.columns):
        for name in {column.name, *column.name.split("/"), column.name.split(":")[0]} if column else ():
            places.setdefault(name, []).append(place)
    asked = found.select("row", "column").unique().drop_nulls().iter_rows()
    known = [
        {"row": row, "column": column, "stands": " ".join(filter(None, (rows[row][n] for n in places[column])))}
        for row, column in asked if row in rows and column in places
    ]  # fmt: skip
    stands = pl.DataFrame(known, schema={"row": pl.UInt32, "column": pl.String, "stands": pl.String})
    joined = found.join(stands, on=["row", "column"], how="left", maintain_order="left")
    stood = pl.col("stands").replace("", None)
    told = pl.when(AS_READ).then(pl.coalesce(stood, "value")).otherwise(pl.coalesce("value", stood))
    return joined.with_columns(value=told).drop("stands")


def corrected(table: TextTable, header: Header, changed: Mapping[int, Cells], dropped: frozenset[int]) -> bytes:
    """The file as CSV with some rows corrected and some left blank; every row keeps its number."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    out.write("\n" * (header.row - 1))
    writer.writerow(header.cells)
    for row, cells in records(table, header):
        writer.writerow([] if row in dropped or not any(cells) else changed.get(row, cells))
    return out.getvalue().encode()
