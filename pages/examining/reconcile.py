"""Reconcile: "my report says 61 %, yours 58 %": a partner's own list beside its rows, and why the two differ."""

import datetime as dt

import streamlit as st

from data.ledger.submissions import NotPossible
from data.receiving.sent_list import SentList
from pages.components.forms import file_chooser
from pages.components.layout import page_frame, page_state
from pages.components.reconciling import difference_words
from pages.components.routes import one_time_downloads
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from workflow.reconciling import own_list
from workflow.reconciling.own_list import Asked, Reconciled

_KEY, _ALL = "reconcile", "Every row counts"


def page() -> None:
    """Draw the page for the partner that looks."""
    viewer, store = page_state.viewer(), page_state.store()
    partner_id = viewer.partner_id or ""
    years = own_list.years(store, viewer, partner_id)
    page_frame.title("Where do your report and Concord differ?", "Reconcile", difference_words.LEAD)
    if not years:
        page_frame.notice("Nothing to compare yet", "The page opens with your first figure of a whole year.")
        return
    chosen = _choose(years)
    upload = file_chooser.uploader(
        viewer, partner_id, _KEY, "Your list", "CSV or a spreadsheet, with a line that names the columns",
        most=own_list.LARGEST,
    )  # fmt: skip
    if upload is None:
        return
    try:
        sent = own_list.columns(store, viewer, partner_id, upload.whole)
        asked = _columns(sent)
        if asked is not None:
            _draw(own_list.reconcile(store, viewer, partner_id, *chosen, sent, asked))
    except NotPossible as error:
        page_frame.fault(str(error))


def _choose(years: dict[str, list[dt.date]]) -> tuple[str, dt.date]:
    known = page_state.definitions()
    names = [name for name in known if name in years]
    with st.container(horizontal=True):
        indicator = st.selectbox(
            "Measure", names, index=names.index(page_state.picked("indicator", names, names[0], "reconcile_indicator")),
            format_func=lambda name: known[name].title, key="reconcile_indicator", width=360,
        )  # fmt: skip
        page_state.keep("indicator", indicator)
        end = st.selectbox("Year to", years[indicator], format_func=day, key=f"reconcile_year_{indicator}", width=200)
    return indicator, end


def _columns(sent: SentList) -> Asked | None:
    """Which columns hold the id, who meets it and who counts; None until that is said."""
    options = list(sent.columns)
    with st.container(horizontal=True):
        name = st.selectbox("Which column holds the id?", options, index=None, key="reconcile_id", width=280)
        met = st.selectbox("Which says who meets the measure?", options, index=None, key="reconcile_met", width=280)
        count = st.selectbox("Which says who counts?", [_ALL, *options], key="reconcile_count", width=280)
    if name is None or met is None:
        st.html('<p class="c-note">1 or yes, and 0, no or nothing, are understood.</p>')
        return None
    return Asked(name, met, None if count == _ALL else count)


def _draw(found: Reconciled) -> None:
    page_frame.section(difference_words.headline(found))
    for note in difference_words.notes(found):
        st.html(f'<p class="c-note">{note}</p>')
    listing(difference_words.COLUMNS, difference_words.rows(found), "Differences by reason")
    if any(line.kind != "same" for line in found.lines):
        one_time_downloads.button(
            "Download who differs", lambda: [difference_words.as_csv(found)], "differences.csv", "text/csv",
            key="reconcile_csv", help="The ids of your list with the reason. Whom you did not list, by file and row.",
        )  # fmt: skip
