"""In whose name something is decided: the person who is signed in; in the demo, who types a name."""

import streamlit as st

from data.ledger.submissions import NotPossible
from pages.components.layout import page_state
from workflow import discussing

_LONGEST_NAME = 80


def decider(key: str, label: str = "Your name", before: str = "") -> str:
    """Who decides: the person who is signed in; in the demo, who types a name."""
    guest = page_state.guest()
    if guest is None:
        return st.text_input(label, before, key=key, max_chars=_LONGEST_NAME, width=360)
    st.caption(f"In your name: {guest.person.email}")
    return guest.person.called


def actor(name: str) -> str:
    """Who approves or proposes. Raises NotPossible where the name is none, or holds what tells of someone else."""
    if not name.strip():
        raise NotPossible("type your name first. It says who decided")
    if page_state.guest() is None and (kind := discussing.identifier_in(name)):
        raise NotPossible(f"this looks like {kind}. Your name is enough; nothing of it was kept")
    return f"backbone:{name.replace(':', ' ').strip()}"
