"""Who is looking: the role chooser, which keeps the answer in the URL (`as=`)."""

import streamlit as st

from pages.components.layout import page_state
from schemas.policy.partnership import Partnership

KEY = "as"


def choose(partnership: Partnership) -> None:
    """Name the partnership in the sidebar, and let people look as someone else."""
    names = {p.id: p.name for p in partnership.members}
    options = [*page_state.ROLES, *names]
    with st.sidebar:
        chosen = st.selectbox(
            "Look as",
            options,
            index=options.index(page_state.picked(KEY, options, "leader")),
            format_func=lambda option: page_state.ROLES.get(option) or f"Partner: {names[option]}",
            key="look_as",
        )
        page_state.keep(KEY, None if chosen == "leader" else chosen)
        made_up = "Everything in this demo is made up."
        alone = "There is no sign-in yet. Only this machine is served, and its user chooses a role."
        st.caption(f"{partnership.name}. {made_up if partnership.demo else alone}")
