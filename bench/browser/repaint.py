"""From a click to the new chart, in a real browser on a real server: a filter change may take at most 300 ms.

    python bench/browser/repaint.py [--rows READINGS] [--data FOLDER]

Without a folder (one that `concord demo` made will do) a large partnership is made first. A choice counts as painted
when the chart that answers it shows other words than before and the browser has drawn a frame with them.
"""

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import apart, show
from make_partnership import make_partnership

from metrics.indicators import indicators
from schemas.policy.viewer import EVERYONE
from workflow import administering, reading, releasing

MOST_MS, TIMES = 300, 12
CHROMIUM = os.environ.get("CONCORD_CHROMIUM", "/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
# What a chart says of itself: its texts (names, ticks, labels) and the paths of its marks.
SEEN = """(chart) => [...chart.querySelectorAll('text')].map(t => t.textContent).join('|') +
    [...chart.querySelectorAll('.points path')].map(p => p.getAttribute('transform')).join('|')"""
# Press a choice; resolve with the ms until the chart differs and a frame with it has been drawn.
FIRST, GROUPS = ".js-plotly-plot", "[class*=st-key-detail_groups_] .js-plotly-plot"
PRESS = f"""([key, answer, index]) => new Promise((done, failed) => {{
    const seen = {SEEN}
    const find = () => document.querySelectorAll('.st-key-' + key + ' [role=radio]')[index]
    const chart = () => document.querySelector(answer)
    const before = seen(chart()), start = performance.now()
    find().click()
    const look = () => {{
        const now = chart()
        if (now && now.querySelector('.points path') && seen(now) !== before)
            return requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0))
        if (performance.now() - start > 15000) return failed(new Error('nothing was painted'))
        requestAnimationFrame(look)
    }}
    requestAnimationFrame(look)
}})"""


def published(folder: Path, readings: int) -> None:
    make_partnership(folder, readings)
    store = administering.open_partnership(folder)
    releasing.publish(store)
    store.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The app on a data folder, in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "concord", "serve", "--data", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(f"{url}/_stcore/health")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(address: str) -> None:
    for _ in range(300):
        with contextlib.suppress(URLError, OSError):
            if urllib.request.urlopen(address, timeout=1).status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


def pressed(page: Page, key: str, answer: str, options: list[int]) -> list[float]:
    """Ms of each press of the choices of one control in turn until the chart `answer` is painted, after one round; the
    first option is chosen before."""
    presses = [options[n % len(options)] for n in range(1, TIMES + len(options))]
    taken = []
    for index in presses:
        taken.append(page.evaluate(PRESS, [key, answer, index]))
        page.wait_for_timeout(700)
    return taken[len(options) - 1 :]


def opened(page: Page, url: str, indicator: str) -> None:
    """Open the page of an indicator and wait until it stands."""
    page.goto(f"{url}/measure?indicator={indicator}")
    page.wait_for_selector(".js-plotly-plot .points path")
    page.wait_for_timeout(3000)


def with_figures(folder: Path) -> list[str]:
    """The indicators that have figures; the others have no chart to paint."""
    store = administering.open_partnership(folder)
    found = set(reading.read_results(store, EVERYONE, scope="partnership", stratifier="all")["indicator"])
    store.close()
    return [name for name in indicators() if name in found]


def measure(url: str, shown: list[str]) -> list[tuple[str, list[float]]]:
    """Each kind of choice with its times."""
    places = [n for n, name in enumerate(indicators()) if name in shown]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened(page, url, shown[0])
        groupings = page.locator(f".st-key-by_{shown[0]} [role=radio]").count()
        groups = pressed(page, f"by_{shown[0]}", GROUPS, list(range(groupings)))
        others = pressed(page, "measure_measure", FIRST, places)
        opened(page, url, shown[0])
        lowest = pressed(page, "measure_measure", GROUPS, places)
        browser.close()
    return [
        ("another grouping", groups), ("another indicator", others), ("its last chart, far below", lowest),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        folder = asked.data or Path(name) / "var"
        if asked.data is None:
            apart(published, folder, asked.rows)
        shown = apart(with_figures, folder).result
        with served(folder) as url:
            measured = measure(url, shown)
    at = f"on {asked.data}" if asked.data else f"at {asked.rows:,} readings"
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy"
    show(f"From a click to the new chart {at}, median of {TIMES} (a filter change: at most {MOST_MS} ms; {busy})", [
        (name, f"{statistics.median(times):6.0f} ms (from {min(times):.0f} to {max(times):.0f})")
        for name, times in measured
    ])  # fmt: skip


if __name__ == "__main__":
    main()
