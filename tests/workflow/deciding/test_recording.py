"""Decisions are kept with their release, each step for good; two people at once lose nothing; nobody is named in them."""

import datetime as dt
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.ledger.decisions.decision_steps import Agreed, Decision
from data.ledger.opening.store_faults import StoreNotWritable
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from workflow import administering, submitting
from workflow.deciding import recording

SETTINGS = """
name = "Test"
today = 2026-03-02
[owners]
bp_control = "Dr. Lena Ortiz"
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
named = true
[[partners]]
id = "birch"
name = "Birch Lane Pantry"
kind = "food_bank"
"""
TODAY = dt.date(2026, 3, 2)
DUE = dt.date(2026, 5, 1)
CALLS = Agreed("Call everyone within two days of going home", "Nurse lead", DUE)
CUFFS = Agreed("Lend a cuff to everyone above target", "Dr. Lena Ortiz", DUE)
WHY = "The board agreed to it"


def released(store: Store, number: int) -> None:
    """Let a release be shown, without making its figures."""
    store.cursor().execute(
        "INSERT INTO release_made (release, happened_at, actor, last_event) VALUES (?, ?, 'x', 0)",
        [number, dt.datetime(2026, 3, number)],
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    released(opened, 1)
    yield opened
    opened.close()


def decided(store: Store, agreed: Agreed = CALLS, indicator: str | None = "bp_control") -> int:
    return recording.record(store, BACKBONE, indicator, agreed, actor="backbone:Dana")


def known(store: Store, number: int) -> Decision:
    return next(d for d in recording.read_decisions(store, EVERYONE) if d.number == number)


def test_a_decision_survives_a_restart_with_its_release_and_who_made_it(store, tmp_path):
    number = decided(store)
    store.close()
    again = administering.open_partnership(tmp_path / "var")
    (found,) = recording.read_decisions(again, EVERYONE)
    again.close()
    assert (found.number, found.indicator, found.agreed, found.state) == (number, "bp_control", CALLS, "open")
    assert (found.first.release, found.first.actor, found.first.at.date()) == (1, "backbone:Dana", TODAY)


def test_every_step_stays_and_the_last_holds(store):
    number = decided(store)
    released(store, 2)
    later = Agreed(CALLS.words, "Sam Whitley", dt.date(2026, 6, 1))
    recording.revise(store, BACKBONE, number, 1, later, reason="The nurse lead is away", actor="x")
    recording.end(store, BACKBONE, number, 2, "done", reason="Calls began in April", actor="y")
    found = known(store, number)
    assert [(s.kind, s.release, s.agreed, s.reason, s.actor) for s in found.steps] == [
        ("made", 1, CALLS, "", "backbone:Dana"),
        ("revised", 2, later, "The nurse lead is away", "x"),
        ("done", 2, later, "Calls began in April", "y"),
    ]
    assert found.state == "done"
    with pytest.raises(NotPossible, match="not open any more"):
        recording.end(store, BACKBONE, number, 3, "dropped", reason=WHY, actor="x")
    recording.revise(store, BACKBONE, number, 3, later, reason="They stopped calling in May", actor="x")
    assert known(store, number).state == "open", "what was thought done is open again"


def test_it_is_overdue_the_day_after_its_day_while_it_is_open(store):
    number = decided(store)
    assert not known(store, number).overdue(DUE) and known(store, number).overdue(DUE + dt.timedelta(days=1))
    recording.end(store, BACKBONE, number, 1, "dropped", reason="Nobody can do it now", actor="x")
    assert not known(store, number).overdue(dt.date(2030, 1, 1))


def test_two_at_once_lose_nothing(store):
    """Twenty new ones at the same time are twenty; of two changes of one, the second is told of the first."""
    many = [Agreed(f"Decision of clinic {n} about calls", "Nurse lead", DUE) for n in range(20)]
    with ThreadPoolExecutor(8) as people:
        numbers = list(people.map(lambda one: decided(store, one), many))
    assert sorted(numbers) == list(range(1, 21))
    assert {d.agreed for d in recording.read_decisions(store, EVERYONE)} == set(many)

    def ends(who: str) -> str:
        try:
            recording.end(store, BACKBONE, 1, 1, "done", reason=f"Done, says {who} of us", actor=who)
        except NotPossible as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as people:
        told = list(people.map(ends, ("one", "two")))
    assert sorted(map(bool, told)) == [False, True] and "meanwhile" in max(told)
    assert len(known(store, 1).steps) == 2


def test_the_same_pressed_twice_is_recorded_once(store):
    decided(store)
    with pytest.raises(NotPossible, match="recorded already"):
        decided(store, Agreed(f"  {CALLS.words} ", CALLS.owner, DUE))
    decided(store, CALLS, "food_screening")
    decided(store, CALLS, None)
    assert len(recording.read_decisions(store, EVERYONE)) == 3


@pytest.mark.parametrize(
    ("agreed", "told"),
    some_of(
        [
            (Agreed("Call", "Nurse lead", DUE), "10 to 240 letters: these are 4"),
            (Agreed("Call " * 60, "Nurse lead", DUE), "10 to 240 letters: these are 299"),
            (Agreed("Ask Maria Gonzalez why she came back", "Nurse lead", DUE), "a name"),
            (Agreed("Call the person at 617-555-0123 again", "Nurse lead", DUE), "a phone number"),
            (Agreed("Look at the one born 3/14/1961 first", "Nurse lead", DUE), "a date of birth"),
            (Agreed("Visit patient K0917 at home", "Nurse lead", DUE), "the id of a patient"),
            (Agreed(CALLS.words, "K0917", DUE), "the id of a patient"),
            (Agreed("Ask Birch Lane why so few of them answered", "Nurse lead", DUE), "not agreed to be named"),
            (Agreed(CALLS.words, "Birch Lane lead", DUE), "not agreed to be named"),
            (Agreed(CALLS.words, "", DUE), "name who does it"),
            (Agreed(CALLS.words, "N" * 41, DUE), "name who does it"),
            (Agreed(CALLS.words, "lena@ortiz.org", DUE), "an e-mail address"),
            (Agreed(CALLS.words, "Nurse lead", TODAY - dt.timedelta(days=1)), "from today on"),
            (Agreed(CALLS.words, "Nurse lead", dt.date(2226, 5, 1)), "from today on"),
        ],
        4,
    ),
)
def test_what_may_not_stand_in_a_decision_is_refused_and_nothing_of_it_kept(store, agreed, told):
    file = b"patient_id,measured_on,systolic,diastolic\nK0917,2025-03-01,128,79\n"
    submitting.check(store, file, "blood_pressure", "alder")
    with pytest.raises(NotPossible, match=told):
        decided(store, agreed)
    assert recording.read_decisions(store, EVERYONE) == []


def test_owners_partners_and_measures_may_be_named(store):
    decided(store, CUFFS)
    decided(store, Agreed("Dr. Lena Ortiz asks Alder Clinic about Blood pressure control", "Alder Clinic", DUE))
    assert len(recording.read_decisions(store, EVERYONE)) == 2


def test_a_reason_is_asked_for_and_read_as_closely(store):
    number = decided(store)
    for reason, told in (
        ("", "say why"), ("Maria Gonzalez asked us to stop", "a name"), ("Birch Lane asked us to stop", "not agreed"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=told):
            recording.end(store, BACKBONE, number, 1, "done", reason=reason, actor="x")
    with pytest.raises(NotPossible, match="nothing is changed"):
        recording.revise(store, BACKBONE, number, 1, CALLS, reason=WHY, actor="x")
    assert len(known(store, number).steps) == 1


def test_without_a_release_or_a_writable_store_nothing_is_recorded(tmp_path):
    opened = new_store(tmp_path / "var", SETTINGS)
    with pytest.raises(NotPossible, match="no release yet"):
        decided(opened)
    released(opened, 1)
    opened.close()
    reader = administering.open_partnership(tmp_path / "var", read_only=True)
    with pytest.raises(StoreNotWritable):
        decided(reader)
    assert recording.read_decisions(reader, EVERYONE) == []
    reader.close()


def test_an_upload_on_its_way_holds_no_decision_up(store):
    """Accepting holds its own lock for as long as a large file takes; a meeting does not wait for it."""
    with store.accepting, ThreadPoolExecutor(1) as other:
        started = time.monotonic()
        other.submit(decided, store).result(timeout=20)
        assert time.monotonic() - started < 10
