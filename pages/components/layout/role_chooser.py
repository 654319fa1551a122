"""The demo's role chooser, which keeps the answer in the URL (`as=`). Nobody signs in there: nothing in it is real."""

import streamlit as st

from pages.components.access import who_looks
from pages.components.layout import page_state
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import RELEASE_ROLES

KEY = "as"


def choose(partnership: Partnership) -> None:
    """Name the partnership in the sidebar, and let people look as someone else."""
    here = page_state.viewer().at_release
    names = {} if here else {p.id: p.name for p in partnership.members}
    options = [*(RELEASE_ROLES if here else who_looks.ROLES), *names]
    with st.sidebar:
        chosen = st.selectbox(
            "Look as",
            options,
            index=options.index(page_state.picked(KEY, options, "leader", "look_as")),
            format_func=lambda option: who_looks.ROLES.get(option) or names[option],
            key="look_as",
        )
        page_state.keep(KEY, None if chosen == "leader" else chosen)
        st.caption(f"{partnership.name}. Everything in this demo is made up. Nobody signs in.")
