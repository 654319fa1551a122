"""Step Fix where the file as a whole is doubtful, and where words stand for nothing."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_submit_page import labels, opened, press, ran, said, send, title
from tests.support.whole_run.every_run import some_of
from workflow import submitting

HEADER = "patient_id,measured_on,systolic,diastolic,setting"


def readings(*more: str, low: str = "80", high: str = "128") -> bytes:
    rows = [f"H-{n:05d},2026-08-{1 + n % 28:02d},{high},{low},office" for n in range(40)]
    return "\n".join([HEADER, *rows, *more, ""]).encode()


def is_off(page: AppTest, label: str) -> bool:
    return next(b for b in page.button if b.label == label).disabled


AGAIN = "Check again with these answers"


def test_a_question_stands_alone_until_it_is_answered_and_the_answer_is_for_this_file(store):
    page = send(opened(), readings(low=""))
    assert title(page) == "1 question before this file can count"
    assert "such files nearly always fill is blank" in said(page) and "In diastolic · Rows: 40." in said(page)
    assert "too many to go on" not in said(page) and "Preview" not in labels(page)
    assert is_off(page, AGAIN) and "1 question still to answer." in said(page)
    page.checkbox[0].set_value(True)
    page = press(ran(page), AGAIN)
    assert "Preview" in labels(page) and "The sender said: “It was not recorded”" in said(page)
    assert (
        title(send(opened(), readings("J,2026-08-01,128,,office", low=""))) == "1 question before this file can count"
    )


@pytest.mark.heavy
def test_kilopascals_are_converted_and_the_next_file_is_read_so_unasked(store):
    page = send(opened(), readings(low="9.3", high="16.0"))
    page.checkbox[0].set_value(True)
    assert "question" not in title(press(ran(page), AGAIN))
    assert submitting.read_profile(store, "harbor", "blood_pressure").units == {"systolic": "kpa", "diastolic": "kpa"}
    assert "question" not in title(send(opened(), readings("J,2026-08-01,16,9.3,office", low="9.3", high="16.0")))


def test_each_marker_is_asked_about_by_itself_and_shown_to_who_sent_it(store):
    page = send(opened(), readings("999999999,2026-08-01,128,80,office", "0000,2026-08-02,128,80,office"))
    assert title(page) == "1 question before this file can count"
    asked = [g for g in page.button_group if "in patient id (1 row)" in g.label]
    assert {g.label.split("”")[0] for g in asked} == {"“999999999", "“0000"}
    asked[0].set_value("~")
    assert is_off(ran(page), AGAIN)
    next(g for g in page.button_group if g.label == asked[1].label).set_value("=")
    press(ran(page), AGAIN)
    assert submitting.read_profile(store, "harbor", "blood_pressure").words["patient_id"] in (
        {"999999999": "~", "0000": "="}, {"999999999": "=", "0000": "~"})  # fmt: skip


@pytest.mark.parametrize(
    ("word", "column", "row"),
    some_of([("offline", "setting", "A1,2026-08-01,128,80,offline"), ("tbd", "systolic", "A1,2026-08-01,tbd,80,office"),
     ("0", "systolic", "A1,2026-08-01,0,80,office\nA2,2026-08-01,0.0,80,office")], 3),
)  # fmt: skip
def test_a_word_in_any_kind_of_column_can_be_read_as_blank(store, word, column, row):
    page = send(opened(), readings(row))
    chooser = next(s for s in page.selectbox if s.label.startswith(f"“{word}” in {column}"))
    chooser.set_value("~")
    page = press(ran(page), "Use these meanings and check again")
    assert submitting.read_profile(store, "harbor", "blood_pressure").words == {column: {word: "~"}}
    assert "not_in_vocabulary" not in said(page) and "add 4" in title(page), title(page)
