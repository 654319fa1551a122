"""Every page on paper: nothing that scrolls or is pressed, charts within the sheet, light, and of which release it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.conftest import copied
from tests.support.chromium import every_run, settled
from tests.support.running_server import running

pytestmark = pytest.mark.browser

PAPER = 793.7 - 2 * 11 * 96 / 25.4
"""Pixels between the margins of A4, which is narrower than Letter."""
PAGES = {
    "measure": {"indicator": "bp_control"},
    "partner-comparison": {"indicator": "connected_to_help"},
    "equity-gaps": {"indicator": "bp_control"},
    "action-log": {"as": "backbone"},
    "impact-and-value": {"indicator": "bp_control"},
    "reporting-calendar": {"as": "backbone"},
    "partnership-settings": {"as": "backbone"},
}
OFTEN = ("measure", "reporting-calendar", "partnership-settings")
CUT = """() => [...document.querySelectorAll('.c-scroll')].filter(e => e.checkVisibility() && (
    getComputedStyle(e).overflowY !== 'visible' || getComputedStyle(e).maxHeight !== 'none')).map(e => e.ariaLabel)"""
WIDEST = (
    "() => Math.max(0, ...[...document.querySelectorAll('.js-plotly-plot .svg-container')].map(e => e.offsetWidth))"
)
ZOOM = "() => parseFloat(getComputedStyle(document.querySelector('.stMainBlockContainer')).zoom)"
HEAD = "() => getComputedStyle(document.querySelector('.stMainBlockContainer'), '::before').content"
PRESSED = ", ".join(
    f"[data-testid=st{name}]" for name in ("Button", "DownloadButton", "FormSubmitButton", "TextInput", "Selectbox")
)
DARK = """() => [...document.querySelectorAll('h1, h2, p, td, .js-plotly-plot text')].filter(e => e.checkVisibility()
    && e.textContent.trim()).map(e => getComputedStyle(e)[e.namespaceURI.endsWith('svg') ? 'fill' : 'color'])
    .filter(color => color.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) > 540)"""


@dataclass(frozen=True)
class Demo:
    """A running app on a demo of its own."""

    url: str


@pytest.fixture(scope="module")
def demo(made_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("paper")
    with running(copied(made_demo, folder / "var").folder, folder / "server.log") as (url, _):
        yield Demo(url)


@pytest.mark.parametrize("path", [every_run(path, path in OFTEN) for path in PAGES])
def test_a_page_is_whole_on_paper(visit, path):
    """Traps: a print lost the newest months; a table was cut in its window; from a dark screen names stood in black
    boxes."""
    page = visit.page
    page.emulate_media(color_scheme="dark")
    page = visit.to(path, **PAGES[path])
    if path in ("measure", "partner-comparison", "equity-gaps"):
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.wait_for_timeout(500)
    settled(page)
    wide = page.evaluate(WIDEST)  # a browser that prints leaves charts the width that they have on the screen
    page.emulate_media(media="print", color_scheme="dark")
    zoom, cut, head, pale = (page.evaluate(script) for script in (ZOOM, CUT, HEAD, DARK))
    assert wide * zoom <= PAPER and cut == [] and pale == []
    assert "Kestrel Valley Health Partnership · release 1, 20 Oct 2026" in head
    expect(page.locator(PRESSED).filter(visible=True)).to_have_count(0)
    background = page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")
