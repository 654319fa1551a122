"""The matrix of the reporting calendar: partners by periods, a sign and a word in each cell."""

import datetime as dt
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from data.reporting import reporting_calendar
from data.reporting.reporting_calendar import Entry, Rate
from pages.components.wording import calendar_words

Days = tuple[dt.date, dt.date]


def tiles(shown: Sequence[tuple[str, str, str]]) -> None:
    """Draw the tiles: what, the figure, a note."""
    tiles = "".join(
        f'<div class="k-tile"><p class="k-what">{escape(what)}</p><p class="k-figure">{escape(figure)}</p>'
        f'<p class="c-note">{escape(note)}</p></div>'
        for what, figure, note in shown
    )
    st.html(f'<div class="k-tiles">{tiles}</div>')


def inside(entries: Sequence[Entry], column: Days) -> list[Entry]:
    """The entries whose period ends in the column: a partner's months stand together below a quarter."""
    return [e for e in entries if column[0] <= e.days.last <= column[1]]


def matrix(
    names: dict[str, str], columns: Sequence[Days], entries: Sequence[Entry], chosen: tuple[str, dt.date],
    carried: dict[str, str],
) -> None:  # fmt: skip
    """Draw the matrix; each cell leads to itself, `names` is partner id -> name, `chosen` (partner id, first day)."""
    heads = "".join(f'<th scope="col">{escape(calendar_words.period(c))}</th>' for c in columns)
    body = "".join(
        _row(p, name, columns, [e for e in entries if e.partner_id == p], chosen, carried) for p, name in names.items()
    )
    foot = "".join(_foot(words, rated, columns, entries) for words, rated in _FOOT)
    st.html(
        f'<div class="k-scroll" role="region" tabindex="0" aria-label="Reporting calendar: partners by periods">'
        f'<table class="k-matrix"><thead><tr><th scope="col">Partner</th>{heads}<th scope="col">Reporting rate</th>'
        f"</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table></div>"
    )


def _row(
    partner_id: str, name: str, columns: Sequence[Days], own: Sequence[Entry], chosen: tuple[str, dt.date],
    carried: dict[str, str],
) -> str:  # fmt: skip
    cells = ""
    for column in columns:
        query = urlencode({**carried, "partner": partner_id, "period": column[0].isoformat()})
        cells += _cell(calendar_words.cell(inside(own, column)), query, current=(partner_id, column[0]) == chosen)
    rate = reporting_calendar.rate(own)
    return f'<tr><th scope="row">{escape(name)}</th>{cells}{_rated(_share(rate), _in(rate))}</tr>'


def _cell(cell: calendar_words.Cell, query: str, *, current: bool) -> str:
    inner = f'<b aria-hidden="true">{cell.sign}</b><span>{escape(cell.word)}</span>'
    if cell.look == "none":
        return f'<td><div class="k-cell k-none">{inner}</div></td>'
    mark = ' aria-current="true"' if current else ""
    return (
        f'<td><a class="k-cell k-{cell.look}" href="?{escape(query)}" target="_self" title="{escape(cell.said)}"{mark}>'
        f"{inner}</a></td>"
    )


def _rated(share: str, note: str) -> str:
    return f'<td class="k-rate"><b>{share}</b><span>{note}</span></td>'


def _share(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.0%}"


def _in(rate: Rate) -> str:
    return f"{rate.received} of {rate.due} in" if rate.due else "nothing due"


def _timely(rate: Rate) -> tuple[str, str]:
    return (f"{rate.on_time / rate.due:.0%}", f"{rate.on_time} of {rate.due}") if rate.due else ("–", "nothing due")


def _days(rate: Rate) -> tuple[str, str]:
    return (f"{rate.days:.0%}", "of days due") if rate.due else ("–", "nothing due")


_FOOT: tuple[tuple[str, Callable[[Rate], tuple[str, str]]], ...] = (
    ("Reporting rate", lambda rate: (_share(rate), _in(rate))),
    ("On time", _timely),
    ("Complete", _days),
)


def _foot(
    words: str, rated: Callable[[Rate], tuple[str, str]], columns: Sequence[Days], entries: Sequence[Entry]
) -> str:  # fmt: skip
    cells = "".join(_rated(*rated(reporting_calendar.rate(inside(entries, column)))) for column in columns)
    return f'<tr><th scope="row">{words}</th>{cells}{_rated(*rated(reporting_calendar.rate(entries)))}</tr>'
