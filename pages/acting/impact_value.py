"""Impact and value: what an action changed beside partners that did not take part, what it is worth, who would pay."""

import streamlit as st

from pages.components.evaluating import action_choice, impact_section, value_section
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.wording.evaluating import impact_words
from workflow.evaluating import reading_impact


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer; the link holds the action."""
    if page_state.release() is None:
        first_steps.nothing_yet()
        return
    known = page_state.definitions()
    place = st.container()
    chosen, recorded = action_choice.choose(known)
    if chosen is None:
        with place:
            page_frame.title("What did an action change?", "Impact and value", action_choice.LEAD)
        page_frame.notice("Nothing to compare", action_choice.WHY_NOT if recorded else action_choice.CHOOSE)
        return
    action, beside = chosen
    said, about = impact_section.found(action, beside), known[action.indicator]
    with place:
        page_frame.title(
            impact_words.headline(said, about), action_choice.in_words(action, recorded), action_choice.LEAD
        )
    impact_section.draw(said, about)
    impact_section.tried(said, beside, known)
    people = reading_impact.read_people(page_state.store(), said, viewer=page_state.viewer())
    impact_section.process(said, about, people)
    value_section.draw(said, about, people, recorded)
