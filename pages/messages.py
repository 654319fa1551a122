"""Messages: what is worth a message, its draft, and what was sent to whom. Backbone staff send; auditors read."""

from html import escape

import streamlit as st

from pages.components.layout import page_frame, page_state
from pages.components.messages import draft_form, message_list
from pages.components.wording.messages import outcome_words
from schemas.policy.access.permissions import may_some
from workflow.messaging import occasions, posting


def page() -> None:
    """Draw the page for the viewer."""
    store, viewer = page_state.store(), page_state.viewer()
    known = posting.read_messages(store, viewer)
    if not may_some(viewer, "send_messages"):
        page_frame.title(outcome_words.of_auditor(known), "Messages", "Backbone staff send them.")
        message_list.draw(known, acts=False)
        return
    worth = occasions.read_occasions(store, viewer)
    page_frame.title(outcome_words.headline(len(worth), known), "Messages", outcome_words.LEAD)
    if told := st.session_state.pop(draft_form.TOLD, None):
        st.html(f'<p class="c-state" role="status">{escape(told)}</p>')
    draft_form.draw(worth)
    message_list.draw(known, acts=True)
