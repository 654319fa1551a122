"""The addresses of pages: plain, apart from the names of files, and each one that the code or an old link names opens."""

import http.client
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from pages.components.access import rooms
from pages.components.routes import earlier_addresses
from tests.support.running_server import served

ROOT = Path(__file__).parents[2]
ADDRESSES = {place.path for place in rooms.EVERY}
FIRST = "measures"  # the first page, whose address is the root
NEW = {
    "make-release",
    "board-pack",
    "action-log",
    "turn-the-curve",
    "year-ahead",
    "impact-and-value",
    "query-the-release",
    "reconcile-a-report",
    "own-referrals",
    "partner-messages",
    "decision-log",
    "partnership-settings",
    "people-and-access",
}  # they never had another one
STEMS = {path.stem for path in (ROOT / "pages").rglob("*.py")}


def test_no_address_is_the_name_of_a_page_file():
    """The server could run such a file without the router, past the question who is looking."""
    assert len(ADDRESSES) == 21 and not ADDRESSES & STEMS
    assert set(earlier_addresses.NOW) & (ADDRESSES | STEMS) == {FIRST}


def test_a_picture_is_taken_of_every_page():
    taken = (ROOT / "docs" / "screenshots.py").read_text()
    assert [path for path in ADDRESSES - {FIRST} if f'"{path}' not in taken] == []


def test_every_link_between_pages_leads_to_one():
    code = [path.read_text() for path in (ROOT / "pages").rglob("*.py")]
    linked = {name for text in code for name in re.findall(r'page_state\.link\(\s*"([^"]*)"', text)}
    assert linked and linked <= ADDRESSES - {FIRST}


def test_every_address_has_taken_over_an_earlier_one():
    assert set(earlier_addresses.NOW.values()) == ADDRESSES - {FIRST, *NEW} | {"."}


def test_an_earlier_address_leads_on_and_keeps_what_was_selected():
    with served() as url, closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)) as asked:
        for earlier, now in earlier_addresses.NOW.items():
            asked.request("GET", f"/{earlier}?as=backbone&by=sex%20x")
            answer = asked.getresponse()
            answer.read()
            assert (answer.status, answer.headers["Location"]) == (308, f"{now}?as=backbone&by=sex%20x")
