"""Every page on paper: nothing that scrolls or is pressed, charts within the sheet, light, and of which release it is."""

import pytest
from playwright.sync_api import expect

from pages import settings
from tests.browser.conftest import Shown
from tests.support.chromium import every_run, settled

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
OFTEN = ("measure",)
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

LONE = """() => {
    const seen = [...document.querySelectorAll('.stMainBlockContainer *')].filter(e => e.checkVisibility())
    const heads = seen.filter(e => e.matches('h2, h3'))
    const said = seen.filter(e => !e.closest('h1, h2, h3, style') && !e.matches(':is(h2, h3) + .c-note') &&
        (e.matches('svg, canvas, img') || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())))
    const ends = h => heads.slice(heads.indexOf(h) + 1).find(other => other.tagName <= h.tagName)
    const after = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING
    return heads.filter(h => !said.some(e => after(h, e) && !(ends(h) && after(ends(h), e)))).map(h => h.innerText)
}"""
"""Headings of which nothing else is printed until the next of their level."""
PRESSED_ALONE = (
    "board-pack", "make-release", "people-and-access", "reporting-calendar", "impact-and-value",
    *(f"partnership-settings?part={part}" for part in settings.PARTS),
)  # fmt: skip


@pytest.fixture
def demo(shown_demo: Shown) -> Shown:
    return shown_demo


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


@pytest.mark.parametrize("path", [every_run(path, path == PRESSED_ALONE[-1]) for path in PRESSED_ALONE])
def test_no_heading_stands_alone_on_paper(visit, path):
    """Trap: a printed page of settings ended with "Add a partner", whose form paper leaves out."""
    address, _, query = path.partition("?")
    page = visit.to(address, **{"as": "backbone"}, **dict(one.split("=") for one in query.split("&") if one))
    page.emulate_media(media="print")
    assert page.evaluate(LONE) == []
