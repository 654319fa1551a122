"""Settings: what backbone staff have settled. Each change is shown with what it leads to, gets a reason, and is undone
with one press."""

from html import escape

import streamlit as st

from pages.components.deleting import deletion_part
from pages.components.governing import (
    change_confirm,
    model_form,
    page_use,
    partner_form,
    settings_draft,
    settings_history,
    target_form,
)
from pages.components.governing.places import map_form, place_list
from pages.components.layout import page_frame, page_state
from workflow.governing import settings_rights

PARTS = {
    "partners": "Partners",
    "targets": "Targets and owners",
    "choices": "Choices",
    "policy": "Policy",
    "calendar": "Calendar",
    "places": "Places",
    "name": "Name",
    "history": "History",
    "use": "Use",
    "deletion": "Deletion",
}


def page() -> None:
    """Draw the part that is chosen, or the change on its way."""
    name = page_state.store().partnership.name
    if settings_rights.may_see(page_state.viewer()) and not settings_rights.may_change(page_state.viewer()):
        page_frame.title(f"What {name} has settled", "Settings", "Who changed what, and why. Backbone staff change it.")
        settings_history.draw()
        return
    if not settings_rights.may_change(page_state.viewer()):
        page_frame.title("Backbone staff change the settings", "Settings")
        page_frame.notice(
            "Targets, choices and definitions are on the page Methods",
            page_frame.other_role("If that is your task, choose backbone staff under “Look as” in the sidebar."),
        )
        return
    draft = settings_draft.current()
    if draft:
        page_frame.title("Look at the change before it holds", f"Settings · {escape(PARTS[draft.part])}")
        change_confirm.draw(draft)
        return
    undone = "" if page_state.picked("part", list(PARTS), "") == "deletion" else " It can be undone."
    page_frame.title(f"What {name} has settled", "Settings", f"Every change is shown before it holds.{undone}")
    _saved()
    part = _choose()
    settings_draft.open_part(part)
    if part == "partners":
        partner_form.draw()
    elif part == "targets":
        target_form.draw()
    elif part == "name":
        model_form.name_of_partnership()
    elif part == "places":
        place_list.draw()
        map_form.draw()
    elif part == "history":
        settings_history.draw()
    elif part == "use":
        page_use.draw()
    elif part == "deletion":
        deletion_part.draw()
    else:
        model_form.draw(part)


def _choose() -> str:
    options, key = list(PARTS), "settings_part_chosen"
    chosen = st.segmented_control(
        "Part", options, default=page_state.picked("part", options, options[0], key), format_func=PARTS.__getitem__,
        key=key, required=True, label_visibility="collapsed",
    )  # fmt: skip
    page_state.keep("part", chosen)
    return str(chosen)


def _saved() -> None:
    """That the last change was saved, with its undo."""
    number = settings_draft.saved()
    if number is None:
        return
    with st.container(border=True, key="settings_saved_note"):
        st.html(f'<p class="c-fact"><b>✓ Saved as change {number}.</b> The history holds the reason and your name.</p>')
        if why := settings_draft.failed():
            page_frame.fault(f"Not undone. {why}")
        if st.button("Undo it", key="undo_saved", icon=":material/undo:"):
            with st.spinner("Undoing"):
                settings_draft.undo_saved()
            st.rerun()
