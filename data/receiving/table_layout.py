"""Where a table lies in its text: its delimiter, the line that names the columns, and rows to look at.

Exports have titles above the header, delimiters at the ends of lines, and headers that we do not know yet.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, takewhile

from data.findings import Refused
from data.receiving.column_evidence import is_id_shaped, looks_like_date, looks_like_value
from data.receiving.header_matching import is_name, likeness
from data.receiving.header_rows import goes_on_below, is_group_line, joined
from data.receiving.plain_text import plain
from data.receiving.text_table import TextTable
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import NO_PROFILE, FileProfile
from schemas.vocabularies.vocabulary import normal

DELIMITERS = ",\t;|"
LONGEST_LINE = 1_000_000
LOOKED_AT, HEADER_WITHIN, LINES_OF_A_HEADER, MOST_SECOND = 300, 40, 8, 2
_MEASURED = 50
"""How many rows under a line tell how wide the table is."""
_UNIT = re.compile(r"[(\[]?(?:mm ?\[?hg\]?|kpa|[ymd]{1,4}([-/.])[ymd]{1,4}\1[ymd]{1,4})[)\]]?", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """`row`: the line of the header, or its last line where a quoted name or `second` lines of names or units make it
    run over several. `above`: how many lines with words stand above it. `below`: rows under it to look at, as cells."""

    delimiter: str
    cells: tuple[str, ...]
    row: int
    above: int
    below: tuple[tuple[str, ...], ...]
    second: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line with words, or a few where a quoted name runs over several; `number`: of the last of them."""

    text: str
    number: int


def layout(lines: list[Line], dataset: Dataset, profile: FileProfile = NO_PROFILE) -> Layout:
    """Where the table lies, by its first lines. The header is the line most like a header of the dataset, else the
    first that looks like one."""
    # All are not read with each delimiter: that took a third of the time of checking a small file.
    tried = lines[: HEADER_WITHIN + _MEASURED]
    grids = {d: [_cells(line.text, d) for line in tried] for d in _to_try(tried)}
    known = {word for word, name in profile.columns.items() if name}
    best = max(
        ((_score(grids[d], at, dataset, known), len(grids[d][at]), -at, d) for d in grids
         for at in range(min(len(lines), HEADER_WITHIN))),
        key=lambda found: found[:3],
    )  # fmt: skip
    score, _, place, delimiter = best
    if score <= 0:
        delimiter, place = _by_shape(grids)
    grid = grids[delimiter] + [_cells(line.text, delimiter) for line in lines[len(tried) :]]
    return _layout(lines, grid, _above_records(grid, abs(place)), delimiter, dataset)


def _above_records(grid: list[tuple[str, ...]], place: int) -> int:
    """The header's place; where records stand above it, that of the line above them: of two tables below each other
    the second may have the better names, but no record is above its header."""
    days = [(at, n) for at in range(place) for n in _days_beside_ids(grid[at])]
    often = Counter(n for _, n in days)
    records = [at for at, n in days if often[n] > 1]
    return max(min(records) - 1, 0) if records else place


def _days_beside_ids(cells: tuple[str, ...]) -> list[int]:
    """The places of the days in a line that holds an id beside them."""
    days = [n for n, cell in enumerate(cells) if looks_like_date(cell)]
    return days if days and any(is_id_shaped(c) for n, c in enumerate(cells) if n not in days) else []


def _to_try(lines: list[Line]) -> list[str]:
    """The delimiters that occur, and one that does not: with each of those, every line is one cell."""
    occur = [d for d in DELIMITERS if any(d in line.text for line in lines)]
    absent = next((d for d in DELIMITERS if d not in occur), "")
    return [d for d in DELIMITERS if d in occur or d == absent]


def first_lines(table: TextTable) -> list[Line]:
    """The first lines with words of a table; a quoted name that runs over a few lines is one line.

    Raises Refused where there are none, or they cannot be read.
    """
    read: list[str] = []
    with table.open() as raw, io.TextIOWrapper(raw, encoding=table.encoding, newline=None) as text:
        try:
            while len(read) < LOOKED_AT and (line := text.readline(LONGEST_LINE)) and len(line) < LONGEST_LINE:
                read.append(line)
        except UnicodeError:
            raise Refused("unreadable_bytes", row=len(read) + 1) from None
    found = [line for line in _joined(read) if line.text.strip()]
    if not found:
        if table.size < LONGEST_LINE and len(read) < LOOKED_AT:
            raise Refused("empty_file", note="It holds blank lines only.")
        begin = f"The first {len(read)} lines are blank." if read else "The first line has over a million characters."
        raise Refused("header_unreadable", row=1, note=begin)
    return found


