"""The lower part of a page that waits, after a choice, until the browser has painted the answer above it.

A browser draws all charts that have come before it paints any. Sent together with three charts out of sight, the chart
that answers a click was painted after 667 ms; sent first, after 243 (bench/browser/repaint.py, a demo of 20,000
people).
"""

import streamlit as st

from pages.components.frontend import assets


def ready(part: str, chosen: str) -> bool:
    """Whether a fragment may draw `part` for what is chosen; if not, the browser calls the fragment again once it has
    painted. The first time nobody waits for an answer to a click: it may at once."""
    key = f"painted_{part}"
    if st.session_state.setdefault(key, chosen) == chosen:
        return True
    told = st.components.v2.component("concord_once_painted", js=assets.text("once_painted.js"))(
        key=f"{key}_{chosen}", data={"chosen": chosen}, on_painted_change=lambda: None
    )
    if told.painted == chosen:
        st.session_state[key] = chosen
        st.rerun(scope="fragment")
    return False
