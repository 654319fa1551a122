"""Pictures of every page: both modes, desktop and phone, on a throwaway demo partnership.

python docs/screenshots.py [FOLDER]     (default docs/images, where only the README's picture is kept)
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "scorecard": "",
    "indicator": "detail?indicator=bp_control",
    "partners": "beside?indicator=connected_to_help",
    "equity": "fair?indicator=bp_control",
    "submit": "send?as=fenwick_flats",
    "calendar": "due?as=backbone",
    "quality": "good?as=larkfield",
    "methods": "how",
}
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
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
        subprocess.run([*concord, "demo", "--data", folder, "--files", Path(made) / "files"], check=True)
        port = free_port()
        server = subprocess.Popen([*concord, "serve", "--data", folder, "--port", str(port)], stdout=subprocess.DEVNULL)
        try:
            await_port(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for name in PAGES if out else ["scorecard"]:
                    picture(browser, port, name, out)
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=20)


def picture(browser: Browser, port: int, name: str, out: Path | None) -> None:
    """One page in every mode and size; without a folder only the README's picture."""
    for mode in ("light", "dark") if out else ("light",):
        for size, (width, height) in SIZES.items() if out else [("desktop", SIZES["desktop"])]:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=mode)
            page.goto(f"http://127.0.0.1:{port}/{PAGES[name]}")
            page.wait_for_selector("h1", timeout=60_000)
            page.wait_for_function(DONE, timeout=60_000)
            page.wait_for_timeout(2500)
            path = out / f"{name}_{mode}_{size}.png" if out else ROOT / "docs" / "images" / "scorecard.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            if out:
                tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                page.set_viewport_size({"width": width, "height": min(int(tall) + 60, 12_000)})
                page.wait_for_timeout(1500)
            page.screenshot(path=path)
            print(path)
            page.close()


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
