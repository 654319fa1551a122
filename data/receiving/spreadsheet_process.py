"""A program of its own: a spreadsheet on standard input becomes its sheets as CSV on standard output.

`data.receiving.spreadsheets` starts it as a child with limits on memory and time, so that a hostile file can only end
the child. For each visible sheet that is not empty: a line of JSON (name, bytes, marks), then that many bytes of CSV.
"""

import csv
import datetime as dt
import html
import io
import json
import re
import resource
import sys
import zipfile
from typing import Any

import python_calamine as calamine

MEMORY, SECONDS = 3 << 30, 120
MOST_CELLS = 60_000_000
REFUSED, TOO_LARGE = 3, 4
# More digits than a spreadsheet's numbers hold: what is left of a long id is rounded, and must look so.
EXACT_BELOW = 1e15


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        broken, shapes, about = _error_cells(data), _shapes(data), _marks(data)
        shown = [m for m in book.sheets_metadata if _is_shown(m)]
        for place, sheet in enumerate(shown):
            own = about.get(sheet.name, Marks())
            text = _text(book.get_sheet_by_name(sheet.name), shapes.get(sheet.name, {}), own.merged)
            if text:
                counts = {**own.counts, "error_cells": broken if place == 0 else 0}
                line = json.dumps(
                    {"name": sheet.name, "bytes": len(text), "marks": {k: n for k, n in counts.items() if n}}
                )
                sys.stdout.buffer.write(line.encode() + b"\n" + text)
    except calamine.PasswordError:
        _refuse("encrypted_file")
    except MemoryError:
        sys.exit(TOO_LARGE)
    except BaseException as error:  # a panic of the reader is not an Exception
        if isinstance(error, SystemExit):
            raise
        _refuse("encrypted_file" if "assword" in str(error) or "ncrypt" in str(error) else "damaged_file")


def _refuse(rule: str) -> None:
    sys.stderr.write(f"\n{rule}")
    sys.exit(REFUSED)


def _is_shown(sheet: Any) -> bool:
    return sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible


def _text(sheet: Any, shapes: dict[tuple[int, int], str], merged: dict[tuple[int, int], int]) -> bytes:
    """The sheet as CSV in which each row stands on the line of its own number; empty for an empty sheet."""
    if sheet.end is None or not sheet.width:
        return b""
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        sys.exit(TOO_LARGE)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    filled = False
    left = sheet.start[1]
    above: dict[int, tuple[str, int]] = {}  # column -> value of a merged cell, and the last row that it reaches
    for place, row in enumerate(sheet.iter_rows()):
        cells = [_cell(value) for value in row]
        if shapes:
            for n, value in enumerate(row):
                shape = shapes.get((place, left + n))
                if shape and isinstance(value, float | int) and not isinstance(value, bool) and value >= 0:
                    cells[n] = _shaped(cells[n], shape)
        for n in range(len(cells) if merged else 0):
            if (place, left + n) in merged:
                above[n] = cells[n], merged[place, left + n]
            elif n in above and not cells[n] and place <= above[n][1]:
                cells[n] = above[n][0]
        filled = filled or any(cells)
        writer.writerow([""] * left + cells)
    return out.getvalue().encode() if filled else b""


def _cell(value: Any) -> str:
    if isinstance(value, str):
        # A line break inside a cell parts its values; it does not part rows.
        return re.sub(r"\s*[\r\n]+\s*", ";", value.strip("\r\n"))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value)) if abs(value) < EXACT_BELOW else f"{value:.2E}"
        return format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    return str(value)


def _shaped(digits: str, shape: str) -> str:
    """The digits as the cell shows them: 123 in the shape 00000 is 00123, 123456789 in 000-00-0000 is 123-45-6789."""
    if not digits.isdigit():
        return digits
    left = list(digits.zfill(shape.count("0")))
    shown = [left.pop() if mark == "0" else mark for mark in reversed(shape)]
    return "".join([*left, *reversed(shown)])


