"""Beneath the log: the steps of one decision, and for those who record, its next step or a new decision."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from data.ledger.decisions.decision_steps import Decision, Ended
from pages.components.deciding import decision_log, decision_words, recorded, step_tried
from pages.components.deciding.meeting_room import GENERAL
from pages.components.layout import page_frame, page_state
from pages.components.sections import history_view
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from workflow.deciding import kept_steps, recording

_ENDS: dict[Ended, str] = {"done": "It is done", "dropped": "Drop it"}
_CHANGE = "Change it"
_TOLD = "decision_told"
_WIDE = 560


def draw(found: Sequence[Decision]) -> None:
    """Draw it for the viewer."""
    acts = recording.may_record(page_state.store(), page_state.viewer())
    step_tried.told(_TOLD)
    if found:
        page_frame.section("What became of it?", "Each step with who took it, when and why.")
        of = {d.number: d for d in found}
        one = of[st.selectbox("Decision", of, key="decision_one", format_func=lambda n: f"{n}. {of[n].agreed.words}")]
        _history(one)
        if acts:
            page_frame.folded("Say what became of it", "decision_next", lambda: _next(one))
    if acts:
        page_frame.folded("Record a decision", "decision_new", _new)


def _history(one: Decision) -> None:
    rows = [
        [decision_log.KINDS[s.kind], s.agreed.words, s.agreed.owner, day(s.agreed.due), s.reason or "–",
         f"{history_view.who(s.actor)}, {history_view.moment(s.at)}, {decision_words.on_release(s.release)}"]
        for s in one.steps
    ]  # fmt: skip
    listing(["Step", "Decision", "Who does it", "By when", "Why", "Recorded"], rows, "Steps of the decision")


def _next(one: Decision) -> None:
    """A step of a decision. Its key names the step that was looked at, so that nothing is said of another."""
    key = f"decision_{one.number}_{one.last.step}"
    ends: dict[str, Ended] = {words: kind for kind, words in _ENDS.items()} if one.state == "open" else {}
    store, who, actor, at = page_state.store(), page_state.viewer(), page_state.actor(), (one.number, one.last.step)
    chosen = st.radio("Next step", [*ends, _CHANGE], key=f"{key}_kind", horizontal=True)
    with st.form(f"{key}_{chosen}", border=False):
        said = _asked(f"{key}_{chosen}", one) if chosen == _CHANGE else {}
        asks = "What came of it?" if chosen == _ENDS["done"] else "Why?"
        why = st.text_input(asks, key=f"{key}_{chosen}_why", max_chars=recording.LONGEST, width=_WIDE)
        pressed = st.form_submit_button("Record the step", key=f"{key}_{chosen}_go")
    if pressed and chosen == _CHANGE:
        step_tried.tried(
            _TOLD, lambda: recording.revise(store, who, *at, recorded.agreed(said), reason=why, actor=actor)
        )
    elif pressed:
        step_tried.tried(_TOLD, lambda: recording.end(store, who, *at, ends[chosen], reason=why, actor=actor))


def _asked(key: str, one: Decision | None) -> dict[str, Any]:
    """What is decided, by whom and by when."""
    longest = recording.LONGEST
    words = st.text_area("Decision", one.agreed.words if one else "", key=f"{key}_words", max_chars=longest,
                         height=80, width=_WIDE)  # fmt: skip
    owner = st.text_input("Who does it", one.agreed.owner if one else "", key=f"{key}_owner",
                          max_chars=kept_steps.LONGEST_OWNER, width=_WIDE)  # fmt: skip
    due = st.date_input("By when", one.agreed.due if one else None, key=f"{key}_due", width=_WIDE)
    st.caption(decision_words.NO_PATIENT)
    return {"words": words, "owner": owner, "due": due.isoformat() if due else ""}


def _new() -> None:
    """A decision outside of a meeting."""
    about = [*page_state.definitions(), GENERAL]
    with st.form("decision_new", border=False):
        measure = st.selectbox(
            "Measure", about, key="decision_new_measure", width=_WIDE,
            format_func=lambda one: decision_words.about(None if one == GENERAL else one),
        )  # fmt: skip
        said = _asked("decision_new", None)
        pressed = st.form_submit_button("Record the decision", key="decision_new_go")
    if pressed:
        about_one = None if measure == GENERAL else measure
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(_TOLD, lambda: recording.record(store, who, about_one, recorded.agreed(said), actor=actor))
