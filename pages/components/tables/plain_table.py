"""A plain table that is read out well and scrolls inside itself."""

import re
from collections.abc import Sequence
from html import escape

import streamlit as st

Cell = str | int
Words = str | list[str]
_NUMBER = ' class="c-num"'
_DAY = ' class="c-day"'
_IS_NUMBER = re.compile(r"[−+]?\$?\d[\d,]*(\.\d+)?(%| %| points?| mmHg)?")
_IS_DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")
_NONE = ("", "–")
_WORDS = 16
"""A cell of more characters than this holds words."""
_SHORT = 12
"""So few rows are read one by one on a phone, however many columns of figures they have."""
_WHOLE = 25
"""So many rows stand on the page whole. A longer table scrolls inside itself, below its heads."""


def listing(columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str, written: Sequence[str] = ()) -> None:
    """Draw a table; `label` names it for screen readers. All text is escaped; numbers stand to the right.

    `written`: columns whose cells are words as someone wrote them, whatever they look like."""
    st.html(listing_html(columns, rows, label, written))


def listing_html(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str, written: Sequence[str] = ()
) -> str:
    """The table as HTML."""
    assert all(columns), "a column without a name is read out as nothing"
    numeric = [_of_numbers([row[n] for row in rows], words=not n or name in written) for n, name in enumerate(columns)]
    stacked = _of_words(columns, rows)
    looks, role = ("c-table c-stack", _role) if stacked else ("c-table", _no_role)
    head = "".join(
        f'<th scope="col"{role("columnheader")}{_NUMBER if right else ""}>{escape(c)}</th>'
        for c, right in zip(columns, numeric, strict=True)
    )
    labels = [f' data-label="{escape(c)}"{_role("cell")}' if stacked else "" for c in columns]
    scrolls = "c-scroll c-long" if len(rows) > _WHOLE else "c-scroll"
    body = "".join(f"<tr{role('row')}>{''.join(map(_cell, row, numeric, labels))}</tr>" for row in rows)
    return (
        f'<div class="{scrolls}" role="region" tabindex="0" aria-label="{escape(label)}"><table class="{looks}"'
        f"{role('table')}><thead{role('rowgroup')}><tr{role('row')}>{head}</tr></thead>"
        f"<tbody{role('rowgroup')}>{body}</tbody></table></div>"
    )


def _of_numbers(cells: Sequence[Cell], *, words: bool) -> bool:
    """Whether a column is compared digit under digit. Text of the first one names its rows, also where it is a year."""
    told = [c for c in cells if isinstance(c, int) or c not in _NONE]
    written = [isinstance(c, int) or (not words and _IS_NUMBER.fullmatch(c)) for c in told]
    return any(isinstance(c, int) for c in told) or (bool(told) and all(written))


def _of_words(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether each row is a card on a phone: where several columns hold words, which would be a letter wide there, or
    few rows would go off the screen. Many figures are compared down their columns: their table is moved with a finger.
    """
    wordy = sum(any(len(str(row[n])) > _WORDS for row in rows) for n in range(len(columns)))
    return (len(columns) > 2 and wordy > 1) or (len(columns) > 4 and len(rows) <= _SHORT)


def _role(name: str) -> str:
    """Cards are no table to a browser, so their parts say what they are."""
    return f' role="{name}"'


def _no_role(name: str) -> str:
    return ""


def _cell(value: Cell, right: bool, label: str) -> str:
    if isinstance(value, int):
        return f"<td{_NUMBER}{label}>{value:,}</td>"
    look = _NUMBER if right else _DAY if _IS_DAY.fullmatch(value) else ""
    return f"<td{look}{label}>{escape(value)}</td>"


def facts(pairs: Sequence[tuple[str, Words]]) -> None:
    """Draw names and what they are, one below the other. Text is escaped."""
    st.html(facts_html(pairs))


def facts_html(pairs: Sequence[tuple[str, Words]]) -> str:
    """The pairs as an HTML definition list, several words as a list; a pair without words is left out."""
    text = "".join(f"<dt>{escape(name)}</dt><dd>{_words(words)}</dd>" for name, words in pairs if words)
    return f'<dl class="s-facts">{text}</dl>'


def _words(words: Words) -> str:
    if isinstance(words, str):
        return escape(words)
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in words)}</ul>"
