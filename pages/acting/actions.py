"""Actions: what partners do about the measures, what is due, and what each gives and gets."""

from pages.components.actions import action_forms, action_log, known_actions
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state


def page() -> None:
    """Draw the page for the viewer; the link holds the measure and the state."""
    shown = page_state.release()
    if shown is None:
        first_steps.nothing_yet()
        return
    those, names = known_actions.read(), known_actions.names()
    page_frame.title(action_log.headline(those), f"Actions · release {shown.number}", action_log.LEAD)
    if those:
        action_log.due(those, names)
        page_frame.section("What is done about each measure?")
    found = action_log.choose(those, names)
    action_log.draw(those, found, names)
    if those:
        action_log.contributions(found, names)
    action_forms.draw(found, names)
