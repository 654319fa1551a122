"""The real pages in a real Chromium: signs of life, a file with mistakes, a good file, the keyboard, a phone."""

import datetime as dt
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import duckdb
import pytest
import xlsxwriter
from playwright.sync_api import expect

from data.demo.partner_files import DemoFile
from metrics.indicators import indicators
from tests.conftest import copied
from tests.support.chromium import DESKTOP, PHONE, choose, every_run, focused, heading, press, settled, wide
from tests.support.running_server import running

pytestmark = pytest.mark.browser

PAGES = {
    "Scorecard": "",
    "Indicator": "measure",
    "Partners": "partner-comparison",
    "Equity": "equity-gaps",
    "Actions": "action-log",
    "Decisions": "decision-log",
    "Submit data": "send-data",
    "Calendar": "reporting-calendar",
    "Quality": "data-quality",
    "Methods": "how-it-is-measured",
}
OFTEN = ("", "send-data")
"""Those that are opened in each run; the others are drawn without a browser in each run, and in one among the heavy
cases."""


@dataclass(frozen=True)
class Demo:
    """A running app on a demo of its own."""

    url: str
    folder: Path
    mistakes: DemoFile
    right: DemoFile


@pytest.fixture(scope="module")
def demo(made_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    mine = copied(made_demo, folder / "var")
    with running(mine.folder, folder / "server.log") as (url, _):
        yield Demo(url, mine.folder, *mine.files[-2:])


def released(folder: Path) -> tuple[int, str]:
    """The current release and its partnership's newest closed blood-pressure rate, as the shared edition has it."""
    number = json.loads((folder / "releases" / "current.json").read_text())["release"]
    with duckdb.connect(str(folder / "releases" / f"{number:04d}" / "shared.duckdb"), read_only=True) as edition:
        row = edition.execute(
            """SELECT rate FROM results WHERE indicator = 'bp_control' AND scope = 'partnership'
               AND period_kind = 'year' AND stratifier = 'all' AND closed ORDER BY period_end DESC LIMIT 1"""
        ).fetchone()
    assert row
    return number, f"{row[0]:.1%}"


@pytest.mark.parametrize("path", [every_run(path, path in OFTEN) for path in PAGES.values()], ids=PAGES)
def test_a_page_shows_signs_of_life(visit, path):
    """On a desktop, and then on a phone turned dark: drawn for both, wider than neither."""
    page = visit.to(path, **{"as": "fenwick_flats"})
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        settled(page)
        assert len(heading(page)) > 10
        assert page.locator("h1").count() == 1
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert wide(page) <= 0, scheme


@pytest.mark.heavy
def test_an_earlier_address_opens_its_page_with_what_it_had_selected(visit):
    """One in the browser; tests/pages/test_addresses.py asks the server for every one in each run."""
    selected = {"as": "fenwick_flats", "indicator": "systolic_diabetes"}
    page = visit.to("detail", **selected)
    at = urlsplit(page.url)
    assert at.path == "/measure"
    assert dict(parse_qsl(at.query)) | selected == dict(parse_qsl(at.query))
    assert indicators()["systolic_diabetes"].title in heading(page)


@pytest.mark.heavy
def test_one_press_on_back_leads_to_the_choice_before_and_the_next_off_the_page(visit):
    """What a page shows of itself is no step of the history: Back would lead to the same view, and never away."""
    page = visit.to("", **{"as": "fenwick_flats"})
    scorecard = heading(page)
    page.get_by_role("link", name="Equity", exact=True).click()
    expect(page).to_have_url(re.compile("/equity-gaps"))
    settled(page)
    views = [(page.url, heading(page))]
    for label in (indicators()[name].title for name in ("connected_to_help", "bp_control")):
        page.get_by_role("radio", name=label, exact=True).click()
        expect(page.locator("h1")).not_to_have_text(views[-1][1])
        settled(page)
        views.append((page.url, heading(page)))
    assert len({url for url, _ in views}) == len({words for _, words in views}) == 3
    for url, words in reversed(views[:-1]):
        page.go_back()
        expect(page.locator("h1")).to_have_text(words)
        settled(page)
        assert page.url == url
    page.go_back()
    expect(page.locator("h1")).to_have_text(scorecard)


@pytest.mark.heavy
def test_someone_who_may_not_send_is_told_so(visit):
    page = visit.to("send-data")
    assert "sent by the partners" in heading(page)
    expect(page.locator("input[type=file]")).to_have_count(0)


def test_a_file_with_mistakes_is_read_back_by_row_and_column(visit, demo):
    page = visit.to("send-data", **{"as": "fenwick_flats", "dataset": "blood_pressure"})
    choose(page, demo.mistakes.path)
    assert re.search(r"^\d+ of [\d,]+ rows (?:will not count unless fixed|cannot be used)", heading(page))
    cause = page.get_by_test_id("stExpander").filter(has_text="This word or code is not")
    cause.locator("summary").click()
    expect(cause.get_by_text("How to fix it")).to_be_visible()
    table = page.get_by_role("region", name="This word or code is not on the column's list")
    assert {"exam room 4"} == set(table.locator("tbody td:nth-child(3)").all_inner_texts())
    wrong = [n for n, line in enumerate(demo.mistakes.path.read_text().splitlines(), 1) if "exam room 4" in line]
    assert [int(n) for n in table.locator("tbody td:nth-child(1)").all_inner_texts()] == wrong
    press(page, "Choose the fixed file")
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    expect(page.get_by_text(demo.mistakes.path.name)).to_have_count(0)


def test_the_keyboard_alone_leads_through_the_steps(visit, demo, tmp_path):
    page = visit.to("send-data", **{"as": "fenwick_flats", "dataset": "blood_pressure"})
    (tmp_path / "one_bad_row.csv").write_bytes(demo.right.path.read_bytes() + b"F-00001,,130,80,\n")
    choose(page, tmp_path / "one_bad_row.csv")
    tick = page.get_by_role("checkbox")
    tick.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Preview")).to_be_enabled()
    settled(page)
    page.keyboard.press("Tab")
    assert "Preview" in focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on to accept")).to_be_visible()
    settled(page)
    assert "Go on to accept" in focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_visible()
    settled(page)
    page.keyboard.press("Tab")
    assert "Back to the preview" in focused(page)
    page.keyboard.press("Tab")
    assert "Accept" in focused(page)
    press(page, "Discard")


def test_a_good_file_is_accepted_and_moves_no_closed_figure(visit, demo):
    release, rate = released(demo.folder)
    page = visit.to("measure", **{"as": "fenwick_flats", "indicator": "bp_control"})
    assert rate in page.get_by_test_id("stMain").inner_text()
    page = visit.to("send-data", **{"as": "fenwick_flats", "dataset": "blood_pressure"})
    choose(page, demo.right.path)
    assert re.search(r"would move from [\d.]+% to [\d.]+%", heading(page))
    press(page, "Go on to accept")
    page.get_by_role("button", name="Accept", exact=True).dblclick()
    expect(page.locator("h1")).to_contain_text(f"release {release + 1}")
    settled(page)
    now, stays = released(demo.folder)
    assert now == release + 1 and stays == rate
    for path in ("measure", ""):
        page = visit.to(path, **{"as": "fenwick_flats", "indicator": "bp_control"})
        assert stays in page.get_by_test_id("stMain").inner_text()


@pytest.mark.heavy
def test_a_submission_is_withdrawn_only_after_a_yes(visit, demo):
    before, _ = released(demo.folder)
    page = visit.to("send-data", **{"as": "good_furrow"})
    press(page, "Withdraw")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Its rows stop counting")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    assert released(demo.folder)[0] == before
    press(page, "Withdraw")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn", exact=True).first).to_be_visible()
    assert released(demo.folder)[0] == before + 1


def messy_book(path: Path, seed: int) -> None:
    """A spreadsheet as a clinic's system gives it: a cover sheet, a title, foreign headers, real dates, units, words
    of its own, two mistakes, and a total and a note below."""
    rng = random.Random(seed)
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("About").write(0, 0, "Export of the clinic's system")
    sheet, day = book.add_worksheet("BP export"), book.add_format({"num_format": "m/d/yyyy"})
    sheet.write(0, 0, "Blood pressures, third quarter")
    sheet.write_row(
        3, 0, ["Pt MRN", "Date Taken", "BP Systolic\n(mmHg)", "BP Diastolic\n(mmHg)", "Where taken", "Remarks"]
    )
    places = ["Office", "Clinic visit", "Home monitor", "ED"]
    for n in range(60):
        sheet.write_string(4 + n, 0, f"{rng.randrange(10**6):06d}")
        sheet.write_datetime(4 + n, 1, dt.datetime(2026, 7, 1) + dt.timedelta(days=rng.randrange(92)), day)
        sheet.write(4 + n, 2, f"{rng.randrange(105, 170)} mmHg" if n % 9 == 0 else rng.randrange(105, 170))
        sheet.write(4 + n, 3, "N/A" if n % 11 == 0 else rng.randrange(60, 90))
        sheet.write(4 + n, 4, places[n % len(places)])
    sheet.write(20, 2, "one thirty")
    sheet.write(30, 3, 7.9)
    sheet.write_row(64, 0, ["Total", None, 60])
    sheet.write(66, 0, "Source: clinic system, report 114")
    book.close()


@pytest.mark.heavy
def test_a_messy_spreadsheet_is_accepted_in_minutes_and_asks_nothing_the_next_time(visit, demo, tmp_path):
    began = time.monotonic()
    messy_book(tmp_path / "messy.xlsx", seed=1)
    page = visit.to("send-data", **{"as": "fenwick_flats", "dataset": "patients"})
    page.locator("input[type=file]").set_input_files(str(tmp_path / "messy.xlsx"))
    expect(page.get_by_text("What do these columns mean?")).to_be_visible()
    expect(page.get_by_label("“BP Systolic (mmHg)”", exact=False).first).to_be_visible()
    settled(page)
    press(page, "Check the file")
    expect(page.locator("h1")).to_contain_text("1 question before this file can count")
    settled(page)
    page.get_by_text("They are our patients").click()  # the health fair's visitors are on no list yet
    expect(page.get_by_role("button", name="Check again with these answers")).to_be_enabled()
    press(page, "Check again with these answers")
    expect(page.locator("h1")).to_contain_text("Nothing blocks this file")
    settled(page)
    page.get_by_text("Fix 2 rows here").click()
    grid = page.locator("canvas:visible").first
    page.wait_for_timeout(600)  # the fold opens with a movement
    page.get_by_role("button", name="Check again").scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + 40, box["y"] + 52)  # the first row's number
    page.wait_for_timeout(400)
    for keys in (["ArrowRight"] * 3 + ["1", "3", "0", "Enter"], ["ArrowRight", "7", "9", "Enter"]):
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(80)  # the table takes keys one by one
        page.wait_for_timeout(500)
        settled(page)
    expect(page.get_by_role("button", name="Check again")).to_be_enabled()
    press(page, "Check again")
    settled(page)  # the heading is the same before and after
    expect(page.locator("h1")).to_contain_text("Nothing blocks this file")
    press(page, "Preview")
    settled(page)
    press(page, "Go on to accept")
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_disabled()
    while page.get_by_role("button", name="Keep this reason").count():
        page.get_by_label("Fix it in the file, or say why").first.fill("A first export of the health fair alone.")
        press(page, "Keep this reason")
    page.get_by_role("button", name="Accept", exact=True).click()
    settled(page)
    expect(page.locator("h1")).to_contain_text("Accepted")
    assert time.monotonic() - began < 300
    messy_book(tmp_path / "next.xlsx", seed=2)
    page = visit.to("send-data", **{"as": "fenwick_flats", "dataset": "blood_pressure"})
    page.locator("input[type=file]").set_input_files(str(tmp_path / "next.xlsx"))
    # What is known is checked at once. Columns and words ask nothing again. Strangers are asked about in each file: whose they are no answer can settle.
    expect(page.locator("h1")).to_contain_text("1 question before this file can count")
    expect(page.get_by_text("They are our patients")).to_be_visible()