def _joined(read: list[str]) -> Iterator[Line]:
    at = 0
    while at < len(read):
        ends = accumulate(line.count('"') for line in read[at : at + LINES_OF_A_HEADER])
        # A quotation mark that is not closed soon is a stray one: its line stands alone.
        last = next((at + n for n, marks in enumerate(ends) if marks % 2 == 0), at) if at < HEADER_WITHIN else at
        yield Line("".join(read[at : last + 1]).rstrip("\n"), last + 1)
        at = last + 1


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        row = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return ()
    return tuple(" ".join(plain(cell)[0].replace(";", " ").split()) for cell in row)


def _score(grid: list[tuple[str, ...]], at: int, dataset: Dataset, known: set[str]) -> float:
    """How much a line is like a header: its known names, less its values; little for a line far narrower than most."""
    cells = [c for c in grid[at] if c]
    if not cells:
        return 0.0
    names = sum(1.0 if normal(c) in known else likeness(c, dataset) for c in cells)
    if not names:
        return 0.0
    values = sum(map(looks_like_value, cells))
    width = _usual_width(grid[at + 1 :])
    return (names - values) * (0.3 if width and len(cells) < 0.5 * width else 1.0)


def _usual_width(grid: Sequence[tuple[str, ...]]) -> int:
    widths = Counter(len(row) for row in grid[:_MEASURED] if len(row) > 1)
    return widths.most_common(1)[0][0] if widths else 0


def _by_shape(grids: dict[str, list[tuple[str, ...]]]) -> tuple[str, int]:
    """The first line as wide as most that holds no value; the first line of all when there is none."""
    delimiter = max(grids, key=lambda d: _usual_width(grids[d]))
    width = _usual_width(grids[delimiter])
    for place, cells in enumerate(grids[delimiter][:HEADER_WITHIN]):
        filled = [c for c in cells if c]
        if width and len(filled) >= max(2, 0.6 * width) and not any(map(looks_like_value, filled)):
            return delimiter, place
    return delimiter, 0


def _layout(lines: list[Line], grid: list[tuple[str, ...]], place: int, delimiter: str, dataset: Dataset) -> Layout:
    cells, above = grid[place], place
    more = list(takewhile(lambda row: _explains(row, dataset), grid[place + 1 : place + 1 + MOST_SECOND]))
    last = place + len(more)
    below = grid[last + 1 :]
    if more and goes_on_below(cells, more[-1]):
        top, cells = cells, (*more[-1], *[""] * (len(cells) - len(more[-1])))
        cells = joined(top, cells, partial(is_name, dataset=dataset))
    elif place and is_group_line(grid[place - 1], cells):
        cells = joined(grid[place - 1], cells, partial(is_name, dataset=dataset))
        above -= cells != grid[place]
    second = tuple(line.number for line in lines[place + 1 : last + 1])
    width = _usual_width(below)
    if width == len(cells) + 1 and all(not row[-1] for row in below if len(row) == width):
        cells = (*cells, "")  # every row ends in a delimiter, the header does not
    elif cells and not cells[-1] and width == len(cells) - 1:
        cells = cells[:-1]
    return Layout(delimiter, cells, lines[last].number, above, tuple(below), second)


def _explains(cells: tuple[str, ...], dataset: Dataset) -> bool:
    """Whether a line below the header is a second one: names or units, and no digit, which every record has."""
    filled = [c for c in cells if c and not c.startswith("{")]  # some survey programs add ids in braces
    known = [c for c in filled if _UNIT.fullmatch(c) or likeness(c, dataset)]
    return len(known) > 1 and 2 * len(known) >= len(filled) and not any(map(_holds_digit, filled))


def _holds_digit(cell: str) -> bool:
    return any(c.isdigit() for c in cell)
