"""The room Settings: a change is asked for, shown, given a reason, saved and undone; mistakes stand beside the field."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.ledger.encryption.encryption_key import EncryptionKey
from data.ledger.store import Store
from pages.components.governing.partner_form import id_for
from pages.components.layout import page_state
from schemas.policy.viewer import BACKBONE
from tests.support.new_partnerships import new_folder
from workflow.governing import changing_settings

TOLD = """
name = "Test"
demo = true
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder"
kind = "clinic"
named = true
"""
WHY = "The board decided it in October"


def the_page() -> None:
    """What the router runs: the page alone."""
    from pages import settings

    settings.page()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    new_folder(tmp_path / "var", TOLD)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield page_state.store()
    page_state.store().close()
    st.cache_resource.clear()


def opened(part: str = "partners", who: str = "backbone", **query: str) -> AppTest:
    app = AppTest.from_function(the_page, default_timeout=60)
    app.query_params.update({"as": who, "part": part, **query})
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(str(e.proto.body) for e in app.get("html"))


def by_label(elements, label):
    (found,) = [e for e in elements if e.label.startswith(label)]
    return found


def press(app: AppTest, label: str) -> AppTest:
    by_label(app.button, label).click()
    return run(app)


def save(app: AppTest, reason: str = WHY, name: str = "Dana Reyes") -> AppTest:
    by_label(app.text_area, "Reason").set_value(reason)
    by_label(app.text_input, "Your name").set_value(name)
    return press(app, "Save the change")


def test_a_target_with_its_owner_is_shown_saved_and_undone_with_one_press(store):
    app = opened("targets", indicator="bp_control")
    by_label(app.number_input, "Target (%)").set_value(72.5)
    by_label(app.text_input, "Owner").set_value("Kim Lee, Alder")
    by_label(app.text_input, "What we do").set_value("Nurses call after each visit")
    press(app, "See what it changes")
    assert store.settings_version == 1, "looking changes nothing"
    assert "72.5%" in said(app) and "Kim Lee, Alder" in said(app) and "next release" in said(app)
    save(app)
    assert store.partnership.targets == {"bp_control": 0.725}
    assert store.partnership.owners == {"bp_control": "Kim Lee, Alder"}
    newest = changing_settings.history(store, BACKBONE)[0]
    assert (newest.actor, newest.reason) == ("backbone:Dana Reyes", WHY)
    press(app, "Undo it")
    assert store.partnership.targets == {} and store.settings_version == 3


def test_a_partner_is_added_renamed_and_leaves(store):
    app = opened()
    by_label(app.text_input, "Its name").set_value("Birch & Sons Pantry")
    press(app, "See what it changes")
    assert "Birch &amp; Sons Pantry can send files at once." in said(app)
    save(app)
    assert store.partnership.sender("birch_sons_pantry").name == "Birch & Sons Pantry"
    app = opened(partner="alder")
    by_label(app.text_input, "Its name").set_value("Alder Clinic")
    by_label(app.checkbox, "It agrees").uncheck()
    press(app, "See what it changes")
    assert "gone at once" in said(app)
    save(app)
    (alder,) = (p for p in store.partnership.partners if p.id == "alder")
    assert (alder.name, alder.named) == ("Alder Clinic", False)


def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(store):
    app = opened("targets", indicator="bp_control")
    by_label(app.date_input, "To be met by").set_value(store.partnership.day)
    press(app, "See what it changes")
    assert "A date without a target: bp_control." in said(app)
    assert by_label(app.date_input, "To be met by").value == store.partnership.day
    app = opened("policy")
    by_label(app.number_input, "Counts from 1 to").set_value(0)
    press(app, "See what it changes")
    assert "It must be 1 or more." in said(app) and store.settings_version == 1
    app = press(opened(), "See what it changes")
    assert "Fill this in." in said(app)


@pytest.mark.parametrize(("reason", "name", "why"), [
    ("short", "Dana", "Write at least 10 letters"),
    (WHY, "", "Type your name first"),
    ("Write to ann@example.org about it", "Dana", "looks like an e-mail address"),
])  # fmt: skip
def test_what_is_not_saved_says_why_and_stays(store, reason, name, why):
    app = opened("name")
    by_label(app.text_input, "Name of").set_value("Renamed")
    press(app, "See what it changes")
    save(app, reason, name)
    assert why in said(app) and store.partnership.name == "Test"
    save(app)
    assert store.partnership.name == "Renamed"


@pytest.mark.parametrize("looked", [False, True])
def test_the_second_of_two_sees_what_the_first_did_before_anything_is_saved(store, looked):
    """Traps: the form was opened before the other one saved, and sent after; or looked at before, and saved after."""
    first, second = opened("name"), opened("targets", indicator="bp_control")
    by_label(second.number_input, "Target (%)").set_value(70.0)
    if looked:
        press(second, "See what it changes")
    by_label(first.text_input, "Name of").set_value("Renamed")
    save(press(first, "See what it changes"))
    save(second) if looked else press(second, "See what it changes")
    assert "Someone else changed the settings meanwhile" in said(second)
    assert "Dana Reyes" in said(second) and "Test → Renamed" in said(second)
    assert store.partnership.targets == {}
    save(second)
    assert (store.partnership.name, store.partnership.targets) == ("Renamed", {"bp_control": 0.7})


def test_going_back_keeps_what_was_typed_and_leaving_drops_it(store):
    app = opened("name")
    by_label(app.text_input, "Name of").set_value("Renamed")
    press(app, "See what it changes")
    press(app, "Go back")
    assert by_label(app.text_input, "Name of").value == "Renamed"
    press(app, "See what it changes")
    press(app, "Leave everything")
    assert by_label(app.text_input, "Name of").value == "Test" and store.settings_version == 1


def test_the_calendar_says_what_becomes_late(store):
    app = opened("calendar")
    by_label(app.number_input, "Days after a quarter's close day").set_value(40)
    press(app, "See what it changes")
    assert "The next release is planned for" in said(app)


def test_another_choice_is_saved_only_after_its_figures_were_compared(store):
    app = opened("choices")
    by_label(app.checkbox, "Observation stays").check()
    press(app, "See what it changes")
    assert not [b for b in app.button if b.label == "Save the change"]
    press(app, "Compare the figures")
    app.session_state["settings_draft"].trial.wait()
    run(app)
    assert "No headline figure moves." in said(app)
    save(app)
    assert store.partnership.choices.observation_stays_count is True


def test_the_history_lists_undoes_and_writes_the_file(store):
    settings = store.partnership.model_copy(update={"name": "<b>Bold</b>"})
    changing_settings.change(store, BACKBONE, 1, settings, reason=WHY, actor="backbone:Dana")
    app = opened("history")
    assert WHY in said(app) and "&lt;b&gt;Bold&lt;/b&gt;" in said(app) and "<b>Bold" not in said(app)
    press(app, "Write concord.toml")
    assert '"<b>Bold</b>"' in (store.folder / "concord.toml").read_text()
    assert "The file says what the settings say." in said(app)
    by_label(app.text_input, "Your name").set_value("Dana")
    press(app, "Undo change 2")
    assert store.partnership.name == "Test"


@pytest.mark.parametrize("who", ["leader", "analyst", "alder"])
@pytest.mark.parametrize("part", ["partners", "history"])
def test_nobody_else_sees_a_setting_here(store, who, part):
    app = opened(part, who)
    assert "Backbone staff change the settings" in said(app)
    assert not app.button and not app.text_input and "Alder" not in said(app)


@pytest.mark.parametrize(
    ("name", "taken", "found"),
    [
        ("First Clinic", [], "first_clinic"),
        ("First Clinic", ["first_clinic"], "first_clinic_2"),
        ("3rd Street", [], "partner_3rd_street"),
        ("Ñandú", [], "and"),
        ("é", [], "partner"),
        ("Partnership", [], "partnership_2"),
        ("x" * 80, [], "x" * 34),
    ],
)
def test_an_id_is_made_from_a_name(name, taken, found):
    assert id_for(name, taken) == found


def test_one_that_left_stands_under_its_letter_and_can_come_back(store):
    """A trap: its name and id in the list, the form, the effect and the history."""
    changing_settings.change(
        store, BACKBONE, 1, store.partnership.model_copy(update={"partners": (
            store.partnership.partners[0].model_copy(update={"left": dt.date(2026, 9, 30), "contacts": ("Kim",)}),)}),
        reason="It left at the end of September", actor="backbone:Dana",
    )  # fmt: skip
    for part in ("partners", "history"):
        app = opened(part)
        assert "Alder" not in said(app) and "Kim" not in said(app)
        assert ("30 Sep 2026" if part == "history" else "Left on 30 Sep 2026") in said(app)
    app = opened(partner="alder")
    assert not [t for t in app.text_input if t.label == "Its name"] and "Alder" not in said(app)
    by_label(app.date_input, "Its last day").set_value(None)
    save(press(app, "See what it changes"))
    assert store.partnership.sender("alder").name == "Alder"


@pytest.mark.parametrize("who", ["backbone", "auditor"])
def test_the_history_says_whether_what_is_stored_is_encrypted(store, who, monkeypatch):
    assert "What is stored is not encrypted by Concord." in said(opened("history", who))
    key = EncryptionKey(bytes(32))
    monkeypatch.setattr(store, "encryption", key)
    monkeypatch.setattr(store, "cursor", store.connection.cursor)  # the file itself is plain here
    assert f"What is stored is encrypted. The key has the fingerprint {key.fingerprint()}." in said(
        opened("history", who)
    )
