"""Rows of a file against the rows in force."""

import datetime as dt

import pytest

from data.ledger.row_comparison import Compared
from data.ledger.submissions import Window
from schemas.policy.viewer import Viewer
from tests.support.partnerships import Row, Sent, TestPartnership, fresh
from tests.support.whole_run.every_run import some_of
from tests.workflow.previewing.rows_of_alder import ALDER, AUGUST, JULY, patient, reading
from workflow import accepting, previewing
from workflow.access.permitting import NotAllowed


def compared(partnership: TestPartnership, sent: Sent) -> Compared:
    return previewing.preview(partnership.store, sent.submission, ALDER).compared


def four(found: Compared) -> tuple[int, int, int, int]:
    return found.unchanged, found.changed, found.added, found.removed


BEFORE = [reading(1, 120), reading(2, 130), reading(3, 140), reading(3, 150, "P2")]
# new rows, their window -> unchanged, changed, added, removed
READINGS = {
    "the_same_rows_again_in_another_order": (BEFORE[::-1], JULY, (4, 0, 0, 0)),
    "one_value_corrected": ([*BEFORE[:3], reading(3, 155, "P2")], JULY, (3, 1, 0, 0)),
    "one_value_blanked_is_changed": ([*BEFORE[:3], {**BEFORE[3], "diastolic": None}], JULY, (3, 1, 0, 0)),
    "an_increment_touches_nothing": ([reading(1, 120, month=8)], AUGUST, (0, 0, 1, 0)),
    "a_window_narrower_than_the_data_leaves_the_rest": ([reading(2, 131)], Window(dt.date(2025, 7, 2), dt.date(2025, 7, 2)), (0, 1, 0, 0)),
    "a_row_left_out_is_removed": (BEFORE[:3], JULY, (3, 0, 0, 1)),
    "a_day_moved_is_one_removed_and_one_added": ([*BEFORE[:3], reading(4, 150, "P2")], JULY, (3, 0, 1, 1)),
    "a_row_doubled_is_one_added": ([*BEFORE, BEFORE[0]], JULY, (4, 0, 1, 0)),
    "a_second_reading_of_a_day_is_added": ([*BEFORE, reading(1, 121)], JULY, (4, 0, 1, 0)),
    "two_readings_of_a_day_one_of_them_corrected": ([reading(1, 120), reading(1, 118)], JULY, (1, 0, 1, 3)),
    "another_patient_on_the_same_day_is_another_row": ([*BEFORE[:3], reading(3, 150, "P3")], JULY, (3, 0, 1, 1)),
}  # fmt: skip


@pytest.fixture(scope="module")
def with_july(tmp_path_factory):
    """The readings of July in force; nothing is accepted later."""
    made = fresh(tmp_path_factory.mktemp("july") / "p")
    made.send("birch", "blood_pressure", [reading(1, 120)], JULY)  # another partner's, never compared
    made.send("alder", "blood_pressure", BEFORE, JULY)
    yield made
    made.close()


@pytest.mark.parametrize("name", some_of(READINGS, 3))
def test_readings_against_readings_in_force(with_july, name):
    rows, window, expected = READINGS[name]
    sent = with_july.check("alder", "blood_pressure", rows, window)
    found = compared(with_july, sent)
    assert four(found) == expected
    assert found.unchanged + found.changed + found.added == len(rows)
    accepting.discard(with_july.store, sent.submission)


@pytest.mark.both_stores
def test_a_doubled_row_sent_once_now_is_one_removed(partnership):
    partnership.send("alder", "blood_pressure", [*BEFORE, BEFORE[0], BEFORE[0]], JULY)
    found = compared(partnership, partnership.check("alder", "blood_pressure", BEFORE, JULY))
    assert four(found) == (4, 0, 0, 2)


@pytest.mark.both_stores
def test_kinds_of_change_name_columns_and_rows_and_no_value(partnership):
    partnership.send("alder", "blood_pressure", BEFORE, JULY)
    rows = [reading(1, 120, diastolic=81), reading(2, 130, diastolic=82), reading(3, 141, diastolic=83), BEFORE[3]]
    found = compared(partnership, partnership.check("alder", "blood_pressure", rows, JULY))
    assert [(k.columns, k.rows, k.examples) for k in found.kinds] == [
        (("diastolic",), 2, (2, 3)),
        (("systolic", "diastolic"), 1, (4,)),
    ]


