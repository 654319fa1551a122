"""What a rerun of each page costs the server: ms of processor time, less what it does of its own accord meanwhile.

    python bench/browser/page_reruns.py [--data FOLDER] [--times N] [--only WORD ...] [--browser]

Without a folder (one that `concord demo` made will do; it is copied) a demo is made first. A rerun is what any press
leads to: the page's whole script runs again, and what changed goes to the browser. At most 40 ms each, 5 for the
scorecard. One client asks over the line that a browser uses, one rerun after the other, so that other work on the
machine disturbs little; its load is told. With `--browser` Chromium asks instead, which needs a machine of its own.
Beside the pages stands the floor: a page of Streamlit's with a title alone.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

from meeting_page import TITLE, bare, work
from page_line import PageLine

from docs.screenshots import PAGES
from tests.support.chromium import CHROMIUM_FLAGS, chromium, settled
from tests.support.running_server import free_port, running

TIMES, PAUSE_MS = 20, 400
MOST_MS = {page: 5 if page == "scorecard" else 40 for page in PAGES}
FLOOR = "(a title alone)"
RERUN = """() => {
    history.replaceState(null, '', location.pathname + location.search)
    dispatchEvent(new PopStateEvent('popstate'))
}"""


async def over_the_line(url: str, pid: int, address: str, times: int) -> float:
    """Ms of processor time for one rerun of the page there, without a browser."""
    path, _, query = address.partition("?")
    line = PageLine(url)

    async def rerun() -> None:
        async for message in line.page(path, query):
            assert not message.delta.new_element.HasField("exception"), address

    await line.open()
    for _ in range(4):  # the first tells where the pages are, and what is kept is made
        await rerun()
    await asyncio.sleep(1)
    before, start = work(pid), time.monotonic()
    await asyncio.sleep(2)
    of_itself, before, start = (work(pid) - before) / (time.monotonic() - start), work(pid), time.monotonic()
    for _ in range(times):
        await rerun()
    await asyncio.sleep(0.5)
    spent = work(pid) - before - of_itself * (time.monotonic() - start)
    await line.close()
    return 1000 * spent / times


def in_browser(browser: Browser, url: str, pid: int, times: int) -> float:
    """The same, asked by a browser."""
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
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = Path(name) / "var"
        if asked.data is None:
            demo = ["demo", "--data", str(folder), "--practice-files", f"{name}/files"]
            subprocess.run([sys.executable, "-m", "concord", *demo], check=True, cwd=ROOT)
        else:
            shutil.copytree(asked.data, folder, ignore=shutil.ignore_patterns("*.sock"))
        with running(folder) as (url, process), bare(TITLE, Path(name), free_port()) as (title, plain):
            if asked.browser:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                    found = [
                        (p, in_browser(browser, f"{url}/{PAGES[p]}", process.pid, asked.times)) for p in asked.only
                    ]
                    found.append((FLOOR, in_browser(browser, title, plain.pid, asked.times)))
                    browser.close()
            else:
                found = [(p, asyncio.run(over_the_line(url, process.pid, PAGES[p], asked.times))) for p in asked.only]
                found.append((FLOOR, asyncio.run(over_the_line(title, plain.pid, "", asked.times))))
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    rows = sorted(found, key=lambda one: -one[1])
    show(f"A rerun, ms of processor time ({busy})", [
        (page, f"{ms:5.1f} ms" + (f", at most {MOST_MS[page]}" if ms > MOST_MS.get(page, ms) else "")) for page, ms in rows
    ])  # fmt: skip


if __name__ == "__main__":
    main()
