"""The page Reconcile: a partner uploads a list, says which column is what, and reads where the two differ."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.receiving.sent_list import SentList
from pages.components.forms import file_chooser
from pages.components.layout import opened_store, page_state
from pages.components.reconciling import difference_words
from schemas.policy.viewer import Viewer
from workflow import administering
from workflow.reconciling import own_list

MILLRACE = Viewer(role="partner", partner_id="millrace")
LIST = SentList(("MRN", "Controlled", "note"), tuple((n, (f"NOBODY-{n}", "yes", "=1+1")) for n in range(2, 5)))


def the_page() -> None:
    from pages.examining import reconcile

    reconcile.page()


@pytest.fixture
def uploaded(made_demo, monkeypatch) -> Iterator[None]:
    class File:
        whole = b""

    store = administering.open_partnership(made_demo.folder, read_only=True)
    monkeypatch.setattr(page_state, "store", lambda: store)
    monkeypatch.setattr(page_state, "viewer", lambda: MILLRACE)
    monkeypatch.setattr(file_chooser, "uploader", lambda *a, **k: File())
    monkeypatch.setattr(own_list, "columns", lambda *a: LIST)
    yield
    store.close()
    st.cache_resource.clear()
    opened_store._open.clear()


def words(page: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in page.main if block.type == "html")


def test_where_the_two_differ_is_told_by_reason_once_the_columns_are_known(uploaded: None):
    page = AppTest.from_function(the_page, default_timeout=60).run()
    assert not page.exception and "Differences" not in words(page)
    page.selectbox(key="reconcile_indicator").select("bp_control").run()
    page.selectbox(key="reconcile_id").select("MRN")
    page.selectbox(key="reconcile_met").select("Controlled").run()
    assert not page.exception
    said = words(page)
    assert "Your report says 100.0% (3 of 3). Concord says" in said
    assert "In none of your accepted files" in said and "Counts at Concord, not in your list" in said
    assert "NOBODY-2" not in said, "ids are in the file alone"
    page.selectbox(key="reconcile_met").select("note").run()
    assert "Line 2 says neither yes nor no under note" in words(page) and "=1+1" not in words(page)


def test_the_file_names_each_with_the_reason_and_no_cell_is_a_formula(made_demo):
    store = administering.open_partnership(made_demo.folder, read_only=True)
    end = own_list.years(store, MILLRACE, "millrace")["bp_control"][0]
    sent = SentList(("id", "met"), ((2, ("=NOBODY", "1")),))
    found = own_list.reconcile(store, MILLRACE, "millrace", "bp_control", end, sent, own_list.Asked("id", "met"))
    head, first, second, *_ = difference_words.as_csv(found).decode("utf-8-sig").splitlines()
    store.close()
    assert head == "id,difference,reason,submission,row"
    assert first == "'=NOBODY,In none of your accepted files,,,"
    submission, row = second.split(",")[-2:]
    assert second.startswith(',"Counts at Concord, not in your list",') and int(submission) and int(row) > 1
