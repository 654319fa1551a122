"""Answers at hand are those that Streamlit keeps, and are forgotten when it forgets."""

import streamlit as st

from pages.components.charts import figures
from pages.components.layout.at_hand import at_hand

ASKED: list[object] = []


@at_hand(2)
def told(_store: object, folder: str, number: int) -> str:
    ASKED.append(number)
    return f"{folder} {number}"


def test_an_answer_is_worked_out_once_until_streamlit_is_told_to_forget():
    st.cache_resource.clear()
    ASKED.clear()
    assert [told(n, "in", 1) for n in range(3)] == ["in 1"] * 3, "what begins with _ tells no answers apart"
    assert told(0, "in", 2) == "in 2" and ASKED == [1, 2]
    st.cache_resource.clear()
    assert told(0, "in", 1) == "in 1" and ASKED == [1, 2, 1]
    told.clear()
    assert told(0, "in", 1) == "in 1" and ASKED == [1, 2, 1, 1]


def test_no_more_answers_are_kept_than_were_allowed():
    told.clear()
    ASKED.clear()
    for number in (1, 2, 3, 1):
        assert told(0, "of", number) == f"of {number}"
    assert ASKED == [1, 2, 3, 1]


def test_the_same_traces_are_the_same_figure_and_others_are_not():
    drawn = [figures.figure([{"type": "scatter", "y": [1.0, y]}], {"height": 300}) for y in (2.0, 2.0, 3.0)]
    assert drawn[0] is drawn[1] and drawn[0].to_dict() == drawn[1].to_dict()
    assert drawn[2].data[0].y == (1.0, 3.0) and drawn[2].to_dict() != drawn[0].to_dict()
