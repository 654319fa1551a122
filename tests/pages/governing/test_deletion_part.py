"""The part Deletion of the page Settings, and the command: what goes is shown first, a reason is asked, nobody is named."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from typer.testing import CliRunner

from concord.command import app as command
from data.ledger.people import access_history
from data.ledger.store import Store
from pages.components.layout import page_state
from pages.components.routes.local_socket import DOES
from schemas.policy.viewer import SERVER
from tests.pages.governing.test_settings_page import by_label, opened, press, run, said
from tests.support.new_partnerships import new_folder
from workflow import accepting, administering, submitting
from workflow.deleting import deleting

TOLD = """
name = "Test"
demo = true
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder"
kind = "clinic"
"""
WHY = "The person asked for it in writing"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CONCORD_DATA", str(new_folder(tmp_path / "var", TOLD)))
    st.cache_data.clear()
    st.cache_resource.clear()
    store = page_state.store()
    rows = [f"P{n},2026-0{1 + n % 8}-{1 + n % 28:02},{118 + n},80" for n in range(30)]
    file = "\n".join(["patient_id,measured_on,systolic,diastolic", *rows, ""]).encode()
    number = submitting.check(store, file, "blood_pressure", "alder").submission
    assert number
    accepting.accept(store, number, accept_valid=True)
    yield store
    store.close()
    st.cache_resource.clear()


def test_a_person_is_looked_at_deleted_and_told_in_a_receipt(store):
    app = opened("deletion")
    assert "Nothing so far" in said(app)
    press(app, "See what it takes")
    assert "Choose a partner" in said(app)
    by_label(app.selectbox, "Partner").set_value("alder")
    by_label(app.text_input, "The id").set_value("P7")
    press(app, "See what it takes")
    assert "Nothing is deleted yet" in said(app) and "One person of Alder" in said(app) and "P7" not in said(app)
    press(app, "Delete for good")
    assert "type your name first" in said(app).lower() and deleting.read_deletions(store) == []
    by_label(app.text_area, "Reason").set_value(WHY)
    by_label(app.text_input, "Your name").set_value("Dana Reyes")
    press(app, "Delete for good")
    assert "Deletion 1 is done" in said(app) and "1 rows are gone" not in said(app) and WHY in said(app)
    (told,) = deleting.read_deletions(store)
    assert (told.rows, told.actor, told.reason) == ({"blood_pressure": 1}, "backbone:Dana Reyes", WHY)


def test_a_look_can_be_left_and_an_auditor_sees_no_form(store):
    app = opened("deletion")
    by_label(app.segmented_control, "What").set_value("partner")
    run(app)
    by_label(app.selectbox, "Partner").set_value("alder")
    press(app, "See what it takes")
    press(app, "Leave everything as it is")
    assert "What shall be deleted for good?" in said(app) and deleting.read_deletions(store) == []
    assert "deleted for good" not in said(opened("deletion", "auditor"))


def test_the_command_asks_for_the_id_on_its_input_and_shows_what_goes_first(store):
    folder = store.folder
    store.close()
    st.cache_resource.clear()
    what = ["delete", "person", "alder", "--reason", WHY, "--by", "Dana", "--data", str(folder)]
    looked = CliRunner().invoke(command, [*what], input="P7\nn\n")
    assert "Blood-pressure readings: 1 row\n" in looked.output and "Nothing was deleted" in looked.output, (
        looked.exception
    )
    done = CliRunner().invoke(command, [*what, "--yes", "--receipt", str(folder / "receipt.txt")], input="P7\n")
    assert done.exit_code == 0, done.exception
    text = (folder / "receipt.txt").read_text()
    assert "1 rows" not in text and WHY in text and "P7" not in text
    listed = CliRunner().invoke(command, ["delete", "list", "--data", str(folder)])
    assert listed.output.startswith("   1") and "P7" not in listed.output
    assert "by Dana\n" in text
    again = administering.open_partnership(folder)
    assert deleting.read_deletions(again)[0].actor == "backbone:Dana"
    assert access_history.events(again.cursor())[0].actor == "Dana"
    again.close()


def test_beside_the_running_app_the_socket_does_the_same(store):
    asked = {"asked": {"kind": "partner", "partner_id": "alder"}, "by": "Dana"}
    looked = DOES["look_at_deletion"](store, asked)
    assert looked["seen"] == [{"blood_pressure": 30}, 1] and any("30 rows" in line for line in looked["lines"])
    done = DOES["delete"](store, {**asked, "reason": "The agreement says so", "seen": looked["seen"]})
    assert "30 rows in 1 file" in done["receipt"]
    assert deleting.read_deletions(store, viewer=SERVER)[0].at.date() == dt.date(2026, 10, 20)
