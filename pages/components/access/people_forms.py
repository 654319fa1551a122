"""Forms of the page People: to invite, to change or end access, to sign somebody out, to say that all is right."""

import datetime as dt
from collections.abc import Callable

import streamlit as st

from data.ledger.people.person_records import Person
from data.ledger.submissions import NotPossible
from metrics.judging.figure_words import upper_first
from pages.components.access import access_words
from pages.components.layout import page_frame, page_state
from schemas.policy.viewer import PERSON_ROLES, PersonRole, Viewer
from workflow.access import inviting
from workflow.access.door import Door
from workflow.access.inviting import Invitation

_TOLD = "people_told"
WIDE = 480


def told() -> None:
    """What came of the last form, once."""
    if text := st.session_state.pop(_TOLD, None):
        st.html(f'<p class="c-state" role="status">{text}</p>')


def review(door: Door, viewer: Viewer) -> None:
    """To say that everyone on the list is rightly there."""
    due = inviting.review_due(door, viewer)
    if due - door.now().date() > access_words.SOON:
        return
    if st.button("I looked at everyone: all is right", key="access_reviewed", icon=":material/check:"):
        do(lambda: inviting.review(door, viewer, _actor()), "Noted. It is due again in half a year.")


def invite(door: Door, viewer: Viewer) -> None:
    """To invite somebody."""
    note = "They sign in with the account that has this e-mail address."
    page_frame.section("Whom do you want to invite?", note, typed=True)
    with st.container(key="invite"):
        email = st.text_input("E-mail address", key="invite_email", max_chars=200, width=WIDE)
        what = _what("invite", None)
        if st.button("Invite", key="invite_send", type="primary", icon=":material/person_add:"):
            do(
                lambda: inviting.invite(door, viewer, email, what, _actor()),
                "Invited. Now write to them: they can sign in from this minute on.",
            )


def change(door: Door, viewer: Viewer, people: list[Person]) -> None:
    """To change what somebody may do, sign them out, or end their access."""
    standing = {p.person: p for p in people if not p.ended}
    if not standing:
        return
    page_frame.section("Whose access do you want to change?", "It holds from their next click on.")
    numbers = sorted(standing, key=lambda n: standing[n].email)
    chosen = st.selectbox("Person", numbers, index=None, key="change_person", placeholder="Choose a person",
                          format_func=lambda n: standing[n].email, width=WIDE)  # fmt: skip
    if chosen is None:
        return
    person, actor = standing[chosen], _actor()
    what = _what(f"change_{chosen}", person)
    if st.button("Change", key=f"change_{chosen}_send", icon=":material/edit:"):
        do(lambda: inviting.change(door, viewer, chosen, what, actor), "Changed.")
    with st.container(horizontal=True):
        if st.button("Sign them out everywhere", key=f"out_{chosen}", icon=":material/logout:"):
            do(lambda: inviting.end_sessions(door, viewer, chosen, actor), "Signed out everywhere.")
        if person.account and st.button("Let them use another account", key=f"account_{chosen}"):
            do(lambda: inviting.forget_account(door, viewer, chosen, actor), "The next sign-in decides.")
    reason = st.text_input("Why does their access end?", key=f"end_{chosen}_reason", max_chars=200, width=WIDE)
    if st.button("End their access", key=f"end_{chosen}", icon=":material/person_off:"):
        do(lambda: inviting.end(door, viewer, chosen, reason, actor), "Their access ended, and their sign-ins.")


def _actor() -> str:
    """Who does it, for the history of access: a name can be two people's, an address cannot."""
    guest = page_state.guest()
    return guest.person.email if guest else "demo"


def _what(key: str, now: Person | None) -> Invitation:
    """Role, partners and last day; as they stand, or for someone new."""
    names = {p.id: p.name for p in page_state.store().partnership.members}
    roles = list(PERSON_ROLES)
    role: PersonRole = st.selectbox(
        "Role", roles, index=roles.index(now.role) if now else 0, key=f"{key}_role",
        format_func=access_words.ROLES.__getitem__, width=WIDE,
    )  # fmt: skip
    partners: list[str] = []
    if role == "partner":
        before = [p for p in now.partners if p in names] if now else []
        partners = st.multiselect("Partners whose files they send", list(names), default=before,
                                  format_func=names.__getitem__, key=f"{key}_partners", width=WIDE)  # fmt: skip
    until: dt.date | None = st.date_input(
        "Last day (leave blank for no end)", value=now.expires_on if now else None, key=f"{key}_until", width=WIDE
    )
    return Invitation(role, tuple(partners), until)


def do(step: Callable[[], object], said: str) -> None:
    """Do it, and draw the page anew with what came of it."""
    try:
        step()
    except NotPossible as error:
        said = f"Nothing changed: {error}."
    st.session_state[_TOLD] = upper_first(said)
    st.rerun()
