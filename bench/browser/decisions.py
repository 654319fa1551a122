"""How long a decision of a meeting takes to be stored: from the key Enter to "Recorded", in a real browser.

    python bench/browser/decisions.py [--data FOLDER] [--times N]

Without a folder (one that `concord demo` made will do; it is copied) a demo of 20,000 people is made first. At most
400 ms each. The server is then killed and started again: every decision has to be there.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, apart, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

from meeting_page import made

from schemas.policy.viewer import Viewer
from tests.support.chromium import CHROMIUM_FLAGS, chromium, settled
from tests.support.running_server import running
from workflow import administering
from workflow.deciding import recording

TIMES, MOST_MS = 20, 400
STORED = """words => new Promise(done => {
    const room = document.querySelector('.m-meeting'), start = performance.now()
    const told = () => [...room.querySelectorAll('li')].some(one => one.textContent.includes(words))
    const seen = new MutationObserver(() => { if (told()) { seen.disconnect(); done(performance.now() - start) } })
    seen.observe(room, {childList: true, subtree: true, characterData: true})
    room.querySelector('form').requestSubmit()
})"""


def stored(browser: Browser, url: str, times: int) -> list[float]:
    """Ms of each of so many decisions about the first measure."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{url}/?as=backbone")
    settled(page)
    page.get_by_role("button", name="Start meeting").click()
    room, found = page.get_by_role("dialog", name="Meeting"), []
    for n in range(times):
        words = decision(n)
        for label, value in (("Decision", words), ("Who does it", "Nurse lead"), ("By when", "2026-12-01")):
            room.get_by_label(label).fill(value)
        found.append(page.evaluate(STORED, words))
        page.wait_for_timeout(300)
    page.close()
    return found


def decision(n: int) -> str:
    return f"Call everyone within {n + 2} days of going home"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=TIMES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name) / "shown"
        if asked.data is None:
            apart(made, Path(name), asked.people)
        else:
            shutil.copytree(asked.data, folder, ignore=shutil.ignore_patterns("*.sock"))
        with running(folder) as (url, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            times = stored(browser, url, asked.times)
            browser.close()
            process.kill()
            process.wait(30)
        store = administering.open_partnership(folder)
        kept = {one.first.agreed.words for one in recording.read_decisions(store, Viewer(role="backbone"))}
        store.close()
    lost = sum(decision(n) not in kept for n in range(asked.times))
    show(f"A decision is stored ({os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy)", [
        (f"median (at most {MOST_MS} ms)", f"{statistics.median(times):.0f} ms"),
        ("fastest and slowest", f"{min(times):.0f} and {max(times):.0f} ms"),
        ("lost when the server was killed after them", str(lost)),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
