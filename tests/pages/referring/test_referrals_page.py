"""The page Referrals: a partner reads its own figures, and the list of what is open has no id of a person."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.layout import opened_store, page_state
from pages.components.referring import ends_section, referral_words
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.partnerships import TestPartnership, fresh
from tests.workflow.referring.test_own_referrals import ALDER, ROWS, YEAR
from workflow.referring import own_referrals
from workflow.referring.published_ends import YearEnds


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


def test_a_food_bank_has_the_page_and_its_return_file_before_it_has_sent_anything(made: TestPartnership, monkeypatch):
    store = made.store
    cedar = Viewer(role="partner", partner_id="cedar")
    assert not own_referrals.concerns(store, cedar)
    banks = tuple(p.model_copy(update={"kind": "food_bank"}) for p in store.partnership.partners)
    store.partnership = store.partnership.model_copy(update={"partners": banks})
    assert own_referrals.concerns(store, cedar) and not own_referrals.concerns(store, EVERYONE)
    monkeypatch.setattr(page_state, "viewer", lambda: cedar)
    page = AppTest.from_function(the_page, default_timeout=60).run()
    assert not page.exception
    words = " ".join(str(block.proto.body) for block in page.main if block.type == "html")
    assert "Nothing to show yet" in words and "Tell all senders what became of it, in one file" in words


def test_what_everyone_reads_of_a_year_is_in_words_and_what_is_hidden_says_so():
    one = YearEnds(2024, ((("30",), 40), (("60", "90"), 20), (("later",), 40)), (
        (("no_funds", "not_eligible"), 15), (("could_not_reach",), 14), (("declined", "other"), 0), (("open",), 11)))  # fmt: skip
    assert [row[:3] for row in ends_section.waits(one)] == [["2024", "30 days", "40.0%"], ["2024", "90 days", "60.0%"]]
    told = ends_section.reasons(one)
    assert told[0] == ["2024", "No funds, stock or places or the person did not qualify", 15]
    assert told[3] == ["2024", "Open, or no outcome known", 11]
    hidden = YearEnds(2024, (), ())
    assert ends_section.reasons(hidden) == [["2024", ends_section.HIDDEN, "–"]]
