"""The one table of who may do what, to whose things, and in which state these have to be.

`workflow` asks it before anything is read or changed. The docs' matrix and the tests are made from it.
"""

from typing import Literal, NamedTuple

from schemas.policy.viewer import Role, Viewer

Reach = Literal["no", "own", "all"]
"""Nobody's, those of the viewer's own partner, or everyone's. What belongs to no partner can only be `all` or `no`."""


class Permission(NamedTuple):
    """An action in words, each role's reach, and the states in which it can be done (none named: in any)."""

    words: str
    leader: Reach
    partner: Reach
    analyst: Reach
    backbone: Reach
    auditor: Reach
    states: tuple[str, ...] = ()

    def reach(self, role: Role) -> Reach:
        """How far a role reaches. The server's own account does all: it holds the data folder."""
        return "all" if role == "server" else getattr(self, role)


Action = Literal[
    "see_figures", "see_methods", "see_unreleased", "send_files", "accept_files", "leave_files", "withdraw_files",
    "read_files", "explain_files", "appeal", "answer_appeals", "see_quality", "see_contradictions", "look_at_release",
    "make_release", "read_errata", "propose_errata", "approve_errata", "read_releases", "see_people", "change_people",
    "read_access_history", "see_settings", "change_settings", "see_decisions", "record_decisions",
    "record_decisions_as_leader", "see_actions", "record_actions", "record_actions_as_leader", "see_stories",
    "write_stories", "write_stories_as_leader", "open_emergency",
    "see_emergency", "see_views", "see_messages", "send_messages", "keep_calendar_address",
    "query_figures", "query_rows", "save_queries", "export_figures",
    "delete_for_good", "read_deletions", "see_metrics",
]  # fmt: skip

