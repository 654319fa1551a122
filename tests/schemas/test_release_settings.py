"""What a release was made under rules what is shown of it; what only limits who sees it holds at once."""

import json

import pytest
from pydantic import ValidationError

from schemas.policy.partner_naming import naming
from schemas.policy.partnership import Partnership, Policy
from schemas.policy.release_settings import NOW, POLICY_NOW, changed, read_kept, settings_shown
from schemas.policy.viewer import BACKBONE, EVERYONE

THEN = Partnership.model_validate({
    "name": "Then", "today": "2026-01-31", "targets": {"bp_control": 0.7}, "policy": {"smallest_cell": 11, "held_days": 3},
    "partners": [{"id": "alder", "name": "Alder", "named": True, "kind": "clinic"}, {"id": "birch", "name": "Birch"},
                 {"id": "cedar", "name": "Cedar", "named": True}],
})  # fmt: skip


def now(**differing: object) -> Partnership:
    return Partnership.model_validate(THEN.model_dump() | differing)


def partners(**by_id: dict[str, object]) -> list[dict[str, object]]:
    """The partners of then, each with what is told of it; without those of whom nothing is."""
    return [p.model_dump() | by_id[p.id] for p in THEN.partners if p.id in by_id]


def test_targets_names_and_policy_are_those_of_the_release():
    changes = now(
        name="Now", targets={"bp_control": 0.9}, policy={"smallest_cell": 3, "held_days": 5},
        partners=partners(alder={"name": "Alder Renamed"}, birch={"named": True}, cedar={}),
    )  # fmt: skip
    shown = settings_shown(THEN, changes)
    assert (shown.name, shown.targets, shown.policy.smallest_cell) == ("Then", {"bp_control": 0.7}, 11)
    assert shown.policy.held_days == 5, "how long a file waits is of the work, and of no release"
    names = naming(shown, b"key", EVERYONE).names
    assert "Alder" in names.values() and "Alder Renamed" not in names.values()
    assert "birch" not in names, "who agrees to be named later is named in the next release"
    assert changed(THEN, changes) == ["name", "partners", "targets", "policy.smallest_cell"]


def test_who_takes_its_agreement_back_or_leaves_is_named_no_more():
    changes = now(partners=partners(alder={"named": False}, birch={}))
    names = naming(settings_shown(THEN, changes), b"key", EVERYONE, ["alder", "birch", "cedar"]).names
    assert not {"Alder", "Cedar"} & set(names.values()) and len(names) == 3
    assert any(name.endswith("(no longer listed)") for name in names.values())
    gone = now(partners=partners(alder={"left": "2026-01-01"}, birch={}, cedar={}))
    assert "Alder" not in naming(settings_shown(THEN, gone), b"key", BACKBONE).names.values()


def test_partners_figures_are_hidden_at_once_and_shown_with_the_next_release():
    hides = now(policy={"smallest_cell": 11, "partner_figures": False})
    assert not settings_shown(THEN, hides).policy.partner_figures
    assert not settings_shown(hides, THEN).policy.partner_figures


def test_every_setting_is_of_a_release_but_for_those_of_the_work():
    assert set(NOW) < set(Partnership.model_fields) and set(POLICY_NOW) < set(Policy.model_fields)


def test_a_setting_that_the_program_no_longer_has_is_left_out():
    old = THEN.model_dump(mode="json") | {"color": "blue"}
    old["partners"][0]["phone"] = "none"
    old["policy"]["rounding"] = 5
    assert read_kept(Partnership, json.dumps(old)) == THEN
    with pytest.raises(ValidationError):
        read_kept(Partnership, json.dumps(old | {"targets": "all"}))
