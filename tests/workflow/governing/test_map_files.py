"""Boundaries that come in by the page: checked, kept while a setting names them, and gone when none does."""

import io
import json

import pytest

from data.ledger.areas import area_files
from data.ledger.submissions import NotPossible
from data.receiving import spool
from pages.components.charts import area_map
from schemas.policy.viewer import BACKBONE
from tests.data.ledger.areas.test_area_boundaries import SQUARE
from tests.support.new_partnerships import new_store
from workflow import administering
from workflow.governing import changing_settings, map_files
from workflow.recovery import backing_up

TOLD = """
name = "Test"
today = 2026-10-20
[places]
"01211" = "25901"
"01216" = "25901"
"""
WHY = "The board wants a map"


@pytest.fixture
def store(tmp_path):
    made = new_store(tmp_path / "var", TOLD)
    yield made
    made.close()


def geojson(*properties, shape=SQUARE):
    features = [{"properties": p, "geometry": {"type": "Polygon", "coordinates": [shape]}} for p in properties]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def came_in(store, data):
    return map_files.read(store, BACKBONE, spool.receive(store.folder, [data], 1 << 30))


def change(store, *maps):
    settings = store.partnership.model_copy(update={"maps": maps})
    return changing_settings.change(
        store, BACKBONE, store.settings_version, settings, reason=WHY, actor="backbone:Dana"
    )


def drawn(store, *codes):
    found = came_in(store, geojson(*({"name": f"Area {c}", "ZCTA5": c} for c in codes)))
    return map_files.keep(store, BACKBONE, found, "zip", "ZCTA5")


def test_properties_that_hold_a_code_everywhere_are_offered_and_the_likeliest_is_first(store):
    found = came_in(store, geojson({"name": "A", "x": None, "ZCTA5": "01211"}, {"name": "B", "x": 1, "ZCTA5": 1216}))
    assert found.properties == ["name", "ZCTA5"]
    assert map_files.likeliest(store, BACKBONE, "zip", found) == "ZCTA5"
    shapes = map_files.areas(store, BACKBONE, found, "zip", "ZCTA5")
    assert map_files.fit(store, BACKBONE, "zip", shapes) == map_files.Fit(["01211", "01216"], [], 0)
    assert map_files.fit(store, BACKBONE, "county_fips", shapes) == map_files.Fit([], ["25901"], 2)


HOSTILE = {
    "no code anywhere": geojson({"name": "A"}, {"other": "B"}),
    "names that cannot be shown": geojson({"\ud800": "1", "a\x00b": "2", "x" * 61: "3", "": "4"}),
    "codes that cannot be shown": geojson({"zip": "\ud800"}, {"zip": "a\nb"}),
    "deep": b'{"features":' + b"[" * 300_000,
    "a bomb of brackets": b'{"features":[' + b"[]," * 6_000_000 + b"[]]}",
    "a number without end": b'{"features":[' + b"9" * 10_000 + b"]}",
    "no JSON": b"PK\x03\x04 a zip file",
    "too large": b" " * (map_files.LARGEST + 1),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(store, data):
    with pytest.raises(NotPossible) as told:
        came_in(store, data)
    assert len(str(told.value)) < 200 and str(told.value).isprintable()


def test_markup_in_a_file_is_no_markup_in_a_message(store):
    with pytest.raises(NotPossible, match="holds a code"):
        came_in(store, geojson({"<img src=x onerror=alert(1)>": None}))
    found = came_in(store, geojson({"zip": "<b>x</b>"}))
    shapes = map_files.areas(store, BACKBONE, found, "zip", "zip")
    assert map_files.fit(store, BACKBONE, "zip", shapes) == map_files.Fit([], ["01211", "01216"], 1)
    assert "<b" not in str(area_map.shapes(shapes, ["<b>x</b>"]).to_plotly_json())


def test_a_map_holds_with_its_file_and_an_undo_has_the_earlier_file(store):
    first, second = drawn(store, "01211"), drawn(store, "01216")
    assert change(store, first) == 2 and change(store, second) == 3
    map_files.tidy(store)
    assert len(area_files.kept(store.folder)) == 2, "an earlier version still names the first"
    changing_settings.undo(store, BACKBONE, 3, actor="backbone:Dana")
    assert store.partnership.maps == (first,)


def test_a_file_of_a_change_that_was_not_made_goes(store):
    kept, given_up = drawn(store, "01211"), drawn(store, "01216")
    change(store, kept)
    map_files.forget(store, BACKBONE, [kept, given_up])
    assert area_files.kept(store.folder) == [kept.file]


def test_what_a_stop_left_goes_with_the_next_start_and_a_file_laid_there_by_hand_stays(store):
    drawn(store, "01211")
    (store.folder / "zip_areas.geojson").write_bytes(geojson({"zip": "01211"}))
    store.close()
    administering.open_partnership(store.folder).close()
    assert sorted(p.name for p in store.folder.glob("*.geojson")) == ["zip_areas.geojson"]


@pytest.mark.parametrize("gone", ["removed", "damaged"])
def test_a_map_whose_file_cannot_be_drawn_is_not_settled(store, gone):
    chosen = drawn(store, "01211")
    path = store.folder / chosen.file
    path.unlink() if gone == "removed" else path.write_bytes(b"{")
    with pytest.raises(NotPossible, match="data folder" if gone == "removed" else "no JSON"):
        change(store, chosen)
    assert store.partnership.maps == ()


def test_a_backup_carries_the_files_of_maps_of_now_and_of_before(store, tmp_path):
    first, second = drawn(store, "01211"), drawn(store, "01216")
    change(store, first)
    change(store, second)
    backup = backing_up.back_up(store, str(tmp_path / "backups"))
    store.close()
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "secret.key").write_bytes((store.folder / "secret.key").read_bytes())
    backing_up.restore(backup.folder, tmp_path / "again")
    again = administering.open_partnership(tmp_path / "again")
    changing_settings.undo(again, BACKBONE, 3, actor="backbone:Dana")
    assert again.partnership.maps == (first,)
    assert all((again.folder / m.file).stat().st_mode & 0o777 == 0o600 for m in (first, second))
    again.close()


def test_the_server_takes_no_more_bytes_than_a_map_may_have(store):
    from workflow import delivering

    with pytest.raises(spool.NotReceived), delivering.incoming(store, 0, 10) as file:
        file.write(io.BytesIO(b"x" * 11).getvalue())