# Columns: leader, data person of a partner, analyst, backbone staff, auditor.
PERMISSIONS: dict[Action, Permission] = {
    "see_figures": Permission("See released figures and the reporting calendar", "all", "all", "all", "all", "no"),
    "see_methods": Permission("Read how figures are worked out", "all", "all", "all", "all", "all"),
    "see_unreleased": Permission("See a partner's exact figures before their release", "no", "own", "no", "no", "no"),
    "send_files": Permission("Send a file and answer what is asked about it", "no", "own", "no", "all", "no"),
    "accept_files": Permission(
        "Accept a file", "no", "own", "no", "all", "no", states=("checked", "withdrawn", "accepted")
    ),
    "leave_files": Permission("Discard a checked file", "no", "own", "no", "all", "no", states=("checked",)),
    "withdraw_files": Permission("Withdraw an accepted file", "no", "own", "no", "all", "no", states=("accepted",)),
    "read_files": Permission("Read what was sent, and its history", "no", "own", "no", "all", "no"),
    "explain_files": Permission("Give reasons for warnings, and comment", "no", "own", "no", "all", "no"),
    "appeal": Permission("Appeal against a finding or a figure", "no", "own", "no", "no", "no"),
    "answer_appeals": Permission("Answer an appeal", "no", "no", "no", "all", "no", states=("open",)),
    "see_quality": Permission("See the quality of a partner's data", "no", "own", "no", "all", "no"),
    "see_contradictions": Permission(
        "See what partners' data contradict, and signs of probing", "no", "no", "no", "all", "no"
    ),
    "look_at_release": Permission("Look at what the next release changes", "no", "no", "no", "all", "no"),
    "make_release": Permission("Make a release", "no", "no", "no", "all", "no"),
    "read_errata": Permission("Read errata", "no", "no", "no", "all", "no"),
    "propose_errata": Permission("Propose an erratum", "no", "no", "no", "all", "no"),
    "approve_errata": Permission("Approve an erratum", "no", "no", "no", "all", "no", states=("proposed",)),
    "read_releases": Permission("Read who made which release", "no", "no", "no", "all", "no"),
    "see_people": Permission("See who may sign in, and who is signed in", "no", "no", "no", "all", "all"),
    "change_people": Permission("Invite people, change their role, end their access", "no", "no", "no", "all", "no"),
    "see_settings": Permission("Read what was settled when, by whom and why", "no", "no", "no", "all", "all"),
    "change_settings": Permission("Change the settings", "no", "no", "no", "all", "no"),
    "see_decisions": Permission("Read what meetings decided", "all", "all", "all", "all", "no"),
    "record_decisions": Permission("Record decisions, and what became of them", "no", "no", "no", "all", "no"),
    "record_decisions_as_leader": Permission(
        "The same, where the settings let leaders record", "all", "no", "no", "no", "no"
    ),
    "see_actions": Permission("Read what is done about the measures", "all", "all", "all", "all", "no"),
    "record_actions": Permission("Record actions, and report on them", "no", "no", "no", "all", "no"),
    "record_actions_as_leader": Permission(
        "The same, where the settings let leaders record", "all", "no", "no", "no", "no"
    ),
    "see_stories": Permission("Read the story of a measure, and what people say", "all", "all", "all", "all", "no"),
    "write_stories": Permission("Write stories, enter what people say, answer them", "no", "no", "no", "all", "no"),
    "write_stories_as_leader": Permission(
        "The same, where the settings let leaders record", "all", "no", "no", "no", "no"
    ),
    "read_access_history": Permission("Read the history of access", "no", "no", "no", "all", "all"),
    "open_emergency": Permission(
        "Look at a partner's exact figures for a while, with a reason", "no", "no", "no", "all", "no"
    ),
    "see_emergency": Permission("See who opened emergency access, and why", "all", "all", "all", "all", "all"),
    "see_views": Permission("See how often each page is opened", "no", "no", "no", "all", "no"),
    "see_messages": Permission(
        "See which messages went to whom, and what became of them", "no", "no", "no", "all", "all"
    ),
    "send_messages": Permission("Send messages, schedule them, take them back", "no", "no", "no", "all", "no"),
    "keep_calendar_address": Permission(
        "Make and revoke the address of a partner's calendar for other programs", "no", "own", "no", "all", "no"
    ),
    "query_figures": Permission("Query released figures", "all", "all", "all", "all", "no"),
    "query_rows": Permission("Query pseudonymized rows of a release", "no", "no", "all", "no", "no"),
    "save_queries": Permission("Save queries for others, and remove them", "no", "no", "all", "all", "no"),
    "export_figures": Permission(
        "Take released figures in the formats of other systems", "no", "no", "all", "all", "no"
    ),
    "see_metrics": Permission("Read the server's metrics", "no", "no", "no", "all", "no"),
    "delete_for_good": Permission(
        "Delete a person, a partner's rows or a period for good", "no", "no", "no", "all", "no"
    ),
    "read_deletions": Permission("Read what was deleted for good, and why", "no", "no", "no", "all", "all"),
}
EMERGENCY: frozenset[Action] = frozenset(
    ("see_figures", "see_methods", "see_decisions", "see_actions", "see_stories", "see_emergency")
)
"""All that somebody may who looks as a partner by emergency access."""
AT_RELEASE: frozenset[Action] = frozenset(
    ("see_figures", "see_methods", "see_decisions", "see_actions", "see_stories", "query_figures", "export_figures")
)
"""All that somebody may on a server that only shows releases. Rows are not among it: who asks for them is put down in
the history of access, which such a server has not."""


def may(viewer: Viewer, action: Action, partner_id: str | None = None, state: str | None = None) -> bool:
    """Whether a viewer may do it to what belongs to a partner (None: no partner) and is in a state (None: not asked).

    Raises KeyError for an unknown action.
    """
    permission = PERMISSIONS[action]
    if _out_of_place(viewer, action):
        return False
    if state is not None and permission.states and state not in permission.states:
        return False
    reach = permission.reach(viewer.role)
    return reach == "all" or (reach == "own" and partner_id is not None and viewer.partner_id == partner_id)


def may_some(viewer: Viewer, action: Action) -> bool:
    """Whether there is anything at all to which the viewer may do it: whether a page has something for them."""
    return PERMISSIONS[action].reach(viewer.role) != "no" and not _out_of_place(viewer, action)


def _out_of_place(viewer: Viewer, action: Action) -> bool:
    """Whether it cannot be done as they look, whatever their role."""
    return (viewer.emergency and action not in EMERGENCY) or (viewer.at_release and action not in AT_RELEASE)
