"""Who may look at a server that only shows releases: a file of its own, since it has no store with people."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.policy.access.sign_in import SignIn
from schemas.policy.viewer import RELEASE_ROLES

_Role = Literal["leader", "analyst"]
assert get_args(_Role) == RELEASE_ROLES


class ReleaseViewer(BaseModel):
    """Somebody who may sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    email: str = Field(min_length=3, max_length=200, description="The address that their account has.")
    role: _Role = Field(description="`leader` or `analyst`: the others work with what a release does not hold.")
    expires_on: dt.date | None = Field(None, description="Their last day; blank means no end.")

    @field_validator("email")
    @classmethod
    def _plain(cls, email: str) -> str:
        return email.strip().lower()


class ReleaseViewers(BaseModel):
    """How people sign in, and who may. Unknown keys are an error, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    hosts: tuple[str, ...] = Field((), description="Names of the pages' address, as in `concord.toml`.")
    sign_in: SignIn = Field(SignIn(), description="As in `concord.toml`.")
    people: tuple[ReleaseViewer, ...] = Field((), description="Who may sign in; nobody else may.")

    @model_validator(mode="after")
    def _each_once(self) -> "ReleaseViewers":
        emails = [one.email for one in self.people]
        if twice := sorted({e for e in emails if emails.count(e) > 1}):
            raise ValueError(f"an address is there twice: {', '.join(twice)}")
        if not self.sign_in.providers:
            raise ValueError("nobody can sign in: name a provider under [[sign_in.providers]]")
        return self

    @classmethod
    def read(cls, path: Path) -> "ReleaseViewers":
        """Read the file; pydantic.ValidationError or tomllib.TOMLDecodeError say what is wrong where."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
