"""Two people who change the settings at once: nothing of either is lost without a word."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Change, differences, join, places, put_together

BASE = Partnership.model_validate({
    "name": "Base", "targets": {"bp_control": 0.7}, "target_dates": {"bp_control": "2027-12-31"},
    "partners": [{"id": "alder", "name": "Alder"}, {"id": "birch", "name": "Birch", "hospitals": ["North"]}],
    "limits": {"systolic_max": {"value": 280, "reason": "Monitors"}}, "places": {"12345": "01001"},
    "annotations": [{"indicator": "bp_control", "on": "2025-04-10", "words": "Cuffs"}],
})  # fmt: skip


def with_(settings: Partnership, **told: Any) -> Partnership:
    return Partnership.model_validate(settings.model_dump() | told)


def named(settings: Partnership, **names: str) -> Partnership:
    partners = [p.model_dump() | ({"name": names[p.id]} if p.id in names else {}) for p in settings.partners]
    return with_(settings, partners=partners)


def test_settings_that_are_taken_apart_are_put_together_as_they_were():
    assert put_together(places(BASE)) == BASE
    assert put_together(places(Partnership())) == Partnership()
    assert differences(BASE, BASE) == []


def test_changes_at_different_places_are_both_kept():
    """A trap: both are in the same list of partners, and one is a new partner."""
    mine = named(BASE, alder="Alder Clinic")
    theirs = with_(named(BASE, birch="Birch Hospital"), partners=[
        *named(BASE, birch="Birch Hospital").model_dump()["partners"], {"id": "cedar", "name": "Cedar"},
    ], targets={"bp_control": 0.7, "food_screening": 0.5})  # fmt: skip
    joined = join(BASE, mine, theirs)
    assert [p.name for p in joined.settings.partners] == ["Alder Clinic", "Birch Hospital", "Cedar"]
    assert joined.settings.targets == theirs.targets and joined.both == []
    assert Change(("targets", "food_screening"), None, 0.5) in joined.meanwhile


def test_where_both_changed_the_same_the_other_is_told_and_mine_stands():
    mine, theirs = named(BASE, alder="Mine"), named(BASE, alder="Theirs")
    joined = join(BASE, mine, theirs)
    assert joined.both == [Change(("partners", "alder", "name"), "Theirs", "Mine")]
    assert joined.settings.partners[0].name == "Mine"
    assert join(BASE, mine, mine).both == [], "both said the same"


def test_what_was_taken_out_stays_out_and_is_told():
    mine = with_(BASE, targets={}, target_dates={})
    theirs = with_(BASE, targets={"bp_control": 0.8}, target_dates={})
    joined = join(BASE, mine, theirs)
    assert joined.settings.targets == {} and joined.both == [Change(("targets", "bp_control"), 0.8, None)]


def test_two_changes_that_do_not_fit_together_are_refused():
    mine = with_(BASE, target_dates={"bp_control": dt.date(2028, 12, 31)})
    with pytest.raises(ValidationError, match="date without a target"):
        join(BASE, mine, with_(BASE, targets={}, target_dates={}))
