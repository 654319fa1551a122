"""The loop of a partnership in a real Chromium: target, story, action, chart, impact and value, decision, pack."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import copied
from tests.support.chromium import heading, picture, press, settled
from tests.support.running_server import running

pytestmark = pytest.mark.browser

BACKBONE = {"as": "backbone"}
MEASURE = {"indicator": "bp_control"}
WHY = "People are seen too seldom to be treated in time"
ACTION = "Cuffs lent by Millrace"
DECISION = "Lend a cuff to everyone above target by winter"
VOICE = "I know what my pressure is"
READERS = ("leader", "analyst", "fenwick_flats", "millrace")
"""Everyone who reads: whoever of them changes nothing finds no form."""


@dataclass(frozen=True)
class Demo:
    """A running app on a demo of its own."""

    url: str


@pytest.fixture(scope="module")
def demo(made_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("loop")
    with running(copied(made_demo, folder / "var").folder, folder / "server.log") as (url, _):
        yield Demo(url)


def opened(page: Page, words: str) -> Locator:
    """What stands under a heading that can be pressed, opened."""
    box = page.get_by_test_id("stExpander").filter(has=page.locator("summary").filter(has_text=words))
    box.locator("summary").click()
    return box


def dated(box: Locator, label: str, day: str) -> None:
    """A day is typed part by part, as people do."""
    month, on, year = day.split("/")
    field = box.get_by_test_id("stDateInput").filter(has_text=label)
    for part, value in (("month", month), ("day", on), ("year", year)):
        field.get_by_role("spinbutton", name=part).fill(value)
    box.page.keyboard.press("Escape")  # the calendar that opened lies on what comes next


def chosen(page: Page, box: Locator, label: str, words: str) -> None:
    box.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=words, exact=True).click()
    page.keyboard.press("Escape")
    settled(page)


def set_a_target(page: Page) -> None:
    page.get_by_role("spinbutton", name="Target (%)").fill("72")
    press(page, "See what it changes")
    page.get_by_label("Reason").fill("The board agreed on it in October")
    if page.get_by_label("Your name").count():
        page.get_by_label("Your name").fill("Dana")
    press(page, "Save the change")
    expect(page.get_by_text("Saved as change")).to_be_visible()


def tell_the_story(page: Page) -> None:
    opened(page, "Write: Why is it so?")
    page.get_by_role("textbox", name="Why is it so?").fill(WHY)
    page.get_by_role("button", name="Keep this version").first.click()
    expect(page.get_by_text("Recorded.")).to_be_visible()
    settled(page)
    opened(page, "Enter how people scored a statement")
    page.get_by_role("textbox", name="Statement", exact=True).fill(VOICE)
    for label, n in (("agree", "31"), ("are unsure", "15"), ("do not agree", "20")):
        page.get_by_role("spinbutton", name=f"People who {label}").fill(n)
    page.get_by_role("button", name="Keep the counts", exact=True).click()
    expect(page.get_by_role("region", name="What people say")).to_contain_text(
        "31 agree, 15 unsure and 20 do not agree"
    )


def record_an_action(page: Page) -> None:
    box = opened(page, "Record an action")
    chosen(page, box, "Which partners take part?", "Millrace Community Health")
    box.get_by_role("textbox", name="Action, in a few words").fill(ACTION)
    box.get_by_role("textbox", name="Who does it").fill("Nurse lead")
    chosen(page, box, "Measure", "Blood pressure under control")
    dated(box, "Start", "04/10/2025")
    box.get_by_role("button", name="Record the action").press("Enter")
    expect(page.get_by_text("Recorded.")).to_be_visible()


def decide(page: Page) -> None:
    box = opened(page, "Record a decision")
    box.get_by_role("textbox", name="Decision").fill(DECISION)
    box.get_by_role("textbox", name="Who does it").fill("Nurse lead")
    dated(box, "By when", "12/01/2026")
    box.get_by_role("button", name="Record the decision").press("Enter")
    expect(page.get_by_text("Recorded.")).to_be_visible()


@pytest.mark.heavy
def test_the_loop_is_played_from_the_target_to_the_pack_and_everyone_finds_what_was_done(visit):
    """By staff from one page to the next; then by every other role, who reads the same and is asked for nothing."""
    set_a_target(visit.to("partnership-settings", part="targets", **BACKBONE, **MEASURE))
    page = visit.to("turn-the-curve", **BACKBONE, **MEASURE)
    tell_the_story(page)
    picture(page, "loop_story")
    page = visit.to("action-log", **BACKBONE)
    record_an_action(page)
    page = visit.to("decision-log", **BACKBONE)
    decide(page)
    for role in ("backbone", *READERS):
        _reads_all_of_it(visit, role)
    page = visit.to("turn-the-curve", **{"as": "auditor"})
    assert heading(page) == "This page is not part of your role"


def _reads_all_of_it(visit, role: str) -> None:
    who = {"as": role}
    page = visit.to("measure", **who, **MEASURE)
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_role("region", name="Actions about this measure")).to_contain_text(ACTION)
    expect(page.get_by_text(f"Start of “{ACTION}”").first).to_be_visible()
    picture(page, f"loop_measure_{role}")
    page = visit.to("impact-and-value", **who)
    expect(page.locator("h1")).to_contain_text("Blood pressure under control")
    expect(page.get_by_text(ACTION).first).to_be_visible()
    expect(page.get_by_role("heading", name="What is it worth?")).to_be_visible()
    picture(page, f"loop_impact_{role}")
    page = visit.to("decision-log", **who)
    expect(page.get_by_role("region", name="Decisions")).to_contain_text(DECISION)
    page = visit.to("board-pack", **who)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Web page (HTML)").first.click()
    pack = taken.value.path().read_text(encoding="utf-8")
    told = (WHY, ACTION, DECISION, VOICE, "What did it change?", "31 agree")
    assert [words for words in told if words not in pack] == [], role
    if role not in ("backbone", "leader"):  # whom the demo lets record
        assert not visit.to("action-log", **who).locator("summary").filter(has_text="Record").count(), role
        assert not visit.to("turn-the-curve", **who, **MEASURE).locator("summary").filter(has_text="Write").count()
