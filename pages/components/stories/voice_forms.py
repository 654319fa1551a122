"""The forms of voices: a statement that was scored, rows of many, a request and its answer; and taking one back."""

import datetime as dt

import streamlit as st

from data.ledger.stories.people_asked import Asked, Group, Scored
from pages.components.actions import action_words
from pages.components.deciding import step_tried
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.stories import known_stories, story_words
from pages.components.stories.story_forms import TOLD
from workflow.deciding import acting
from workflow.telling import hearing_people, score_files
from workflow.telling.hearing_people import LONGEST

_WIDE = 560


def draw(indicator: str) -> None:
    """Every form, each folded away."""
    page_frame.folded("Enter how people scored a statement", "voice_enter", lambda: _enter(indicator))
    if known_stories.voices(indicator):
        page_frame.folded("Take a score back", "voice_back", lambda: _take_back(indicator))
    page_frame.folded("Record what people asked for", "voice_hear", lambda: _hear(indicator))
    if known_stories.requests(indicator):
        page_frame.folded("Answer it: we did", "voice_answer", lambda: _choose(indicator))


def _enter(indicator: str) -> None:
    """One by one, or rows of a spreadsheet; these may be about other measures too."""
    key, today = f"voice_{indicator}", page_state.store().partnership.day
    with st.form(key, border=False, clear_on_submit=False):
        statement = st.text_input("Statement", key=f"{key}_words", max_chars=LONGEST, width=_WIDE)
        group, day = _whom(key, "Whose people were asked?", today)
        with st.container(horizontal=True):
            counts = [_people(label, f"{key}_{label}") for label in ("agree", "are unsure", "do not agree")]
        pressed = st.form_submit_button("Keep the counts", key=f"{key}_go")
    if pressed:
        _tried_scores([Scored(indicator, statement, group, day, *counts)])
    _rows(key)


def _people(label: str, key: str) -> int:
    return int(st.number_input(f"People who {label}", 0, hearing_people.MOST_PEOPLE, 0, step=1, key=key, width=170))


def _rows(key: str) -> None:
    st.caption("Or enter many at once: one row for each statement and group. Copy them from a spreadsheet.")
    one_time_downloads.button(
        "Template (CSV)", score_files.TEMPLATE, "scored_statements.csv", "text/csv", key=f"{key}_template",
        help="Two rows show how it is filled in. Put your own in their place.",
    )  # fmt: skip
    with st.form(f"{key}_file", border=False):
        pasted = st.text_area("Rows, with the line that names the columns", key=f"{key}_rows", width=_WIDE)
        pressed = st.form_submit_button("Keep the counts of all rows", key=f"{key}_file_go")
    if pressed:
        step_tried.tried(TOLD, lambda: _keep(score_files.read_scores(pasted.encode())))


def _tried_scores(those: list[Scored]) -> None:
    step_tried.tried(TOLD, lambda: _keep(those))


def _keep(those: list[Scored]) -> None:
    hearing_people.enter(page_state.store(), page_state.viewer(), those, actor=page_state.actor())


def _whom(key: str, asks: str, today: dt.date) -> tuple[Group | None, dt.date]:
    known = [None, *acting.groups(), *acting.read_places(page_state.store())]
    group = st.selectbox(asks, known, key=f"{key}_group", format_func=story_words.whom, width=_WIDE)
    day = st.date_input("On which day?", today, key=f"{key}_day", max_value=today, width=_WIDE)
    return group, day


def _hear(indicator: str) -> None:
    """What people asked for."""
    key, today = f"request_{indicator}", page_state.store().partnership.day
    store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
    with st.form(key, border=False):
        said = st.text_input("What did they say?", key=f"{key}_words", max_chars=LONGEST, width=_WIDE)
        group, day = _whom(key, "Who said it?", today)
        st.caption(action_words.NO_PATIENT)
        if st.form_submit_button("Keep it", key=f"{key}_go"):
            step_tried.tried(
                TOLD, lambda: hearing_people.hear(store, who, Asked(indicator, said, group, day), actor=actor)
            )


def _choose(indicator: str) -> None:
    """One of the requests, and its answer."""
    known = {one.number: one for one in known_stories.requests(indicator)}
    one = known[st.selectbox(
        "What they said", known, key=f"request_{indicator}_one", format_func=lambda n: known[n].asked.said, width=_WIDE
    )]  # fmt: skip
    _answer(one.number, one.step, one.asked, page_state.store().partnership.day)


def _answer(number: int, step: int, asked: Asked, today: dt.date) -> None:
    key = f"answer_{number}_{step}"
    store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
    with st.form(key, border=False):
        words = st.text_input("What did we do?", asked.answer, key=f"{key}_words", max_chars=LONGEST, width=_WIDE)
        day = st.date_input("On which day was it told?", asked.answered_on or today, key=f"{key}_day",
                            max_value=today, width=_WIDE)  # fmt: skip
        answers = st.form_submit_button("Keep the answer", key=f"{key}_go")
        why = st.text_input("Or take it back: why?", key=f"{key}_why", max_chars=LONGEST, width=_WIDE)
        drops = st.form_submit_button("Take the request back", key=f"{key}_drop")
    if answers:
        step_tried.tried(TOLD, lambda: hearing_people.answer(store, who, number, step, words, day, actor=actor))
    elif drops:
        step_tried.tried(TOLD, lambda: hearing_people.drop(store, who, number, step, reason=why, actor=actor))


def _take_back(indicator: str) -> None:
    """A score that was entered by mistake."""
    known = {one.number: one for one in known_stories.voices(indicator)}
    store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
    with st.form(f"voice_back_{indicator}", border=False):
        number = st.selectbox(
            "Score", known, key=f"voice_back_{indicator}_one", width=_WIDE,
            format_func=lambda n: f"{known[n].statement} ({story_words.whom(known[n].group)})",
        )  # fmt: skip
        why = st.text_input("Why?", key=f"voice_back_{indicator}_why", max_chars=LONGEST, width=_WIDE)
        pressed = st.form_submit_button("Take it back", key=f"voice_back_{indicator}_go")
    if pressed:
        step_tried.tried(
            TOLD, lambda: hearing_people.take_back(store, who, number, known[number].step, reason=why, actor=actor)
        )
