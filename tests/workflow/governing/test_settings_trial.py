"""Old against new before it holds: the whole history of what another choice moves, and nothing that is hidden now."""

import pytest

from data.ledger import closed_quarters
from data.ledger.store import Store
from schemas.policy.viewer import BACKBONE, EVERYONE
from workflow import releasing, restating
from workflow.governing import changing_settings, settings_trial
from workflow.governing.settings_trial import SettingsTrial
from workflow.publishing import release_preview


def trial(store: Store, **told: dict):
    """What other choices or another policy would change."""
    parts = {name: getattr(store.partnership, name).model_copy(update=new) for name, new in told.items()}
    one = SettingsTrial(store, BACKBONE, store.partnership, store.partnership.model_copy(update=parts))
    assert one.compare()
    ended = one.wait()
    assert ended.error == "" and one.found
    return one.found


def everything(store: Store) -> list[tuple]:
    """What a look must leave as it is."""
    tables = ("counts", "closed_counts", "closed_facts", "counted_by", "released", "settings_version")
    return [store.cursor().execute(f"SELECT count(*), bit_xor(hash(t)) FROM {t} t").fetchall()[0] for t in tables]


@pytest.mark.heavy
def test_another_choice_is_seen_over_the_whole_history_and_looking_changes_nothing(demo_store):
    before, settings = everything(demo_store), demo_store.partnership
    found = trial(demo_store, choices={"screening_eligible": "seen"})
    assert found.closed == "restated"
    moved = {h.indicator for h in found.headlines if h.moved}
    assert "food_screening" in moved and not {"bp_control", "readmission_any_hospital"} & moved
    years = found.years["food_screening"]
    assert len(years) >= 6 and all(a["period_end"] == b["period_end"] for a, b in years)
    assert sum(a["rate"] != b["rate"] for a, b in years) >= 6, "closed years too"
    assert set(found.years) <= moved | {"connected_to_help", "food_insecurity"}
    assert everything(demo_store) == before and demo_store.partnership is settings


@pytest.mark.heavy
def test_where_a_few_people_alone_would_come_or_go_closed_years_stay(demo_store, monkeypatch):
    """A trap: two exact figures of one closed year, which differ by as few people as the choice concerns."""
    store = demo_store
    monkeypatch.setattr(settings_trial.restatement, "allowed", lambda moved, smallest: False)
    found = trial(store, choices={"screening_eligible": "seen"})
    assert found.closed == "told of few"
    closed = closed_quarters.closed_to(store.cursor())
    years = found.years["food_screening"]
    assert closed and all(a["rate"] == b["rate"] for a, b in years if a["period_end"] <= closed)
    assert any(a["rate"] != b["rate"] for a, b in years), "open years follow the choice"


def test_a_lower_limit_is_tried_out_without_reading_what_is_hidden(hiding_clinics_store):
    store = hiding_clinics_store
    found = trial(store, policy={"smallest_cell": 1})
    assert sum(c.newly_shown for c in found.cells) > 0, "the trap is not there"
    for one in found.headlines:
        assert one.after is None or one.before is None or not one.before["suppressed"] or one.after["rate"] is None
    for pairs in found.years.values():
        assert all(b["rate"] is None and b["numerator"] is None for a, b in pairs if a["suppressed"])


def test_which_changes_need_a_look(demo_store):
    now = demo_store.partnership
    assert not settings_trial.needs_a_look(now, now.model_copy(update={"targets": {}, "name": "Other"}))
    for part, told in (("choices", {"unknown_age_counts": False}), ("policy", {"smallest_cell": 5})):
        other = now.model_copy(update={part: getattr(now, part).model_copy(update=told)})
        assert settings_trial.needs_a_look(now, other)
    kept = now.policy.model_copy(update={"keep_releases": 3})
    assert not settings_trial.needs_a_look(now, now.model_copy(update={"policy": kept}))


@pytest.mark.heavy
def test_a_release_that_was_looked_at_under_other_settings_is_not_made(clinics_store):
    store = clinics_store
    seen = release_preview.preview(store)
    settings = store.partnership.model_copy(update={"name": "Other"})
    changing_settings.change(store, BACKBONE, store.settings_version, settings, reason="It is called so now", actor="x")
    with pytest.raises(restating.NotPossible, match="since you looked"):
        releasing.publish(store, "x", as_seen=seen.basis)


def test_nobody_else_tries_out(demo_store):
    with pytest.raises(restating.NotPossible, match="your role does not include this"):
        SettingsTrial(demo_store, EVERYONE, demo_store.partnership, demo_store.partnership)
