"""Two exports as other systems give them, played through in a real Chromium by someone who has read nothing.

With CONCORD_PICTURES=FOLDER each step is kept as a picture.
"""

import datetime as dt
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from data.ledger.data_folder import make_folder
from tests.browser.test_upload_in_browser import Running
from tests.support.chromium import BOTH_LOOKS, PHONE, picture, press, settled, wide
from tests.support.running_server import running

pytestmark = pytest.mark.browser
SETTINGS = """
name = "Test"
demo = true
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder Hospital"
[[partners]]
id = "furrow"
name = "Furrow Pantry"
"""
MOST_SECONDS = 300


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("exports") / "var"
    make_folder(folder, SETTINGS)
    with running(folder, folder.parent / "server.log") as (url, _):
        yield Running(url, folder)


def stays(path: Path, seed: int) -> Path:
    """A hospital system's report: a title block, its own names and words, stays that are none, a total, a note."""
    rng, book = random.Random(seed), xlsxwriter.Workbook(path)
    sheet, moment = book.add_worksheet("Report"), book.add_format({"num_format": "mm/dd/yyyy hh:mm"})
    sheet.write_column(0, 0, ["Discharges by Department", "Run on 10/02/2026 07:14", "Date = 7/1/2026 to 9/30/2026"])
    sheet.write_row(4, 0, ["MRN", "Hosp Acct #", "Pt Class", "Hosp Admsn Time", "Hosp Disch Time", "Disch Disp",
                           "Attending Prov", "Primary Dx Code", "LOS (Days)"])  # fmt: skip
    words = ["Home or Self Care", "Home-Health Care Svc", "Skilled Nursing Facility", "Expired", "Rehab Facility"]
    for n in range(80):
        came = dt.datetime(2026, 7, 1, 8) + dt.timedelta(hours=rng.randrange(24 * 85))
        went = came + dt.timedelta(hours=rng.randrange(20, 140))
        kind = ["Inpatient", "Inpatient", "Observation", "Emergency"][n % 4]
        sheet.write_row(5 + n, 0, [f"{rng.randrange(10**6):07d}", 40_012_000 + n, kind])
        sheet.write_datetime(5 + n, 3, came, moment)
        sheet.write_datetime(5 + n, 4, went, moment)
        sheet.write_row(5 + n, 5, [words[n % 5], f"PROV{n % 5}", ["I50.9", "J44.1"][n % 2], (went - came).days])
    sheet.write_row(86, 0, ["Total Encounters:", 80])
    sheet.write(87, 0, "Confidential, for internal use only")
    book.close()
    return path


def screens(path: Path, seed: int) -> Path:
    """A food bank's own sheet, half in Spanish: a column for each question, no word of the questionnaire."""
    rng, book = random.Random(seed), xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet("Encuestas"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write(0, 0, "Banco de alimentos: encuesta")
    sheet.write_row(2, 0, ["ID Cliente", "Fecha de encuesta", "P1. ¿Le preocupó que se acabara la comida?",
                           "P2. ¿La comida no le duró?", "Voluntario"])  # fmt: skip
    for n in range(60):
        sheet.write(3 + n, 0, f"C{rng.randrange(10**5):05d}")
        sheet.write_datetime(3 + n, 1, dt.datetime(2026, 7, 1) + dt.timedelta(days=rng.randrange(90)), day)
        sheet.write_row(3 + n, 2, [rng.choice(["Sí", "No", "A veces"]), rng.choice(["Sí", "No"]), rng.choice("AB")])
    sheet.write_row(64, 0, ["Total", 60])
    book.close()
    return path


def pick(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=False).first
    box.click()
    box.fill(option[:12])
    page.get_by_role("option", name=option, exact=False).first.click()
    settled(page)


def go_on_to_the_end(page: Page, name: str) -> None:
    picture(page, f"{name}_3_fixed")
    for number, step in enumerate(("Preview", "Go on to accept", "Accept"), start=4):
        button = page.get_by_role("button", name=step, exact=True)
        expect(button).to_be_enabled()
        button.click()
        page.wait_for_timeout(150)
        settled(page)
        assert wide(page) <= 0
        picture(page, f"{name}_{number}_{step.lower().replace(' ', '_')}")
    expect(page.locator("h1")).to_contain_text("Accepted")


@pytest.mark.heavy
@pytest.mark.parametrize("visit", BOTH_LOOKS, indirect=True)
def test_a_hospital_systems_report_is_accepted_and_the_next_one_asks_nothing(visit, demo, tmp_path, request):
    who, began = ("alder", "furrow")["phone" in request.node.name], time.monotonic()
    page = visit.to("send-data", **{"as": who, "dataset": "hospital_stays"})
    page.locator("input[type=file]").set_input_files(str(stays(tmp_path / "report.xlsx", seed=1)))
    expect(page.get_by_text("What do these columns mean?")).to_be_visible()
    settled(page)
    picture(page, "stays_1_asked")
    press(page, "Check the file")
    expect(page.locator("h1")).to_contain_text("20 of 82 rows cannot be used")
    picture(page, "stays_2_found")
    pick(page, "“emergency” in stay type", "None of these")
    press(page, "Use these meanings")
    expect(page.locator("h1")).to_contain_text("Nothing has to be fixed")
    go_on_to_the_end(page, "stays")
    assert time.monotonic() - began < MOST_SECONDS
    page = visit.to("send-data", **{"as": who, "dataset": "hospital_stays"})
    page.locator("input[type=file]").set_input_files(str(stays(tmp_path / "next.xlsx", seed=2)))
    expect(page.locator("h1")).to_contain_text("Nothing has to be fixed")


@pytest.mark.heavy
@pytest.mark.parametrize("visit", [("light", PHONE)], ids=["phone"], indirect=True)
def test_a_food_banks_sheet_with_a_column_for_each_question_is_accepted_on_a_phone(visit, demo, tmp_path):
    began, page = time.monotonic(), visit.to("send-data", **{"as": "furrow", "dataset": "food_security"})
    page.locator("input[type=file]").set_input_files(str(screens(tmp_path / "encuestas.xlsx", seed=1)))
    expect(page.get_by_text("Still needed")).to_be_visible()
    expect(page.get_by_role("button", name="Check the file")).to_be_disabled()
    settled(page)
    pick(page, "No column says the instrument", "Hunger Vital Sign")
    picture(page, "screens_1_asked")
    press(page, "Check the file")
    expect(page.locator("h1")).to_contain_text("Nothing has to be fixed")
    go_on_to_the_end(page, "screens")
    assert time.monotonic() - began < MOST_SECONDS
