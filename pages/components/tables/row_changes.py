"""The rows of a file against the rows that count now: four counts, and the kinds of change. Never a value."""

from html import escape

import streamlit as st

from data.ledger.row_comparison import Compared
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import listed, many

MOST_KINDS = 8


def rows_changed(compared: Compared) -> None:
    """Draw the counts and, where rows differ, a table of how."""
    counts = [
        ("Added", compared.added),
        ("Changed", compared.changed),
        ("Removed", compared.removed),
        ("Already there, the same", compared.unchanged),
    ]
    tiles = "".join(
        f"<div{'' if count else ' class=s-none'}><dt>{escape(name)}</dt><dd>{count:,}</dd></div>"
        for name, count in counts
    )
    st.html(f'<dl class="s-rows">{tiles}</dl>')
    if lines := _lines(compared):
        listing(["What changes", "Rows", "Where"], lines, "Kinds of change")
        if (more := len(compared.kinds) - MOST_KINDS) > 0:
            st.caption(f"And {many(more, 'rarer kind')} of change.")


def words(compared: Compared) -> str:
    """The counts as a phrase: 12 new, 3 changed, 1 removed, 400 the same."""
    named = [(compared.added, "new"), (compared.changed, "changed"), (compared.removed, "removed"),
             (compared.unchanged, "already there, the same")]  # fmt: skip
    return ", ".join(f"{count:,} {name}" for count, name in named if count)


def _lines(compared: Compared) -> list[tuple[str, int, str]]:
    found = [
        (f"Changed: {listed(list(k.columns))}", k.rows, _where(k.examples, k.rows)) for k in compared.kinds[:MOST_KINDS]
    ]
    if compared.added_examples:
        found.append(("Added", compared.added, _where(compared.added_examples, compared.added)))
    if compared.removed:
        found.append(("Removed", compared.removed, _where_before(compared)))
    return found


def _where(rows: tuple[int, ...], count: int) -> str:
    more = ", …" if count > len(rows) else ""
    return f"{'row' if count == 1 else 'rows'} {', '.join(map(str, rows))}{more}"


def _where_before(compared: Compared) -> str:
    by: dict[int, list[int]] = {}
    for number, row in compared.removed_examples:
        by.setdefault(number, []).append(row)
    count = compared.removed
    return "; ".join(f"{_where(tuple(rows), count)} of submission {number}" for number, rows in by.items())
