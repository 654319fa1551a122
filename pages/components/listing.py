"""A plain table that is read out well and scrolls inside itself."""

from collections.abc import Sequence
from html import escape

import streamlit as st

Cell = str | int


def listing(columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> None:
    """Draw a table; `label` names it for screen readers. All text is escaped; numbers stand to the right."""
    st.html(listing_html(columns, rows, label))


def listing_html(columns: Sequence[str], rows: Sequence[Sequence[Cell]], label: str) -> str:
    """The table as HTML."""
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f'<div class="c-scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table class="c-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Cell) -> str:
    kind = ' class="c-num"' if isinstance(value, int) else ""
    return f"<td{kind}>{escape(f'{value:,}' if isinstance(value, int) else value)}</td>"


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Draw names and what they are, one below the other. Text is escaped."""
    st.html(facts_html(pairs))


def facts_html(pairs: Sequence[tuple[str, str]]) -> str:
    """The pairs as an HTML definition list; a pair without words is left out."""
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in pairs if words)
    return f'<dl class="c-def">{told}</dl>'
