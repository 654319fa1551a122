"""A provider of OpenID Connect on this machine. Whoever signs in there is named on a button; what it says of them can be
wrong on purpose: a claim of a person takes the place of the token's own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

from tests.support.chromium import settled
from tests.support.running_server import answers, free_port

CLIENT = "concord"


def settings(address: str, provider: str) -> str:
    """The section of concord.toml for a server at an address and the provider at another. A second factor is asked."""
    return f"""
[sign_in]
address = "{address}"
contact = "Ana Ruiz at the backbone office, 555-0100"
second_factor = true

[[sign_in.providers]]
id = "county"
name = "County account"
metadata = "{provider}/.well-known/openid-configuration"
client_id = "{CLIENT}"
"""


@contextmanager
def provider(people: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The provider at a loopback address. `people`: the word on somebody's button -> what it says of them."""
    port = free_port()
    said = [f"--user-claims={json.dumps({'sub': name, **claims})}" for name, claims in people.items()]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *said]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        answers(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def sign_in(page: Page, name: str) -> None:
    """Through the door, by the provider, and back."""
    page.get_by_role("button", name="Sign in with County account").click()
    page.get_by_role("button", name=name, exact=True).click()
    page.locator("[data-testid=stApp] h1").first.wait_for()
    settled(page)


def sign_out(page: Page) -> None:
    """Out by the sidebar, and back from the provider's own page."""
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="End session").click()
    page.locator("[data-testid=stApp] h1").first.wait_for()
    settled(page)
