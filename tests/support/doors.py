"""A partnership that people sign in to, a clock to set, and what a provider says of somebody."""

import datetime as dt
from itertools import count
from pathlib import Path
from typing import Any

from data.ledger.store import Store
from schemas.policy.viewer import SERVER, PersonRole
from tests.support.new_partnerships import new_store
from workflow.access import inviting
from workflow.access.door import Door
from workflow.access.inviting import Invitation

ISSUER, CLIENT = "https://id.example.org", "concord"
SETTINGS = f"""
name = "Test"
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
[[partners]]
id = "birch"
name = "Birch Clinic"
kind = "clinic"
[sign_in]
address = "https://concord.example.org"
contact = "Ana at the backbone office"
[[sign_in.providers]]
id = "county"
name = "County account"
metadata = "{ISSUER}/.well-known/openid-configuration"
client_id = "{CLIENT}"
[[sign_in.providers]]
id = "state"
name = "State account"
metadata = "https://id.state.example/.well-known/openid-configuration"
client_id = "{CLIENT}"
"""
START = dt.datetime(2026, 3, 2, 9)
_NONCES = count()


class Clock:
    """The time, as the test has it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> dt.datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += dt.timedelta(**by)


def claims(email: str, **more: Any) -> dict[str, Any]:
    """What a provider says of somebody at one sign-in, as it stands in the cookie."""
    return {
        "provider": "county", "iss": ISSUER, "sub": f"sub of {email}", "aud": [CLIENT], "nonce": f"n{next(_NONCES)}",
        "email": email, "email_verified": True, **more,
    }  # fmt: skip


def door_on(folder: Path, settings: str = SETTINGS) -> tuple[Store, Door, Clock]:
    """An open store and its door."""
    clock = Clock()
    store = new_store(folder / "var", settings)
    return store, Door(store, clock), clock


def invited(door: Door, email: str, role: PersonRole = "leader", *partners: str, until: dt.date | None = None) -> int:
    """The number of somebody who was invited."""
    return inviting.invite(door, SERVER, email, Invitation(role, partners, until), "test").person
