"""Two servers that only show releases, over the folder of a main server, in a real Chromium."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.releases import release_folders
from tests.conftest import Demo, copied
from tests.support.chromium import DESKTOP, heading, settled
from tests.support.folders.folder_digests import digests
from tests.support.identity_provider import provider, settings, sign_in
from tests.support.running_server import comes_about, free_port, running

pytestmark = pytest.mark.browser
ANA = {"email": "ana@county.example", "email_verified": True, "name": "Ana Ruiz", "amr": ["pwd", "otp"]}
EVA = ANA | {"email": "eva@county.example", "name": "Eva"}
LONGEST = 120_000  # ms


@dataclass(frozen=True)
class Servers:
    """The main server, one that shows its releases on this machine, and one where people sign in."""

    folder: Path
    main: str
    near: str
    door: str


@pytest.fixture(scope="module")
def servers(made_carrying: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder, port = tmp_path_factory.mktemp("servers"), free_port()
    mine = copied(made_carrying, folder / "var").folder
    releases, viewers = mine / "releases", folder / "viewers.toml"
    with provider({"ana": ANA, "eva": EVA}) as there:
        people = f'[[people]]\nemail = "{ANA["email"]}"\nrole = "analyst"\n'
        viewers.write_text(people + settings(f"http://127.0.0.1:{port}", there))
        (folder / "sign_in_secrets.toml").write_text('county = "made up"\n')
        signed = ["--releases", str(releases), "--viewers", str(viewers)]
        with (
            running(mine, folder / "main.log") as (main, _),
            running(mine, folder / "near.log", said=["--releases", str(releases)]) as (near, _),
            running(mine, folder / "door.log", port=port, said=signed) as (door, _),
        ):
            yield Servers(mine, main, near, door)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator("h1").first.wait_for()
    settled(page)
    return page


def scorecard(page: Page) -> str:
    """What the first page says, without the sidebar."""
    return page.locator("[data-testid=stMain]").inner_text()


def shows(page: Page, url: str, number: int) -> bool:
    return heading(opened(page, f"{url}/query-the-release")) == f"Query release {number}"


def publish(page: Page, url: str, number: int) -> None:
    """As backbone staff of the demo."""
    opened(page, f"{url}/make-release?as=backbone")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("Do you approve it?").wait_for(timeout=LONGEST)
    page.get_by_label("Your name").fill("Dana Reyes")
    page.get_by_role("button", name=f"Publish release {number}").click()
    expect(page.get_by_role("cell", name="Backbone staff (Dana Reyes)")).to_be_visible(timeout=LONGEST)


@pytest.mark.heavy
def test_two_servers_over_one_folder_show_what_the_main_one_does_and_its_next_release(browser, servers):
    context = browser.new_context(viewport=DESKTOP)
    tabs = {name: context.new_page() for name in ("main", "near", "door")}
    for tab in tabs.values():
        tab.set_default_timeout(LONGEST)
    before = digests(servers.folder / "releases")
    assert heading(opened(tabs["door"], servers.door)).startswith("Sign in to")
    sign_in(tabs["door"], "eva")
    expect(tabs["door"].get_by_text("You are not on the list yet")).to_be_visible()
    sign_in(tabs["door"], "ana")
    opened(tabs["main"], servers.main)
    opened(tabs["near"], servers.near)
    told = scorecard(tabs["main"])
    assert "%" in told and scorecard(tabs["near"]) == told == scorecard(opened(tabs["door"], servers.door))
    for name in ("near", "door"):
        assert tabs[name].get_by_role("link", name="Submit data").count() == 0
        assert heading(opened(tabs[name], f"{getattr(servers, name)}/send-data")) == "This server only shows releases"
    asked = opened(tabs["door"], f"{servers.door}/query-the-release")
    asked.get_by_label("Query", exact=True).fill("SELECT max(release) AS newest FROM main.results")
    asked.get_by_role("button", name="Run").click()
    expect(asked.get_by_role("cell", name="2", exact=True).first).to_be_visible()
    assert asked.get_by_text("Rows of people").count() == 0
    assert digests(servers.folder / "releases") == before, "nothing was written there"

    publish(tabs["main"], servers.main, 3)
    after = digests(servers.folder / "releases")
    assert json.loads((servers.folder / "releases" / "current.json").read_text())["release"] == 3
    for name, tab in tabs.items():
        assert comes_about(partial(shows, tab, getattr(servers, name), 3)), name
    told = scorecard(opened(tabs["main"], servers.main))
    assert scorecard(opened(tabs["near"], servers.near)) == told == scorecard(opened(tabs["door"], servers.door))
    assert digests(servers.folder / "releases") == after
    assert release_folders.damaged(servers.folder, 3) == []
    context.close()
