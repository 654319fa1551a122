"""A step that somebody wants to record: done, or why not, with what was typed staying where it is."""

from collections.abc import Callable

import streamlit as st

from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from pages.components.deciding import decision_words
from pages.components.layout import page_frame


def tried(name: str, act: Callable[[], object]) -> None:
    """Do it and draw the page anew; or say why it was not recorded. `name`: what `told` is asked by."""
    try:
        act()
    except (NotPossible, StoreUnavailable) as error:
        why = decision_words.sentence(error)
        page_frame.fault(f"Not recorded. {why}")
        return
    st.session_state[name] = "Recorded."
    st.rerun()


def told(name: str) -> None:
    """That the last step was recorded, once."""
    if words := st.session_state.pop(name, None):
        st.html(f'<p class="c-fact" role="status">{words}</p>')
