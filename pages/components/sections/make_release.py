"""Making a release by hand, for backbone staff."""

import streamlit as st

from data.ledger.submissions import NotPossible
from pages.components.layout import page_frame, page_state
from workflow import releasing


def section() -> None:
    """Backbone staff make a release of what counts now, when that is not done with every acceptance."""
    page_frame.section(
        "Release", "The dashboards and the files for analysts show the data as it was when the release was made."
    )
    if st.button("Make a release", key="make_release", icon=":material/publish:"):
        try:
            with st.spinner("Making the release"):
                number = releasing.publish(page_state.store(), actor="backbone")
        except NotPossible as error:
            page_frame.notice(
                "The release was not made", f"{str(error).capitalize()}.", "The release before stays as it is."
            )
            return
        st.session_state["toast"] = f"Release {number} is made. The dashboards show it."
        st.rerun()
