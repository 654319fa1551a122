"""What a rerun of each page costs the server: ms of processor time, less what it does of its own accord meanwhile.

    python bench/browser/page_reruns.py [--data FOLDER] [--times N] [--only WORD ...]

Without a folder (one that `concord demo` made will do) a demo is made first. A rerun is what any press leads to: the
page's whole script runs again, and what changed goes to the browser. At most 40 ms each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

from meeting_page import work

from docs.screenshots import PAGES
from tests.support.chromium import CHROMIUM_FLAGS, chromium, settled
from tests.support.running_server import running

TIMES, MOST_MS, PAUSE_MS = 20, 40, 400
RERUN = """() => {
    history.replaceState(null, '', location.pathname + location.search)
    dispatchEvent(new PopStateEvent('popstate'))
}"""


def reruns(browser: Browser, url: str, pid: int, times: int) -> float:
    """Ms of processor time for one rerun of the page there."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    settled(page)
    spent = []
    for press in (lambda: None, lambda: page.evaluate(RERUN)):
        press()
        page.wait_for_timeout(1500)
        before = work(pid)
        for _ in range(times):
            press()
            page.wait_for_timeout(PAUSE_MS)
        page.wait_for_timeout(1500)
        spent.append(work(pid) - before)
    page.close()
    return 1000 * (spent[1] - spent[0]) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", nargs="*", default=list(PAGES))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = asked.data or Path(name) / "var"
        if asked.data is None:
            demo = ["demo", "--data", str(folder), "--practice-files", f"{name}/files"]
            subprocess.run([sys.executable, "-m", "concord", *demo], check=True, cwd=ROOT)
        with running(folder) as (url, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            found = [(page, reruns(browser, f"{url}/{PAGES[page]}", process.pid, asked.times)) for page in asked.only]
            browser.close()
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    rows = sorted(found, key=lambda one: -one[1])
    show(f"A rerun, ms of processor time, at most {MOST_MS} ({busy})", [(page, f"{ms:5.0f} ms") for page, ms in rows])


if __name__ == "__main__":
    main()
