"""The list of people, the task of looking it over, and the history of access."""

import datetime as dt
from html import escape

import streamlit as st

from data.ledger.people.access_history import AccessEvent
from data.ledger.people.history_head import Head
from data.ledger.people.person_records import Person
from data.ledger.people.sign_in_sessions import Session
from pages.components.access import access_words
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day

FEW = 25


def review(due: dt.date, today: dt.date) -> None:
    """The task of looking over who has access, when it is near or late."""
    if due - today <= access_words.SOON:
        st.html(f'<p class="c-state">{escape(access_words.review_due(due, today))}</p>')


def table(people: list[Person], sessions: list[Session], today: dt.date) -> None:
    """Everyone who was invited; those whose access ended come last."""
    if not people:
        st.html('<p class="c-state">Nobody yet. Invite the first person below.</p>')
        return
    names = {p.id: p.name for p in page_state.store().partnership.partners}
    inside = {s.person: s for s in sessions}
    order = sorted(people, key=lambda p: (p.ended, p.email))
    rows: list[list[Cell]] = [
        [p.called, p.email, access_words.role(p, names), access_words.STATES[p.state(today)],
         day(p.expires_on) if p.expires_on else "No end",
         f"Since {inside[p.person].began_at:%H:%M} UTC" if p.person in inside else "No"]
        for p in order
    ]  # fmt: skip
    listing(["Name", "E-mail", "Role", "Access", "Until", "In now"], rows, "People who may sign in")


def history(events: list[AccessEvent], broken: int | None, people: list[Person], head: Head) -> None:
    """What happened, newest first; whether the history is whole; and its end, to be kept outside."""
    if broken is not None:
        page_frame.notice(
            "This history was changed from outside",
            f"Line {broken} is not as it was written. Find out who had access to the server's files.",
        )
    if not events:
        st.html('<p class="c-state">Nothing yet.</p>')
        return
    known = {p.person: p for p in people}
    shown = events if st.session_state.get("all_access_events") else events[:FEW]
    rows: list[list[Cell]] = [
        [_when(e.at), access_words.EVENTS[e.kind], access_words.what(e, known), e.actor] for e in shown
    ]
    listing(["When", "What", "About", "By"], rows, "History of access")
    st.html(f'<p class="c-note">{escape(access_words.head(head))}</p>')
    if len(shown) < len(events):
        st.button(f"Show the newest {len(events)}", key="show_all_access", type="tertiary", on_click=_all)


def _when(at: dt.datetime) -> str:
    """Kept on one line: the table scrolls instead."""
    return f"{day(at.date())}, {at:%H:%M} UTC".replace(" ", "\N{NO-BREAK SPACE}")


def _all() -> None:
    st.session_state["all_access_events"] = True
