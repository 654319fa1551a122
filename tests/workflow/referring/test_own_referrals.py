"""What a partner reads of its own referrals, and the measures that come with them."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.submissions import Window
from metrics.indicators import indicators
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.support.partnerships import Row, TestPartnership, fresh, usual
from workflow import reading, releasing
from workflow.access.permitting import NotAllowed
from workflow.referring import own_referrals

YEAR = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
ALDER = Viewer(role="partner", partner_id="alder")


def row(number: int, sent: str, status: str, on: str, **more: str) -> Row:
    """A row of a referral for food, from Birch to Alder."""
    usual = {"need": "food", "sent_by": "birch", "received_by": "alder"}
    return {"referral_id": f"R{number}", "patient_id": f"P{number}", "sent_on": sent, "status": status, "status_on": on,
            **usual, **more}  # fmt: skip


ROWS = [
    row(1, "2025-03-03", "requested", "2025-03-03"),
    row(1, "2025-03-03", "completed", "2025-03-20", closure_reason="helped", service_on="2025-03-13"),
    row(2, "2025-03-03", "completed", "2025-03-23", closure_reason="helped"),
    row(3, "2025-04-01", "rejected", "2025-04-02", closure_reason="no_funds"),
    row(4, "2025-04-01", "rejected", "2025-04-02", closure_reason="no_funds", sent_by="cedar"),
    row(5, "2025-05-01", "accepted", "2025-05-02"),
    row(6, "2025-12-01", "requested", "2025-12-01"),
    row(7, "2025-06-01", "failed", "2025-06-09", sent_by="alder", received_by="cedar", need="housing"),
    row(8, "2025-06-01", "accepted", "2025-06-09", sent_by="", received_by=""),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPartnership]:
    partnership = fresh(Path(tmp_path_factory.mktemp("own")) / "p")
    partnership.send("alder", "referrals", ROWS, YEAR)
    partnership.send("birch", "referrals", [row(1, "2025-03-03", "requested", "2025-03-03")], YEAR)
    yield partnership
    partnership.close()


def test_who_refers_to_us_and_what_became_of_it(made: TestPartnership):
    own = own_referrals.read_own(made.store, ALDER, "alder")
    assert [(b.other, b.sent, b.helped, b.closed, b.open) for b in own.to_us.by_other] == [
        ("birch", 5, 2, 1, 2), ("cedar", 1, 0, 1, 0),
    ]  # fmt: skip
    assert own.to_us.refusals == (("food", "no_funds", 2),)
    assert [(b.other, b.sent, b.closed, b.open) for b in own.by_us.by_other] == [("cedar", 1, 1, 0), (None, 1, 0, 1)]
    assert own.by_us.refusals == (("housing", None, 1),)


def test_a_referral_closed_without_help_still_waits_and_is_no_shorter_wait(made: TestPartnership):
    own = own_referrals.read_own(made.store, ALDER, "alder")
    assert own.to_us.half.days is None  # two of six; of the two alone it would be 10 days
    assert [(days, round(share, 3)) for days, share in own.to_us.helped_by] == [(30, 0.333), (60, 0.333), (90, 0.333)]


def test_what_is_open_too_long_is_found_by_file_and_row_and_no_id(made: TestPartnership):
    found = own_referrals.read_own(made.store, ALDER, "alder").open_too_long
    assert [(r.sent_on.isoformat(), r.row) for r in found] == [("2025-05-01", 7), ("2025-06-01", 10)]
    assert not {"referral_id", "patient_id"} & set(found[0]._fields)


def test_a_partner_reads_its_own_files_alone(made: TestPartnership):
    birch = own_referrals.read_own(made.store, Viewer(role="partner", partner_id="birch"), "birch")
    assert (birch.by_us.sent, birch.by_us.helped, birch.to_us.sent) == (1, 0, 0)
    for viewer in (EVERYONE, BACKBONE, Viewer(role="partner", partner_id="birch")):
        with pytest.raises(NotAllowed):
            own_referrals.read_own(made.store, viewer, "alder")


def test_the_page_is_there_for_a_partner_that_sends_referrals(made: TestPartnership):
    assert own_referrals.sends(made.store, ALDER)
    cedar = Viewer(role="partner", partner_id="cedar")
    assert not any(own_referrals.sends(made.store, viewer) for viewer in (cedar, BACKBONE, EVERYONE))


def test_who_did_not_agree_to_be_named_has_the_id_that_the_file_gave_and_no_letter(made: TestPartnership):
    assert own_referrals.read_own(made.store, ALDER, "alder").names == {
        "alder": "Alder", "birch": "birch", "cedar": "cedar",
    }  # fmt: skip


def test_optional_measures_are_shown_where_their_dataset_is_sent_and_small_counts_are_hidden(made: TestPartnership):
    sent = {i.id for i in indicators().values() if not i.optional or i.main == "referrals"}
    assert reading.read_definitions(made.store).keys() == sent
    releasing.publish(made.store)
    assert reading.read_definitions(made.store).keys() == sent
    found = reading.read_results(made.store, EVERYONE, indicator="referral_served", period_kind="year")
    assert len(found) and found["suppressed"].all() and found["numerator"].null_count() == len(found)


def test_without_that_dataset_they_are_not_there(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    assert reading.read_definitions(partnership.store).keys() == usual().keys() != indicators().keys()
    partnership.close()


def test_a_partner_is_understood_by_id_and_name_and_a_word_for_none_is_left_blank(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    sent = [row(1, "2025-03-03", "requested", "2025-03-03", sent_by="BIRCH", received_by="Cedar"),
            row(2, "2025-03-03", "requested", "2025-03-03", sent_by="Zebra Pantry", received_by="n/a")]  # fmt: skip
    partnership.send("alder", "referrals", sent, YEAR)
    cur = partnership.store.cursor()
    assert cur.execute("SELECT sent_by, received_by FROM in_force.referrals ORDER BY row").fetchall() == [
        ("birch", "cedar"), (None, None),
    ]  # fmt: skip
    rules = cur.execute('SELECT rule, "row", "column" FROM finding').fetchall()
    assert rules == [("unknown_partner_left_blank", 3, "sent_by")]
    partnership.close()
