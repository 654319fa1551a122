"""From a file's arrival to its findings on the screen, in a real browser: at most 3 s for 100,000 rows.

    python bench/files/first_findings.py [--rows 100000] [--times 3] [--data FOLDER --partner ID]

Counted from the end of the upload, as the browser has it, until the heading of the findings is drawn. Needs Chromium
(CONCORD_CHROMIUM, or on the path). With --data the file is sent to a partner of that partnership, and left again.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import show
from make_readings import write_readings
from playwright.sync_api import Page, sync_playwright

from data.ledger.data_folder import make_folder
from tests.support.chromium import CHROMIUM_FLAGS, chromium
from tests.support.running_server import running

SETTINGS = 'name = "Bench"\ndemo = true\n[[partners]]\nid = "clinic"\nname = "Clinic"\nkind = "clinic"\n'
MOST_SECONDS = 3
WATCH = """
window.seen = {}
const note = (name) => { window.seen[name] ??= performance.now() }
const send = XMLHttpRequest.prototype.send
XMLHttpRequest.prototype.send = function (...body) {
    note("start")
    this.upload.addEventListener("load", () => note("uploaded"))
    return send.apply(this, body)
}
new MutationObserver(() => {
    const text = document.body?.innerText ?? ""
    if (/Looked at|Looking at/.test(text)) note("looking")
    if (/Checked [\\d,]+ of/.test(text)) note("checking")
    if (/rows? (will not count|blocked)|Nothing to fix|to check/.test(document.querySelector("h1")?.innerText ?? ""))
        requestAnimationFrame(() => note("findings"))
}).observe(document, { subtree: true, childList: true, characterData: true })
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--partner", default="clinic")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        file = Path(name) / "readings.csv"
        write_readings(file, asked.rows)
        folder = asked.data or Path(name) / "var"
        if not asked.data:
            make_folder(folder, SETTINGS)
        with running(folder) as (url, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            runs = [once(browser.new_page(), f"{url}/send-data?as={asked.partner}", file) for _ in range(asked.times)]
            browser.close()
        size = file.stat().st_size / 1e6
    waits = [run["findings"] - run["uploaded"] for run in runs]
    show(f"{asked.rows:,} rows ({size:,.1f} MB) to first findings, median of {asked.times}", [
        ("upload", f"{statistics.median(run['uploaded'] - run['start'] for run in runs):5.2f} s"),
        ("then, until the findings show", f"{statistics.median(waits):5.2f} s   ({', '.join(f'{w:.2f}' for w in waits)};"
                                          f" at most {MOST_SECONDS} for 100,000 rows)"),
        ("steps seen", "; ".join(f"{name} +{at - runs[-1]['uploaded']:.2f} s" for name, at in runs[-1].items())),
    ])  # fmt: skip


def once(page: Page, address: str, file: Path) -> dict[str, float]:
    """Seconds at which each step was first seen; the file is left again in the end."""
    page.add_init_script(WATCH)
    page.goto(f"{address}&dataset=blood_pressure")
    page.get_by_role("button", name="Choose a file").wait_for()
    page.wait_for_timeout(1000)
    page.locator("input[type=file]").set_input_files(str(file))
    page.wait_for_function("() => window.seen.findings", timeout=120_000)
    seen = page.evaluate("() => window.seen")
    page.get_by_role("button", name="Choose the fixed file").click()
    page.get_by_role("button", name="Choose a file").wait_for()
    page.close()
    return {name: at / 1000 for name, at in sorted(seen.items(), key=lambda pair: pair[1])}


if __name__ == "__main__":
    main()
