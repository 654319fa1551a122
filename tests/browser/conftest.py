"""What the tests in Chromium share: one browser, and one app on the demo for those that publish nothing in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.conftest import Demo, copied
from tests.support.chromium import Looks, launched
from tests.support.new_partnerships import rename_as_released
from tests.support.running_server import running

HOSTILE = "<img src=x onerror='window.hacked = true'>"
"""What one of the partners is called in the app that is shared: a name that would like to be a script."""


@dataclass(frozen=True)
class Shown:
    """A running app on a demo."""

    url: str


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def looks(browser: Browser) -> Looks:
    """(color scheme, size of the screen) -> where tabs of that look are opened."""
    known: dict[str, BrowserContext] = {}

    def look(scheme: Literal["light", "dark"], size: ViewportSize) -> BrowserContext:
        name = f"{scheme} {size}"
        if name not in known:
            known[name] = browser.new_context(color_scheme=scheme, viewport=size)
        return known[name]

    return look


@pytest.fixture(scope="package")
def shown_demo(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """For tests that look, and record at most what a meeting decides: a server and its first page take 5 s."""
    folder = tmp_path_factory.mktemp("shown_demo")
    mine = copied(made_demo, folder / "var")
    rename_as_released(mine.folder, "Juniper Row Health Center", HOSTILE)
    with running(mine.folder, folder / "server.log") as (url, _):
        yield Shown(url)
