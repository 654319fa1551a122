"""The scorecard in a real Chromium: it fits, a row opens in place and Back closes it, the keyboard, the link, paper."""

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import HOSTILE, Shown
from tests.support.chromium import DESKTOP, PHONE, every_run, focused, settled, wide
from tests.support.partnerships import usual

pytestmark = pytest.mark.browser

COUNT = "text => text.split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length"
TALL = "() => document.querySelector('[data-testid=stMain]').scrollHeight"
ROW = "bp_control"


@pytest.fixture
def demo(shown_demo: Shown) -> Shown:
    return shown_demo


def scorecard(visit, **query: str) -> Page:
    page = visit.to("", **query)
    expect(rows(page)).to_have_count(len(usual()))
    return page


def rows(page: Page) -> Locator:
    return page.locator(".m-row")


def sized(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))


def opener(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=usual()[name].title, exact=True)


def is_open(page: Page, name: str) -> None:
    expect(opener(page, name)).to_have_attribute("aria-expanded", "true")
    expect(page.locator(f"#m-evidence-{name} h2").first).to_be_visible()
    expect(page.locator("[aria-expanded=true].m-open")).to_have_count(1)


def all_closed(page: Page) -> None:
    expect(page.locator("[aria-expanded=true].m-open")).to_have_count(0)
    expect(page.locator(".m-under:visible")).to_have_count(0)


def test_seven_measures_fit_one_screen_of_few_words(visit):
    page = scorecard(visit)
    assert page.evaluate(TALL) <= DESKTOP["height"]
    words = page.get_by_test_id("stMain").evaluate(f"main => ({COUNT})(main.innerText)")
    of_rows = [row.evaluate(f"row => ({COUNT})(row.innerText)") for row in rows(page).all()]
    assert 150 < words <= 450 and max(of_rows) <= 60
    sized(page, {"width": 1920, "height": 1080})
    box = page.locator(".m-table").bounding_box()
    assert box and box["width"] > 0.8 * 1920 and page.evaluate(TALL) <= 1080
    for size, screens in ((PHONE, 1.5), ({"width": 720, "height": 450}, 3)):  # the second: twice its size on a desktop
        sized(page, size)
        settled(page)
        page.wait_for_timeout(300)  # the sidebar folds
        assert wide(page) <= 0 and page.evaluate(TALL) <= screens * size["height"]


def test_a_row_opens_in_place_and_one_back_closes_it(visit):
    page = scorecard(visit)
    page.evaluate("window.same = true")
    opener(page, ROW).click()
    is_open(page, ROW)
    assert page.url.endswith(f"#{ROW}")
    other = "food_screening"
    rows(page).filter(has_text=usual()[other].title).click()  # anywhere in the row
    is_open(page, other)
    page.go_back()
    all_closed(page)
    page.go_forward()
    is_open(page, other)
    opener(page, other).click()
    all_closed(page)
    assert page.evaluate("window.same") is True


@pytest.mark.heavy
def test_a_link_opens_its_row(visit):
    page = visit.page
    page.goto(f"{visit.url}/?as=fenwick_flats#{ROW}")
    is_open(page, ROW)
    opener(page, ROW).click()
    all_closed(page)


@pytest.mark.heavy
def test_an_address_of_old_opens_the_row_too(visit):
    visit.page.goto(f"{visit.url}/standing?as=backbone#{ROW}")
    is_open(visit.page, ROW)


def test_the_keyboard_goes_through_the_rows(visit):
    page = scorecard(visit)
    first, second = (row.locator(".m-open").inner_text() for row in rows(page).all()[:2])
    page.get_by_label("Find a measure").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == first:
            break
    page.keyboard.press("ArrowDown")
    assert focused(page) == second
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=second, expanded=True)).to_be_visible()
    page.keyboard.press("Tab")
    assert focused(page) == "Everything about this measure"
    page.keyboard.press("Escape")
    all_closed(page)
    assert focused(page) == second


def test_rows_their_headers_and_what_is_open_are_told_to_a_screen_reader(visit):
    page = scorecard(visit)
    for size in (DESKTOP, PHONE):  # a list on a phone is still a table to those who do not see it
        sized(page, size)
        row = page.get_by_role("row").filter(has=opener(page, ROW))
        expect(row).to_have_count(1)
        expect(row.get_by_role("rowheader")).to_have_count(1)
        expect(row.get_by_role("button", expanded=False)).to_have_count(1)
    expect(page.get_by_role("columnheader")).to_have_count(0)  # a phone has no heads
    sized(page, DESKTOP)
    expect(page.get_by_role("columnheader")).to_have_count(8)
    assert page.get_by_role("img").count() >= len(usual())


@pytest.mark.heavy
def test_a_search_leaves_what_it_finds_and_a_link_keeps_which_columns_are_off(visit):
    page = scorecard(visit)
    page.get_by_label("Find a measure").fill("readmi")
    expect(page.locator(".m-row:visible")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 found")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Widest gap").uncheck()
    expect(page.get_by_role("columnheader")).to_have_count(7)
    page.goto(page.url)
    expect(rows(page)).to_have_count(7)
    expect(page.get_by_role("columnheader")).to_have_count(7)


@pytest.mark.heavy
def test_a_term_explains_itself(visit):
    page = scorecard(visit)
    page.get_by_role("button", name="Partner to talk to").click()
    expect(page.get_by_role("dialog", name="Partner to talk to")).to_contain_text("It ranks nobody")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Partner to talk to")).to_be_hidden()


def test_a_row_leads_on_and_one_back_returns_to_it(visit):
    page = scorecard(visit, **{"as": "fenwick_flats"})
    opener(page, ROW).click()
    page.locator(f"#m-evidence-{ROW}").get_by_role("link", name="Everything about this measure").click()
    expect(page.locator("h1")).to_contain_text(usual()[ROW].title)
    settled(page)
    assert re.search(rf"/measure\?(?=.*indicator={ROW})(?=.*as=fenwick_flats)", page.url)
    page.go_back()
    is_open(page, ROW)


@pytest.mark.heavy
def test_no_chart_of_plotly_is_fetched_for_it(visit):
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url.lower()))
    scorecard(visit)
    assert asked and [url for url in asked if "plotly" in url] == []


def test_a_name_that_would_be_a_script_is_a_name(visit):
    page = scorecard(visit)
    opener(page, "bp_control").click()
    expect(page.locator(f"#m-evidence-{ROW}").get_by_text(HOSTILE).first).to_be_visible()
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("scheme", [every_run("light", often=False), "dark"])
def test_on_paper_it_is_one_page_and_two_with_a_row_open(visit, scheme):
    page = scorecard(visit)
    page.emulate_media(media="print", color_scheme=scheme)
    settled(page)
    assert sheets(page) == 1
    page.emulate_media(media="screen", color_scheme=scheme)
    opener(page, ROW).click()
    page.emulate_media(media="print", color_scheme=scheme)
    assert sheets(page) <= 2
    assert page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor") == "rgb(255, 255, 255)"


def sheets(page: Page) -> int:
    """Pages of US Letter that a print has."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter")))