def _shapes(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row, column), from 0 -> the shape of zeros in which the cell shows its number.

    The reader gives the bare number, so that an id would lose its leading zeros, and a social security number its look.
    """
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        styles = _shaped_styles(archive.read("xl/styles.xml").decode("utf-8", "replace"))
        if not styles:
            return {}
        return {name: _shaped_cells(archive.read(path), styles) for name, path in _paths(archive).items()}


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> the part of the archive that holds it."""
    rels = dict(_attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target"))
    sheets = _attributes(archive, "xl/workbook.xml", "sheet", "name", "r:id")
    inside = set(archive.namelist())
    paths = {html.unescape(name): f"xl/{rels.get(rel, '').removeprefix('/xl/')}" for name, rel in sheets}
    return {name: path for name, path in paths.items() if path in inside}


class Marks:
    """What CSV cannot show of a sheet: counts by rule; the first cell of each merged column piece -> its last row."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.merged: dict[tuple[int, int], int] = {}


_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"[^>]*>')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# A formula, and either no value or an empty one that no program has worked out (a text formula's may be empty).
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def _marks(data: bytes) -> dict[str, Marks]:
    """Sheet -> what is to be told of it. Only .xlsx says all this."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= inside:
            return {}
        book = archive.read("xl/workbook.xml")
        from_1904 = re.search(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"', book) is not None
        hidden = len(re.findall(rb'<(?:\w+:)?sheet\b[^>]*\bstate="(?:hidden|veryHidden)"', book))
        return {name: _of_sheet(archive.read(p), from_1904, hidden) for name, p in _paths(archive).items()}


def _of_sheet(xml: bytes, from_1904: bool, hidden_sheets: int) -> Marks:
    found = Marks()
    rows = sum(1 for _ in _ROW.finditer(xml))
    empty = sum(b't="str"' not in f[1] for f in _FORMULA.finditer(xml)) if b"<f" in xml or b":f>" in xml else 0
    found.counts = {
        "formula_without_value": empty, "hidden_rows": rows, "hidden_columns": sum(1 for _ in _COLUMN.finditer(xml)),
        "hidden_sheets": hidden_sheets, "other_day_zero": int(from_1904),
    }  # fmt: skip
    for left, top, right, bottom in (m.groups() for m in _MERGED.finditer(xml)):
        if left == right and bottom != top:
            found.merged[int(top) - 1, _column(left)] = int(bottom) - 1
    found.counts["merged_cells"] = len(found.merged)
    return found


def _attributes(archive: zipfile.ZipFile, part: str, tag: str, first: str, second: str) -> list[tuple[str, str]]:
    text = archive.read(part).decode("utf-8", "replace")
    tags = [dict(re.findall(r'([\w:]+)="([^"]*)"', found)) for found in re.findall(rf"<(?:\w+:)?{tag}\b([^>]*)>", text)]
    return [(t[first], t[second]) for t in tags if first in t and second in t]


def _shaped_styles(text: str) -> dict[int, str]:
    """Number of a cell's style -> its shape, for formats that are zeros, hyphens, blanks and brackets alone."""
    shapes = {}
    for found in re.findall(r"<(?:\w+:)?numFmt\b([^>]*)>", text):
        known = dict(re.findall(r'(\w+)="([^"]*)"', found))
        code = re.sub(r'[\\"]', "", html.unescape(known.get("formatCode", "")))
        if re.fullmatch(r"[0() -]*0[0() -]*", code) and code.count("0") > 1:
            shapes[known.get("numFmtId")] = code
    cells = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
    ids = [re.search(r'numFmtId="(\d+)"', xf) for xf in re.findall(r"<(?:\w+:)?xf\b[^>]*>", cells[0] if cells else "")]
    return {n: shapes[found[1]] for n, found in enumerate(ids) if found and found[1] in shapes}


def _shaped_cells(sheet: bytes, styles: dict[int, str]) -> dict[tuple[int, int], str]:
    wanted = b"|".join(b"%d" % n for n in styles)
    found = re.finditer(rb'<(?:\w+:)?c\b(?=[^>]*\br="([A-Z]+)(\d+)")(?=[^>]*\bs="(%b)")[^>]*[^/]>' % wanted, sheet)
    return {(int(row) - 1, _column(letters)): styles[int(style)] for letters, row, style in (f.groups() for f in found)}


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number - 1


def _error_cells(data: bytes) -> int:
    """How many cells hold an error such as #N/A: the reader gives them as blanks, so they are counted here."""
    if not data.startswith(b"PK"):
        return 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        return sum(_count(archive, name) for name in sheets)


def _count(archive: zipfile.ZipFile, name: str) -> int:
    count, rest = 0, b""
    with archive.open(name) as stream:
        while chunk := stream.read(1 << 20):
            found = rest + chunk
            count += len(re.findall(rb't="e"', found))
            rest = found[-4:]
    return count


if __name__ == "__main__":
    main()
