"""What is worth a message, and the draft of one: looked at, changed where needed, sent now or on a day."""

import datetime as dt
from collections.abc import Sequence
from html import escape

import streamlit as st

from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from metrics.judging.figure_words import upper_first
from pages.components.forms import who_decides
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day
from pages.components.wording.messages import drafted, outcome_words
from pages.components.wording.messages.drafted import Drafted
from workflow.messaging import posting
from workflow.messaging.occasions import Occasion
from workflow.messaging.posting import Draft
from workflow.messaging.recipients import Recipient

TOLD = "message_told"
_NOW, _LATER = "Now", "On a day"
_WIDE = 760


def draw(worth: Sequence[Occasion]) -> None:
    """The list, and the draft of the one that is chosen."""
    page_frame.section("What is worth a message?", _leaves())
    if not worth:
        st.html('<p class="c-state">Nothing is late, nothing waits, and nothing is new.</p>')
        return
    names = page_state.names_now()
    rows: list[list[Cell]] = [[_for(o, names), drafted.what(o), _asked(o)] for o in worth]
    listing(["For", "What", "Asked before"], rows, "What is worth a message")
    keys = [o.key for o in worth]
    chosen = st.selectbox(
        "Look at a draft", keys, key="message_about", width=_WIDE,
        index=keys.index(page_state.picked("about", keys, keys[0], "message_about")),
        format_func=lambda key: _label(worth[keys.index(key)], names) if key in keys else "",
    )  # fmt: skip
    page_state.keep("about", chosen)
    _form(worth[keys.index(chosen)], names)


def _leaves() -> str:
    server = page_state.store().partnership.mail
    if not server.host:
        return "No mail server is set up: copy a draft, or set up [mail] in concord.toml to send from here."
    return f"Mail leaves from {server.sender}, through {server.host}."


def _for(about: Occasion, names: dict[str, str]) -> str:
    return names.get(about.partner_id, about.partner_id) if about.partner_id else drafted.ALL


def _label(about: Occasion, names: dict[str, str]) -> str:
    return f"{_for(about, names)}: {drafted.what(about)}"


def _asked(about: Occasion) -> str:
    return day(about.last.date()) if about.last else "–"


def _form(about: Occasion, names: dict[str, str]) -> None:
    store, viewer = page_state.store(), page_state.viewer()
    proposed = drafted.draft(about, _for(about, names), store.partnership)
    listed_ones = posting.read_recipients(store, viewer, about)
    if not posting.may_send(store, viewer):
        st.code(proposed.whole, language=None, wrap_lines=True)
        _unreachable(listed_ones)
        return
    key = f"message_{about.key}"
    to = _to(listed_ones, key)
    subject = st.text_input("Subject", proposed.subject, key=f"{key}_subject", max_chars=150, width=_WIDE)
    words = st.text_area("Message", proposed.words, key=f"{key}_words", height=300, max_chars=4000, width=_WIDE)
    on = _when(key)
    name = who_decides.decider(f"{key}_name")
    if st.button("Send it" if on is None else "Schedule it", key=f"{key}_send", type="primary", icon=":material/send:"):
        _settle(Draft(about.key, subject, words, tuple(to), proposed.whole, on), name, proposed)


def _to(those: Sequence[Recipient], key: str) -> list[str]:
    able = {r.address: r for r in those if not r.fault}
    to = st.multiselect(
        "To", list(able), list(able), key=f"{key}_to", width=_WIDE, placeholder="Choose who gets it",
        format_func=lambda address: f"{able[address].name} <{address}>".strip() if address in able else address,
        help="Each gets a message of their own, and sees nobody else’s address.",
    )  # fmt: skip
    _unreachable(those)
    return to


def _unreachable(those: Sequence[Recipient]) -> None:
    """Who is listed and cannot be written to, and why."""
    if not those:
        st.html('<p class="c-note">Nobody is listed. Add contacts on the page Settings, or invite a data person.</p>')
    for one in (r for r in those if r.fault):
        st.html(f'<p class="c-note">No mail to “{escape(one.name or one.address)}”: {escape(one.fault)}.</p>')


def _when(key: str) -> dt.date | None:
    """None for now, else the day."""
    how = st.segmented_control("When?", [_NOW, _LATER], default=_NOW, required=True, key=f"{key}_when")
    if how != _LATER:
        return None
    settings = page_state.store().partnership
    tomorrow = settings.day + dt.timedelta(days=1)
    found = st.date_input(
        f"Day; it goes out from {settings.mail.hour}:00 UTC", tomorrow, settings.day,
        settings.day + dt.timedelta(days=90), key=f"{key}_day", format="YYYY-MM-DD", width=300,
    )  # fmt: skip
    return found if isinstance(found, dt.date) else tomorrow


def _settle(draft: Draft, name: str, proposed: Drafted) -> None:
    store, viewer = page_state.store(), page_state.viewer()
    try:
        number = posting.post(store, viewer, draft, actor=who_decides.actor(name))
        if draft.on is None:
            with st.spinner("Sending"):
                told = outcome_words.sent_to(posting.send_now(store, viewer, number))
        else:
            told = f"Scheduled for {day(draft.on)}. You can take it back until then."
    except (NotPossible, StoreUnavailable) as error:
        page_frame.fault(f"Not sent. {upper_first(str(error))}")
        return
    st.session_state[TOLD] = told
    st.rerun()
