"""The numbers behind a chart: a table that can be read out, and a CSV that no spreadsheet can be tricked by."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.components.layout import page_state
from pages.components.tables.plain_table import listing
from pages.components.wording import figure_sentences
from schemas.policy.viewer import EVERYONE

Row = dict[str, Any]
_COLUMNS = ("Who", "Period", "Figure", "95% range", "Number", "Out of", "Remark")


@st.fragment
def behind(rows: Sequence[tuple[str, Row]], name: str, key: str) -> None:
    """An expander with the rows (name, published row) as a table, and as CSV what everyone may see of them.

    It is filled when it is opened: a page sends only what is looked at.
    """
    with st.expander("See these numbers as a table", key=f"table_{key}", on_change="rerun") as table:
        if not table.open:
            return
        shared = page_state.for_everyone([row for _, row in rows])
        listing(_COLUMNS, [_cells(who, row, every) for (who, row), every in zip(rows, shared, strict=True)], name)
        st.download_button(
            "Download as CSV",
            as_csv([(_public(who, row, every), every) for (who, row), every in zip(rows, shared, strict=True)]),
            f"{key}.csv", "text/csv", key=f"csv_{key}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if any(row != every for (_, row), every in zip(rows, shared, strict=True)):
            st.caption(
                "The file holds only what everyone may see, without your small figures or unnamed partners' names."
            )


def _public(who: str, row: Row, every: Row) -> str:
    """The name of a row for everyone: a file is served without sign-in, so a partner's name gives way to its letter."""
    seen = page_state.partner_names().get(row["scope"])
    return page_state.partner_names(EVERYONE)[every["scope"]] if seen and who.startswith(seen) else who


def _cells(who: str, row: Row, every: Row) -> list[str | int]:
    shown = row["rate"] is not None
    own = "your own exact figure: do not pass on" if every["suppressed"] and not row["suppressed"] else ""
    return [
        who,
        figure_sentences.period(row),
        figure_sentences.figure(row),
        figure_sentences.interval(row) if shown and row["low"] is not None else "",
        row["numerator"] if row["numerator"] is not None else "",
        row["denominator"] if row["denominator"] is not None else "",
        "; ".join(filter(None, (own, remark(row)))),
    ]


def remark(row: Row) -> str:
    """What to know about a figure."""
    lines = []
    if row["suppressed"]:
        lines.append("hidden to protect privacy")
    elif row["rate"] is None and row["denominator"] != 0 and row["stratifier"] != "exclusion":
        lines.append("not known")
    elif row["unreliable"]:
        lines.append("few people: unreliable")
    if row["provisional"]:
        lines.append("provisional")
    if row["counts_only_partners"]:
        lines.append("includes totals: people may be counted twice")
    return "; ".join(lines)


def as_csv(rows: Sequence[tuple[str, Row]]) -> bytes:
    """The published rows as CSV; text that a spreadsheet would take for a formula is made plain."""
    out = io.StringIO()
    columns = list(rows[0][1]) if rows else []
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", *columns])
    for who, row in rows:
        writer.writerow([neutral(who), *(neutral(row[c]) for c in columns)])
    return out.getvalue().encode("utf-8-sig")


def neutral(value: object) -> object:
    """Text that begins like a formula gets a leading apostrophe; anything else is as it is."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
