"""A meeting in a real Chromium: by keyboard and clicker to its minutes, what is decided kept, nobody shown too much."""

import datetime as dt

import pytest
from playwright.sync_api import Locator, Page, expect

from data.demo.demo_settings import DEMO_SETTINGS
from tests.browser.conftest import Shown
from tests.support.chromium import DESKTOP, PHONE, every_run, heading, picture, settled
from tests.support.partnerships import usual

pytestmark = pytest.mark.browser

BACKBONE = {"as": "backbone"}
BLINDED = "Good Furrow Pantry"
WALL = {"width": 1920, "height": 1080}
CALLS = "Call everyone within two days of going home"
HOSTILE = "Ask <img src=x onerror='window.hacked = true'> about calls"


@pytest.fixture
def demo(shown_demo: Shown) -> Shown:
    return shown_demo


def begun(visit, query: dict[str, str] = BACKBONE) -> Page:
    """A meeting at its first measure, begun with the keyboard."""
    page = visit.to("", **query)
    page.get_by_role("button", name="Start meeting").focus()
    page.keyboard.press("Enter")
    expect(room(page)).to_be_visible()
    expect(place(page)).to_have_text(f"1 of {len(usual())}")
    return page


def room(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Meeting")


def place(page: Page) -> Locator:
    return page.locator(".m-meeting .m-place")


def title(page: Page) -> str:
    return page.locator(".m-meeting .m-title").inner_text()


def decide(page: Page, words: str, owner: str = "Nurse lead", due: str = "2026-12-01") -> None:
    for label, value in (("Decision", words), ("Who does it", owner), ("By when", due)):
        room(page).get_by_label(label).fill(value)
    room(page).get_by_label("Who does it").press("Enter")


def test_a_whole_meeting_by_keyboard_ends_with_what_was_decided(visit):
    page = begun(visit)
    seen = [title(page)]
    for n, key in enumerate(["PageDown", "ArrowRight", " ", "PageDown", "ArrowDown", "PageDown"], 2):
        page.keyboard.press(key)
        expect(place(page)).to_have_text(f"{n} of {len(usual())}")
        seen.append(title(page))
    assert sorted(seen) == sorted(one.title for one in usual().values())
    for key in ("PageUp", "ArrowLeft", "Shift+Space", "PageDown"):
        page.keyboard.press(key)
    expect(place(page)).to_have_text(f"5 of {len(usual())}")
    about = title(page)
    page.keyboard.press("Tab")  # from the name of the measure on: back, next, end, then what was decided and the form
    room(page).get_by_label("Decision").focus()
    page.keyboard.type(CALLS)
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Nurse lead")
    page.keyboard.press("Tab")
    page.keyboard.type("12012026")
    page.keyboard.press("Enter")
    expect(room(page).get_by_text("Recorded.")).to_be_visible()
    expect(room(page).get_by_role("listitem").filter(has_text=CALLS)).to_contain_text("Nurse lead, by 1 Dec 2026.")
    for _ in range(9):  # a clicker turns the page while a field has the keyboard, and stops at the end
        page.keyboard.press("PageDown")
    expect(place(page)).to_have_text("Minutes")
    minutes = room(page).locator("section").filter(has_text=about)
    expect(minutes).to_contain_text(CALLS)
    picture(page, "minutes")
    page.keyboard.press("Escape")
    expect(room(page)).to_be_hidden()
    assert "#measures" in page.url and heading(page)
    page.goto(page.url.replace("#measures", ""))
    settled(page)
    page.get_by_role("button", name=about, exact=True).click()
    expect(page.locator(".m-evidence .m-past").filter(has_text=CALLS)).to_be_visible()


def test_what_hangs_on_the_wall_is_what_everyone_may_see(visit):
    """A trap: backbone staff and a partner see more on their own scorecard, and get it back when the meeting ends."""
    for query, more in ((BACKBONE, BLINDED), ({"as": "fenwick_flats"}, "(you)")):
        page = visit.to("", **query)
        opener = page.get_by_role("button", name=usual()["food_insecurity"].title, exact=True)
        opener.click()
        own = page.locator("#m-evidence-food_insecurity")
        expect(own.get_by_text(more).first).to_be_visible()
        opener.click()
        page = begun(visit, query)
        for _ in usual():
            assert more not in room(page).locator(".m-shown").inner_text()
            page.keyboard.press("PageDown")
        expect(place(page)).to_have_text("Minutes")
        page.keyboard.press("Escape")
        expect(room(page)).to_be_hidden()
        settled(page)
        opener.click()
        expect(own.get_by_text(more).first).to_be_visible()


def test_only_who_may_record_is_asked_to(visit):
    page = begun(visit, {"as": "fenwick_flats"})
    expect(room(page).get_by_text("Backbone staff record what the meeting decides.")).to_be_visible()
    expect(room(page).get_by_label("Decision")).to_have_count(0)


def test_words_that_may_not_stand_there_are_refused_and_stay_to_be_changed(visit):
    page = begun(visit)
    decide(page, "Ask Maria Gonzalez why she came back")
    expect(room(page).get_by_role("alert")).to_contain_text("This looks like a name.")
    expect(room(page).get_by_label("Decision")).to_have_value("Ask Maria Gonzalez why she came back")
    page.keyboard.press("PageDown")
    expect(room(page).get_by_label("Decision")).to_have_value("")
    page.keyboard.press("PageUp")
    expect(room(page).get_by_label("Decision")).to_have_value("Ask Maria Gonzalez why she came back")
    decide(page, HOSTILE)
    expect(room(page).get_by_text(HOSTILE)).to_be_visible()
    assert page.evaluate("window.hacked") is None


@pytest.mark.heavy
def test_a_decision_is_marked_done_with_what_came_of_it_and_two_do_not_overwrite_each_other(visit):
    page = begun(visit)
    page.keyboard.press("PageDown")
    decide(page, "Lend a cuff to everyone above target")
    mine = room(page).get_by_role("listitem").filter(has_text="Lend a cuff")
    expect(mine).to_have_count(1)
    other = page.context.new_page()
    other.goto(page.url)  # a link into the meeting opens it there
    expect(place(other)).to_have_text(place(page).inner_text())
    theirs = room(other).get_by_role("listitem").filter(has_text="Lend a cuff")
    theirs.get_by_role("button", name="Drop").click()
    room(other).get_by_label("Why").fill("Another programme lends them")
    room(other).get_by_label("Why").press("Enter")
    expect(theirs).to_contain_text("Dropped on 20 Oct 2026: Another programme lends them.")
    other.close()
    mine.get_by_role("button", name="Done").click()
    room(page).get_by_label("Why").fill("All of them have one now")
    room(page).get_by_label("Why").press("Enter")
    expect(room(page).get_by_role("alert")).to_contain_text("Someone changed this decision meanwhile.")
    expect(mine).to_contain_text("Dropped on")
    mine.get_by_role("button", name="Change").click()
    room(page).get_by_label("By when").fill("2027-03-01")
    room(page).get_by_label("Why").fill("We lend them after all")
    room(page).get_by_label("Why").press("Enter")
    expect(mine).to_contain_text("by 1 Mar 2027. Changed on 20 Oct 2026: We lend them after all.")


@pytest.mark.parametrize(
    "size", [WALL, *(every_run(size, often=False) for size in (DESKTOP, PHONE))], ids=lambda size: str(size["width"])
)
def test_it_fits_a_wall_and_a_desk_without_scrolling_and_a_phone_without_going_sideways(visit, size):
    page = visit.page
    page.set_viewport_size(size)
    begun(visit)
    for n in range(len(usual()) + 1):
        wide, tall = room(page).evaluate("d => [d.scrollWidth - d.clientWidth, d.scrollHeight - d.clientHeight]")
        assert wide <= 0 and (tall <= 0 or size == PHONE), title(page)
        picture(page, f"meeting_{n}")
        if size == WALL:
            sizes = room(page).evaluate(
                """d => [...d.querySelectorAll('.m-shown *')].filter(e => e.checkVisibility() && [...e.childNodes]
                .some(n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize))"""
            )
            assert min(sizes, default=18) >= 15, "too small for the back of a room"
        page.keyboard.press("PageDown")


def test_back_ends_it_and_reloading_goes_on_with_it(visit):
    page = begun(visit)
    page.keyboard.press("PageDown")
    at = title(page)
    page.reload()
    expect(room(page)).to_be_visible()
    assert title(page) == at
    page.keyboard.press("Escape")
    expect(room(page)).to_be_hidden()
    begun(visit)
    page.go_back()
    expect(room(page)).to_be_hidden()


@pytest.mark.heavy
def test_the_log_finds_a_decision_and_hands_it_over(visit):
    page = begun(visit)
    decide(page, "Report by county from next year on")
    expect(room(page).get_by_text("Recorded.")).to_be_visible()
    page = visit.to("decision-log", **BACKBONE)
    assert "open" in heading(page)
    page.get_by_label("Find words").fill("county nurse")
    page.get_by_label("Find words").press("Enter")
    table = page.get_by_role("region", name="Decisions")
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table).to_contain_text("Report by county from next year on")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download 1 decision").click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("") and "Report by county from next year on,Nurse lead,2026-12-01" in lines[1]
    assert dt.date(2026, 10, 20).isoformat() in lines[1] and "today = 2026-10-20" in DEMO_SETTINGS
