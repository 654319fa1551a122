"""Fixing in place: the rows that need fixing in a table that can be edited, and the file checked again."""

import polars as pl
import streamlit as st

from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.wording.count_words import many

MOST_ROWS, MOST_BYTES = 300, 5 << 20
_ROW, _OUT, _WRONG = "Row", "Leave out", "What to fix"


def fix_here(at: Draft) -> None:
    """The rows to fix as a table, where they are few and the file is small."""
    rows = at.checked.rows_to_fix(MOST_ROWS, MOST_BYTES)
    if not rows or at.sent is None:
        return
    with st.expander(f"Fix {many(len(rows), 'row')} here", icon=":material/edit:", key="fix_here"):
        st.caption("Change a cell, or leave a row out. Your own file stays as it is. The corrected rows are sent.")
        before = _table(at, rows)
        # In a form: the cells are sent together with the button, not one by one.
        with st.form(f"fix_{at.report.sha256[:12]}", border=False):
            edited = st.data_editor(
                before, key=f"editor_{at.report.sha256[:12]}", hide_index=True, width="stretch",
                disabled=[_ROW, _WRONG], alt="Rows to fix", column_order=_order(at, before.columns),
                column_config={_ROW: st.column_config.NumberColumn(width="small", format="%d"),
                               _WRONG: st.column_config.TextColumn(width="large")},
            )  # fmt: skip
            pressed = st.form_submit_button(
                "Check again", key="check_again", type="primary", icon=":material/fact_check:"
            )
        changed, dropped = _changes(rows, before, edited)
        if pressed and (changed or dropped):
            choose_step.again(at, place=at.checked.corrected(changed, dropped))
        elif pressed:
            st.caption("No cell has been changed yet.")


def _table(at: Draft, rows: dict[int, list[str]]) -> pl.DataFrame:
    names = _names(at.checked.header_cells)
    wrong = at.checked.messages(rows)
    columns: dict[str, list] = {
        _ROW: list(rows),
        _WRONG: [wrong.get(row, "") for row in rows],
        _OUT: [False] * len(rows),
    }
    columns |= {name: [cells[n] for cells in rows.values()] for n, name in enumerate(names)}
    return pl.DataFrame(columns)


def _order(at: Draft, names: list[str]) -> list[str]:
    """The columns with something to fix first, so that they are seen without scrolling."""
    wrong, header = set(at.report.table["column"].drop_nulls().to_list()), at.report.header
    columns = header.columns if header else ()
    cells = names[len((_ROW, _WRONG, _OUT)) :]
    to_fix = [
        name for name, column in zip(cells, columns, strict=False)
        if column and wrong & {column.name, *column.name.split("/"), column.name.split(":")[0]}
    ]  # fmt: skip
    return [_ROW, _WRONG, *to_fix, _OUT, *(name for name in cells if name not in to_fix)]


def _names(cells: tuple[str, ...]) -> list[str]:
    """Names for the table's columns: each once, and none blank."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell or f"Column {place}"
        names.append(name if name not in (*names, _ROW, _OUT, _WRONG) else f"{name} ({place})")
    return names


def _changes(
    rows: dict[int, list[str]], before: pl.DataFrame, after: pl.DataFrame
) -> tuple[dict[int, list[str]], frozenset[int]]:
    dropped = frozenset(after.filter(pl.col(_OUT).fill_null(False))[_ROW].to_list())
    cells = [c for c in before.columns if c not in (_ROW, _OUT, _WRONG)]
    changed = {}
    for row, old, new in zip(
        after[_ROW], before.select(cells).iter_rows(), after.select(cells).iter_rows(), strict=True
    ):
        if old != new:
            changed[row] = [text or "" for text in new] + rows[row][len(cells) :]
    return changed, dropped
