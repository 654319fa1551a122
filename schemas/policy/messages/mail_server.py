"""Settings of mail: the server that takes the partnership's messages, and in whose name they go out."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.policy.access.sign_in import LOOPBACK

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
"""An address that every mail server takes, in plain letters: nothing in it can end a line or begin another address."""
_DOTTED = re.compile(r"[^.]+(\.[^.]+)+")


def is_address(text: str) -> bool:
    """Whether mail can be sent there."""
    name, _, host = text.rpartition("@")
    dots = not (name.startswith(".") or name.endswith(".") or ".." in name)
    return bool(ADDRESS.fullmatch(text)) and dots and bool(_DOTTED.fullmatch(host))


def one_line(text: str) -> bool:
    """Whether a text holds no line break or other control character, so that it can stand in a header."""
    return all(c.isprintable() for c in text)


class MailServer(BaseModel):
    """The mail server. Only `concord.toml` says it: no page may choose to whom the password is shown. The password is
    no setting: it is `mail_password` in `sign_in_secrets.toml`, or `CONCORD_SECRET_MAIL_PASSWORD`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    host: str = Field(
        "",
        max_length=253,
        pattern=r"^[A-Za-z0-9.:-]*$",
        description="Name of the mail server. Blank means that messages are only drafted, for you to copy.",
    )
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with `starttls`, 465 with `tls` as a rule.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is protected. Without it nothing is sent; `none` is for a server on this "
        "machine alone.",
    )
    user: str = Field("", max_length=200, description="The name to sign in with; blank means that none is asked for.")
    sender: str = Field("", max_length=254, description="The address that messages come from.")
    sender_name: str = Field(
        "", max_length=80, description="The name beside it; blank means the name of the partnership."
    )
    reply_to: str = Field("", max_length=254, description="Where answers go, when that is another address.")
    hour: int = Field(14, ge=0, le=23, description="Hour of the day, in UTC, from which scheduled messages go out.")

    @field_validator("sender", "reply_to")
    @classmethod
    def _an_address(cls, address: str) -> str:
        if address and not is_address(address):
            raise ValueError("write an e-mail address in plain letters, as name@example.org")
        return address

    @field_validator("user", "sender_name")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if not one_line(text):
            raise ValueError("write it on one line")
        return text

    @model_validator(mode="after")
    def _whole(self) -> "MailServer":
        if self.host and not self.sender:
            raise ValueError("say under `sender` which address messages come from")
        if self.security == "none" and self.host and self.host not in LOOPBACK:
            raise ValueError("security = none is for a mail server on this machine alone")
        return self
