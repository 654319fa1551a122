"""Every page through axe in a real browser, both modes and both sizes: none of its findings may be of our own making.

    npm install --prefix FOLDER axe-core
    python bench/browser/accessibility.py --axe FOLDER/node_modules/axe-core/axe.min.js [--data FOLDER]

Without a data folder a demo of 20,000 people is made first. What axe finds in the list of pages is Streamlit's own: its
list holds a division for each group. axe is no part of Concord and comes with none of its packages.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, get_args

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, apart, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

from docs.screenshots import FLAGS, PAGES, SIZES, Mode, chromium
from tests.conftest import _released, accepted
from tests.support.chromium import settled
from tests.support.running_server import running

PEOPLE = 20_000
THEIRS = ("list", "listitem")
"""Rules that the list of pages breaks."""
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(found => ({
    rule: found.id, impact: found.impact,
    places: found.nodes.map(node => ({at: node.target.join(' '), inside: document.querySelector(node.target[0])
        ?.closest('[data-testid=stSidebarNavItems], [data-testid=stSidebarNav]') !== null})),
}))"""


def findings(browser: Browser, url: str, mode: Mode, size: str, axe: str) -> list[dict[str, Any]]:
    """What axe finds on a page, without what is Streamlit's own."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=mode, bypass_csp=True
    )  # so that axe may run
    page = context.new_page()
    page.goto(url)
    page.locator("h1").first.wait_for(timeout=60_000)
    settled(page)
    page.wait_for_timeout(500)
    page.evaluate(axe)
    found = page.evaluate(RUN)
    context.close()
    for one in found:
        one["places"] = [p["at"] for p in one["places"] if not (one["rule"] in THEIRS and p["inside"])]
    return [one for one in found if one["places"]]


def made(folder: Path) -> None:
    _released(accepted(folder, PEOPLE), folder / "shown", 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--axe", type=Path, required=True, help="axe.min.js")
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    ours = 0
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        if asked.data is None:
            apart(made, Path(name))
        with running(asked.data or Path(name) / "shown") as (url, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for page, address in PAGES.items():
                for mode in get_args(Mode):
                    for size in ("desktop", "phone"):
                        for one in findings(browser, f"{url}/{address}", mode, size, asked.axe.read_text()):
                            ours += len(one["places"])
                            print(page, mode, size, one["rule"], one["impact"], *one["places"][:3], flush=True)
            browser.close()
    show("axe on every page", [("places of ours (at most 0)", str(ours)), ("pages", str(len(PAGES)))])
    sys.exit(ours > 0)


if __name__ == "__main__":
    main()
