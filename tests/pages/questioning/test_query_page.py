"""The page Query: a query is written, answered beneath, and kept from everyone else."""

import time
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.layout import opened_store, page_state
from pages.components.questioning.answer_view import _as_csv
from schemas.policy.viewer import Viewer
from workflow import administering


def the_page() -> None:
    from pages.examining import query

    query.page()


@pytest.fixture
def look(made_demo, monkeypatch) -> Iterator[list[Viewer]]:
    """Who looks; a test may put another in."""
    store, who = administering.open_partnership(made_demo.folder, read_only=True), [Viewer(role="leader")]
    monkeypatch.setattr(page_state, "store", lambda: store)
    monkeypatch.setattr(page_state, "viewer", lambda: who[0])
    monkeypatch.setattr(page_state, "guest", lambda: None)
    yield who
    store.close()
    st.cache_resource.clear()
    opened_store._open.clear()


def words(page: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in page.main if block.type == "html")


def answered(page: AppTest, query: str) -> AppTest:
    page.text_area(key="query_text").set_value(query)
    page.button(key="FormSubmitter:query-Run").click().run()
    for _ in range(200):
        if "is being answered" not in words(page):
            return page
        time.sleep(0.1)
        page.run()
    raise AssertionError("never answered")


def test_a_query_is_answered_beneath_and_its_cells_stay_text(look: list[Viewer]):
    page = AppTest.from_function(the_page, default_timeout=60).run()
    assert not page.exception and "Query release 1" in words(page) and "analysis.scorecard" in page.selectbox[1].options
    page = answered(page, "SELECT '<script>alert(1)</script>' AS word, 7 AS n")
    assert "&lt;script&gt;" in words(page) and "<script>" not in words(page) and "1 row" in words(page)
    page = answered(page, "SELECT kimd FROM main.results")
    assert "The query has a mistake" in words(page) and "kimd" in words(page)
    page = answered(page, "DROP TABLE main.results")
    assert "begin with SELECT, FROM or WITH" in words(page)


def test_a_worked_query_is_put_into_the_box(look: list[Viewer]):
    page = AppTest.from_function(the_page, default_timeout=60).run()
    page.selectbox(key="query_begin").select("Where we stand").run()
    assert "analysis.scorecard" in (page.text_area(key="query_text").value or "")


def test_an_answer_is_not_shown_to_whoever_looks_next(look: list[Viewer]):
    look[0] = Viewer(role="analyst")
    page = AppTest.from_function(the_page, default_timeout=60).run()
    page = answered(page, "SELECT 'only for me' AS word")
    assert "only for me" in words(page)
    look[0] = Viewer(role="leader")
    assert "only for me" not in words(page.run())


def test_a_cell_that_begins_like_a_formula_is_made_plain_in_the_csv():
    assert _as_csv(["=a"], [["=1+1"], ["5"]])[0].decode("utf-8-sig") == "'=a\n'=1+1\n5\n"


@pytest.mark.parametrize("who", [Viewer(role="partner", partner_id="millrace"), Viewer(role="backbone")])
def test_whoever_may_ask_sees_what_can_be_asked(look: list[Viewer], who: Viewer):
    look[0] = who
    page = AppTest.from_function(the_page, default_timeout=60).run()
    assert not page.exception and "analysis.scorecard" in page.selectbox(key="query_table").options
