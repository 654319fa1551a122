"""What programs print around and into tables: rules of dashes, counts, legends, second headers, their own moments."""

import pytest

from tests.data.checking.test_hidden_faults import DAYS, HEADER, readings, sent, store, told
from workflow import submitting

__all__ = ["store"]
ROWS = [f"P{n},{day},{110 + n},70,office,fine" for n, day in enumerate(DAYS[:12])]


@pytest.mark.parametrize(
    "line", ["Clinic A Count,,12,,,", "Grand Average,,118,,,", "(24 rows)", "Legend:", "Abbreviations: n/a,,,,,"]
)
def test_a_line_that_a_program_adds_is_left_out(store, line):
    report = sent(store, readings(line))
    assert (report.rows_kept, report.rows_left_out, report.rows_blocked) == (6, 1, 0)


def test_the_print_of_a_database_is_a_table(store):
    rule, table = "-+-".join(["-" * 9] * 6), [row.replace(",", " | ") for row in (HEADER, *ROWS)]
    report = sent(store, "\n".join([table[0], rule, *table[1:], "(12 rows)"]))
    assert (report.rows_kept, report.rows_blocked) == (12, 0)


@pytest.mark.parametrize(
    "second",
    ["patient_id,measured_on,diastolic,systolic,setting,remark", "MRN,Date Taken,DBP,SBP,BP Setting,remark"],
)
def test_a_second_header_in_another_order_refuses_the_file_and_the_same_order_does_not(store, second):
    report = sent(store, "\n".join([HEADER, *ROWS[:6], second, *ROWS[6:]]))
    assert report.refused and (report.refused.rule.id, report.refused.row) == ("header_in_other_order", 8)
    again = sent(store, "\n".join([HEADER, *ROWS[:6], HEADER.upper(), *ROWS[6:]]))
    assert again.rows_kept == 12 and ("repeated_header", 8) in told(again)


@pytest.mark.parametrize(
    ("moment", "rule"),
    [("04-MAR-26 08.15.00.000000 AM", None), ("20260304T181500Z", None), ("20260304T013000Z", "day_in_utc"),
     ("2026-03-04 8.15", None)],
)  # fmt: skip
def test_the_moments_of_programs_are_days(store, moment, rule):
    file = "\n".join([HEADER, *(row.replace(row.split(",")[1], moment) for row in ROWS)])
    checked = submitting.check(store, file.encode(), "blood_pressure", "alder")
    days = "SELECT DISTINCT CAST(measured_on AS VARCHAR) FROM rows.blood_pressure WHERE submission = ?"
    assert store.cursor().execute(days, [checked.submission]).fetchall() == [("2026-03-04",)]
    assert {name for name, _ in told(checked.report)} == {"extra_column", rule} - {None}


def test_a_code_with_its_label_is_the_code_with_or_without_a_mark_between(store):
    codes = [
        "I10 Essential (primary) hypertension",
        "E11.9 - Type 2 diabetes mellitus",
        "J06.9 Acute infection of throat",
    ]
    rows = [f'P{n},"{codes[n % 3]}",{day}' for n, day in enumerate(DAYS[:12])]
    report = sent(store, "\n".join(["patient_id,event,starts_on", *rows]), "clinical_events")
    assert (report.rows_kept, report.rows_left_out, report.rows_blocked) == (8, 4, 0)


def test_a_zip_code_taken_for_a_decimal_number_has_its_digits_back(store):
    report = sent(
        store, "patient_id,zip\n" + "".join(f"P{n},{z}\n" for n, z in enumerate(["2139.0", "60614.0"] * 4)), "patients"
    )
    zips = store.cursor().execute("SELECT DISTINCT zip FROM rows.patients ORDER BY 1").fetchall()
    assert report.rows_kept == 8 and report.rows_left_blank == 0 and [z[0][:3] for z in zips] == ["021", "606"]


@pytest.mark.parametrize("word", ["Asian/Pacific Islander", "Asian or Pacific Islander"])
def test_one_category_of_before_1997_is_not_read_as_two_races(store, word):
    report = sent(store, "patient_id,race\n" + "".join(f"P{n},{word}\n" for n in range(8)), "patients")
    assert report.rows_left_blank == 8
    both = sent(store, "patient_id,race\n" + "".join(f"Q{n},Asian/White\n" for n in range(8)), "patients")
    assert both.rows_left_blank == 0
