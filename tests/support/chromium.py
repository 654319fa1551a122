"""A real Chromium for the tests: a tab that remembers what went wrong in it, and what people do there."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

PATIENCE, POLLING = 40_000, 50  # ms; by itself Playwright looks at every frame, which is work for the browser
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Streamlit asks for these below a page's own path first, and then finds them at the root.
ASKED_TWICE = re.compile(r"/[\w-]+/_stcore/(?:health|host-config)$")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BOTH_LOOKS = (
    pytest.param(("light", DESKTOP), id="desktop"),
    pytest.param(("dark", PHONE), id="phone", marks=pytest.mark.heavy),
)
"""For what is long to play: the second look with the heavy cases; every page is looked at in both in each run."""


def every_run(value: Any, often: bool) -> Any:
    """A parameter that is tried in every run, or among the heavy cases alone: each tab takes a browser two seconds."""
    return value if often else pytest.param(value, marks=pytest.mark.heavy)


class Served(Protocol):
    """What a module's `demo` fixture gives: where the app is."""

    @property
    def url(self) -> str: ...


@dataclass
class Visit:
    """A tab that remembers what went wrong in it."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def to(self, path: str, **query: str) -> Page:
        """Open a page of the app and wait until it is drawn."""
        words = "&".join(f"{k}={v}" for k, v in query.items())
        self.page.goto(f"{self.url}/{path}?{words}")
        self.page.locator("h1").first.wait_for()
        settled(self.page)
        return self.page


def picture(page: Page, name: str) -> None:
    """The page as it is now, as a file of the folder named in CONCORD_PICTURES; nothing when none is named."""
    if folder := os.environ.get("CONCORD_PICTURES"):
        size = page.viewport_size
        assert size
        tall = int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": min(tall + 60, 12_000)})
        page.screenshot(path=Path(folder) / f"{name}_{size['width']}.png")
        page.set_viewport_size(size)


def chromium() -> str:
    """The path of Chromium."""
    named = os.environ.get("CONCORD_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else CHROMIUM_NAMES)), None)
    assert found, "the browser tests need Chromium: install it, or set CONCORD_CHROMIUM to its path"
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, closed at the end."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


Looks = Callable[[Literal["light", "dark"], ViewportSize], BrowserContext]


@pytest.fixture(params=[("light", DESKTOP)], ids=["light"])
def visit(looks: Looks, demo: Served, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh tab; whatever it found wrong fails the test at its end.

    Tabs of one look share what the browser keeps of the app's files, as a person's do: a cold start for each test took
    a third of the time of all of them.
    """
    scheme, size = request.param
    tab = Visit(looks(scheme, size).new_page(), demo.url)
    tab.page.set_default_timeout(PATIENCE)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not ASKED_TWICE.search(message.location["url"].split("?")[0]):
            tab.faults.append(f"console: {message.text} ({message.location['url']})")

    def asked(url: str) -> None:
        if not url.startswith((demo.url, demo.url.replace("http", "ws", 1), "data:", "blob:")):
            tab.faults.append(f"left the server: {url}")

    tab.page.on("console", said)
    tab.page.on("pageerror", lambda error: tab.faults.append(f"script: {error}"))
    tab.page.on("request", lambda request: asked(request.url))
    tab.page.on("websocket", lambda socket: asked(socket.url))
    yield tab
    faults = tab.faults
    tab.page.close()
    assert faults == []


def settled(page: Page) -> None:
    """Wait until the script has run, nothing is stale or still loading, and the scorecard has filled itself: it does so
    after its files have come, when the script is long over."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning' &&
            !document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]') &&
            !document.querySelector('.st-key-meeting:not(:has(.m-root[data-version]))')""",
        polling=POLLING,
    )


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=False).first.click()
    page.wait_for_timeout(150)
    settled(page)


def wide(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
    )


def choose(page: Page, file: Path) -> None:
    """A file about which nothing is open is checked as soon as it has arrived."""
    page.locator("input[type=file]").set_input_files(str(file))
    expect(page.locator("[aria-current=step]")).not_to_contain_text("Choose")
    settled(page)


def focused(page: Page) -> str:
    """The words of the element that has the keyboard; never those of the whole page."""
    return page.evaluate(
        """() => {
            let here = document.activeElement
            while (here.shadowRoot?.activeElement) here = here.shadowRoot.activeElement
            return here === document.body ? '' : here.innerText
        }"""
    )
