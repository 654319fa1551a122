"""Which measure a page is about, chosen from all of them and kept in the link."""

from collections.abc import Mapping

import streamlit as st

from metrics.judging.indicator_facts import Situation
from pages.components.layout import page_state, page_views


def choose(situations: Mapping[str, Situation], page: str, first: str | None = None) -> str:
    """The id of the measure that the reader, or the link, has chosen. `first`: shown when nothing was chosen."""
    ids = list(situations)
    key = f"measure_{page}"
    with st.container(key=f"measure_choice_{page}"):
        chosen = st.segmented_control(
            "Measure", ids, default=page_state.picked("indicator", ids, first or ids[0], key), required=True,
            key=key, format_func=lambda i: situations[i].indicator.title,
        )  # fmt: skip
    page_state.keep("indicator", str(chosen))
    page_views.count(page, str(chosen))
    return str(chosen)
