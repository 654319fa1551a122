"""Decisions: all that meetings decided, to be searched, followed and taken along."""

from pages.components.deciding import decision_log, log_forms
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from workflow.deciding import recording


def page() -> None:
    """Draw the page for the viewer."""
    shown = page_state.release()
    if shown is None:
        first_steps.nothing_yet()
        return
    known = recording.read_decisions(page_state.store(), page_state.viewer())
    page_frame.title(decision_log.headline(known), f"Decisions · release {shown.number}", decision_log.LEAD)
    found = decision_log.choose(known)
    decision_log.draw(known, found)
    log_forms.draw(found)
