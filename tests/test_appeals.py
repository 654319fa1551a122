"""Appeals: a partner disagrees in words, backbone staff answer; of a file that was not kept nothing else is known."""

# ruff: noqa: F811 - the fixture `store` comes from another module

import pytest

import talk
import workflow
from tests.real_input import in_store
from tests.test_history import ALDER, BACKBONE, WARNING, about, check, rows, states, stays, store  # noqa: F401


def test_an_upheld_appeal_about_a_warning_is_the_reason_that_it_needs(store):
    number = check(store, stays())
    rule, column = WARNING
    file, facts = about(store, number)
    talk.appeal(store, ALDER, file, facts, "We disagree: it is one stay.", "alder", rule=rule, column=column)
    with pytest.raises(workflow.NotPossible, match="open already"):
        talk.appeal(store, ALDER, file, facts, "We still disagree with it.", "alder", rule=rule, column=column)
    appeal = talk.read_appeals(store, BACKBONE)[0]
    assert appeal.state == "open"
    talk.answer_appeal(store, BACKBONE, appeal.note.note, "You are right about it.", "backbone", upheld=True)
    with pytest.raises(workflow.NotPossible, match="answered already"):
        talk.answer_appeal(store, BACKBONE, appeal.note.note, "No, on second thoughts.", "backbone", upheld=False)
    assert talk.read_appeals(store, ALDER)[0].state == "upheld"
    assert workflow.accept(store, number, explained=True).state == "accepted"


def test_an_appeal_that_is_not_upheld_is_no_reason(store):
    number = check(store, stays())
    rule, column = WARNING
    talk.appeal(store, ALDER, *about(store, number), "We disagree: one stay.", "alder", rule=rule, column=column)
    appeal = talk.read_appeals(store, BACKBONE)[0].note.note
    talk.answer_appeal(store, BACKBONE, appeal, "Please say why it is so.", "backbone", upheld=False)
    with pytest.raises(workflow.NotPossible, match="no reason yet"):
        workflow.accept(store, number, explained=True)


def blocked(pressure: int = 5) -> bytes:
    """Half of its rows have an implausible pressure."""
    body = [f"PERSON-{n},2025-03-{1 + n:02},{pressure if n % 2 else 120},80" for n in range(20)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *body]).encode()


def appeal_blocked(store: workflow.Store, data: bytes, *, upheld: bool) -> workflow.Report:
    checked = workflow.check(store, data, "blood_pressure", "alder", actor="alder")
    report = checked.report
    assert checked.submission is None
    facts = talk.About(report.rows_in, report.rows_blocked, tuple(sorted(set(report.table["rule"]))))
    file = talk.File("alder", "blood_pressure", report.sha256)
    talk.appeal(store, ALDER, file, facts, "We disagree: the other half is right and needed.", "alder")
    number = talk.read_appeals(store, BACKBONE)[0].note.note
    talk.answer_appeal(store, BACKBONE, number, "This is the answer to it.", "backbone", upheld=upheld)
    return report


def test_an_appeal_about_a_blocked_file_holds_nothing_of_its_rows(store):
    report = appeal_blocked(store, blocked(), upheld=False)
    appeal = talk.read_appeals(store, ALDER)[0]
    assert (appeal.note.file.sha256, appeal.note.file.submission) == (report.sha256, None)
    assert appeal.about == talk.About(20, 10, ("systolic_implausible", "systolic_not_above_diastolic"))
    assert states(store) == {} and rows(store, "rows.blood_pressure") == 0
    assert in_store(store, ["PERSON-1"]) == set()


def test_an_upheld_appeal_lifts_the_limit_for_that_very_file_alone(store):
    appeal_blocked(store, blocked(), upheld=True)
    appeal_blocked(store, blocked(6), upheld=False)
    for other, who in ((blocked(6), "alder"), (blocked(7), "alder"), (blocked(), "birch")):
        assert workflow.check(store, other, "blood_pressure", who).submission is None
    checked = workflow.check(store, blocked(), "blood_pressure", "alder")
    assert checked.submission and checked.report.rows_kept == 10
    with pytest.raises(workflow.NotPossible, match="10 rows"):
        workflow.accept(store, checked.submission)
    assert workflow.accept(store, checked.submission, accept_valid=True).rows_kept == 10
    assert [line.kind for line in talk.read_trail(store, ALDER, checked.submission)] == [
        "appeal", "upheld", "checked", "accepted",
    ]  # fmt: skip


def test_an_upheld_appeal_about_a_warning_alone_lifts_no_limit(store):
    report = workflow.check(store, blocked(), "blood_pressure", "alder").report
    file, facts = talk.File("alder", "blood_pressure", report.sha256), talk.About(20, 10, ())
    talk.appeal(store, ALDER, file, facts, "We disagree with this warning.", "alder", rule="unknown_patient")
    number = talk.read_appeals(store, BACKBONE)[0].note.note
    talk.answer_appeal(store, BACKBONE, number, "That is right, of course.", "backbone", upheld=True)
    assert workflow.check(store, blocked(), "blood_pressure", "alder").submission is None


def test_no_appeal_lets_a_refused_file_in(store):
    data = blocked() + b"\n617-555-0199,2025-03-01,120,80"
    appeal_blocked(store, data, upheld=True)
    again = workflow.check(store, data, "blood_pressure", "alder")
    assert again.submission is None and again.report.refused
