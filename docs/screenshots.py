"""Pictures of every page: both modes, desktop and phone, on a throwaway demo partnership.

python docs/screenshots.py [FOLDER]     (without a folder: only the pictures that the docs show, into docs/images)
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal, get_args

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "scorecard": "",
    "indicator": "measure?indicator=bp_control",
    "partners": "partner-comparison?indicator=connected_to_help",
    "equity": "equity-gaps?indicator=bp_control",
    "actions": "action-log?as=backbone",
    "impact": "impact-and-value?indicator=bp_control&with=millrace",
    "year_ahead": "year-ahead?indicator=bp_control",
    "story": "turn-the-curve?indicator=bp_control",
    "decisions": "decision-log?as=backbone",
    "pack": "board-pack?as=backbone",
    "submit": "send-data?as=fenwick_flats",
    "calendar": "reporting-calendar?as=backbone",
    "quality": "data-quality?as=larkfield",
    "referrals": "own-referrals?as=good_furrow",
    "releases": "make-release?as=backbone",
    "settings": "partnership-settings?as=backbone",
    "messages": "partner-messages?as=backbone",
    "people": "people-and-access?as=backbone",
    "methods": "how-it-is-measured",
    "query": "query-the-release?as=analyst",
    "reconcile": "reconcile-a-report?as=millrace",
}
IN_THE_DOCS = ("scorecard", "indicator", "equity")
IMAGES = ROOT / "docs" / "images"
SIZES = {"desktop": (1440, 900), "phone": (390, 844), "docs": (1280, 1100)}
Mode = Literal["light", "dark"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DONE = "() => !document.querySelector('[data-testid=stSkeleton], [data-testid=stAppSkeleton]')"


def main() -> None:
    """Make the demo, serve it, take the pictures, end the server."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "var"
        concord = [sys.executable, "-m", "concord"]
        subprocess.run([*concord, "demo", "--data", folder, "--practice-files", Path(made) / "files"], check=True)
        port = free_port()
        server = subprocess.Popen([*concord, "serve", "--data", folder, "--port", str(port)], stdout=subprocess.DEVNULL)
        try:
            await_port(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                if out:
                    for name in PAGES:
                        all_looks(browser, port, name, out)
                else:
                    pictures_of_the_docs(browser, port, Path(made) / "files")
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=20)


def all_looks(browser: Browser, port: int, name: str, out: Path) -> None:
    """One page in every mode and size, as tall as it is."""
    out.mkdir(parents=True, exist_ok=True)
    for mode in get_args(Mode):
        for size, width in (("desktop", 1440), ("phone", 390)):
            page = opened(browser, port, PAGES[name], mode, size)
            tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": width, "height": min(int(tall) + 60, 12_000)})
            page.wait_for_timeout(1500)
            page.screenshot(path=out / f"{name}_{mode}_{size}.png")
            page.close()


def pictures_of_the_docs(browser: Browser, port: int, files: Path) -> None:
    """The pictures of the README and the docs, as small files of few colors."""
    for name in IN_THE_DOCS:
        page = opened(browser, port, PAGES[name], size="docs")
        keep(page, name)
        page.close()
    bad, good = sorted(files.glob("*.csv"), key=lambda f: "mistakes" not in f.name)
    page = opened(browser, port, PAGES["submit"] + "&dataset=blood_pressure", size="docs")
    keep(page, "upload_choose")
    page.locator("input[type=file]").set_input_files(bad)  # nothing is asked about this file: it goes on by itself
    reached(page, "Fix")
    keep(page, "upload_fix")
    page.locator(".st-key-leave button").click()
    reached(page, "Choose")
    page.locator("input[type=file]").set_input_files(good)
    reached(page, "Preview")
    keep(page, "upload_preview")
    page.locator(".st-key-next button:enabled").click()
    reached(page, "Accept")
    keep(page, "upload_accept")


def reached(page: Page, step: str) -> None:
    """Wait for a step of an upload, drawn."""
    page.locator("[aria-current=step]").filter(has_text=step).wait_for(timeout=120_000)
    page.wait_for_timeout(1500)


def opened(browser: Browser, port: int, address: str, mode: Mode = "light", size: str = "desktop") -> Page:
    """A page of the app, once it is drawn."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=mode)
    page.goto(f"http://127.0.0.1:{port}/{address}")
    page.wait_for_selector("h1", timeout=60_000)
    return page


def keep(page: Page, name: str) -> None:
    """Write what is seen of a page to docs/images, in 256 colors."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.wait_for_function(DONE, timeout=60_000)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.wait_for_timeout(2500)
    with Image.open(io.BytesIO(page.screenshot())) as seen:
        seen.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)
    print(IMAGES / f"{name}.png")


def chromium() -> str:
    """Where Chromium is; a clear word when it is not."""
    named = os.environ.get("CONCORD_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        sys.exit("No Chromium found: install it, or name it in CONCORD_CHROMIUM.")
    return found


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, seconds: float = 60) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit("The server did not start.")


if __name__ == "__main__":
    main()
