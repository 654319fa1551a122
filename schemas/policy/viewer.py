"""Who is looking. Every read of results takes a viewer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Role = Literal["leader", "partner", "analyst", "backbone"]


class Viewer(BaseModel):
    """A role, and for the role `partner` which partner; no role but `partner` sees exact small counts, and
    then only its own."""

    model_config = ConfigDict(frozen=True)
    role: Role = "leader"
    partner_id: str | None = None

    @model_validator(mode="after")
    def _partner_named(self) -> "Viewer":
        if (self.role == "partner") != (self.partner_id is not None):
            raise ValueError("a viewer of role partner names its partner, and no other role does")
        return self


EVERYONE = Viewer(role="leader")
BACKBONE = Viewer(role="backbone")
