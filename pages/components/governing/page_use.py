"""How often pages and measures are opened, so that what nobody uses can go."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

import streamlit as st

from data.ledger.views.view_counts import Seen
from pages.components.layout import opened_store, page_frame, page_state
from pages.components.tables.plain_table import Cell, listing
from workflow.viewing import counting_views

_COLUMNS = ["This month", "Last month", "Twelve months"]


def draw() -> None:
    """Pages, then measures, the most used first; what nobody opened stands there with 0."""
    found, day = opened_store.views().read(page_state.viewer()), page_state.store().partnership.day
    page_frame.section("How often is each page opened?", "Counted by month. Who opened it is not kept.")
    pages = {place.url_path: place.title for place in st.session_state.get("places", {}).values()}
    listing(["Page", *_COLUMNS], _rows(found, pages, day, of_measures=False), "Views of pages")
    page_frame.section(
        "How often is each measure chosen?",
        "On the pages Measure, Equity and Partners. Rows of the scorecard are not counted.",
    )
    measures = {name: definition.title for name, definition in page_state.definitions().items()}
    listing(["Measure", *_COLUMNS], _rows(found, measures, day, of_measures=True), "Views of measures")


def _rows(
    found: Mapping[tuple[dt.date, Seen], int], titles: Mapping[str, str], day: dt.date, *, of_measures: bool
) -> list[list[Cell]]:
    """A row for each title that there is now; counts of what is gone are left out."""
    months = counting_views.months(day)
    by_month: Counter[tuple[str, dt.date]] = Counter()
    for (month, seen), views in found.items():
        if (seen.indicator is not None) == of_measures:
            by_month[(seen.indicator or seen.page, month)] += views
    rows = [
        (title, by_month[name, months[0]], by_month[name, months[1]], sum(by_month[name, month] for month in months))
        for name, title in titles.items()
    ]
    return [list(row) for row in sorted(rows, key=lambda row: -row[-1])]
