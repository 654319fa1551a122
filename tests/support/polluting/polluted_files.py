"""One good file polluted in one place at a time, after a published benchmark of loading CSV (Pollock, VLDB 2023).

84 rows of 9 columns: a delimiter too few, too many or a quotation mark too many in each cell, another delimiter in each
row, and what can befall a file as a whole. What each line truly says is known.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

ROWS, COLUMNS = 84, 9
HEADER = ["patient_id", "visit", "measured_on", "comment", "systolic", "diastolic", "setting", "site", "remark"]
USED = (0, 2, 4, 5, 6)
"""Places of the columns that are ours."""
COMMENTS = ("seen again, soon", 'says "fine"', "", "rested 5 min", "left arm; sitting")
OTHER_DELIMITERS = (" ", ", ", ";", "\t")


@dataclass(frozen=True)
class Polluted:
    """A file, how it was polluted, and what its lines truly say: number of the line -> its used cells."""

    kind: str
    file: bytes = field(repr=False)
    truth: dict[int, tuple[str, ...]] = field(repr=False)


def good_rows(seed: int = 1) -> list[list[str]]:
    """The rows of the good file."""
    rng = random.Random(seed)
    first = dt.date(2026, 1, 1)
    return [
        [f"K{1000 + n * 7}", f"V-{n:03}", str(first + dt.timedelta(rng.randrange(180))), rng.choice(COMMENTS),
         str(rng.randrange(100, 180)), str(rng.randrange(50, 99)), rng.choice(["office", "home"]), "Elm St",
         rng.choice(COMMENTS)] for n in range(ROWS)
    ]  # fmt: skip


def polluted(seed: int = 1) -> Iterator[Polluted]:
    """Every polluted file, the good one first."""
    rows = good_rows(seed)
    good = [_line(HEADER), *map(_line, rows)]
    truth = {n: tuple(row[place] for place in USED) for n, row in enumerate(rows, start=2)}
    yield Polluted("good", _text(good), truth)
    yield from _whole(rows, good, truth)
    for n, row in enumerate(rows):
        for kind, spoiled in _spoiled(row):
            yield Polluted(kind, _text([*good[: n + 1], spoiled, *good[n + 2 :]]), truth)


def _spoiled(row: list[str]) -> Iterator[tuple[str, str]]:
    cells = [_quoted(cell) for cell in row]
    for place in range(COLUMNS):
        if place:
            yield (
                "delimiter missing",
                ",".join([*cells[: place - 1], cells[place - 1] + cells[place], *cells[place + 1 :]]),
            )
        yield "delimiter too many", ",".join([*cells[:place], "", *cells[place:]])
        yield "quotation mark too many", ",".join([*cells[:place], f'"{cells[place]}', *cells[place + 1 :]])
    for other in OTHER_DELIMITERS:
        yield "other delimiter in a row", other.join(cells)


def _whole(rows: list[list[str]], good: list[str], truth: dict[int, tuple[str, ...]]) -> Iterator[Polluted]:
    def moved(by: int) -> dict[int, tuple[str, ...]]:
        return {n + by: cells for n, cells in truth.items()}

    yield Polluted("empty", b"", {})
    yield Polluted("header only", _text(good[:1]), {})
    yield Polluted("one row", _text(good[:2]), {2: truth[2]})
    yield Polluted("no line end at the end", _text(good).rstrip(b"\r\n"), truth)
    yield Polluted("two line ends at the end", _text(good) + b"\r\n", truth)
    yield Polluted("no header", _text(good[1:]), moved(-1))
    yield Polluted("preamble", _text(["Blood pressures", "made,on,2026-07-01", "", *good]), moved(3))
    for lines in (2, 3):
        yield Polluted(f"header of {lines} lines", _text([good[0]] * lines + good[1:]), moved(lines - 1))
    for end in ("\n", "\r"):
        yield Polluted("other ends of lines", _text(good).replace(b"\r\n", end.encode()), truth)
    for other in OTHER_DELIMITERS:
        written = [other.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (HEADER, *rows)]
        yield Polluted(f"delimited by {other!r}", _text(written), truth)
    single = [",".join("'" + cell.replace("'", "''") + "'" for cell in row) for row in rows]
    yield Polluted("single quotation marks", _text([good[0], *single]), truth)
    escaped = [",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in rows]
    yield Polluted("backslash before quotation marks", _text([good[0], *escaped]), truth)
    narrow = [",".join(row[:4]) for row in good_rows(2)]
    wide = [_line([*row, "more", "and more"]) for row in good_rows(3)]
    second = {n + len(good): tuple(row[p] for p in USED) for n, row in enumerate(good_rows(2), start=2)}
    yield Polluted("a narrower table below", _text([*good, ",".join(HEADER[:4]), *narrow]), truth)
    yield Polluted("a wider table below", _text([*good, _line([*HEADER, "a", "b"]), *wide]), truth)
    yield Polluted("the same table below", _text([*good, good[0], *map(_line, good_rows(2))]), truth | second)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n;\t') else cell


def _line(cells: list[str]) -> str:
    return ",".join(map(_quoted, cells))


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
