"""The address of a partner's calendar for other programs: made, shown once, revoked."""

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from data.ledger.messages.calendar_addresses import CalendarAddress
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from pages.components.layout import page_frame, page_state
from pages.components.routes import calendar_feed
from pages.components.sections import history_view
from schemas.policy.access.permissions import may
from workflow.messaging import calendar_feeds

_MADE = "calendar_address_made"
_WHY = (
    "Subscribe to it in Outlook, Google Calendar or a phone. It says what is due, when quarters close, and when "
    "releases are planned. Whoever has the address can read these days."
)


def draw(partner_id: str, name: str) -> None:
    """Draw it for who may make addresses of this partner's calendar; nothing for others."""
    store, viewer, actor = page_state.store(), page_state.viewer(), page_state.actor()
    if not may(viewer, "keep_calendar_address", partner_id):
        return
    new = (made := st.session_state.get(_MADE)) and made[0] == partner_id
    page_frame.section(f"The due days of {name} in your own calendar", _WHY, typed=not new)
    if made and new:
        st.html('<p class="c-fact" role="status">Copy the address now. It is shown only once.</p>')
        st.code(made[1], language=None, wrap_lines=True)
    for one in calendar_feeds.read_addresses(store, viewer, partner_id):
        _row(one)
    if st.button("Make an address", key="calendar_address_make", icon=":material/add_link:"):
        try:
            word = calendar_feeds.make_address(store, viewer, partner_id, actor=actor)
        except (NotPossible, StoreUnavailable) as error:
            page_frame.fault(str(error))
            return
        st.session_state[_MADE] = (partner_id, _whole(word))
        st.rerun()


def _row(one: CalendarAddress) -> None:
    store, viewer, actor = page_state.store(), page_state.viewer(), page_state.actor()
    with st.container(horizontal=True, vertical_alignment="center"):
        made = f"Address {one.number}, made on {history_view.moment(one.made_at)} by {history_view.who(one.actor)}"
        st.html(f'<p class="c-fact">{escape(made)}</p>', width="content")
        if st.button("Revoke it", key=f"calendar_address_{one.number}", icon=":material/link_off:"):
            try:
                calendar_feeds.revoke_address(store, viewer, one.partner_id, one.number, actor=actor)
            except (NotPossible, StoreUnavailable) as error:
                page_frame.fault(str(error))
                return
            st.session_state.pop(_MADE, None)
            st.rerun()


def _whole(word: str) -> str:
    """The address as it is typed into another program."""
    here = urlsplit(st.context.url or "")
    base = page_state.store().partnership.sign_in.address or f"{here.scheme}://{here.netloc}"
    return f"{base}{calendar_feed.PLACE}/{word}.ics"
