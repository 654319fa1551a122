"""The chooser of files in a real Chromium: progress, stopping, dropping, the keyboard, a phone, and the file given back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.ledger.data_folder import make_folder
from tests.support.chromium import BOTH_LOOKS, choose, focused, press, settled, wide
from tests.support.running_server import ROOT, running

pytestmark = pytest.mark.browser
SETTINGS = 'name = "Test"\ndemo = true\ntoday = 2026-10-20\n[[partners]]\nid = "alder"\nname = "Alder Clinic"\nkind = "clinic"\n'
MISTAKES = ROOT / "data" / "examples" / "blood_pressure_mistakes.csv"


@dataclass(frozen=True)
class Running:
    """The app on a partnership of one clinic."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("small") / "var"
    make_folder(folder, SETTINGS)
    with running(folder, folder.parent / "server.log") as (url, _):
        yield Running(url, folder)


def lies(folder: Path) -> int:
    """How many files wait on the server's disk."""
    return len(list((folder / "incoming").glob("*")))


def large_readings(path: Path, rows: int) -> Path:
    days = [f"2026-07-{n:02d}" for n in range(1, 32)]
    lines = (f"F-{n % 5000:05d},{days[n % 31]},{110 + n % 60},{60 + n % 30},office" for n in range(rows))
    path.write_text("\n".join(["patient_id,measured_on,systolic,diastolic,setting", *lines, "F-1,2026-07-01,soon,80,"]))
    return path


@pytest.mark.parametrize("visit", BOTH_LOOKS, indirect=True)
def test_a_large_file_streams_with_its_progress_and_can_be_stopped_and_gone_back_to(visit, demo, tmp_path):
    page, before = visit.to("send-data", **{"as": "alder", "dataset": "blood_pressure"}), lies(demo.folder)
    file = large_readings(tmp_path / "large.csv", 300_000)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2 << 20}
    line.send("Network.emulateNetworkConditions", slow)
    page.locator("input[type=file]").set_input_files(str(file))
    bar = page.get_by_role("progressbar", name="large.csv")
    expect(bar).to_be_visible()
    expect(page.get_by_text(re.compile(r"[\d.,]+ [km]B of [\d.]+ MB", re.IGNORECASE))).to_be_visible()
    assert wide(page) <= 0
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nothing was kept.")).to_be_visible()
    assert "Choose a file" in focused(page)
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    choose(page, file)
    expect(page.locator("h1")).to_have_text("1 of 300,001 rows will lose a value unless fixed")
    assert lies(demo.folder) == before + 1, "what was stopped is gone"
    with page.expect_download() as given:
        page.get_by_role("button", name="Your file with findings (CSV)").click()
    lines = Path(given.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 300_002 and "not a number" in lines[-1].lower()
    page.mouse.move(0, 0)  # what the button says of itself lies over the next one
    settled(page)
    press(page, "Back to the file")
    expect(page.get_by_text("large.csv", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Check the file")).to_be_enabled()
    assert wide(page) <= 0
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("button", name="Check the file")).to_be_disabled()
    settled(page)
    assert lies(demo.folder) == before


def test_a_chooser_says_what_it_cannot_take_and_takes_what_is_dropped(visit, demo, tmp_path):
    page = visit.to("send-data", **{"as": "alder", "dataset": "blood_pressure"})
    (tmp_path / "empty.csv").write_bytes(b"")
    page.locator("input[type=file]").set_input_files(str(tmp_path / "empty.csv"))
    expect(page.get_by_role("status").get_by_text("empty.csv is empty: choose another file.")).to_be_visible()
    drop(page, "a.csv", "b.csv")
    expect(page.get_by_text("One file at a time; several can go in one zip file.")).to_be_visible()
    drop(page, "a.csv")
    expect(page.locator("h1")).to_have_text("1 of 1 row cannot be used: too many to go on")
    settled(page)


def drop(page: Page, *names: str) -> None:
    """Drop files with one bad row on the chooser."""
    page.get_by_role("group", name="Your file").evaluate(
        """(box, names) => {
            const dataTransfer = new DataTransfer()
            for (const name of names) dataTransfer.items.add(new File(["patient_id,measured_on,systolic\\nA1,soon,1\\n"], name))
            box.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }))
        }""",
        list(names),
    )


@pytest.mark.heavy
def test_the_chooser_is_reached_and_worked_by_the_keyboard(visit, demo):
    page = visit.to("send-data", **{"as": "alder", "dataset": "blood_pressure"})
    with page.expect_file_chooser() as opened:
        page.get_by_role("button", name="Choose a file").press("Enter")
    opened.value.set_files(str(MISTAKES))
    expect(page.locator("[aria-current=step]")).to_contain_text("Fix")
    settled(page)
