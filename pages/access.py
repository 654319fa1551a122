"""People: who may sign in and as what, who is in, and what happened at the door. For backbone staff and auditors."""

from pages.components.access import access_words, emergency_access, people_forms, people_list
from pages.components.layout import page_frame, page_state
from schemas.policy.access.permissions import may_some
from workflow.access import inviting
from workflow.access.door import door_of


def page() -> None:
    """Draw the page; an auditor reads it, backbone staff change it."""
    viewer, store = page_state.viewer(), page_state.store()
    if not may_some(viewer, "see_people"):
        _not_for_you()
        emergency_access.section(door_of(store), viewer)
        return
    door = door_of(store)
    people, sessions = inviting.read_people(door, viewer), inviting.read_sessions(door, viewer)
    today = door.now().date()
    page_frame.title(access_words.headline(people, sessions, today), "People", access_words.lead(store.partnership))
    people_forms.told()
    people_list.review(inviting.review_due(door, viewer), today)
    changes = may_some(viewer, "change_people")
    if changes:
        people_forms.review(door, viewer)
    page_frame.section("Who may sign in?")
    people_list.table(people, sessions, today)
    if changes:
        people_forms.invite(door, viewer)
        people_forms.change(door, viewer, people)
    emergency_access.section(door, viewer)
    page_frame.section(
        "What does the history of access say?", "The newest first. Nothing here can be changed or taken out unseen."
    )
    people_list.history(
        inviting.read_history(door, viewer),
        inviting.history_broken_at(door, viewer),
        people,
        inviting.history_head_now(door, viewer),
    )


def _not_for_you() -> None:
    page_frame.title("Backbone staff invite people", "People")
    page_frame.notice(
        "Who may sign in is for backbone staff and auditors",
        "Your own sign-ins end with “Sign out everywhere” in the sidebar.",
    )
