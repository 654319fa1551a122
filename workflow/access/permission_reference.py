"""The table of permissions as a page: docs/reference/permissions.md."""

from schemas.policy.access.permissions import PERMISSIONS, Permission
from schemas.policy.viewer import PERSON_ROLES
from workflow.reference_tables import MADE, table

TITLES = {
    "leader": "Leader", "partner": "Data person", "analyst": "Analyst", "backbone": "Backbone staff",
    "auditor": "Auditor",
}  # fmt: skip
REACHES = {"no": "–", "own": "own partner", "all": "yes"}
_INTRO = """\
Who may do what. `schemas.policy.access.permissions` holds this table, and the functions of `workflow` ask it.
A page, a link, a download or a job has no other way to what it shows.
Tests try each row as every role, for its own partner and for another one.

- **Own partner:** a data person's own, and no other. Of several partners, the one they look as.
- **Yes:** everyone's.
- **State:** in which state a file, an appeal or an erratum has to be.
- A job's token acts as the data person of its one partner. It can send a file, and read what that partner sent.
- By emergency access backbone staff look as one partner for a while: at figures, and at nothing else.
- The account that owns the data folder may do everything: it runs the server and the command.
"""


def page() -> str:
    """The page."""
    head = ["Action", *(TITLES[role] for role in PERSON_ROLES), "State", "Name"]
    rows = (
        (p.words, *(REACHES[p.reach(role)] for role in PERSON_ROLES), _states(p), f"`{name}`")
        for name, p in PERMISSIONS.items()
    )
    return "\n".join([MADE, "# Permissions\n", _INTRO, table(head, rows)])


def _states(permission: Permission) -> str:
    return ", ".join(permission.states) or "any"
