"""That somebody opened a page or chose a measure is counted; who it was is not."""

import streamlit as st

from data.ledger.views.view_counts import Seen
from pages.components.layout import opened_store

_LAST = "views_counted_last"


def count(page: str, indicator: str | None = None) -> None:
    """Count a page that is opened (`page`: its address), or a measure that is chosen on it; drawn again it is the same
    view."""
    seen, of = Seen(page, indicator), f"{_LAST}_{'page' if indicator is None else 'measure'}"
    if st.session_state.get(of) != seen and opened_store.only_releases() is None:
        st.session_state[of] = seen
        opened_store.views().note(seen)
