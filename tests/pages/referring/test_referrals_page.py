"""The page Referrals: a partner reads its own figures, and the list of what is open has no id of a person."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.layout import opened_store, page_state
from pages.components.referring import referral_words
from tests.support.partnerships import TestPartnership, fresh
from tests.workflow.referring.test_own_referrals import ALDER, ROWS, YEAR
from workflow.referring import own_referrals


def the_page() -> None:
    from pages import referrals

    referrals.page()


@pytest.fixture
def made(tmp_path, monkeypatch) -> Iterator[TestPartnership]:
    partnership = fresh(tmp_path / "p")
    partnership.send("alder", "referrals", ROWS, YEAR)
    monkeypatch.setattr(page_state, "store", lambda: partnership.store)
    monkeypatch.setattr(page_state, "viewer", lambda: ALDER)
    yield partnership
    partnership.close()
    st.cache_resource.clear()
    opened_store._open.clear()


def test_the_page_says_who_refers_to_us_where_we_say_no_and_how_long_it_takes(made: TestPartnership):
    page = AppTest.from_function(the_page, default_timeout=60).run()
    assert not page.exception
    words = " ".join(str(block.proto.body) for block in page.main if block.type == "html")
    for said in ("Of 6 referrals to us, 2 ended with help", "No funds, stock or places", "Not told in the file",
                 "Helped within 30 days", "33%", "Which are open for more than 90 days?"):  # fmt: skip
        assert said in words, said


def test_the_list_of_open_ones_names_file_and_row_and_no_person(made: TestPartnership):
    file = referral_words.open_file(own_referrals.read_own(made.store, ALDER, "alder")).decode("utf-8-sig")
    head, *rows = file.splitlines()
    assert head == "submission,row,need,sent_on,other_end,days_open"
    assert [row.split(",")[:4] for row in rows] == [["1", "7", "food", "2025-05-01"], ["1", "10", "food", "2025-06-01"]]
    assert not any(f"P{n}" in file or f"R{n}" in file for n in range(1, 9))
