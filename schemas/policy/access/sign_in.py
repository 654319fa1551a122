"""Settings of sign-in: who says who somebody is (providers of OpenID Connect), and how long a sign-in lasts."""

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_SECOND_FACTORS = ("mfa", "otp", "hwk", "swk", "sms", "fpt", "face", "pop")
"""Methods of RFC 8176 that need more than a password."""


def _is_safe(url: str) -> bool:
    """Whether nobody between can read along: TLS, or this machine talking to itself. Raises ValueError for no URL."""
    found = urlsplit(url)
    return bool(found.hostname) and (found.scheme == "https" or (found.scheme == "http" and found.hostname in LOOPBACK))


class Provider(BaseModel):
    """A provider of OpenID Connect: where people prove who they are. Its client secret is not a setting: it is read
    from `sign_in_secrets.toml`, or from the environment (`CONCORD_SECRET_` and the id in capitals)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(pattern=r"^[a-z][a-z0-9]{0,30}$", description="A short word; sign-ins are remembered under it.")
    name: str = Field(min_length=1, max_length=60, description="What its button says: “County account”.")
    metadata: str = Field(description="Address of its metadata, which ends in `/.well-known/openid-configuration`.")
    client_id: str = Field(min_length=1, description="The name under which it knows this server.")
    emails_verified: bool = Field(
        False,
        description="It only gives out e-mail addresses that it has verified, but does not say so with each sign-in. "
        "Otherwise a first sign-in needs `email_verified`.",
    )

    @field_validator("metadata")
    @classmethod
    def _reached_safely(cls, url: str) -> str:
        if not _is_safe(url):
            raise ValueError("the address of a provider begins with https://")
        return url


class SignIn(BaseModel):
    """How people sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    address: str = Field(
        "",
        description="Where people open Concord: `https://concord.example.org`. The provider sends them back to it, at "
        "`/oauth2callback`.",
    )
    contact: str = Field(
        "",
        max_length=200,
        description="Whom to ask for access, in words. The door says it to those who are not invited.",
    )
    idle_minutes: int = Field(15, ge=1, le=480, description="Minutes without a step after which a sign-in ends.")
    longest_hours: int = Field(12, ge=1, le=72, description="Hours after which a sign-in ends in any case.")
    second_factor: bool = Field(
        False, description="Only those come in whose provider says that they used more than a password."
    )
    second_factor_methods: tuple[str, ...] = Field(
        _SECOND_FACTORS, description="Values of `amr` that count as a second factor."
    )
    second_factor_levels: tuple[str, ...] = Field(
        (), description="Values of `acr` that do; what they are called is up to the provider."
    )
    providers: tuple[Provider, ...] = Field((), description="Who may say who somebody is; see below.")

    @field_validator("address")
    @classmethod
    def _an_address(cls, address: str) -> str:
        if address and not (_is_safe(address) and re.fullmatch(r"https?://[^/?#@]+", address)):
            raise ValueError("write the address as https://name, without a path; http:// is for this machine alone")
        return address

    @model_validator(mode="after")
    def _whole(self) -> "SignIn":
        ids = [p.id for p in self.providers]
        if len(ids) != len(set(ids)):
            raise ValueError("two providers have the same id")
        if self.providers and not self.address:
            raise ValueError("a provider needs the address to which it sends people back")
        return self

    @property
    def host(self) -> str:
        """The name of the address; blank when there is none."""
        return urlsplit(self.address).hostname or ""

    @property
    def encrypted(self) -> bool:
        """Whether people reach Concord over TLS."""
        return self.address.startswith("https://")

    def provider(self, provider_id: str) -> Provider | None:
        """The provider of this id."""
        return next((p for p in self.providers if p.id == provider_id), None)
