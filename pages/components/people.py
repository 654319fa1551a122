"""Who is looking: the demo's role chooser, which keeps the answer in the URL (`as=`)."""

import streamlit as st

from pages.components import state
from schemas.partnership import Partnership

KEY = "as"


def choose(partnership: Partnership) -> None:
    """Name the partnership in the sidebar, and in the demo let people look as someone else."""
    with st.sidebar:
        if partnership.demo:
            names = {p.id: p.name for p in partnership.partners}
            options = [*state.ROLES, *names]
            chosen = st.selectbox(
                "Look as",
                options,
                index=options.index(state.picked(KEY, options, "leader")),
                format_func=lambda option: state.ROLES.get(option) or f"Partner: {names[option]}",
                key="look_as",
            )
            state.keep(KEY, None if chosen == "leader" else chosen)
            st.caption(f"{partnership.name}. Everything in this demo is made up.")
        else:
            st.caption(partnership.name)
