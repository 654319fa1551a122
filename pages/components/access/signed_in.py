"""In the sidebar: who is signed in, as whom they look, and the ways out."""

from html import escape

import streamlit as st

from pages.components.access import who_looks
from pages.components.layout import opened_store, page_state
from schemas.policy.partnership import Partnership
from workflow.access.door import Guest, door_of

PARTNER = "Data person"


def choose(partnership: Partnership) -> None:
    """Draw it for the person who is signed in, and let them choose between their partners."""
    guest = page_state.guest()
    if guest is None:
        return
    with st.sidebar:
        _as_whom(guest, {p.id: p.name for p in partnership.members})
        role = who_looks.ROLES.get(guest.person.role, PARTNER)
        st.html(f'<p class="c-note"><b>{escape(guest.person.called)}</b>, {role}<br>{escape(partnership.name)}</p>')
        if st.button("Sign out", key="sign_out", icon=":material/logout:", width="stretch"):
            door_of(opened_store.opened()).leave(guest.session, "signed out")
            st.logout()
            st.stop()  # the pages would begin anew without a person, and what sends the browser away could be lost
        st.button(
            "Sign out everywhere", key="sign_out_everywhere", type="tertiary", on_click=_everywhere,
            args=(guest,), help="Ends your sign-ins on every device, this one too.",
        )  # fmt: skip


def _as_whom(guest: Guest, names: dict[str, str]) -> None:
    """A data person of several partners looks as one of them at a time; the address keeps which."""
    if guest.emergency in names:
        _in_emergency(guest, names[guest.emergency])
        return
    mine = [p for p in guest.person.partners if p in names]
    if guest.person.role != "partner" or len(mine) < 2:
        page_state.keep("as", None)
        return
    chosen = st.selectbox("Partner", mine, index=mine.index(page_state.picked("as", mine, mine[0], "look_as")),
                          format_func=names.__getitem__, key="look_as")  # fmt: skip
    page_state.keep("as", None if chosen == mine[0] else chosen)


def _in_emergency(guest: Guest, partner: str) -> None:
    """Backbone staff look as themselves, or for a while at a partner's exact figures; the address keeps which."""
    chosen = st.selectbox("Look as", [None, guest.emergency], key="look_in_emergency",
                          index=int(page_state.picked("as", [guest.emergency or ""], "") != ""),
                          format_func=lambda p: partner if p else who_looks.ROLES[guest.person.role])  # fmt: skip
    page_state.keep("as", chosen)
    if chosen:
        st.html(f'<p class="c-note">Emergency access to {escape(partner)}. Everyone reads who opened it, and why.</p>')


def _everywhere(guest: Guest) -> None:
    door_of(opened_store.opened()).leave_everywhere(guest.person.person, "signed out everywhere")
