"""Reporting calendar: what each partner owes for each period, how it came, and a reminder for what did not."""

from html import escape

import streamlit as st

import workflow
from pages.components import arrived, due, matrix, shell, state
from schemas.datasets import DATASETS
from workflow import Entry

EVERYTHING = "all"


def page() -> None:
    """Draw the page; the states are the same for every viewer, the reminder is for backbone staff."""
    partnership = state.store().partnership
    facts = workflow.read_arrivals(state.store(), state.viewer())
    everything = workflow.read_calendar(state.store(), state.viewer())
    columns = arrived.columns(partnership, everything, workflow.today(partnership))
    if not everything:
        _nothing_owed()
        return
    head, controls = st.container(), st.container()
    with controls:
        dataset = _dataset(sorted({e.dataset for e in everything}, key=list(DATASETS).index))
    entries = [e for e in everything if dataset in (EVERYTHING, e.dataset)]
    names = state.partner_names()
    with head:
        kind = "all files" if dataset == EVERYTHING else DATASETS[dataset].title
        shell.title(due.headline(entries, columns[-2]), f"Reporting calendar · {escape(kind)}")
    matrix.tiles(due.tiles(entries, names))
    asked = arrived.asked(entries, names, columns)
    matrix.matrix(names, columns, entries, asked, state.carried() | _kept(dataset))
    arrived.legend()
    _closer(entries, facts, asked, names, columns)


def _nothing_owed() -> None:
    shell.title("No partner owes a file yet", "Reporting calendar")
    shell.notice(
        "The calendar begins with what partners have agreed to send",
        "Name the datasets of each partner under sends in concord.toml, or send a first file: from then on the "
        "calendar says what is due, in and missing.",
    )  # fmt: skip


def _dataset(names: list[str]) -> str:
    options = [EVERYTHING, *names]
    chosen = st.segmented_control(
        "Kind of file", options, default=state.picked("dataset", options, EVERYTHING), key="due_dataset",
        format_func=lambda name: DATASETS[name].title if name in DATASETS else "All files", required=True,
    )  # fmt: skip
    chosen = chosen or EVERYTHING
    state.keep("dataset", None if chosen == EVERYTHING else chosen)
    return chosen


def _kept(dataset: str) -> dict[str, str]:
    return {} if dataset == EVERYTHING else {"dataset": dataset}


def _closer(
    entries: list[Entry], facts: workflow.Facts, asked: arrived.Asked, names: dict[str, str],
    columns: list[arrived.Days],
) -> None:  # fmt: skip
    """One cell of the matrix: its files, its history, and what can be done."""
    shell.section("What happened there?", "Choose a cell above, or here.")
    partner_id, column = arrived.choose(asked, names, columns)
    those = [e for e in matrix.inside(entries, column) if e.partner_id == partner_id]
    shell.subsection(f"{names[partner_id]}, {due.period(column)}")
    if not those:
        st.html('<p class="c-state">It does not report this, or not yet: nothing is owed here.</p>')
        return
    arrived.files(those)
    arrived.history(those, facts, state.viewer())
    arrived.act(those, names[partner_id], state.viewer())
