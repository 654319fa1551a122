"""Signs that a partner probes, for backbone staff. Counted once for each step of the ledger, of all partners."""

import streamlit as st

from data.ledger.store import Store
from data.reporting.probing_signs import Counted, Sign
from pages.components.layout import page_state
from workflow import reading


def of(partner_id: str) -> list[Sign]:
    """The signs of one partner. Raises NotAllowed."""
    return reading.read_probing(page_state.store(), page_state.viewer(), partner_id, _counted)


def _counted(opened: Store) -> Counted:
    return _probing(opened, page_state.kept_under(), reading.last_step(opened))


@st.cache_resource(show_spinner=False, max_entries=4)  # counts of all partners: no page holds them
def _probing(_store: Store, folder: str, step: int) -> Counted:
    return reading.count_probing(_store)
