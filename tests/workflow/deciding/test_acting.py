"""Actions are kept step by step and undone by another; nobody is named in them who may not be, patient or partner."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.ledger.actions.action_steps import Action, Deed, Part
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from tests.workflow.deciding.test_recording import released
from workflow import administering, submitting
from workflow.access.permitting import NotAllowed
from workflow.deciding import acting

SETTINGS = """
name = "Test"
today = 2026-03-02
[places]
04901 = "23011"
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
named = true
[[partners]]
id = "birch"
name = "Birch Lane Pantry"
kind = "food_bank"
[[partners]]
id = "cedar"
name = "Cedar Hospital"
kind = "hospital"
[[partners]]
id = "gone"
name = "Elm Clinic"
named = true
left = 2026-01-31
"""
TODAY = dt.date(2026, 3, 2)
CUFFS = Deed(
    "Home cuffs with nurse visits", "Nurse lead", "bp_control", dt.date(2025, 4, 10), None,
    (Part("alder", 0, 8_000, 30_000), Part("birch", 0, 500, 0), Part("cedar", 20_000, 0, 0)),
    ("language", "spanish"), ("zip", "04901"), 30_000, "Two nurses one day a week", "Order cuffs", dt.date(2026, 3, 20),
)  # fmt: skip
WHY = "The board agreed to it"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    released(opened, 1)
    yield opened
    opened.close()


def recorded(store: Store, deed: Deed = CUFFS) -> int:
    return acting.record(store, BACKBONE, deed, actor="backbone:Dana")


def one(store: Store, viewer: Viewer = BACKBONE) -> Action:
    (found,) = acting.read_actions(store, viewer)
    return found


def report(store: Store, seen: int, state: Any, so_far: str, deed: Deed = CUFFS) -> None:
    acting.report(store, BACKBONE, 1, seen, state, so_far, deed, actor="x")


def test_an_action_survives_a_restart_with_all_that_was_said(store, tmp_path):
    recorded(store)
    store.close()
    again = administering.open_partnership(tmp_path / "var")
    found = one(again)
    again.close()
    assert (found.deed, found.state, found.last.release, found.last.actor) == (CUFFS, "planned", 1, "backbone:Dana")


def test_each_step_stays_and_an_undo_brings_back_what_was_before_it(store):
    recorded(store)
    next_step = replace(CUFFS, next_step="Ask who brought none back", next_due=dt.date(2026, 5, 1))
    report(store, 1, "running", "412 cuffs lent", next_step)
    larger = replace(next_step, budget=40_000)
    acting.change(store, BACKBONE, 1, 2, larger, reason=WHY, actor="x")
    assert (one(store).deed, one(store).state, one(store).last.so_far) == (larger, "running", "412 cuffs lent")
    acting.undo(store, BACKBONE, 1, 3, reason="The board took it back", actor="y")
    assert (one(store).deed, one(store).last.so_far) == (next_step, "412 cuffs lent")
    assert [s.kind for s in one(store).steps] == ["recorded", "reported", "changed", "undone"]
    acting.undo(store, BACKBONE, 1, 4, reason="It was right after all", actor="y")
    assert one(store).deed == larger, "an undo that is undone holds again"


def test_undoing_the_first_step_withdraws_it_and_its_name_is_free(store):
    recorded(store)
    with pytest.raises(NotPossible, match="open already"):
        recorded(store)
    acting.undo(store, BACKBONE, 1, 1, reason="It was about another measure", actor="x")
    assert one(store).state == "withdrawn" and not one(store).is_open
    assert recorded(store) == 2


def test_it_is_overdue_the_day_after_its_day_while_something_is_to_be_done(store):
    recorded(store)
    assert not one(store).overdue(dt.date(2026, 3, 20)) and one(store).overdue(dt.date(2026, 3, 21))
    no_step = replace(CUFFS, next_step="", next_due=None)
    report(store, 1, "running", "", no_step)
    assert one(store).due is None
    acting.change(store, BACKBONE, 1, 2, replace(no_step, ends=TODAY), reason=WHY, actor="x")
    assert one(store).overdue(dt.date(2026, 3, 3)), "its end is due where no step is"
    report(store, 3, "done", "All cuffs are lent", no_step)
    assert not one(store).overdue(dt.date(2030, 1, 1))


def test_a_partner_that_is_not_named_has_no_id_and_no_letter_in_what_others_read(store):
    """A trap: its letter stands on its figures. Beside what it does, for whom and where, the letter would have a name."""
    recorded(store)
    report(store, 1, "running", "412 cuffs lent")
    unnamed = (Part("", 0, 500, 0), Part("", 20_000, 0, 0))
    for viewer, known in (
        (EVERYONE, CUFFS.parts[:1]), (Viewer(role="analyst"), CUFFS.parts[:1]),
        (Viewer(role="partner", partner_id="birch"), CUFFS.parts[:2]), (BACKBONE, CUFFS.parts),
    ):  # fmt: skip
        found = one(store, viewer)
        ids = {p.partner_id for p in known}
        for step in found.steps:
            assert step.deed.parts[: len(known)] == known, viewer
            assert {p.partner_id for p in step.deed.parts} - {""} == ids, viewer
            assert "partner-" not in repr(step), viewer
    assert one(store, EVERYONE).deed.parts[1:] == unnamed


def test_who_takes_its_agreement_back_is_named_no_more(store):
    recorded(store)
    settings = store.partnership
    hidden = tuple(p.model_copy(update={"named": False}) for p in settings.partners)
    store.partnership = settings.model_copy(update={"partners": hidden})
    assert {p.partner_id for p in one(store, EVERYONE).deed.parts} == {""}
    with pytest.raises(NotPossible, match="not agreed to be named"):
        report(store, 1, "running", "Lent by Alder to all")


def test_a_leader_who_changes_an_action_does_not_drop_partners_that_it_cannot_see(store):
    recorded(store)
    settings = store.partnership
    policy = settings.policy.model_copy(update={"leaders_record": True})
    store.partnership = settings.model_copy(update={"policy": policy})
    seen = one(store, EVERYONE).deed
    as_typed = replace(seen, owner="Sam Whitley", parts=tuple(p for p in seen.parts if p.partner_id))
    acting.change(store, EVERYONE, 1, 1, as_typed, reason=WHY, actor="x")
    assert one(store).deed == replace(CUFFS, owner="Sam Whitley")
    with pytest.raises(NotPossible, match="from the list"):
        acting.change(store, EVERYONE, 1, 2, replace(as_typed, parts=(Part("birch"),)), reason=WHY, actor="x")


@pytest.mark.parametrize(
    ("told", "why"),
    some_of(
        [
            ({"name": "Cuff"}, "5 to 40 letters: these are 4"),
            ({"name": "Cuffs " * 8}, "5 to 40 letters: these are 47"),
            ({"name": "Call Maria Gonzalez each week"}, "a name"),
            ({"name": "Cuffs for Birch Lane"}, "not agreed to be named"),
            ({"owner": "Cedar nurses"}, "not agreed to be named"),
            ({"next_step": "Visit patient K0917 at home"}, "the id of a patient"),
            ({"in_kind": "A nurse, 617-555-0123"}, "a phone number"),
            ({"owner": ""}, "name who does it"),
            ({"indicator": "nothing_known"}, "measure is not known"),
            ({"group": ("language", "klingon")}, "group from the list"),
            ({"group": ("language", "declined")}, "group from the list"),
            ({"place": ("zip", "99999")}, "place from the list"),
            ({"starts": dt.date(1926, 1, 1)}, "ten years"),
            ({"ends": dt.date(2025, 4, 9)}, "after the start"),
            ({"parts": (Part("nobody"),)}, "partners from the list"),
            ({"parts": (Part("gone"),)}, "partners from the list"),
            ({"parts": (Part("alder"), Part("alder"))}, "partners from the list"),
            ({"parts": (Part(""),)}, "partners from the list"),
            ({"parts": (Part("alder", -1),)}, "whole dollars"),
            ({"parts": (Part("alder", 30_001),)}, "more than the budget"),
            ({"parts": (Part("alder", 0, 0, 30_001),)}, "more than the budget"),
            ({"next_due": None}, "go together"),
            ({"next_step": ""}, "go together"),
        ],
        4,
    ),
)
def test_what_may_not_stand_in_an_action_is_refused_and_nothing_of_it_kept(store, told, why):
    file = b"patient_id,measured_on,systolic,diastolic\nK0917,2025-03-01,128,79\n"
    submitting.check(store, file, "blood_pressure", "alder")
    with pytest.raises(NotPossible, match=why):
        recorded(store, replace(CUFFS, **told))
    assert acting.read_actions(store, BACKBONE) == []


def test_a_report_is_read_as_closely_and_of_two_at_once_the_second_is_told(store):
    recorded(store)
    for so_far, why in (
        ("Maria Gonzalez has one", "a name"),
        ("x" * 51, "5 to 50"),
        ("Birch Lane lent 12", "not agreed"),
    ):
        with pytest.raises(NotPossible, match=why):
            report(store, 1, "running", so_far)
    with pytest.raises(NotPossible, match="nothing is changed"):
        report(store, 1, "planned", "")
    with pytest.raises(NotPossible, match="where the action stands"):
        report(store, 1, "withdrawn", "")
    report(store, 1, "running", "412 cuffs lent")
    with pytest.raises(NotPossible, match="meanwhile"):
        report(store, 1, "paused", "No cuffs are left")
    with pytest.raises(NotPossible, match="say why"):
        acting.undo(store, BACKBONE, 1, 2, reason="", actor="x")
    assert len(one(store).steps) == 2


def test_a_leader_records_only_where_leaders_may_and_a_partner_never(store):
    for viewer in (EVERYONE, Viewer(role="partner", partner_id="alder"), Viewer(role="auditor")):
        with pytest.raises(NotAllowed):
            acting.record(store, viewer, CUFFS, actor="x")
    with pytest.raises(NotAllowed):
        acting.read_actions(store, Viewer(role="auditor"))
