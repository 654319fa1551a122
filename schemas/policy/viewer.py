"""Who is looking. Every read of results takes a viewer."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

PersonRole = Literal["leader", "partner", "analyst", "backbone", "auditor"]
"""What a person can be invited as; `partner` is the data person of one or several partners."""
Role = Literal["leader", "partner", "analyst", "backbone", "auditor", "server"]
PERSON_ROLES: tuple[PersonRole, ...] = get_args(PersonRole)
RELEASE_ROLES: tuple[PersonRole, ...] = ("leader", "analyst")
"""For whom a server that only shows releases has anything: the others work with what a release does not hold."""


class Viewer(BaseModel):
    """A role, and for the role `partner` which partner; no role but `partner` sees exact small counts, and
    then only its own. What each may do is said by `schemas.policy.access.permissions`."""

    model_config = ConfigDict(frozen=True)
    role: Role = "leader"
    partner_id: str | None = None
    emergency: bool = False
    """Somebody else looks at a partner's figures for a while, with a reason: they may look, and do nothing."""
    at_release: bool = False
    """They look at a server that only shows releases: what is not in a release is not there for anybody."""

    @model_validator(mode="after")
    def _partner_named(self) -> "Viewer":
        if (self.role == "partner") != (self.partner_id is not None):
            raise ValueError("a viewer of role partner names its partner, and no other role does")
        if self.emergency and self.role != "partner":
            raise ValueError("emergency access is to a partner's figures")
        if self.at_release and self.role not in RELEASE_ROLES:
            raise ValueError("a server that only shows releases is for leaders and analysts")
        return self


EVERYONE = Viewer(role="leader")
BACKBONE = Viewer(role="backbone")
SERVER = Viewer(role="server")
"""The account that owns the data folder: the command, and what the server does by itself. No page looks as it."""
