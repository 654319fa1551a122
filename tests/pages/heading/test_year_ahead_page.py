"""The page says where groups are heading, how such forecasts did, and whose files are awaited; the same for everyone."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import streamlit as st

from data.reporting.reporting_calendar import Days, Entry
from metrics.judging.heading.year_ahead import Tried
from pages.components.heading import ahead_words
from pages.components.layout import page_state
from tests.conftest import Demo, copied
from tests.pages.deciding.test_decisions_on_pages import html, opened


def the_year_ahead() -> None:
    from pages.acting import next_year

    next_year.page()


@pytest.fixture(scope="module")
def folder(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("ahead") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        yield
        page_state.store().close()
        st.cache_resource.clear()


def test_everyone_reads_the_same_forecast_and_no_partner_that_is_not_named(folder):
    shown = {who: html(opened(the_year_ahead, **{"as": who, "indicator": "bp_control"})) for who in (
        "leader", "analyst", "backbone", "millrace")}  # fmt: skip
    heads = {who: re.findall(r'aria-label="The year ahead">.*?</table>', text) for who, text in shown.items()}
    assert len({str(one) for one in heads.values()}) == 1 and "Preferred language" in str(heads["leader"])
    assert "Forecasts of earlier years" in shown["leader"] and "never persons" in shown["leader"]
    awaited = html(opened(the_year_ahead, **{"as": "leader", "indicator": "connected_to_help"}))
    assert not any(name in awaited for name in ("Good Furrow", "Aldermoor"))


def test_the_picture_has_its_legend_and_the_measure_its_name_also_on_paper(folder):
    shown = html(opened(the_year_ahead, **{"as": "leader", "indicator": "bp_control"}))
    assert "95% range of next year</li>" in shown and re.search(r"target [\d.]+%</li>", shown)
    assert "Blood pressure under control. A year may move" in shown


def test_the_measure_says_whose_file_it_waits_for(folder):
    shown = html(opened(the_year_ahead, **{"as": "backbone", "indicator": "bp_control"}))
    (files,) = re.findall(r'aria-label="Files to come">.*?</table>', shown)
    assert "Fenwick Flats" in files and "Missing since" in files and re.search(r"\d+%", files)
    assert "Millrace" not in files


def test_only_files_of_the_last_period_that_are_not_in_are_awaited():
    today = dt.date(2026, 10, 20)
    last, before = (Days(dt.date(2026, m, 1), dt.date(2026, m + 2, d)) for m, d in ((7, 30), (4, 30)))
    due = dt.date(2026, 10, 15)
    entries = [
        Entry("alder", "blood_pressure", before, due, "missing"),
        Entry("alder", "blood_pressure", last, due, "missing"),
        Entry("birch", "blood_pressure", last, due, "on time", came=dt.date(2026, 10, 1)),
        Entry("birch", "patients", last, due, "missing"),
    ]
    assert ahead_words.threats(entries, "blood_pressure", today) == [entries[1]]


@pytest.mark.parametrize(
    ("years", "inside", "said"),
    [(0, 0, "No year is there yet"), (40, 38, "held what they promise"), (90, 70, "too narrow"), (900, 899, "wider")],
)
def test_the_back_test_is_said_in_a_word(years, inside, said):
    assert said in ahead_words.verdict({"bp_control": Tried(years, inside)})


def test_a_range_on_both_sides_of_the_target_promises_nothing():
    assert ahead_words.OUTLOOK["open"] == "may meet or miss the target"
    promised = {one for one, words in ahead_words.OUTLOOK.items() if "very probably" in words}
    assert promised == {"off course", "on course"}


def test_a_measure_that_is_not_foretold_says_why():
    assert "Only 70 of 90" in ahead_words.why_none(Tried(90, 70)) and "hidden" in ahead_words.why_none(Tried(40, 38))
    (row, _) = ahead_words.tried({"bp_control": Tried(90, 70)}, {"bp_control": "Control"})
    assert row[-1] == "No: too narrow"


@pytest.mark.parametrize(
    ("off", "every", "said"), [(0, 0, "cannot be told yet"), (0, 9, "None of 9"), (2, 9, "2 of 9")]
)
def test_the_headline_counts_what_the_rows_say(off, every, said):
    assert said in ahead_words.headline(off, every)
