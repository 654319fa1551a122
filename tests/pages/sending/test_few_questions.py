"""Step Choose asks as little as it can: what is known, the same, or told by the values is no question."""

import pytest

from tests.pages.test_submit_page import labels, opened, press, ran, said, send, title
from tests.support.written_files import zipped_files

SCREENS = b"Client ID,Visit Date,Place,We worried whether our food would run out before we got money to buy more\n"
ANSWERS = b"".join(b"A%d,2026-08-0%d,Elm,Never true\n" % (n, n % 9 + 1) for n in range(20))
STAYS = b"CSN,MRN,Patient Class,Admission Date/Time,Discharge Date/Time\n"


def stays(day: str = "{n:02}/13/2026", kind: str = "Inpatient") -> bytes:
    rows = (f"9{n},M{n},{kind},{day.format(n=n)} 0815,{day.format(n=n).replace('13', '17')} 1130" for n in range(1, 9))
    return STAYS + "\n".join([*rows, ""]).encode()


def test_a_word_that_no_column_says_is_one_question_and_the_other_columns_are_none(store):
    page = send(opened(dataset="food_security"), SCREENS + ANSWERS)
    assert "What do these columns mean?" not in said(page)
    asked = [s.label for s in page.selectbox if "same in every row" in s.label]
    assert len(asked) == 1 and asked[0].startswith("No column says the instrument")


@pytest.mark.heavy
def test_columns_whose_days_speak_for_one_order_are_asked_about_together_and_each_is_kept(store):
    page = send(opened(dataset="hospital_stays"), stays())
    orders = [g for g in page.button_group if "such as" in g.label]
    assert [g.label.split(",")[0] for g in orders] == ["Admitted on and discharged on"]
    orders[0].set_value("mdy")
    press(ran(page), "Check the file")
    again = send(opened(dataset="hospital_stays"), stays().replace(b"M1,", b"N1,"))
    assert "Check the file" not in labels(again)


def test_a_kind_of_visit_that_is_no_stay_is_proposed_to_be_left_out(store):
    page = send(opened(dataset="hospital_stays"), stays("2026-0{n}-13", "Hospital Outpatient Surgery"))
    chooser = next(s for s in page.selectbox if "hospital outpatient surgery" in s.label)
    assert chooser.value == "-"


def test_the_only_table_of_a_file_that_is_known_is_checked_at_once_and_the_others_are_told(store):
    readings = b"patient_id,measured_on,systolic,diastolic\n" + b"A%d,2026-08-01,120,80\n" * 3 % (1, 2, 3)
    page = send(opened(), zipped_files({"bp.csv": readings, "notes.csv": b"to do,who\ncall,me\n"}), "all.zip")
    assert "add 3 rows" in title(page) and "notes.csv" in said(page)


def test_where_words_alone_are_not_known_the_step_asks_for_them_and_calls_nothing_lost(store):
    events = b"patient_id,event,starts_on\n" + b"A%d,%s,2026-08-01\n" * 4 % (
        1,
        b"blorb",
        2,
        b"blorb",
        3,
        b"quux",
        4,
        b"quux",
    )
    page = send(opened(dataset="clinical_events"), events)
    assert title(page) == "Say what 2 words of this file mean"
    assert sum("\u201d in event" in s.label for s in page.selectbox) == 2
