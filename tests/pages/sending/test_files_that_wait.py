"""A file waits on the disk for what is said about it, for whom it belongs to alone, and goes when nobody needs it."""

import datetime as dt
import io
import zipfile

import pytest

from data.checking import returned_file
from data.ledger.store import Store
from data.receiving import spool
from schemas.policy.viewer import Viewer
from tests.pages.test_submit_page import (
    HARBOR,
    accepted,
    example,
    labels,
    opened,
    press,
    ran,
    said,
    send,
    title,
    with_blocked_row,
)
from tests.support.whole_run.every_run import some_of
from workflow import previewing, reading


def test_backbone_staff_choose_the_partner_and_see_no_figures_before_release(store):
    page = opened("backbone")
    page.selectbox(key="send_for").set_value("hill")
    page = send(ran(page), example("blood_pressure_good"))
    assert "Hill Clinic" in said(page) and "Only the partner itself sees its figures" in said(page)
    assert reading.read_submissions(store, HARBOR) == []
    assert previewing.preview(store, 1, Viewer(role="backbone")).moves == ()


def test_a_partner_sees_nothing_of_another(store):
    accepted(opened())
    page = opened("hill")
    assert "Submission 1" not in said(page) and "no. 1" not in said(page) and "Withdraw" not in labels(page)


def test_findings_are_let_go_when_someone_else_looks(store):
    page = send(opened(), example("blood_pressure_mistakes"))
    page.query_params["as"] = "hill"
    assert "exam room 4" not in said(ran(page)) and "draft" not in page.session_state


def waits(store: Store) -> int:
    """How many files wait on the disk."""
    return len(list((store.folder / spool.FOLDER).glob("*")))


def test_the_file_is_gone_back_to_and_waits_there_for_what_is_said_about_it(store):
    page = press(send(opened(), example("blood_pressure_good")), "Back to the file")
    assert title(page).startswith("Nothing from")
    assert [e.state for e in reading.read_submissions(store, HARBOR)] == ["left"]
    assert waits(store) == 1, "the file is still there, and is not checked by itself again"
    next(g for g in page.button_group if g.label == "Which dates does it cover?").set_value("I will say")
    assert next(b for b in ran(page).button if b.label == "Check the file").disabled
    for picker, day in zip(page.date_input, (dt.date(2026, 6, 1), dt.date(2026, 9, 30)), strict=True):
        picker.set_value(day)
    page = press(ran(page), "Check the file")
    assert "add 18 rows" in title(page) and "1 Jun 2026 to 30 Sep 2026" in said(page)


@pytest.mark.parametrize(
    ("file", "way"), some_of([("good", "Discard"), ("good", "Decide later"), ("mistakes", "Choose the fixed file")], 3)
)
def test_a_file_that_is_left_goes_from_the_disk(store, file, way):
    page = send(opened(), example(f"blood_pressure_{file}"))
    assert waits(store) == 1
    press(page, way)
    assert waits(store) == 0


def test_an_accepted_file_goes_from_the_disk(store):
    accepted(opened())
    assert waits(store) == 0


def test_a_file_goes_when_someone_else_looks(store):
    page = press(send(opened(), example("blood_pressure_good")), "Back to the file")
    page.query_params["as"] = "hill"
    assert waits(store) == 1
    assert "Check the file" in labels(ran(page))
    assert waits(store) == 0


@pytest.mark.heavy
def test_the_tables_of_an_archive_are_confirmed_and_come_one_after_the_other(store):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("blood_pressure", "patients"):
            archive.writestr(f"{name}.csv", example(f"{name}_good"))
    page = send(opened(), packed.getvalue(), "all.zip")
    assert "2 tables in this file" in said(page) and title(page).startswith("Nothing from")
    page = press(press(page, "Check the file"), "Discard")
    assert waits(store) == 1 and "2 tables in this file" in said(page), "the other table is still to be read from it"
    page = press(press(press(page, "Check the file"), "Go on to accept"), "Accept")
    assert waits(store) == 1, "the next table is still to be read from it"
    page = press(press(press(page, "Check the next table"), "Go on to accept"), "Accept")
    sent = [s.dataset for s in reading.read_submissions(store, HARBOR) if s.state == "accepted"]
    assert sent == ["blood_pressure", "patients"]
    assert waits(store) == 0


def test_a_large_table_is_given_back_as_csv_only(store, monkeypatch):
    monkeypatch.setattr(returned_file, "LARGEST_SHEET", 100)
    assert [b for b in labels(send(opened(), with_blocked_row())) if "with findings" in b] == [
        "Your file with findings (CSV)"
    ]
