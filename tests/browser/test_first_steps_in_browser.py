"""A person with no terminal takes an empty folder to a published release with two partners, in a real Chromium."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import PHONE, Visit, choose, heading, picture, press, settled, wide
from tests.support.running_server import running

pytestmark = pytest.mark.browser
LONGEST = 120_000  # ms
MOST_MINUTES = 20


@dataclass(frozen=True)
class Running:
    """The app on a folder that was empty."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("new") / "var"
    with running(folder, folder.parent / "server.log") as (url, _):
        yield Running(url, folder)
    assert "a new one is begun" in (folder.parent / "server.log").read_text()


def follow(page: Page, link: str, title: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.locator("h1")).to_contain_text(title)
    settled(page)


def save(page: Page, reason: str) -> None:
    """Look at the change, say why, and save it."""
    press(page, "See what it changes")
    expect(page.locator("h1")).to_have_text("Look at the change before it holds")
    page.get_by_label("Reason").fill(reason)
    page.get_by_label("Your name").fill("Dana Reyes")
    press(page, "Save the change")
    expect(page.get_by_text("Saved as change")).to_be_visible()


def add(page: Page, name: str) -> None:
    page.get_by_label("Its name", exact=True).fill(name)
    page.get_by_role("combobox", name="What kind of organization it is").click()
    page.get_by_role("option", name="Clinic").click()
    page.get_by_text("It agrees that leaders").click()
    save(page, f"{name} signed the agreement")
    expect(page.get_by_role("cell", name=name, exact=True)).to_be_visible()


def send(visit: Visit, partner: str, file: Path) -> None:
    page = visit.to("send-data", **{"as": "backbone", "partner": partner, "dataset": "food_security"})
    choose(page, file)
    press(page, "Go on to accept")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Accepted")


def screens(path: Path, every: int) -> Path:
    """Screens of 300 people in the fifteen months that end with the last one; one in `every` is positive."""
    last = dt.date.today().replace(day=1) - dt.timedelta(days=1)
    days = [last - dt.timedelta(days=n * 456 // 300) for n in range(300)]
    rows = (f"P-{n:05d},{day},result_only,{'not at risk' if n % every else 'at risk'}" for n, day in enumerate(days))
    path.write_text("\n".join(["patient_id,screened_on,instrument,result", *rows]))
    return path


@pytest.mark.heavy
def test_an_empty_folder_becomes_a_published_release_of_two_partners(visit, demo, tmp_path):
    began, page = time.monotonic(), visit.to("")
    assert heading(page) == "No figures yet", "whoever is not backbone staff finds no steps"
    page = visit.to("", **{"as": "backbone"})
    assert heading(page) == "Four steps to the first figures"
    picture(page, "first_steps")
    follow(page, "Name it", "has settled")
    page.get_by_label("Name of the partnership").fill("Alder Valley Partnership")
    save(page, "That is what the agreement calls it")
    expect(page.locator("h1")).to_have_text("What Alder Valley Partnership has settled")
    page.get_by_role("radio", name="Partners").click()
    add(page, "Alder Clinic")
    add(page, "Birch Clinic")
    picture(page, "first_partners")
    for partner, positive in (("alder_clinic", 4), ("birch_clinic", 5)):
        send(visit, partner, screens(tmp_path / f"{partner}.csv", positive))
    page = visit.to("", **{"as": "backbone"})
    expect(page.get_by_text("2 of 2 partners have a file that counts.")).to_be_visible()
    follow(page, "Look at the release", "The next release is planned for")
    press(page, "See what would change")
    page.get_by_text("Do you approve it?").wait_for(timeout=LONGEST)
    page.get_by_label("Your name").fill("Dana Reyes")
    page.get_by_role("button", name="Publish release 1").click()
    expect(page.get_by_role("cell", name="Backbone staff (Dana Reyes)")).to_be_visible(timeout=LONGEST)
    assert json.loads((demo.folder / "releases" / "current.json").read_text())["release"] == 1
    page = visit.to("", **{"as": "leader"})
    expect(page.get_by_text("Alder Valley Partnership · release 1")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Food insecurity")).to_contain_text("no owner yet")
    picture(page, "first_scorecard")
    assert time.monotonic() - began < 60 * MOST_MINUTES
    page = visit.to("partnership-settings", **{"as": "backbone", "part": "history"})
    expect(page.get_by_text("Birch Clinic signed the agreement")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert wide(page) == 0
