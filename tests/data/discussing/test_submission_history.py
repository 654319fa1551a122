"""The life of a submission: each step and word is kept with who and when, and seen by nobody whose business it is not."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.discussing.appeals import About
from data.discussing.notes import File
from data.ledger.data_folder import SETTINGS as SETTINGS_FILE
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import Viewer
from tests.support.new_partnerships import new_store
from tests.support.real_input import on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, administering, discussing, previewing, reading, releasing, submitting

pytestmark = pytest.mark.both_stores

TODAY = dt.date(2026, 1, 31)
SETTINGS = """
name = "Test"
today = {today}
[[partners]]
id = "alder"
name = "Alder"
[[partners]]
id = "birch"
name = "Birch"
[policy]
release_on_accept = false
"""
ALDER, BIRCH = (Viewer(role="partner", partner_id=name) for name in ("alder", "birch"))
BACKBONE = Viewer(role="backbone")
WARNING = ("overlapping_stays", "admitted_on")
WHY = "A transfer between two wards, which our system writes as two stays."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS.format(today=TODAY))
    yield opened
    opened.close()


def reopened(store: Store, today: dt.date = TODAY) -> Store:
    """The same folder after a restart, on a day."""
    store.close()
    (store.folder / SETTINGS_FILE).write_text(SETTINGS.format(today=today), encoding="utf-8")
    return administering.open_partnership(store.folder)


def stays(overlap: bool = True, month: int = 3) -> bytes:
    second = f"2025-{month:02}-05" if overlap else f"2025-{month:02}-20"
    return (
        "stay_id,patient_id,admitted_on,discharged_on,stay_type\n"
        f"S1-{month},PATIENT-{month},2025-{month:02}-01,2025-{month:02}-10,inpatient\n"
        f"S2-{month},PATIENT-{month},{second},2025-{month:02}-28,inpatient\n"
    ).encode()


def check(store: Store, data: bytes, partner: str = "alder", actor: str = "alder") -> int:
    checked = submitting.check(store, data, "hospital_stays", partner, actor=actor)
    assert checked.submission, checked.report.table
    return checked.submission


def justify(store: Store, number: int, words: str = WHY, viewer: Viewer = ALDER) -> None:
    discussing.justify(store, viewer, number, *WARNING, words, viewer.partner_id or viewer.role)


def rows(store: Store, table: str = "rows.hospital_stays") -> int:
    return store.cursor().execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


def states(store: Store) -> dict[int, str]:
    return {s.submission: s.state for s in reading.all_submissions(store)}


def about(store: Store, number: int) -> tuple[File, About]:
    entry = next(s for s in reading.all_submissions(store) if s.submission == number)
    return File.of(entry), About(entry.rows_in, entry.rows_blocked, (WARNING[0],))


def test_every_step_stands_in_the_trail_with_who_and_when(store):
    number = check(store, stays())
    justify(store, number)
    accepting.accept(store, number, actor="alder", explained=True)
    releasing.publish(store, "backbone")
    discussing.comment(store, BACKBONE, number, "Thank you, all of it has arrived.", "backbone")
    discussing.appeal(store, ALDER, *about(store, number), "We disagree: two stays are missing.", "alder")
    appeal = discussing.read_appeals(store, BACKBONE)[0]
    discussing.answer_appeal(store, BACKBONE, appeal.note.note, "They are in the next file.", "backbone", upheld=False)
    accepting.withdraw(store, number, "alder")
    releasing.publish(store, "backbone")
    accepting.accept(store, number, actor="alder")
    releasing.publish(store, "backbone")
    found = discussing.read_history(store, ALDER, number)
    assert [(line.kind, line.actor, line.release) for line in found] == [
        ("checked", "alder", None), ("reason", "alder", None), ("accepted", "alder", None), ("released", "backbone", 1),
        ("comment", "backbone", None), ("appeal", "alder", None), ("not upheld", "backbone", None),
        ("withdrawn", "alder", None), ("dropped", "backbone", 2), ("accepted", "alder", None),
        ("released", "backbone", 3),
    ]  # fmt: skip
    assert {line.at.date() for line in found} == {TODAY}
    assert [line.note.words for line in found if line.note][:2] == [WHY, "Thank you, all of it has arrived."]


def test_a_person_accepts_only_what_is_fixed_or_justified(store):
    number = check(store, stays())
    with pytest.raises(NotPossible, match="no reason yet"):
        accepting.accept(store, number, explained=True)
    justify(store, number)
    assert accepting.accept(store, number, explained=True).state == "accepted"
    fixed = check(store, stays(overlap=False))
    assert accepting.accept(store, fixed, explained=True).state == "accepted"


def test_what_is_only_information_needs_no_reason(store):
    data = stays(overlap=False).replace(b"stay_type\n", b"stay_type,room\n").replace(b"inpatient\n", b"inpatient,4\n")
    checked = submitting.check(store, data, "hospital_stays", "alder")
    assert set(checked.report.table["rule"]) == {"extra_column"}
    assert checked.submission and discussing.read_warned(store, ALDER, checked.submission) == []
    assert accepting.accept(store, checked.submission, explained=True).state == "accepted"


@pytest.mark.parametrize(
    ("words", "why"),
    some_of(
        [
            ("because", "at least 10"),
            ("          because          ", "at least 10"),
            ("because " * 70, "at most 500"),
            ("Ask Ann at 617-555-0199 about it", "looks like a phone number"),
            ("Ask ann@example.org about it", "looks like an e-mail address"),
            ("It is about 123-45-6789 only", "looks like a social security number"),
            ("Only PATIENT-3 was moved between wards", "id of a patient"),
            ("Both are true (S2-3 came later; PATIENT-3).", "id of a patient"),
        ],
        3,
    ),
)
def test_words_that_may_not_be_kept_are_nowhere(store, words, why):
    number = check(store, stays())
    for say in (
        lambda: justify(store, number, words),
        lambda: discussing.comment(store, ALDER, number, words, "alder"),
        lambda: discussing.appeal(store, ALDER, *about(store, number), words, "alder"),
    ):
        with pytest.raises(NotPossible, match=why):
            say()
    assert rows(store, "note") == rows(store, "appeal") == 0
    assert on_disk(store.folder, ["617-555-0199", "ann@example", "PATIENT-3"]) == set()


@pytest.mark.parametrize(
    "words", ["In 2025 our system changed in all 12 wards.", "See ICD-10 code I50.21, rows 12 to 4500."]
)
def test_everyday_numbers_are_no_ids(store, words):
    number = check(store, stays())
    justify(store, number, words)
    assert discussing.read_warned(store, ALDER, number)[0].reason


def test_a_reason_is_offered_for_the_next_file_but_not_taken_over(store):
    first = check(store, stays())
    justify(store, first)
    justify(store, first, "Another reason that is better than the first.")
    accepting.accept(store, first, explained=True)
    second = check(store, stays(month=6))
    assert discussing.read_warned(store, ALDER, second)[0].reason is None
    offered = discussing.read_used_reasons(store, ALDER, "alder", "hospital_stays", WARNING)
    assert offered == ["Another reason that is better than the first.", WHY]
    assert discussing.read_used_reasons(store, ALDER, "alder", "blood_pressure", WARNING) == []
    with pytest.raises(NotPossible, match="no reason yet"):
        accepting.accept(store, second, explained=True)


def test_a_reason_for_a_warning_that_is_not_there_is_refused(store):
    number = check(store, stays(overlap=False))
    with pytest.raises(NotPossible, match="no such warning"):
        justify(store, number)


def test_the_same_file_checked_again_takes_the_place_of_its_check_and_keeps_its_reason(store):
    first = check(store, stays())
    justify(store, first)
    second = check(store, stays())
    assert states(store) == {first: "left", second: "checked"}
    assert rows(store) == 2
    assert [w.submission for w in discussing.read_warned(store, ALDER, second) if w.reason] == [second]
    assert accepting.accept(store, second, explained=True).state == "accepted"


def test_a_left_submission_stays_in_the_trail_without_rows(store):
    number = check(store, stays())
    accepting.leave(store, number, "alder")
    assert states(store) == {number: "left"}
    assert rows(store) == rows(store, "finding") == 0
    assert [(line.kind, line.actor) for line in discussing.read_history(store, ALDER, number)] == [
        ("checked", "alder"), ("left", "alder"),
    ]  # fmt: skip
    for step in (
        lambda: accepting.accept(store, number), lambda: submitting.effect(store, number),
        lambda: previewing.preview(store, number, ALDER), lambda: accepting.leave(store, number),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match="left"):
            step()
    again = check(store, stays())
    assert again != number and rows(store) == 2


@pytest.mark.heavy
def test_a_left_file_does_not_hide_that_its_twin_is_accepted(store):
    first = check(store, stays())
    accepting.accept(store, first)
    accepting.withdraw(store, first)
    accepting.leave(store, check(store, stays()), "alder")
    accepting.accept(store, first)
    assert submitting.check(store, stays(), "hospital_stays", "alder").known
    assert rows(store) == 2


def test_a_restart_keeps_what_waits_for_a_yes_and_forgets_what_jobs_left(store):
    waits = check(store, stays())
    for month, actor in enumerate(("job:alder", "cli:alder", "watch:alder"), 4):
        check(store, stays(month=month), actor=actor)
    store = reopened(store)
    assert states(store) == {waits: "checked"}
    assert rows(store) == 2
    held = discussing.read_awaiting(store, ALDER, waits)
    assert [tuple(row) for row in held.report.table.rows()] == [(WARNING[0], 3, WARNING[1], None)]
    accepting.accept(store, waits)
    store.close()


def test_what_nobody_decided_lapses_after_its_days_and_not_before(store):
    number = check(store, stays())
    entry = reading.all_submissions(store)[0]
    until = discussing.awaits_until(store, entry)
    assert until == TODAY + dt.timedelta(days=14)
    store = reopened(store, until)
    assert states(store) == {number: "checked"}
    store = reopened(store, until + dt.timedelta(days=2))
    assert states(store) == {number: "left"}
    assert rows(store) == rows(store, "finding") == 0
    assert discussing.read_history(store, ALDER, number)[-1].actor == "concord"
    store.close()
