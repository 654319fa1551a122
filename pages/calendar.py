"""Reporting calendar: what each partner owes for each period, how it came, and a reminder for what did not."""

import datetime as dt
from html import escape

import streamlit as st

from data.reporting.reporting_calendar import Entry, Facts
from pages.components.layout import page_frame, page_state
from pages.components.messages import calendar_address
from pages.components.sections import calendar_cell
from pages.components.tables import calendar_matrix
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording import calendar_words
from pages.components.wording.releases import closing_words
from schemas.datasets.dataset_catalog import DATASETS
from workflow import reading
from workflow.publishing import release_preview

EVERYTHING = "all"


def page() -> None:
    """Draw the page; the states are the same for every viewer, the reminder is for backbone staff."""
    partnership = page_state.store().partnership
    facts = reading.read_arrivals(page_state.store(), page_state.viewer())
    everything = reading.read_calendar(page_state.store(), page_state.viewer())
    columns = calendar_cell.columns(partnership, everything, reading.today(partnership))
    if not everything:
        _nothing_owed()
        return
    head, controls = st.container(), st.container()
    with controls:
        dataset = _dataset(sorted({e.dataset for e in everything}, key=list(DATASETS).index))
    entries = [e for e in everything if dataset in (EVERYTHING, e.dataset)]
    names = page_state.member_names()
    with head:
        kind = "all files" if dataset == EVERYTHING else DATASETS[dataset].title
        page_frame.title(calendar_words.headline(entries, columns[-2]), f"Reporting calendar · {escape(kind)}")
    calendar_cell.agreements(partnership, page_state.viewer())
    calendar_matrix.tiles(calendar_words.tiles(entries, names))
    asked = calendar_cell.asked(entries, names, columns)
    calendar_matrix.matrix(names, columns, entries, asked, page_state.carried() | _kept(dataset))
    calendar_cell.legend()
    chosen = _closer(entries, facts, asked, names, columns)
    _closing(columns[0][0])
    whose = page_state.viewer().partner_id or chosen
    calendar_address.draw(whose, names[whose])


def _closing(since: dt.date) -> None:
    """What closes when, and what a correction still changes."""
    quarters = reading.read_quarters(page_state.store(), since)
    page_frame.section("What is closed, and what closes next?", closing_words.NOTE)
    next_one = closing_words.planned(release_preview.planned(page_state.store()), page_state.store().partnership.day)
    st.html(f'<p class="c-fact">{escape(closing_words.headline(quarters))} {escape(next_one)}</p>')
    rows: list[list[Cell]] = [
        [closing_words.quarter(q), closing_words.state(q), closing_words.then(q)] for q in reversed(quarters)
    ]
    listing(["Quarter", "State", "What a file changes now"], rows, "Closed and open quarters")


def _nothing_owed() -> None:
    page_frame.title("No partner owes a file yet", "Reporting calendar")
    page_frame.notice(
        "The calendar begins with what partners have agreed to send",
        "Say on the page Settings what each partner sends, or send a first file. From then on the calendar says what "
        "is due, in and missing.",
    )  # fmt: skip


def _dataset(names: list[str]) -> str:
    options = [EVERYTHING, *names]
    chosen = st.segmented_control(
        "Kind of file", options, default=page_state.picked("dataset", options, EVERYTHING, "due_dataset"),
        key="due_dataset",
        format_func=lambda name: DATASETS[name].title if name in DATASETS else "All files", required=True,
    )  # fmt: skip
    chosen = chosen or EVERYTHING
    page_state.keep("dataset", None if chosen == EVERYTHING else chosen)
    return chosen


def _kept(dataset: str) -> dict[str, str]:
    return {} if dataset == EVERYTHING else {"dataset": dataset}


def _closer(
    entries: list[Entry], facts: Facts, asked: calendar_cell.Asked, names: dict[str, str],
    columns: list[calendar_cell.Days],
) -> str:  # fmt: skip
    """One cell of the matrix: its files, its history, and what can be done; the partner of it."""
    page_frame.section("What happened there?", "Choose a cell above, or here.")
    partner_id, column = calendar_cell.choose(asked, names, columns)
    those = [e for e in calendar_matrix.inside(entries, column) if e.partner_id == partner_id]
    page_frame.subsection(f"{names[partner_id]}, {calendar_words.period(column)}")
    if not those:
        st.html('<p class="c-state">It does not report this, or not yet. Nothing is owed here.</p>')
        return partner_id
    calendar_cell.files(those)
    calendar_cell.history(those, facts, page_state.viewer())
    calendar_cell.act(those, names[partner_id], page_state.viewer())
    return partner_id
