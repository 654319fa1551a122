"""Files made up line by line, so that what must come of each line is known without reading the file again."""

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from hypothesis import assume
from hypothesis import strategies as st

from data.reading.lines import ragged_rows

COLUMNS = ["patient_id", "measured_on", "systolic", "diastolic", "setting"]
# Where a line of the sort ends up: in the store; out of it, under its own number; nowhere, being blank.
KEPT, FOUND, BLANK = "kept", "found", "blank"
_GOOD = ["2025-03-01", "128", "79", "office"]


@dataclass(frozen=True)
class Line:
    """Cells, and where they must end up."""

    cells: tuple[str, ...]
    ends: str


@dataclass(frozen=True)
class Written:
    """A file, and the numbers of its lines that must be kept and found."""

    file: bytes
    kept: frozenset[int]
    found: frozenset[int]


def _line(ends: str, *cells: str) -> st.SearchStrategy[Line]:
    return st.just(Line(cells, ends))


_id = st.integers(0, 10**6).map(lambda n: f"P{n:07}")
GOOD = st.one_of(
    st.builds(lambda i: Line((i, *_GOOD), KEPT), _id),
    st.builds(lambda i: Line((i, "1 Mar 2025", " 128 mmHg", "", ""), KEPT), _id),
    st.builds(lambda i: Line((i, "2025-03-01 14:05", "128.5", "N/A", "Clinic"), KEPT), _id),
)
BAD = st.one_of(
    st.builds(lambda i: Line((i, "2025-02-30", *_GOOD[1:]), FOUND), _id),
    st.builds(lambda i: Line((i, "2025-03-01", "high", "79", "on the moon"), KEPT), _id),
    st.builds(lambda i: Line((i, "2025-03-01", "79", "128", "office"), KEPT), _id),
    st.builds(lambda i: Line((i, "2025-03-01", "", "", "office"), FOUND), _id),
    st.builds(lambda i: Line((i, "2025-03-01", "128", "79", "a, b; c | d"), KEPT), _id),
    st.builds(lambda i: Line((i, "2025-03-01", "128", "79", 'a "quoted" word'), KEPT), _id),
    _line(FOUND, "", *_GOOD),
    _line(FOUND, "1.23E+10", *_GOOD),
    _line(FOUND, "N/A", *_GOOD),
)
ASIDE = st.one_of(
    _line(FOUND, *COLUMNS),
    _line(FOUND, *(c.upper() for c in COLUMNS)),
    _line(FOUND, "Total", "", "256", "158", ""),
    _line(FOUND, "", "Grand total:", "256", "", ""),
    _line(FOUND, "Source: our records", "", "", "", ""),
    _line(FOUND, "P-000123", "2026-01-12", "128", "79", "office"),
)
NOTHING = st.one_of(_line(BLANK), _line(BLANK, "", "", "", "", ""))
BLANKS = st.one_of(_line(BLANK, "", ""), _line(BLANK, *[""] * 8))
RAGGED = st.one_of(
    _line(FOUND, "P2", "2025-03-01", "128"),
    _line(FOUND, "P2"),
    _line(FOUND, "P2", *_GOOD, "", "x"),
    _line(FOUND, "P2", *_GOOD, "more", "and more"),
    _line(FOUND, "Total", "256"),
    _line(FOUND, "Printed for the board"),
)
BROKEN = _line(FOUND, "P2", "2025-03-01", "128", "79", "off\nice")
ABOVE = st.lists(st.sampled_from(["Blood pressures, 2026", "", "Made on,2025-10-01", "sep=;"]), max_size=3)
SECOND = st.sampled_from([(), ("", "", "mmHg", "mmHg", ""), ("Patient id", "Date", "Systolic BP", "Diastolic BP", "")])


@st.composite
def texts(draw: st.DrawFn) -> Written:
    """A delimited text: any delimiter, encoding and ends of line, lines above, blank and ragged lines, packed or not."""
    lines = draw(st.lists(st.one_of(GOOD, GOOD, BAD, ASIDE, NOTHING, BLANKS, RAGGED, BROKEN), min_size=1, max_size=12))
    # More of them are the habit of a program that leaves out blank cells at the end: then they are records.
    assume(sum(1 < len(line.cells) < len(COLUMNS) for line in lines) < ragged_rows.HABIT)
    end, delimiter = draw(st.sampled_from(["\n", "\r\n", "\r"])), draw(st.sampled_from(",;\t|"))
    quoting: Any = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    trailing = draw(st.booleans())
    above, second = draw(ABOVE), draw(SECOND)

    def written(cells: tuple[str, ...]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(cells)
        return out.getvalue().removesuffix("\r\n") + (delimiter if trailing and len(cells) == len(COLUMNS) else "")

    body = [written(line.cells) if line.cells else "" for line in lines]
    head = [*above, written(tuple(COLUMNS)), *([written(second)] if second else [])]
    ends = [
        draw(st.sampled_from(["\n", "\r\n"])) if end == "\r\n" and draw(st.booleans()) else end for _ in (*head, *body)
    ]
    text = "".join(line + e for line, e in zip((*head, *body), ends, strict=True))
    file = text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])))
    pack: Any = draw(st.sampled_from([bytes, gzip.compress, zipped]))
    return _expected(pack(file), lines, len(above), second)


@st.composite
def books(draw: st.DrawFn) -> Written:
    """A spreadsheet of the same lines: somewhere on the sheet, with lines above and below."""
    lines = draw(st.lists(st.one_of(GOOD, GOOD, BAD, ASIDE, NOTHING), min_size=1, max_size=8))
    above, second, left = draw(ABOVE), draw(SECOND), draw(st.integers(0, 2))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    numbers = draw(st.booleans())
    sheet = book.add_worksheet()
    rows = [
        *((text,) for text in above),
        tuple(COLUMNS),
        *([second] if second else []),
        *(line.cells for line in lines),
    ]
    for row, cells in enumerate(rows):
        sheet.write_row(row, left, [int(c) if numbers and c.isdigit() else c or None for c in cells])
    book.close()
    file = out.getvalue()
    return _expected(zipped(file) if draw(st.booleans()) else file, lines, len(above), second)


def zipped(file: bytes) -> bytes:
    """In a zip archive, beside what a Mac adds."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/a file", file)
        archive.writestr("__MACOSX/._a file", b"\x00\x05")
    return made.getvalue()


def zipped_files(files: dict[str, bytes]) -> bytes:
    """Several files in one zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def _expected(file: bytes, lines: list[Line], above: int, second: tuple[str, ...]) -> Written:
    first = above + 2 + bool(second)
    numbered = list(enumerate(lines, start=first))
    found = {n for n, line in numbered if line.ends == FOUND} | ({first - 1} if second else set())
    return Written(file, frozenset(n for n, line in numbered if line.ends == KEPT), frozenset(found))
