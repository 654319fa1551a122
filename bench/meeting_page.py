"""The scorecard beside a bare Streamlit page with one Plotly chart, and beside one with a title alone, in one run.

    python bench/meeting_page.py [--data FOLDER] [--people N] [--times N]

Without a folder (one that `concord demo` made will do) a demo is made first. Cold: a browser that has nothing of the
app's; warm: the same page asked for again. A page is there when all rows (the chart's points, the title) are drawn and
a frame has passed. The server has served each page once before. Rows at most 0.8 times the chart's page, 1.5 times the
title's; at most 250 kB over the websocket; a row opens within 100 ms, and without the server: what it does meanwhile takes at most 5 ms of processor time.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from machine import ROOT, apart, show
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(ROOT))  # before the pages.py beside this file

from concord.serve_command import server_options
from tests.conftest import _released, accepted
from tests.support.chromium import CHROMIUM_FLAGS, chromium
from tests.support.running_server import answers, free_port, running

TIMES, RERUNS = 7, 40
CHART = """
import plotly.graph_objects as go
import streamlit as st
st.title("A chart")
st.plotly_chart(go.Figure({"type": "scatter", "mode": "lines+markers", "y": [3, 1, 2]}), theme=None)
"""
TITLE = 'import streamlit as st\nst.title("A title")\n'
ROWS, POINTS, HEAD = ".m-row:last-child, .m-measure:last-of-type .m-row", ".js-plotly-plot .points path", "h1"
# By the page's own clock: a driver that looks again and again, after 100, 250, 500 ms, tells a page 400 ms too late.
WATCH = """(() => {
    const there = () => document.querySelector('%s') && (watch.disconnect(), requestAnimationFrame(() =>
        setTimeout(() => { window.thereAfter = performance.now() }, 0)))
    const watch = new MutationObserver(there)
    watch.observe(document, {subtree: true, childList: true})
})()"""
OPEN = """() => new Promise(done => {
    const button = document.querySelector('.m-measure:nth-of-type(2) .m-open'), start = performance.now()
    button.click()
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0))
})"""
# What one presses on the scorecard runs nothing on the server. Going back to an address without a # runs all of it.
RERUN = "() => { history.replaceState(null, '', location.pathname); dispatchEvent(new PopStateEvent('popstate')) }"


@contextlib.contextmanager
def bare(script: str, folder: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A page of Streamlit alone: its address and its server."""
    path = folder / f"bare_{port}.py"
    path.write_text(script)
    ours = (
        "server.",
        "browser.",
        "runner.",
    )  # of the last: to look for garbage after each rerun costs ten times the page
    plain = [f"--{name}={value}" for name, value in server_options().items() if name.startswith(ours)
             and isinstance(value, str | int | float) and name not in ("server.address", "server.port")]  # fmt: skip
    options = [*plain, "--server.headless=true", "--browser.gatherUsageStats=false", f"--server.port={port}"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", path, *map(str, options)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        answers(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait(timeout=30)


def seen(page: Page, url: str, what: str) -> float:
    """Ms from asking for a page until it is there; in a page that `WATCH`es for it."""
    page.goto(url, wait_until="commit")
    page.locator(what).first.wait_for(timeout=60_000)
    page.wait_for_function("window.thereAfter !== undefined")
    return float(page.evaluate("window.thereAfter"))


def cold_and_warm(browser: Browser, url: str, what: str) -> tuple[float, float]:
    """Ms of one visit with an empty browser, and of the next."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH % what)
    times = seen(page, url, what), seen(page, url, what)
    context.close()
    return times


def work(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def inside(browser: Browser, url: str, pid: int) -> tuple[int, list[float], float, float]:
    """Bytes of the websocket until the rows are there; ms of opening a row; ms of the server's processor time for a row
    opened and closed, and for a whole rerun of the page."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(WATCH % ROWS)
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    seen(page, url, ROWS)
    page.wait_for_timeout(1500)
    sent, opened = sum(received), []

    def idle() -> None:
        page.wait_for_timeout(200)

    def press() -> None:
        opened.append(page.evaluate(OPEN))
        page.wait_for_timeout(150)
        page.evaluate(OPEN)  # closed again
        page.wait_for_timeout(50)

    def rerun() -> None:
        page.evaluate(RERUN)
        page.wait_for_timeout(200)

    spent, took = [], []
    for act in (idle, press, rerun):
        before, start = work(pid), time.perf_counter()
        for _ in range(RERUNS):
            act()
        page.wait_for_timeout(1000)
        spent.append(1000 * (work(pid) - before))
        took.append(time.perf_counter() - start)
    page.close()
    # What the server does of its own accord in as long: on a busy machine an act takes longer than its pauses.
    of_itself = [spent[0] / took[0] * seconds for seconds in took]
    return sent, opened, (spent[1] - of_itself[1]) / RERUNS, (spent[2] - of_itself[2]) / RERUNS


def made(folder: Path, people: int) -> None:
    _released(accepted(folder, people), folder / "shown", 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=TIMES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        if asked.data is None:
            apart(made, Path(name), asked.people)
        folder = asked.data or Path(name) / "shown"
        found: dict[str, list[tuple[float, float]]] = {"scorecard": [], "chart": [], "title": []}
        with (
            running(folder) as (ours, process), bare(CHART, Path(name), free_port()) as (chart, _),
            bare(TITLE, Path(name), free_port()) as (title, _), sync_playwright() as playwright,
        ):  # fmt: skip
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            places = {"scorecard": (ours, ROWS), "chart": (chart, POINTS), "title": (title, HEAD)}
            for n in range(asked.times + 1):
                for what, (url, there) in places.items():
                    both = cold_and_warm(browser, url, there)
                    if n:  # the first visit fills the server's caches
                        found[what].append(both)
            sent, opened, pressed, rerun = inside(browser, ours, process.pid)
            browser.close()
    mid = {what: [statistics.median(one[k] for one in times) for k in (0, 1)] for what, times in found.items()}
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    show(f"The scorecard's rows, medians of {asked.times} ({busy})", [
        *((f"{what}, cold and warm", f"{cold:5.0f} and {warm:5.0f} ms") for what, (cold, warm) in mid.items()),
        *((f"beside the {what} (at most {most})", " and ".join(f"{mid['scorecard'][k] / mid[what][k]:.2f}"
           for k in (0, 1))) for what, most in (("chart", 0.8), ("title", 1.5))),
        ("over the websocket (at most 250 kB)", f"{sent / 1000:.0f} kB"),
        ("a row opens (at most 100 ms)", f"{statistics.median(opened):.0f} ms (from {min(opened):.0f} to {max(opened):.0f})"),
        ("the server's processor time for it (at most 5 ms)", f"{pressed:.1f} ms"),
        ("and for a whole rerun of the page", f"{rerun:.1f} ms"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
