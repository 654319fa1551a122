"""Appeals: a partner disagrees in words, backbone staff answer; of a file that was not kept nothing else is known."""

# ruff: noqa: F811 - the fixture `store` comes from another module

import pytest

from data.checking.intake_report import Report
from data.discussing.appeals import About
from data.discussing.notes import File
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from tests.data.discussing.test_submission_history import (  # noqa: F401
    ALDER,
    BACKBONE,
    WARNING,
    about,
    check,
    rows,
    states,
    stays,
    store,
)
from tests.support.real_input import in_store
from workflow import accepting, discussing, submitting

pytestmark = pytest.mark.both_stores


def test_an_upheld_appeal_about_a_warning_is_the_reason_that_it_needs(store):
    number = check(store, stays())
    rule, column = WARNING
    file, facts = about(store, number)
    discussing.appeal(store, ALDER, file, facts, "We disagree: it is one stay.", "alder", rule=rule, column=column)
    with pytest.raises(NotPossible, match="open already"):
        discussing.appeal(store, ALDER, file, facts, "We still disagree with it.", "alder", rule=rule, column=column)
    appeal = discussing.read_appeals(store, BACKBONE)[0]
    assert appeal.state == "open"
    discussing.answer_appeal(store, BACKBONE, appeal.note.note, "You are right about it.", "backbone", upheld=True)
    with pytest.raises(NotPossible, match="answered already"):
        discussing.answer_appeal(store, BACKBONE, appeal.note.note, "No, on second thoughts.", "backbone", upheld=False)
    assert discussing.read_appeals(store, ALDER)[0].state == "upheld"
    assert accepting.accept(store, number, explained=True).state == "accepted"


def test_an_appeal_that_is_not_upheld_is_no_reason(store):
    number = check(store, stays())
    rule, column = WARNING
    discussing.appeal(store, ALDER, *about(store, number), "We disagree: one stay.", "alder", rule=rule, column=column)
    appeal = discussing.read_appeals(store, BACKBONE)[0].note.note
    discussing.answer_appeal(store, BACKBONE, appeal, "Please say why it is so.", "backbone", upheld=False)
    with pytest.raises(NotPossible, match="no reason yet"):
        accepting.accept(store, number, explained=True)


def blocked(pressure: int = 5) -> bytes:
    """Half of its rows have an implausible pressure."""
    body = [f"PERSON-{n},2025-03-{1 + n:02},{pressure if n % 2 else 120},80" for n in range(20)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *body]).encode()


def appeal_blocked(store: Store, data: bytes, *, upheld: bool) -> Report:
    checked = submitting.check(store, data, "blood_pressure", "alder", actor="alder")
    report = checked.report
    assert checked.submission is None
    facts = About(report.rows_in, report.rows_unusable, tuple(sorted(set(report.table["rule"]))))
    file = File("alder", "blood_pressure", report.sha256)
    discussing.appeal(store, ALDER, file, facts, "We disagree: the other half is right and needed.", "alder")
    number = discussing.read_appeals(store, BACKBONE)[0].note.note
    discussing.answer_appeal(store, BACKBONE, number, "This is the answer to it.", "backbone", upheld=upheld)
    return report


def test_an_appeal_about_a_blocked_file_holds_nothing_of_its_rows(store):
    report = appeal_blocked(store, blocked(), upheld=False)
    appeal = discussing.read_appeals(store, ALDER)[0]
    assert (appeal.note.file.sha256, appeal.note.file.submission) == (report.sha256, None)
    assert appeal.about == About(20, 10, ("systolic_implausible_left_blank", "systolic_not_above_diastolic_left_blank"))
    assert states(store) == {} and rows(store, "rows.blood_pressure") == 0
    assert in_store(store, ["PERSON-1"]) == set()


def test_an_upheld_appeal_lifts_the_limit_for_that_very_file_alone(store):
    appeal_blocked(store, blocked(), upheld=True)
    appeal_blocked(store, blocked(6), upheld=False)
    for other, who in ((blocked(6), "alder"), (blocked(7), "alder"), (blocked(), "birch")):
        assert submitting.check(store, other, "blood_pressure", who).submission is None
    checked = submitting.check(store, blocked(), "blood_pressure", "alder")
    assert checked.submission and (checked.report.rows_kept, checked.report.rows_undecided) == (20, 10)
    assert accepting.accept(store, checked.submission).rows_kept == 20
    assert [line.kind for line in discussing.read_history(store, ALDER, checked.submission)] == [
        "appeal", "upheld", "checked", "accepted",
    ]  # fmt: skip


def test_an_upheld_appeal_about_a_warning_alone_lifts_no_limit(store):
    report = submitting.check(store, blocked(), "blood_pressure", "alder").report
    file, facts = File("alder", "blood_pressure", report.sha256), About(20, 10, ())
    discussing.appeal(store, ALDER, file, facts, "We disagree with this warning.", "alder", rule="unknown_patient")
    number = discussing.read_appeals(store, BACKBONE)[0].note.note
    discussing.answer_appeal(store, BACKBONE, number, "That is right, of course.", "backbone", upheld=True)
    assert submitting.check(store, blocked(), "blood_pressure", "alder").submission is None


def test_no_appeal_lets_a_refused_file_in(store):
    data = blocked().replace(b"patient_id", b"patient_id,last_name", 1)
    appeal_blocked(store, data, upheld=True)
    again = submitting.check(store, data, "blood_pressure", "alder")
    assert again.submission is None and again.report.refused
