"""Backbone staff look at the next release and publish it, in a real Chromium; others find a door."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import copied
from tests.support.chromium import PHONE, heading, picture, press, settled, wide
from tests.support.running_server import running

pytestmark = pytest.mark.browser
LONGEST = 120_000  # ms


@dataclass(frozen=True)
class Demo:
    """A running app on a demo of its own."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def demo(made_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("releases")
    mine = copied(made_demo, folder / "var")
    with running(mine.folder, folder / "server.log") as (url, _):
        yield Demo(url, mine.folder)


@pytest.mark.heavy
def test_a_release_is_looked_at_approved_and_published(visit, demo):
    page = visit.to("make-release", **{"as": "leader"})
    assert heading(page) == "Backbone staff make the releases"
    assert page.get_by_role("link", name="Releases").count() == 0
    page = visit.to("make-release", **{"as": "backbone"})
    expect(page.get_by_role("link", name="Releases")).to_be_visible()
    assert heading(page).startswith("The next release is planned for")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("You can leave this page").wait_for()
    picture(page, "release_looking")
    page.get_by_text("Do you approve it?").wait_for(timeout=LONGEST)
    settled(page)
    assert heading(page) == "Release 2 moves no headline figure"
    assert page.get_by_role("row").filter(has_text="Stays").count() == 7
    picture(page, "release_preview")
    press(page, "Publish release 2")
    expect(page.get_by_text("Type your name first")).to_be_visible()
    page.get_by_label("Your name").fill("Dana Reyes")
    page.get_by_role("button", name="Publish release 2").click()
    expect(page.get_by_role("cell", name="Backbone staff (Dana Reyes)")).to_be_visible(timeout=LONGEST)
    assert json.loads((demo.folder / "releases" / "current.json").read_text())["release"] == 2
    page.set_viewport_size(PHONE)
    assert wide(page) == 0
