"""Partners and Equity pages without a browser: what each says to whom, and what its link keeps."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo.area_shapes import MAP_FILE
from pages.components.layout import page_state
from schemas.policy.viewer import EVERYONE


def the_partners() -> None:
    """What the router runs: the page alone."""
    from pages import partners

    partners.page()


def the_equity() -> None:
    """What the router runs: the page alone."""
    from pages import equity

    equity.page()


@pytest.fixture
def folder(demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from served(demo.folder, monkeypatch)


def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_DATA", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield folder
    page_state.store().close()
    st.cache_resource.clear()


def opened(page, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(str(e.proto.body) for e in app.get("html"))


@pytest.mark.parametrize(("page", "charts"), [(the_partners, 2), (the_equity, 1)])
def test_the_charts_of_a_figure_say_whose_data_they_hold(folder, page, charts):
    words = said(opened(page, indicator="bp_control"))
    assert words.count("3 of 3 partners, 100% of the people") == charts


def test_the_partners_page_says_a_thing_once_and_has_no_panel_that_shows_nothing(folder):
    words = said(opened(the_partners, indicator="bp_control"))
    assert words.count("does not differ") + words.count("chance can explain their differences") <= 1
    assert "How reliable is a small partner" not in words, "too few partners of a kind"


@pytest.mark.parametrize("page", [the_partners, the_equity])
def test_a_page_has_one_title_and_every_chart_its_words_and_a_table(folder, page):
    app = opened(page)
    charts = app.get("plotly_chart")
    assert said(app).count("<h1") == 1
    assert charts and all(len(chart.proto.alt) > 20 for chart in charts)
    assert [e for e in app.expander if e.label == "See these numbers as a table"]


def test_a_partner_reads_its_own_profile_first_and_exact(folder):
    app = opened(the_partners, **{"as": "fenwick_flats"})
    assert app.selectbox(key="partners_partner").value == "fenwick_flats"
    assert "Fenwick Flats Family Clinic (you) does " in said(app)
    assert "Your own figures are exact" in said(app)
    other = opened(the_partners, **{"as": "fenwick_flats"}, partner="millrace")
    assert "Millrace Community Health does " in said(other) or "Millrace Community Health is " in said(other)


def test_a_link_keeps_the_figure_and_the_partner(folder):
    app = opened(the_partners, indicator="bp_control", partner="juniper_row")
    assert app.selectbox(key="partners_partner").value == "juniper_row"
    assert "Blood pressure under control, year to Jun 2026." in said(app)
    app.selectbox(key="partners_partner").set_value("millrace").run()
    assert app.query_params["partner"] == "millrace"


def test_partners_come_in_one_order_that_ranks_nobody_and_no_rank_is_said(folder):
    text = said(opened(the_partners, indicator="food_screening")).lower()
    assert "ranks nobody" in text
    assert not [w for w in ("rank 1", "1st", "first place", "best partner", "worst partner", "league") if w in text]


def test_every_figure_and_grouping_of_the_equity_page_can_be_opened(folder):
    for by in ("race_ethnicity", "sex", "age_band", "language", "payer", "zip", "county_fips"):
        for indicator in ("readmission_any_hospital", "food_insecurity", "systolic_diabetes"):
            opened(the_equity, indicator=indicator, by=by)


def test_two_groupings_at_once_say_hidden_and_never_a_figure_of_a_hidden_cell(folder):
    with duckdb.connect(str(folder / "concord.duckdb")) as con:
        con.execute("""UPDATE released SET suppressed = true WHERE indicator = 'bp_control'
            AND stratifier = 'race_ethnicity*language' AND category = 'white*english'""")
    app = opened(the_equity, indicator="bp_control", by="race_ethnicity")
    text = said(app)
    assert "Race and ethnicity by preferred language: who is left behind twice?" in text
    cells = page_state.results(
        EVERYONE, indicator="bp_control", scope="partnership", stratifier="race_ethnicity*language", period_kind="year"
    )
    assert cells["suppressed"].any() and ">hidden</td>" in text
    assert "<th></th>" not in text and '<th scope="col">Race and ethnicity</th>' in text, "a corner is read out too"


def test_a_broken_map_is_told_and_the_rest_of_the_page_stands(folder):
    (folder / MAP_FILE).write_text("{}", encoding="utf-8")
    text = said(opened(the_equity, indicator="bp_control", by="zip"))
    assert "The map cannot be drawn" in text and f"{MAP_FILE} is no GeoJSON FeatureCollection" in text
    assert "How wide is the gap?" in text


def test_the_map_is_drawn_of_the_areas_that_the_settings_name(folder):
    alts = [chart.proto.alt for chart in opened(the_equity, indicator="bp_control", by="sex").get("plotly_chart")]
    assert [alt for alt in alts if alt.startswith("Map of Blood pressure under control.")]


def test_worked_examples_are_of_figures_that_the_viewer_may_see(folder):
    def the_methods() -> None:
        from pages import methods

        methods.page()

    text = said(opened(the_methods))
    for name in (
        "Interval of a rate",
        "Usual range of a month",
        "Funnel of partners",
        "Rate with the same ages",
        "Best and worst case",
    ):
        assert f"<h3>{name}</h3>" in text
    assert text.count("Today: ") >= 7
    found = re.search(r"± 3 × ([\d.]+) × √\(([\d.]+) × [\d.]+ ÷ ([\d,]+)\) = ([\d.]+)% to ([\d.]+)%", text)
    assert found, "the usual range of a month is worked out"
    spread, p, people, low, high = (float(v.replace(",", "")) for v in found.groups())
    far = 3 * spread * math.sqrt(p * (1 - p) / people)
    assert (low / 100, high / 100) == pytest.approx((max(p - far, 0), p + far), abs=0.002)
