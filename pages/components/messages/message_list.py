"""What was sent to whom, what waits, and what can be done about it."""

import csv
import io
from collections.abc import Callable, Sequence

import streamlit as st

from data.ledger.messages.message_log import OPEN, Message
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from metrics.judging.figure_words import upper_first
from pages.components.layout import page_frame, page_state
from pages.components.messages.draft_form import TOLD
from pages.components.routes import one_time_downloads
from pages.components.sections import history_view
from pages.components.tables.chart_numbers import neutral
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import many
from pages.components.wording.messages import outcome_words
from workflow.messaging import posting

FEW = 25
_COLUMNS = ("When", "What", "To", "Outcome", "By")
_IN_FILE = ("Message", "Kind", "Subject", "To", "Name", "Step", "Why", "By", "When (UTC)")


def draw(known: Sequence[Message], *, acts: bool) -> None:
    """The list of recipients, newest first; one message whole; and for backbone staff its next step."""
    page_frame.section("What was sent, and what waits?", "The newest first. Nothing here is ever changed or taken out.")
    if not known:
        st.html('<p class="c-state">Nothing yet.</p>')
        return
    rows = [_row(m, n) for m in known for n in range(len(m.sendings))]
    shown = rows if st.session_state.get("all_messages") else rows[:FEW]
    listing(_COLUMNS, shown, "Messages and their recipients")
    with st.container(horizontal=True):
        if len(shown) < len(rows):
            st.button(f"Show all {len(rows):,}", key="show_all_messages", type="tertiary", on_click=_all)
        one_time_downloads.button(
            f"Download {many(len(known), 'message')} (CSV)", as_csv(known), "messages.csv", "text/csv",
            key="messages_csv", help="Every step of every message, without its words.",
        )  # fmt: skip
    _closer(known, acts=acts)


def _all() -> None:
    st.session_state["all_messages"] = True


def _row(message: Message, place: int) -> list[Cell]:
    sending = message.sendings[place]
    when = history_view.moment(sending.last.at).replace(" ", "\N{NO-BREAK SPACE}")
    to = f"{sending.name} <{sending.address}>" if sending.name else sending.address
    return [when, message.subject, to, outcome_words.outcome(message, sending), history_view.who(message.actor)]


def _closer(known: Sequence[Message], *, acts: bool) -> None:
    of = {m.message: m for m in known}
    one = of[st.selectbox("Look at a message", of, key="message_one", width=760,
                          format_func=lambda n: f"{n}. {of[n].subject}")]  # fmt: skip
    with st.expander("Its words, and every step"):
        st.code(one.words or "The partner left, so nothing of it is shown.", language=None, wrap_lines=True)
        rows: list[list[Cell]] = [
            [history_view.moment(step.at), sending.name or sending.address, upper_first(step.kind), step.why or "–",
             history_view.who(step.actor) if step.actor else "The server"]
            for sending in one.sendings for step in sending.steps
        ]  # fmt: skip
        listing(["When", "To", "Step", "Why", "By"], rows, "Steps of the message")
    if acts:
        _act(one)


def _act(one: Message) -> None:
    store, viewer, actor = page_state.store(), page_state.viewer(), page_state.actor()
    kinds = {s.last.kind for s in one.sendings}
    with st.container(horizontal=True):
        if kinds & set(OPEN) and st.button("Take it back", key=f"message_back_{one.message}", icon=":material/undo:"):
            _tried(lambda: posting.cancel(store, viewer, one.message, actor=actor), "Taken back.")
        again = kinds & {*outcome_words.NEEDS_A_LOOK, "later"}
        if again and st.button("Send it again", key=f"message_again_{one.message}", icon=":material/replay:"):
            _tried(lambda: _again(one, actor), "Tried again: the list says what came of it.")
        if kinds & {*outcome_words.NEEDS_A_LOOK} and st.button(
            "Leave it so", key=f"message_note_{one.message}", icon=":material/check:"
        ):
            _tried(lambda: posting.note(store, viewer, one.message, actor=actor), "Noted.")
    if "unknown" in kinds:
        st.html('<p class="c-note">Ask the recipient first: it may have arrived, and would come twice.</p>')


def _again(one: Message, actor: str) -> None:
    store, viewer = page_state.store(), page_state.viewer()
    posting.try_again(store, viewer, one.message, actor=actor)
    posting.send_now(store, viewer, one.message)


def _tried(step: Callable[[], object], said: str) -> None:
    try:
        step()
    except (NotPossible, StoreUnavailable) as error:
        page_frame.fault(str(error))
        return
    st.session_state[TOLD] = said
    st.rerun()


def as_csv(known: Sequence[Message]) -> bytes:
    """Every step of the messages; text that a spreadsheet would take for a formula is made plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_IN_FILE)
    for m in known:
        for s in m.sendings:
            for step in s.steps:
                writer.writerow([neutral(cell) for cell in (
                    str(m.message), outcome_words.KINDS[m.kind], m.subject, s.address, s.name, step.kind, step.why,
                    step.actor, step.at.isoformat(),
                )])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")
