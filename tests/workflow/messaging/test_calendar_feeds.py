"""A partner's calendar for other programs, read by another's parser: whole, correct to the octet, and nobody else's."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from data.ledger.messages import calendar_addresses
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, Window
from data.reporting import calendar_file
from data.reporting.calendar_file import Happening
from schemas.policy.viewer import BACKBONE, Viewer
from tests.support.mail.post_office import SETTINGS, post_office
from workflow import accepting, submitting
from workflow.access.permitting import NotAllowed
from workflow.messaging import calendar_feeds

NOW = dt.datetime(2026, 10, 20, 9, 30)
ALDER = Viewer(role="partner", partner_id="alder")
FILE = b"patient_id,measured_on,systolic,diastolic\nP1,2026-07-04,120,80\nP2,2026-09-30,121,80\n"
ODD = "Zoë; Müller, “Head” \\ of\r\nBEGIN:VEVENT\x07 " + "東京" * 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = post_office(tmp_path)
    yield opened
    opened.close()


def read(store: Store, word: str) -> Any:
    """UID without the partnership's own part -> event, as icalendar reads them."""
    text = calendar_feeds.feed(store, word)
    assert text
    found = icalendar.Calendar.from_ical(text)
    assert not found.errors
    return {str(e["UID"]).rpartition("-")[0]: e for e in found.walk("VEVENT")}


def test_it_says_what_is_due_when_quarters_close_and_when_releases_are_planned(store):
    events = read(store, calendar_feeds.make_address(store, ALDER, "alder", actor="alder"))
    due = {key: (e["DTSTART"].dt, str(e["SUMMARY"])) for key, e in events.items()}
    assert due["file-blood_pressure-2026-07-01"] == (
        dt.date(2026, 10, 30),
        "Due: Blood-pressure readings, Jul–Sep 2026",
    )
    assert due["file-blood_pressure-2027-01-01"] == (dt.date(2027, 4, 30), "Due: Blood-pressure readings, Jan–Mar 2027")
    assert due["closes-2026-09-30"] == (dt.date(2026, 12, 31), "Last day for rows of Jul–Sep 2026")
    assert due["release-2026-09-30"] == (dt.date(2027, 1, 15), "Release planned: Jul–Sep 2026 closes")
    assert {e["DTEND"].dt - e["DTSTART"].dt for e in events.values()} == {dt.timedelta(1)}
    assert not any("Birch" in str(e) for e in events.values())


def test_an_event_keeps_its_uid_when_its_file_has_come(store):
    word = calendar_feeds.make_address(store, BACKBONE, "alder", actor="x")
    before = read(store, word)
    covers = Window(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    sent = submitting.check(store, FILE, "blood_pressure", "alder", covers=covers).submission
    assert sent
    accepting.accept(store, sent)
    after = read(store, word)
    key = "file-blood_pressure-2026-07-01"
    assert set(before) == set(after) and before[key]["UID"] == after[key]["UID"]
    assert str(after[key]["SUMMARY"]).startswith("In: ") and "2026-10-20" in str(after[key]["DESCRIPTION"])


def test_the_last_day_of_the_agreement_is_in_it(tmp_path):
    text = SETTINGS.replace('id = "birch"', 'id = "birch"\nagreement = { ends = 2027-06-30, document = "DUA 7" }')
    opened = post_office(tmp_path, text)
    word = calendar_feeds.make_address(opened, BACKBONE, "birch", actor="x")
    assert read(opened, word)["agreement"]["DTSTART"].dt == dt.date(2027, 6, 30)
    opened.close()


@pytest.mark.parametrize("words", [ODD, "x" * 60, "é" * 33 + "x" * 50, "a,b;c\\n", "\\", "– " * 60])
def test_lines_are_folded_at_75_octets_and_any_text_comes_out_as_it_went_in(words):
    text = calendar_file.text(words, "word", [Happening("one", dt.date(2026, 12, 31), words, words)], NOW)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b"" and max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert [line for line in lines if not line.decode().isprintable()] == [], "no letter is cut in two"
    event: Any
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    came = words.replace("\r\n", "\n").replace("\x07", "")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (came, came)
    assert event["DTSTAMP"].dt == NOW.replace(tzinfo=dt.UTC)


def test_a_revoked_or_guessed_address_and_one_of_a_partner_that_left_open_nothing(store):
    word, other = (calendar_feeds.make_address(store, ALDER, "alder", actor="alder") for _ in range(2))
    (first, _) = calendar_feeds.read_addresses(store, ALDER, "alder")
    calendar_feeds.revoke_address(store, BACKBONE, "alder", first.number, actor="x")
    assert calendar_feeds.feed(store, word) is None and calendar_feeds.feed(store, other)
    for guess in ("", "x", word[:-1], "\udcff", first.sha256):
        assert calendar_feeds.feed(store, guess) is None
    with pytest.raises(NotPossible, match="revoked already"):
        calendar_feeds.revoke_address(store, BACKBONE, "alder", first.number, actor="x")
    partners = tuple(
        p.model_copy(update={"left": dt.date(2026, 10, 1)}) if p.id == "alder" else p
        for p in store.partnership.partners
    )
    store.partnership = store.partnership.model_copy(update={"partners": partners})
    assert calendar_feeds.feed(store, other) is None
    with pytest.raises(NotPossible, match="has left"):
        calendar_feeds.make_address(store, BACKBONE, "alder", actor="x")


def test_the_word_of_an_address_is_nowhere_in_the_store(store):
    word = calendar_feeds.make_address(store, ALDER, "alder", actor="alder")
    rows = store.cursor().execute("SELECT t::VARCHAR FROM calendar_address t").fetchall()
    assert len(rows) == 1 and word not in rows[0][0]
    assert calendar_addresses.partner_of(store.cursor(), word) == "alder"


def test_nobody_opens_another_partners_calendar_and_ten_addresses_are_enough(store):
    for refused in (Viewer(role="leader"), Viewer(role="partner", partner_id="birch")):
        with pytest.raises(NotAllowed):
            calendar_feeds.make_address(store, refused, "alder", actor="x")
    for _ in range(calendar_feeds.MOST):
        calendar_feeds.make_address(store, ALDER, "alder", actor="alder")
    with pytest.raises(NotPossible, match="Revoke one"):
        calendar_feeds.make_address(store, ALDER, "alder", actor="alder")
