"""The pages without a browser: what each says to whom, and what its link keeps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo.demo_settings import DEMO_SETTINGS
from data.ledger.data_folder import make_folder
from pages.components.layout import page_state
from pages.components.tables import chart_numbers
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.open_folds import with_folds
from workflow import reading

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def folder(demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder that the app opens."""
    yield from served(demo.folder, monkeypatch)


def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_DATA", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield folder
    if (folder / "concord.duckdb").exists():
        page_state.store().close()
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update(query)
    return app.run()


def written(app: AppTest) -> str:
    return " ".join(str(e.proto.body) for e in app.get("html"))


def of_a_measure() -> AppTest:
    """The page of one measure, with nothing folded away."""
    app = AppTest.from_function(the_measure, default_timeout=60)
    app.query_params["indicator"] = "bp_control"
    return app.run()


def the_measure() -> None:
    """What the router runs: the page alone."""
    from pages import indicator

    indicator.page()


def tables_of(app: AppTest) -> list[str]:
    return [e.label for e in app.expander if e.label == "See these numbers as a table"]


def test_every_chart_has_its_words_and_its_table(folder):
    app = of_a_measure()
    charts = app.get("plotly_chart")
    assert len(charts) == 4 and all(chart.proto.alt for chart in charts)
    assert len(tables_of(app)) == 3, "years and months stand in one table"


def test_a_table_is_sent_when_it_is_opened(folder):
    app = of_a_measure()
    closed, many = written(app).count("<table"), len(tables_of(app))
    assert not app.get("download_button")
    shown = written(with_folds(app))
    assert "Figure" in shown and shown.count("<table") == closed + many
    assert len(app.get("download_button")) == many


def test_a_data_folder_that_is_not_there_is_told_with_what_to_do(tmp_path, monkeypatch):
    for _ in served(tmp_path / "nowhere", monkeypatch):
        app = opened()
        assert not app.exception
        assert "concord init" in written(app)


def test_before_the_first_release_the_page_leads_to_the_upload(tmp_path, monkeypatch):
    make_folder(tmp_path / "var", DEMO_SETTINGS)
    for _ in served(tmp_path / "var", monkeypatch):
        app = opened()
        assert not app.exception
        assert "No figures yet" in written(app)
        assert app.get("page_link")


def test_a_download_holds_for_a_partner_what_it_holds_for_everyone(hiding_store, monkeypatch):
    who = Viewer(role="partner", partner_id="fenwick_flats")
    monkeypatch.setattr(page_state, "viewer", lambda: who)
    monkeypatch.setattr(page_state, "store", lambda: hiding_store)
    chosen: dict[str, Any] = {"indicator": "food_insecurity", "period_kind": "year", "stratifier": "sex"}
    own = page_state.results(scope="fenwick_flats", **chosen)
    shared = reading.read_results(hiding_store, EVERYONE, scope="fenwick_flats", **chosen)
    hidden = shared["suppressed"].sum()
    assert hidden > own["suppressed"].sum(), "the demo has no small cell to try this on"
    left = page_state.for_everyone(own.to_dicts())
    assert pl.DataFrame(left, schema=shared.schema).equals(shared)
    csv = chart_numbers.as_csv([("Fenwick Flats", r) for r in left]).decode("utf-8-sig").splitlines()
    assert sum(",true," in line.lower() for line in csv) >= hidden
