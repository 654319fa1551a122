"""A pack as an Excel workbook: the scorecard and every table behind a picture. Equal contents give equal bytes."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from pages.components.packs.contents import EFFECTS, Bars, Effect, Line, Pack, Sheet
from pages.components.packs.standalone_page import HEADS

_BEGINNING = dt.datetime(1980, 1, 1)
"""No hour of making it is kept: it would make each workbook another."""
Cell = str | float | None


def workbook(pack: Pack) -> bytes:
    """The workbook. Hidden figures are words, never empty numbers."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": pack.title, "company": pack.partnership, "created": _BEGINNING})
        bold = book.add_format({"bold": True, "bg_color": "#F3F6F8", "bottom": 1, "text_wrap": True, "valign": "top"})
        looks = {True: book.add_format({"num_format": "0.0%"}), False: book.add_format({"num_format": "0.0"})}
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        _about(book.add_worksheet("About"), pack, plain)
        _table(book.add_worksheet("Scorecard"), HEADS, map(_row, pack.sheets), bold, plain)
        for n, one in enumerate(pack.sheets, 1):
            _sheet(book.add_worksheet(_tab(n, one.title)), one, bold, looks[one.percent])
        if pack.effects:
            _effects(book.add_worksheet(EFFECTS.rstrip("?")), pack.effects, bold, looks)
        for table in pack.tables:
            _table(book.add_worksheet(table.title), table.heads, table.rows, bold, plain)
        facts = [(one.title, told, "; ".join(words)) for one in pack.sheets for told, words in one.facts]
        _table(book.add_worksheet("How it is worked out"), ("Measure", "What", "How"), facts, bold, plain)
    return held.getvalue()


def _tab(n: int, title: str) -> str:
    """The name of a sheet, as Excel takes it: 31 characters and none of some signs."""
    return f"{n} {title.translate(str.maketrans('', '', '[]:*?/' + chr(92)))}"[:31].rstrip(" '")


def _about(at: Any, pack: Pack, plain: Any) -> None:
    at.set_column(0, 0, 100)
    told = (pack.title, pack.headline, pack.made, pack.whom, pack.complete, pack.hidden, f"{pack.rule}.", pack.origin,
            f"Checksum (sha256) of the shared edition: {pack.checksum}")  # fmt: skip
    for n, words in enumerate(told):
        at.write_string(n, 0, words, plain)


def _row(one: Sheet) -> Sequence[str]:
    return (
        "\n".join(filter(None, (one.title, one.counted))),
        "\n".join(filter(None, (f"{one.number} {one.unit}".strip(), one.span))),
        "\n".join(filter(None, (one.verdict, one.moved))),
        *("\n".join(words) for words in (one.goal, one.gap, one.partner, one.owner)),
    )


def _table(at: Any, heads: Sequence[str], rows: Iterable[Sequence[str]], bold: Any, plain: Any) -> None:
    at.set_column(0, len(heads) - 1, 30)
    at.freeze_panes(1, 0)
    at.write_row(0, 0, heads, bold)
    for n, row in enumerate(rows, 1):
        for m, cell in enumerate(row):
            at.write_string(n, m, cell, plain)


def _sheet(at: Any, one: Sheet, bold: Any, looks: Any) -> None:
    """The tables of a measure, one below the other."""
    at.set_column(0, 0, 34)
    at.set_column(1, 4, 16)
    at.write_string(0, 0, f"{one.title}. {one.period}")
    at.write_string(1, 0, one.sentence)
    n = 3
    for line in (one.years, one.months):
        if line:
            n = _block(at, n, line.title, ("Period", "Figure", "Low", "High", "State"), _points(line), bold, looks)
    for bars in (one.groups, one.partners):
        if bars:
            n = _block(at, n, bars.title, ("Name", "Figure", "Low", "High", "Counted"), _bars(bars), bold, looks)


def _effects(at: Any, effects: Sequence[Effect], bold: Any, looks: Any) -> None:
    """What each action changed, in words, and the periods of its picture."""
    at.set_column(0, 0, 34)
    at.set_column(1, 4, 22)
    n = 0
    for one in effects:
        for words in (one.headline, f"{one.action}, since {one.start}", *one.found, *one.rests_on):
            at.write_string(n, 0, words)
            n += 1
        rows = list(zip(one.periods, *(side.values for side in one.sides), strict=True)) if one.sides else []
        heads = ("Period", *(side.name.capitalize() for side in one.sides))
        n = _block(at, n, "", heads, rows, bold, looks[not one.scale.mean]) + 1


def _points(line: Line) -> list[Sequence[Cell]]:
    return [(p.when, p.said if p.value is None else p.value, p.low, p.high, "not closed yet" if p.open else "")
            for p in line.points]  # fmt: skip


def _bars(bars: Bars) -> list[Sequence[Cell]]:
    return [(b.name, b.said if b.value is None else b.value, b.low, b.high, b.counted) for b in bars.rows]


def _block(
    at: Any, n: int, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], bold: Any, looks: Any
) -> int:
    """A table below a title; the number of the row after it."""
    at.write_string(n, 0, title)
    at.write_row(n + 1, 0, heads, bold)
    for down, row in enumerate(rows, n + 2):
        for across, cell in enumerate(row):
            if isinstance(cell, str):
                at.write_string(down, across, cell)
            elif cell is not None:
                at.write_number(down, across, cell, looks)
    return n + len(rows) + 3
