"""Emergency access on the page People: everyone reads who opened it and why; backbone staff open it."""

import streamlit as st

from pages.components.access import people_forms
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day
from schemas.policy.access.permissions import may_some
from schemas.policy.viewer import Viewer
from workflow import reading
from workflow.access import emergency
from workflow.access.door import Door
from workflow.access.emergency import Opening

_GONE = "A partner that is not listed any more"


def section(door: Door, viewer: Viewer) -> None:
    """What was opened, newest first; the form for those who may; and the way out for who has it open."""
    page_frame.section(
        "Who saw a partner's exact figures in an emergency?",
        "Backbone staff may look for a while, with a reason. They can change nothing by it.",
    )
    openings = emergency.read_openings(door, viewer)
    if openings:
        names = reading.read_naming(door.store, viewer)
        rows = [_row(one, names.names.get(names.shown(one.partner_id), _GONE)) for one in openings]
        listing(["From", "Until", "By", "Partner", "Why"], rows, "Emergency access")
    else:
        st.html('<p class="c-state">Nobody so far.</p>')
    guest = page_state.guest()
    if guest and guest.emergency:
        if st.button("End emergency access", key="emergency_end", icon=":material/lock:"):
            page_state.keep("as", None)
            people_forms.do(lambda: emergency.end(door, viewer, guest), "Emergency access has ended.")
    elif guest and may_some(viewer, "open_emergency"):
        _form(door, viewer)


def _form(door: Door, viewer: Viewer) -> None:
    names = {p.id: p.name for p in door.store.partnership.members}
    wide = people_forms.WIDE
    with st.expander("Open emergency access", icon=":material/emergency:"), st.container(key="emergency"):
        chosen = st.selectbox("Partner", list(names), index=None, format_func=names.__getitem__,
                              key="emergency_partner", placeholder="Choose a partner", width=wide)  # fmt: skip
        minutes = st.selectbox("Minutes", emergency.MINUTES, index=1, key="emergency_minutes", width=wide)
        reason = st.text_area("Why? Everyone reads this", key="emergency_reason", width=wide,
                              max_chars=emergency.LONGEST_REASON)  # fmt: skip
        if st.button("Open it now", key="emergency_open", type="primary"):
            people_forms.do(
                lambda: emergency.open_up(door, viewer, page_state.guest(), chosen or "", reason, minutes),
                "It is open. Choose the partner under “Look as” in the sidebar. Everyone reads your reason.",
            )


def _row(one: Opening, partner: str) -> list[Cell]:
    until = f"{one.until:%H:%M}" if one.until.date() == one.at.date() else f"{day(one.until.date())}, {one.until:%H:%M}"
    return [f"{day(one.at.date())}, {one.at:%H:%M} UTC", f"{until} UTC", one.actor, partner, one.reason]
