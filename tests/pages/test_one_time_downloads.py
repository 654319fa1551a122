"""Files handed over once: the address is worth nothing a second time, to a guesser, or later."""

import http.client
import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.layout import page_state
from pages.components.routes import one_time_downloads
from pages.components.routes.one_time_tickets import MOST, Tickets
from tests.support.running_server import ask, served


@pytest.fixture(autouse=True)
def _in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody signs in; `tests/pages/access` has files of a sign-in."""
    monkeypatch.setattr(page_state, "session", lambda: None)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served() as address:
        yield address


def test_a_file_is_handed_over_once_as_an_attachment_that_nobody_keeps(url):
    place = one_time_downloads.offer(b"row,message\n2,blank\n", "findings: Ä.csv", "text/csv")
    assert re.fullmatch(r"/mine/[\w-]{43}", place)
    first = ask(url + place)
    assert (first.status, first.body) == (200, b"row,message\n2,blank\n")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Content-Disposition"] == "attachment; filename*=UTF-8''findings%3A%20%C3%84.csv"
    assert first.headers["Content-Type"].startswith("text/csv")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = ask(url + place)
    assert again.status == 404 and b"row" not in again.body


def test_a_look_at_the_head_does_not_use_a_file_up(url):
    place = one_time_downloads.offer(b"kept", "a.csv", "text/csv")
    assert ask(url + place, "HEAD").status == 405
    assert ask(url + place, "PUT", b"x").status == 405
    assert ask(url + place).body == b"kept"


def test_the_bytes_are_made_only_when_they_are_asked_for(url):
    made: list[int] = []

    def make() -> Iterator[bytes]:
        made.append(1)
        yield b"la"
        yield b"te"

    place = one_time_downloads.offer(make, "a.csv", "text/csv")
    assert made == []
    assert ask(url + place).body == b"late" and made == [1]


def test_a_file_that_breaks_on_its_way_is_not_whole_and_its_words_are_not_logged(url, caplog):
    def make() -> Iterator[bytes]:
        yield b"row,message\n"
        raise ValueError("Vanterpoole, 123-45-6789")

    place = one_time_downloads.offer(make, "a.csv", "text/csv")
    with pytest.raises((http.client.IncompleteRead, OSError)):
        ask(url + place)
    assert "Vanter" not in caplog.text and "ValueError" in caplog.text


def test_a_ticket_is_worth_nothing_after_its_time_or_when_there_are_too_many():
    short: Tickets[str] = Tickets(seconds=-1)
    assert short.take(short.offer("x")) is None
    many: Tickets[int] = Tickets(seconds=60)
    words = [many.offer(n) for n in range(MOST + 1)]
    assert many.take(words[0]) is None
    assert [many.find(words[-1]), many.take(words[-1]), many.take(words[-1])] == [MOST, MOST, None]


def the_button() -> None:
    from pages.components.routes import one_time_downloads

    one_time_downloads.button("Give it back", lambda: [b"x"], "mine.csv", "text/csv", key="give")


def test_a_file_is_offered_only_when_the_button_is_pressed():
    page = AppTest.from_function(the_button).run()
    held = len(one_time_downloads.waiting._held)
    page.button(key="give").click().run()
    assert not page.exception
    assert len(one_time_downloads.waiting._held) == held + 1
