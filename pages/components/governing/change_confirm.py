"""A change before it holds: what it changes, what it leads to, why it is made, and the button that saves it."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from pages.components.forms import who_decides
from pages.components.governing import field_inputs, settings_draft, settings_names, target_form, trial_view
from pages.components.governing.settings_draft import Draft
from pages.components.layout import page_frame, page_state
from pages.components.sections import history_view
from pages.components.tables.plain_table import listing
from pages.components.wording.settings import change_words, effect_words
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Change
from workflow.governing import settings_effect, settings_trial

_COLUMNS = ("What", "Now", "With the change")


def draw(draft: Draft) -> None:
    """Draw the change on its way and take the answer."""
    if draft.by:
        _meanwhile(draft)
    found = settings_effect.effect(page_state.store(), page_state.viewer(), draft.before, draft.settings)
    page_frame.section("What changes?")
    changed(found.changes, draft.settings)
    before, after = map(settings_names.called, (draft.before, draft.settings))
    lines = effect_words.told(found, before, after, target_form.situations())
    if lines:
        page_frame.subsection("What follows?")
        st.html("".join(f'<p class="c-fact">{escape(line)}</p>' for line in lines))
    looked = True
    if settings_trial.needs_a_look(draft.before, draft.settings):
        looked = trial_view.draw(draft)
    if looked:
        _ask(draft)
    else:
        _back()


def changed(changes: Sequence[Change], settings: Partnership) -> None:
    """What stands where, before and after."""
    rows = change_words.rows(changes, settings_names.names(settings), settings_names.letters())
    listing(_COLUMNS, rows, "What changes")


def _meanwhile(draft: Draft) -> None:
    """What someone else changed since the form was opened, before anything is saved."""
    lines = []
    for version in draft.by:
        who = f"{history_view.who(version.actor)}, {history_view.moment(version.at)}: {version.reason}"
        lines += [who, *change_words.lines(version.changed, settings_names.names(), settings_names.letters())]
    if draft.both:
        lines.append("You both changed this. Saving puts yours in place of theirs:")
        lines += change_words.lines(draft.both, settings_names.names(draft.settings), settings_names.letters())
    else:
        lines.append("Your change stands on top of it. Nothing of either is lost.")
    page_frame.notice("Someone else changed the settings meanwhile", *lines)


def _ask(draft: Draft) -> None:
    page_frame.section("Why?", "The reason and your name stay in the history. Others read them later.")
    with st.form(settings_draft.key("why"), border=False):
        reason = st.text_area(
            "Reason", key="settings_reason", height=80, max_chars=500, width=field_inputs.WIDTH,
            placeholder="For example: the board decided it on October 14.",
        )  # fmt: skip
        name = who_decides.decider("settings_by")
        if why := settings_draft.failed():
            page_frame.fault(f"Not saved. {why}")
        pressed = st.form_submit_button("Save the change", type="primary", key="save_settings", icon=":material/check:")
    if pressed:
        with st.spinner("Saving"):
            settings_draft.save(draft, reason, name)
        st.rerun()
    _back()


def _back() -> None:
    with st.container(horizontal=True):
        _button("Go back and change it", "settings_back", ":material/arrow_back:", settings_draft.go_back)
        _button("Leave everything as it is", "settings_leave", ":material/close:", settings_draft.give_up)


def _button(words: str, key: str, icon: str, act: Callable[[], None]) -> None:
    if st.button(words, key=key, icon=icon, type="tertiary"):
        act()
        st.rerun()
