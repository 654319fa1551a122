"""A plain table that is read out well and scrolls inside itself."""

from collections.abc import Sequence
from html import escape

import streamlit as st

Cell = str | int
Words = str | list[str]
_NUMBER = ' class="c-num"'


def listing(columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> None:
    """Draw a table; `label` names it for screen readers. All text is escaped; numbers stand to the right."""
    st.html(listing_html(columns, rows, label))


def listing_html(columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> str:
    """The table as HTML."""
    numeric = [any(isinstance(row[n], int) for row in rows) for n in range(len(columns))]
    head = "".join(
        f'<th scope="col"{_NUMBER if right else ""}>{escape(c)}</th>' for c, right in zip(columns, numeric, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row, numeric))}</tr>" for row in rows)
    return (
        f'<div class="c-scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table class="c-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Cell, right: bool) -> str:
    return f"<td{_NUMBER if right else ''}>{escape(f'{value:,}' if isinstance(value, int) else value)}</td>"


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
