"""Files of boundaries: the right areas, or a word that says what to fix."""

import json

import pytest

from data.demo.area_shapes import MAP_FILE, write_map
from data.demo.people import PLACES
from data.ledger.areas.area_boundaries import BadBoundaries, read_boundaries
from pages.components.charts import area_map
from pages.components.layout import theme
from schemas.policy.partnership import Map, Partnership
from tests.pages.test_figure_sentences import row
from workflow.recovery import checking_store

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 0]]
CHOSEN = Map(by="zip", file="areas.geojson", property="ZCTA5")


def feature(code="01211", coordinates=None, kind="Polygon"):
    return {"type": "Feature", "properties": {"ZCTA5": code},
            "geometry": {"type": kind, "coordinates": coordinates or [SQUARE]}}  # fmt: skip


def written(tmp_path, *features, text=None):
    content = text if text is not None else json.dumps({"type": "FeatureCollection", "features": list(features)})
    (tmp_path / CHOSEN.file).write_text(content, encoding="utf-8")
    return tmp_path


def test_areas_by_their_code(tmp_path):
    several = feature("01216", [[SQUARE], [[[5, 5], [6, 5], [6, 6], [5, 5]]]], "MultiPolygon")
    found = read_boundaries(written(tmp_path, feature(), several), CHOSEN)
    assert list(found) == ["01211", "01216"] and len(found["01216"]) == 2
    assert found["01211"] == [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]


def test_a_code_that_was_saved_as_a_number_has_its_zeros_back(tmp_path):
    assert list(read_boundaries(written(tmp_path, feature(1211)), CHOSEN)) == ["01211"]


BAD = {
    "no json": ("{", "is no JSON in UTF-8"),
    "not a collection": ('{"type": "Polygon"}', "is no GeoJSON FeatureCollection"),
    "no features": ('{"features": []}', "is no GeoJSON FeatureCollection"),
    "no such property": ([{"properties": {"zip": "1", "name": "x"}}], r"feature 1: there is no property 'ZCTA5' \(there are: name, zip\)"),
    "no feature": ([7], r"feature 1: there is no property 'ZCTA5' \(there are: none\)"),
    "no code": ([feature(None)], "feature 1: the property 'ZCTA5' is no code"),
    "twice": ([feature(), feature()], "feature 2: the area 01211 is there twice"),
    "a line": ([feature(kind="LineString")], "must be a Polygon or MultiPolygon, not LineString"),
    "no shape": ([{"properties": {"ZCTA5": "1"}, "geometry": None}], "not without a shape"),
    "open": ([feature(coordinates=[[[0, 0], [1, 0], [1, 1], [0, 1]]])], "must end where it begins"),
    "two points": ([feature(coordinates=[[[0, 0], [1, 0]]])], "four points or more"),
    "words": ([feature(coordinates=[[["a", "b"]] * 4])], "coordinates are no rings of points"),
    "nothing nested": ([feature(coordinates=[3])], "coordinates are no rings of points"),
    "metres": ([feature(coordinates=[[[500000, 4650000]] * 4])], "save it as WGS 84"),
    "no points": ([feature(coordinates=[[[]]])], "coordinates are no rings of points"),
    "a kind of many": ([feature(kind=["Polygon"])], "not without a shape"),
    "no number of a ZIP code": ([feature(123456)], "the property 'ZCTA5' is no code"),
    "deep": ('{"features":' + "[" * 300_000, "is no JSON in UTF-8"),
    "parts without end": ('{"features":[' + "[]," * 1_000_000 + "[]]}", "more parts than can be drawn"),
    "too many": ([feature(coordinates=[[[0, 0]] * 50_001])], "simplify"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_a_mistake_is_told_with_its_place(tmp_path, content, said):
    folder = written(tmp_path, text=content) if isinstance(content, str) else written(tmp_path, *content)
    with pytest.raises(BadBoundaries, match=said):
        read_boundaries(folder, CHOSEN)


def test_a_file_that_is_not_there_says_where_to_put_it(tmp_path):
    with pytest.raises(BadBoundaries, match="put it beside concord"):
        read_boundaries(tmp_path, CHOSEN)


@pytest.mark.parametrize("name", ["../secret.key", "/etc/passwd", ".hidden", "a/b.geojson"])
def test_a_file_lies_in_the_data_folder(name):
    with pytest.raises(ValueError, match="file"):
        Map(by="zip", file=name, property="zip")


def test_there_is_one_map_for_each_kind_of_area():
    with pytest.raises(ValueError, match="two maps"):
        Partnership(maps=(CHOSEN, CHOSEN))


def test_the_demos_map_has_its_zip_codes_and_neighbors_share_their_edge(tmp_path):
    write_map(tmp_path)
    found = read_boundaries(tmp_path, Map(by="zip", file=MAP_FILE, property="zip"))
    assert set(found) == {place[0] for place in PLACES}
    assert len(set(found["01211"][0]) & set(found["01216"][0])) >= 17


@pytest.fixture
def light(monkeypatch):
    monkeypatch.setattr(theme, "mode", lambda: "light")


def test_a_hidden_area_is_hatched_and_says_no_figure(light):
    shapes = {code: [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]] for code in ("a", "b", "c")}
    rows = {"a": row(60, 100), "b": row(None, None, suppressed=True)}
    figure = area_map.figure(shapes, rows, {"a": "better", "b": "unknown"})
    shown, hidden, nobody = figure.data
    assert not shown.fillpattern.shape and hidden.fillpattern.shape == "/"
    assert hidden.text == "b: Hidden to protect privacy" and nobody.text == "c: nobody is counted"
    assert [note.text for note in figure.layout.annotations] == ["a<br>◆ 60.0%", "b<br>hidden"]


def test_no_ground_is_fetched_from_outside(light):
    figure = area_map.figure({"a": [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]}, {}, {})
    assert {trace.type for trace in figure.data} == {"scatter"}
    assert not figure.layout.geo.to_plotly_json() and not figure.layout.map.to_plotly_json()


@pytest.mark.heavy
def test_the_check_of_a_data_folder_tells_of_a_map_that_is_not_there(demo):
    (demo.folder / MAP_FILE).unlink()
    assert checking_store.problems(demo.folder) == [
        f"{MAP_FILE} is not in the data folder: put it beside concord.toml, or upload it on the page Settings"
    ]