@pytest.mark.both_stores
def test_removed_rows_are_named_by_the_submission_that_sent_them(partnership):
    first = partnership.send("alder", "blood_pressure", BEFORE, JULY)
    found = compared(
        partnership, partnership.check("alder", "blood_pressure", [*BEFORE[1:], reading(9, 1 + 120)], JULY)
    )
    assert (found.removed_examples, found.added_examples) == (((first.submission, 2),), (5,))


@pytest.mark.heavy
@pytest.mark.both_stores
def test_a_file_withdrawn_in_between_is_not_compared_with(partnership):
    partnership.send("alder", "blood_pressure", BEFORE, JULY)
    between = partnership.send("alder", "blood_pressure", [reading(1, 199)], JULY)
    again = partnership.check("alder", "blood_pressure", [*BEFORE, reading(5, 120)], JULY)
    assert four(compared(partnership, again)) == (0, 1, 4, 0)
    partnership.withdraw(between)
    assert four(compared(partnership, again)) == (4, 0, 1, 0)
    assert four(compared(partnership, between)) == (0, 1, 0, 3)


@pytest.mark.both_stores
def test_patients_not_in_the_file_stay_and_the_latest_row_of_the_others_is_compared(partnership):
    partnership.send("alder", "patients", [patient("P1"), patient("P2"), patient("P3")])
    partnership.send("alder", "patients", [patient("P1", payer="medicare")])
    again = partnership.check(
        "alder", "patients", [patient("P1", payer="medicare"), patient("P2", zip="02139"), patient("P9")]
    )
    found = compared(partnership, again)
    assert four(found) == (1, 1, 1, 0)
    assert found.kinds[0].columns == ("zip",)


def stay(number: int, admitted: dt.date, discharged: dt.date | None, disposition: str = "home") -> Row:
    return {"stay_id": f"S{number}", "patient_id": f"P{number}", "admitted_on": admitted, "discharged_on": discharged,
            "stay_type": "inpatient", "disposition": disposition}  # fmt: skip


@pytest.mark.heavy
@pytest.mark.both_stores
def test_a_stay_closed_by_a_later_file_is_changed_though_it_lay_outside_its_window(partnership):
    open_stay = stay(1, dt.date(2025, 7, 30), None)
    partnership.send("alder", "hospital_stays", [open_stay, stay(2, dt.date(2025, 7, 1), dt.date(2025, 7, 4))], JULY)
    closed = {**open_stay, "discharged_on": dt.date(2025, 8, 2)}
    august = partnership.send(
        "alder", "hospital_stays", [closed, stay(3, dt.date(2025, 8, 1), dt.date(2025, 8, 9))], AUGUST
    )
    partnership.withdraw(august)
    found = compared(partnership, august)
    assert (four(found), found.kinds[0].columns) == ((0, 1, 1, 0), ("discharged_on",))
    partnership.accept(august)
    # Of the July file sent again only the stay that still counts from it is compared as unchanged.
    again = partnership.check("alder", "hospital_stays", [stay(2, dt.date(2025, 7, 1), dt.date(2025, 7, 4))], JULY)
    assert four(compared(partnership, again)) == (1, 0, 0, 0)


@pytest.mark.both_stores
def test_counts_are_compared_by_their_key_also_where_it_is_blank(partnership):
    row = {"indicator": "food_insecurity", "period_start": JULY.first, "period_end": JULY.last, "numerator": 30,
           "denominator": 100}  # fmt: skip
    grouped = {**row, "stratifier": "sex", "category": "female"}
    partnership.send("alder", "indicator_counts", [row, grouped])
    found = compared(partnership, partnership.check("alder", "indicator_counts", [{**row, "numerator": 31}, grouped]))
    assert (four(found), found.kinds[0].columns) == ((1, 1, 0, 0), ("numerator",))


@pytest.mark.both_stores
def test_nobody_else_sees_figures_or_reasons_before_acceptance(partnership):
    sent = partnership.check("alder", "blood_pressure", BEFORE, JULY)
    seen = previewing.preview(partnership.store, sent.submission, Viewer(role="backbone"))
    assert (seen.foremost, seen.why, seen.moves, seen.unusual) == ((), None, (), ())
    for viewer in (Viewer(role="partner", partner_id="birch"), Viewer(role="analyst")):
        with pytest.raises(NotAllowed):
            previewing.preview(partnership.store, sent.submission, viewer)
