"""The part Places of the room Settings: another list line by line, and a map drawn from a file before it holds."""

import secrets

import pytest

from data.ledger.areas import area_files
from data.ledger.store import transaction
from data.receiving import spool
from metrics.grouping.places import Places, keep_places
from pages.components.forms import file_chooser
from schemas.policy.viewer import BACKBONE
from tests.pages.governing.test_settings_page import by_label, opened, press, run, said, save, store  # noqa: F401
from tests.workflow.governing.test_map_files import geojson
from workflow.governing import listed_places

LINES = "ZIP code, county"


@pytest.fixture
def held(store):  # noqa: F811
    with transaction(store.cursor()) as cur:
        keep_places(cur, Places({"01211": "25901"}))
    return store


def send(app, store, data):  # noqa: F811
    upload = file_chooser.Upload(BACKBONE, None, "areas.geojson", len(data), word=secrets.token_hex(8))
    upload.file = spool.receive(store.folder, [data], 1 << 30)
    app.session_state[file_chooser.held("boundaries")] = upload
    return run(app)


def test_another_list_is_proposed_and_what_follows_is_said(held):
    app = opened("places")
    assert by_label(app.text_area, LINES).value == "01211, 25901", "what holds stands there to begin with"
    by_label(app.text_area, LINES).set_value("01211, 25901\n1216, 25901")
    run(app)
    assert "Line 2: a ZIP code has five digits" in said(app)
    assert by_label(app.button, "See what it changes").disabled
    by_label(app.text_area, LINES).set_value("01216, 25901")
    press(run(app), "See what it changes")
    text = said(app)
    assert "ZIP code 01216" in text and "in closed years too" in text and "Counted as elsewhere then: 01211." in text
    assert "It shows with the next release" not in text and held.partnership.places == {}


def test_the_list_that_holds_cannot_be_lost_by_an_empty_one(held):
    app = opened("places")
    by_label(app.text_area, LINES).set_value("")
    press(run(app), "See what it changes")
    assert "Nothing is changed yet." in said(app)


def test_zip_codes_that_qualify_come_onto_the_proposed_list_with_one_press(held, monkeypatch):
    found = listed_places.read(held, BACKBONE)
    more = listed_places.Listed(found.held, found.counties, {}, None, {"01234": "25903"}, 11)
    monkeypatch.setattr(listed_places, "read", lambda *_: more)
    app = opened("places")
    by_label(app.text_area, LINES).set_value("01216")
    press(run(app), "Put it on the proposed list")
    assert by_label(app.text_area, LINES).value == "01216\n01234, 25903", "what was typed stays"
    assert not [b for b in app.button if b.label.startswith("Put")]


def test_a_map_from_a_file_is_seen_saved_taken_out_and_undone(held):
    app = send(opened("places"), held, geojson({"name": "<b>A</b>", "code": "01211"}))
    assert by_label(app.selectbox, "Which property").value == "code"
    assert "shapes for 1 of the 1 ZIP codes on the list" in said(app)
    by_label([b for b in app.button if b.key == "preview_maps"], "See").click()
    run(app)
    assert "draws the map of ZIP codes at once" in said(app) and held.partnership.maps == ()
    save(app)
    (chosen,) = held.partnership.maps
    assert area_files.kept(held.folder) == [chosen.file] and chosen.property == "code"
    press(opened("places"), "Take this map out")
    app = press(opened("places"), "Take this map out")
    save(app)
    assert held.partnership.maps == ()
    press(app, "Undo it")
    assert held.partnership.maps == (chosen,)


def test_a_map_that_is_given_up_leaves_no_file(held):
    app = send(opened("places"), held, geojson({"code": "01211"}))
    by_label([b for b in app.button if b.key == "preview_maps"], "See").click()
    run(app)
    assert area_files.kept(held.folder)
    press(app, "Leave everything as it is")
    assert area_files.kept(held.folder) == []


def test_what_is_wrong_with_a_file_stands_below_it(held):
    app = send(opened("places"), held, b"{")
    assert "The file is no JSON in UTF-8" in said(app)


@pytest.mark.parametrize("who", ["leader", "analyst", "alder"])
def test_nobody_else_sees_the_list(held, who):
    app = opened("places", who)
    assert not app.text_area and "Backbone staff change the settings" in said(app)
