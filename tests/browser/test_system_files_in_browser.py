"""Whole files as the field's systems export them, sent by a partner's data person in a real Chromium.

Each is accepted in under three minutes with at most five questions, the next quarter's of the same system with none.
What then counts is what truly happened, unit row by unit row.
"""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from data.ledger.store import Store
from tests.support.chromium import PATIENCE, heading, picture, press, settled, wide
from tests.support.exporting.made_records import Records
from tests.support.exporting.system_files import SYSTEMS, Export
from tests.support.exporting.told_truth import unit_rows
from tests.support.new_partnerships import new_folder
from tests.support.partnerships import Row, as_csv
from tests.support.running_server import running
from workflow import accepting, administering, submitting

pytestmark = [pytest.mark.browser, pytest.mark.heavy]
SEED, QUARTERS = 7, (1, 2)
MOST_QUESTIONS, MOST_SECONDS = 5, 180
SETTINGS = """name = "Test"
demo = true
today = 2026-07-20
[[partners]]
id = "alder"
name = "Alder Clinic"
hospitals = ["North Campus", "South Campus"]
"""


@dataclass(frozen=True)
class Played:
    """How sending a file went: its questions, as they were asked, how long it took, what was told, and the receipt."""

    questions: list[str]
    seconds: float
    told: str
    receipt: str


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.set_default_timeout(PATIENCE)
    yield tab
    tab.close()


def test_the_file_of_a_system_is_accepted_with_few_questions_and_the_next_one_with_none(system, page, tmp_path):
    files = [SYSTEMS[system](SEED, quarter) for quarter in QUARTERS]
    folder, beside = new_folder(tmp_path / "var", SETTINGS), tmp_path / "truth"
    with_the_rest(folder, files)
    shutil.copytree(folder, beside)
    with running(folder, tmp_path / "server.log") as (url, _):
        first, second = (sent(page, url, file, tmp_path) for file in files)
    print(system, [(p.seconds, p.questions) for p in (first, second)])
    assert len(first.questions) <= MOST_QUESTIONS and first.seconds < MOST_SECONDS, first
    assert second.questions == [], second
    for played, file in zip((first, second), files, strict=True):
        assert f"{len(file.truth):,} rows of" in played.receipt, played.receipt
        assert all_rows_are_told(played, len(file.truth)), played.told
    counted, expected = opened(folder), opened(beside)
    try:
        for file in files:
            accept(expected, file.dataset, file.truth)
        assert len(unit_rows(expected)) > 100
        assert unit_rows(counted) == unit_rows(expected)
    finally:
        counted.close()
        expected.close()


def with_the_rest(folder: Path, files: list[Export]) -> None:
    """What else the partner has sent of the same people, in our own templates."""
    store = opened(folder)
    start = files[0].truth[0]["patient_id"].rstrip("0123456789")
    plain = [Records(SEED, quarter, start).plain() for quarter in QUARTERS]
    for dataset in plain[0]:
        if dataset != files[0].dataset:
            rows = [row for each in (plain[:1] if dataset == "patients" else plain) for row in each[dataset]]
            accept(store, dataset, rows)
    store.close()


def accept(store: Store, dataset: str, rows: list[Row]) -> None:
    checked = submitting.check(store, as_csv(dataset, rows), dataset, "alder")
    assert checked.submission and checked.report.rows_kept == len(rows), checked.report.table
    accepting.accept_many(store, [checked.submission])


def opened(folder: Path) -> Store:
    return administering.open_partnership(folder)


def all_rows_are_told(played: Played, kept: int) -> bool:
    """Whether each row of the file is kept, or told as blocked or left out; a file without a finding has no others."""
    if not played.told:
        return True
    rows, out, blocked = (
        [int(n.replace(",", "")) for n in re.findall(form, played.told)]
        for form in (r"· ([\d,]+) rows?", r"([\d,]+) rows? left out", r"([\d,]+) rows? blocked")
    )
    return rows[0] == kept + sum(out) + sum(blocked)


def sent(page: Page, url: str, file: Export, folder: Path) -> Played:
    """Choose the file, answer what is asked, accept."""
    path = folder / file.name
    path.write_bytes(file.file)
    page.goto(f"{url}/send-data?as=alder&dataset={file.dataset}")
    page.locator("h1").first.wait_for()
    settled(page)
    began, asked = time.monotonic(), list[str]()
    page.locator("input[type=file]").set_input_files(str(path))
    at_rest(page)
    expect(page.get_by_text(re.compile("Looking at|Looked at"))).to_have_count(0)
    at_rest(page)
    shown(page, file, "1")
    if "Choose" in page.locator("[aria-current=step]").inner_text():
        asked += answered(page, file)
        shown(page, file, "2")
        press(page, "Check the file")
        at_rest(page)
    for round_ in "34":
        shown(page, file, round_)
        if "Fix" not in page.locator("[aria-current=step]").inner_text() or not (more := answered(page, file)):
            break
        asked += more
        press(page, "check again")
        at_rest(page)
    told = ""
    if "Fix" in page.locator("[aria-current=step]").inner_text():
        told = page.locator("[data-testid=stMain]").inner_text()
        press(page, "Preview")
    shown(page, file, "5")
    press(page, "Go on to accept")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Accepted")
    settled(page)
    shown(page, file, "6")
    return Played(asked, time.monotonic() - began, told, page.locator(".st-key-receipt").inner_text())


def at_rest(page: Page) -> None:
    """Wait until nothing runs, and nothing begins to run within a moment."""
    for _ in range(3):
        page.wait_for_timeout(300)
        settled(page)


def shown(page: Page, file: Export, step: str) -> None:
    assert wide(page) <= 0
    picture(page, f"{file.system}_{file.name.split('.')[0].replace(' ', '_')}_{step}")


def answered(page: Page, file: Export) -> list[str]:
    """Answer what is asked on the page, as far as its sender has an answer of its own; the questions."""
    questions = []
    boxes = page.locator(".st-key-body, [data-testid=stMain]").first.locator("[data-testid=stSelectbox]")
    for n in range(boxes.count()):
        box = boxes.nth(n)
        label = box.locator("label").first.inner_text() if box.is_visible() else ""
        if re.search("“|same in every row", label):
            questions.append(label)
            if answer := answer_to(file, label):
                take(page, box, answer)
    groups = page.locator("[class*=st-key-order_]")
    for n in range(groups.count()):
        label = groups.nth(n).locator("label").first.inner_text()
        questions.append(label)
        groups.nth(n).get_by_role("radio", name="Month first").or_(
            groups.nth(n).get_by_text("Month first")
        ).first.click()
        settled(page)
    assert heading(page)
    return questions


def take(page: Page, box: Locator, answer: str) -> None:
    box.get_by_role("combobox").first.click()
    page.get_by_role("option", name=answer, exact=True).click()
    settled(page)


def answer_to(file: Export, label: str) -> str | None:
    """What its sender answers; None for a guess that stands."""
    return next((answer for part, answer in file.answers.items() if part in label), None)
