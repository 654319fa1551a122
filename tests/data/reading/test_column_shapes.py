"""Columns of a file that are not one to one with ours: two values in one cell, one value over several columns, a word
for every row, lines that explain the header, rows that are no records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.checking.intake_report import Report
from data.ledger.store import Store
from data.receiving.header_matching import match
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import NO_PROFILE, ROW_LEFT_OUT, FileProfile
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.likely_words import likely
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from workflow import submitting

SETTINGS = """
name = "Test"
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder"
[limits]
blocked_share = { value = 100, reason = "a test" }
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def check(store: Store, dataset: str, text: str, said: FileProfile = NO_PROFILE) -> Report:
    """Check lines, written with blanks around the commas for the eye."""
    lines = "\n".join(",".join(cell.strip() for cell in line.split(",")) for line in text.strip().splitlines())
    return submitting.check(store, f"{lines}\n".encode(), dataset, "alder", profile=said).report


def stored(store: Store, dataset: str, columns: str) -> list[tuple]:
    return store.cursor().execute(f'SELECT {columns} FROM rows.{dataset} ORDER BY submission, "row"').fetchall()


def found(report: Report) -> list[tuple]:
    return list(report.table.select("rule", "row", "column").iter_rows())


PRESSURES = """
128/79       | 128, 79
 128 / 79    | 128, 79
128/79 mmHg  | 128, 79
128-79       | 128, 79
128 over 79  | 128, 79
128.5/79.0   | 128.5, 79
N/A          | no_pressure
128          | not_two_pressures
128/         | not_two_pressures
128/79/60    | not_two_pressures
Mar-28       | not_two_pressures
16.0/9.3     | systolic_implausible, diastolic_implausible
0/0          | systolic_implausible, diastolic_implausible, systolic_not_above_diastolic
79/128       | systolic_not_above_diastolic
"""


@pytest.mark.parametrize("line", some_of(PRESSURES.strip("\n").splitlines(), 3))
def test_two_pressures_in_one_cell_are_read_or_found(store, line):
    cell, expected = (part.strip() for part in line.split("|"))
    report = check(store, "blood_pressure", f"mrn, date, BP\nP1, 2026-03-01, {cell}\nP2, 2026-03-02, 120/70")
    rules = {rule.removesuffix("_left_blank") for rule, *_ in found(report)}
    if rules:
        assert rules == {r.strip() for r in expected.split(",")}
        stays = expected != "no_pressure"
        assert (report.rows_kept, report.rows_undecided) == (1 + stays, stays) and {
            row for _, row, _ in found(report)
        } == {2}
    else:
        assert stored(store, "blood_pressure", "systolic, diastolic")[0] == tuple(map(float, expected.split(",")))
        assert report.receipt.made == {("split", "systolic/diastolic"): 2}


def test_pressures_in_one_cell_and_apart_too_are_read_where_they_are_apart(store):
    report = check(store, "blood_pressure", "mrn, date, bp, systolic, diastolic\nP1, 2026-03-01, 1/1, 128, 79")
    assert stored(store, "blood_pressure", "systolic, diastolic") == [(128, 79)]
    assert found(report) == [("extra_column", 1, "bp")]


def test_a_pressure_said_to_be_two_columns_is_refused(store):
    said = FileProfile(columns={"bp": "systolic/diastolic"})
    report = check(store, "blood_pressure", "mrn, date, bp, systolic\nP1, 2026-03-01, 128/79, 128", said)
    assert report.refused and (report.refused.rule.id, report.refused.column) == ("duplicate_column", "systolic")


def test_pressures_in_kilopascal_in_one_cell_are_converted_where_the_header_says_so(store):
    said = FileProfile(columns={"bp kpa": "systolic/diastolic"})
    check(store, "blood_pressure", "mrn, date, BP kPa\nP1, 2026-03-01, 17.1/10.5", said)
    assert stored(store, "blood_pressure", "systolic, diastolic") == [(128.3, 78.8)]


def test_a_social_security_number_among_pressures_refuses_the_file(store):
    report = check(store, "blood_pressure", "mrn, date, bp\nP1, 2026-03-01, 128/79\nP2, 2026-03-01, 123-45-6789")
    assert report.refused and (report.refused.rule.id, report.refused.row) == ("personal_value", 3)


def test_a_file_without_any_pressure_is_refused_not_blocked_row_by_row(store):
    report = check(store, "blood_pressure", "mrn, date, code, value\nP1, 2026-03-01, 8480-6, 128")
    assert report.refused and report.refused.rule.id == "missing_column"
    assert "systolic or diastolic" in report.refused.note


ITEMS = FileProfile(columns={"q1": "items", "q2": "items"}, every_row={"instrument": "hunger_vital_sign"})


def test_answers_over_several_columns_are_joined_in_order_and_a_blank_keeps_its_place(store):
    report = check(
        store, "food_security",
        "client_id, date, q1, q2\nC1, 2026-03-01, Often, Never\nC2, 2026-03-02, , Sometimes true\n"
        "C3, 2026-03-03, Sí, No\nC4, 2026-03-04, ,\nC5, 2026-03-05, Perhaps, No", ITEMS,
    )  # fmt: skip
    assert stored(store, "food_security", "items") == [("A;N",), (";A",), ("A;N",), (None,)]
    assert found(report) == [("no_screen_result", 5, None), ("not_in_vocabulary_left_blank", 6, "items")]


def test_answers_are_put_in_the_order_of_the_numbers_in_their_names(store):
    columns = {f"q{n}": "items" for n in (1, 2, 10)}
    said = FileProfile(columns=columns, every_row={"instrument": "usda_10"})
    check(store, "food_security", "client_id, date, q1, q10, q2\nC1, 2026-03-01, yes, no, dk", said)
    assert stored(store, "food_security", "items") == [("A;D;N",)]


def test_loinc_codes_name_the_two_questions_without_asking(store):
    text = "patient_id, date, tool, 88122-7, 88123-5\nC1, 2026-03-01, HVS, LA28397-0, LA28398-8"
    assert check(store, "food_security", text).rows_kept == 1
    assert stored(store, "food_security", "items") == [("A;N",)]


def test_races_ticked_one_by_one_become_one_column(store):
    said = FileProfile(columns={"race: white": "race:white", "race: asian": "race:asian"})
    report = check(
        store, "patients",
        "mrn, Race: White, Race: Asian\nP1, Yes, No\nP2, x, 1\nP3, 0,\nP4, No, perhaps", said,
    )  # fmt: skip
    assert stored(store, "patients", "race") == [("white",), ("white;asian",), (None,), (None,)]
    assert found(report) == [("not_in_vocabulary_left_blank", 5, "race")]


def test_a_word_for_every_row_counts_only_where_the_file_has_no_column_for_it(store):
    said = FileProfile(every_row={"stay_type": "inpatient"})
    report = check(store, "hospital_stays", "csn, mrn, admit_date\nS1, P1, 2026-03-01\nS2, P2, 2026-03-02", said)
    assert report.receipt.made == {("every_row", "stay_type"): 2}
    check(store, "hospital_stays", "csn, mrn, admit_date, stay_type\nS3, P1, 2026-03-01, obs", said)
    assert stored(store, "hospital_stays", "stay_type") == [("inpatient",), ("inpatient",), ("observation",)]


def test_what_holds_for_every_row_is_kept_for_the_next_file(store):
    submitting.keep_profile(store, "alder", "food_security", ITEMS, "alder")
    file = b"client_id,date,q1,q2\nC1,2026-03-01,Often,Never\n"
    assert submitting.check(store, file, "food_security", "alder").report.rows_kept == 1


def test_rows_said_to_be_no_records_are_left_out_and_named(store):
    said = FileProfile(words={"stay_type": {"emergency": ROW_LEFT_OUT}})
    report = check(
        store, "hospital_stays",
        "csn, mrn, admit_date, stay_type\nS1, P1, 2026-03-01, Inpatient\nS2, , soon, Emergency\nS3, P3, 2026-03-01, ED",
        said,
    )  # fmt: skip
    assert found(report) == [("row_left_out", 3, "stay_type"), ("not_in_vocabulary", 4, "stay_type")]
    assert (report.rows_in, report.rows_kept, report.rows_blocked, report.rows_left_out) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    "second",
    some_of([", , mmHg, mmHg,", "Patient identifier, Date of reading, Systolic BP, Diastolic BP, Setting",
     "text, yyyy-mm-dd, (mmHg), (mmHg),", "ID, Date, [mm[Hg]], [mm[Hg]], Where", '{"ImportId":"a"}, {"ImportId":"b"}, mmHg, mmHg,'], 2),
)  # fmt: skip
def test_a_second_line_of_names_or_units_is_left_out_and_named(store, second):
    header = "patient_id, measured_on, systolic, diastolic, setting"
    report = check(store, "blood_pressure", f"{header}\n{second}\nP1, 2026-03-01, 128, 79, office\nP2, soon, 1, 2,")
    assert ("second_header", 2, None) in found(report) and ("wrong_date", 4, "measured_on") in found(report)
    assert (report.rows_in, report.rows_kept, report.rows_blocked, report.rows_left_out) == (3, 1, 1, 1)


@pytest.mark.parametrize("row", ["abc, female, white", "abc, other, unknown", "patient, ,", "abc, ,"])
def test_a_record_without_a_digit_is_no_second_header(store, row):
    report = check(store, "patients", f"patient_id, sex, race\n{row}\nP2, male, asian")
    assert report.rows_kept == 2 and found(report) == []


def test_ids_that_became_decimal_numbers_are_whole_again(store):
    text = "patient_id, date, systolic\n123.0, 2026-03-01, 128\n124, 2026-03-02, 128\nV1.0, 2026-03-03, 128"
    report = check(store, "blood_pressure", text)
    assert report.receipt.made == {("whole_id", "patient_id"): 1}
    assert report.receipt.examples["whole_id", "patient_id"] == {"123.0": "123"}
    refused = check(store, "blood_pressure", text, FileProfile(unrepaired=("whole_id/patient_id",)))
    assert refused.receipt.made == {} and refused.rows_kept == 3


WORDS = """
disposition | 01 - Home or Self Care     | home
disposition | 01: sent home by taxi      | home
disposition | 1.0                        | home
disposition | Home-Health Care Svc       | home_health
disposition | Hospice/Home               | hospice
disposition | 01 - Expired               | -
disposition | home - perhaps             | -
planned     | N - No                     | no
"""


@pytest.mark.parametrize("line", some_of(WORDS.strip().splitlines(), 3))
def test_a_code_with_its_label_is_read_where_they_do_not_contradict(store, line):
    column, cell, word = (part.strip() for part in line.split("|"))
    report = check(
        store, "hospital_stays", f"csn, mrn, admit_date, stay_type, {column}\nS1, P1, 2026-03-01, ip, {cell}"
    )
    assert stored(store, "hospital_stays", column) == [(None if word == "-" else word,)]
    assert ("not_in_vocabulary_left_blank", 2, column) in found(report) or word != "-"


# dataset | header | three rows | what each cell is taken for
PROPOSED = """
blood_pressure | MRN, Contact Date, BP (mmHg), Dept | 1, 2026-03-01, 120/80, A | patient_id, measured_on, systolic/diastolic, -
blood_pressure | MRN, Date, BP sys [kPa], BP dia [kPa] | 1, 2026-03-01, 16, 9 | patient_id, measured_on, systolic, diastolic
blood_pressure | MRN, Taken, Vitals | 1, 2026-03-01, 120/80 | patient_id, measured_on, systolic/diastolic
hospital_stays | MRN, CSN, Pt Class, Hosp Admsn Time, Hosp Disch Time, Disch Disp | 1, 2, Inpatient, 2026-03-01, 2026-03-04, Home | patient_id, stay_id, stay_type, admitted_on, discharged_on, disposition
food_security  | Client ID, Date, Q1, Q2, Volunteer | 1, 2026-03-01, Yes, No, Ann | patient_id, screened_on, items, items, -
food_security  | ID Cliente, Fecha, P1, P2 | 1, 2026-03-01, Sí, No | patient_id, screened_on, items, items
food_security  | Client, Date, Worried food would run out, Food did not last | 1, 2026-03-01, Often, Never | patient_id, screened_on, items, items
food_security  | Client, Date, Has a car, Result | 1, 2026-03-01, Yes, Positive | patient_id, screened_on, -, result
patients       | MRN, Race: White, Race: Black | 1, Y, N | patient_id, race:white, race:black
patients       | MRN, race___1, race___2 | 1, 0, 1 | patient_id, -, -
"""


@pytest.mark.parametrize("line", PROPOSED.strip().splitlines())
def test_what_columns_of_real_exports_are_taken_for(line):
    dataset, header, row, expected = (part.strip() for part in line.split("|"))
    cells = [cell.strip() for cell in header.split(",")]
    rows = [[cell.strip() for cell in row.split(",")]] * 2 + [[c.strip().replace("Yes", "No") for c in row.split(",")]]
    taken = [m.column or "-" for m in match(cells, rows, DATASETS[dataset], NO_PROFILE)]
    assert taken == [name.strip() for name in expected.split(",")]


@pytest.mark.parametrize(
    ("file", "dataset"),
    [
        (b"MRN,Date,BP\nP1,2026-03-01,128/79\n", "blood_pressure"),
        (b"Client ID,Date,Q1,Q2\n" + b"C1,2026-03-01,Often,Never\nC2,2026-03-02,Never,Never\n" * 2, "food_security"),
        (b"MRN,DOB,Sex,ZIP\nP1,1957-04-02,F,02139\n", "patients"),
        (b"MRN,CSN,Pt Class,Hosp Admsn Time\nP1,1,Inpatient,2026-03-01\n", "hospital_stays"),
    ],
)
def test_a_file_is_recognized_by_header_and_contents(store, file, dataset):
    assert [look.dataset for look in submitting.find_tables(store, file, "alder")] == [dataset]


@pytest.mark.parametrize("word", some_of(["Total", "Grand Total:", "TOTALS", "Sum", "Count"], 2))
def test_a_total_below_a_list_of_patients_is_no_patient(store, word):
    report = check(store, "patients", f"patient_id, sex\nP1, female\n{word}, 1\n{word},")
    assert found(report) == [("totals_line", 3, None), ("totals_line", 4, None)] and report.rows_kept == 1


def test_a_file_of_which_only_the_id_is_known_is_not_recognized(store):
    assert [look.dataset for look in submitting.find_tables(store, b"Client ID,Perro,Coche\nC1,x,y\n", "alder")] == [
        None
    ]


def test_a_value_in_a_column_without_a_name_is_told(store):
    text = "mrn, date, systolic, diastolic,\nP1, 2026-03-01, 128, 79,\nP2, 2026-03-02, 120, 70, see note"
    report = check(store, "blood_pressure", text)
    assert found(report) == [("extra_column", 1, "column 5, without a name")] and report.rows_kept == 2


@pytest.mark.parametrize(
    ("word", "vocabulary", "guess"),
    [
        ("outpatient", "stay_type", None),  # one letter from the opposite is no mistyping
        ("inpatiet", "stay_type", "inpatient"),
        ("nonhispanics", "ethnicity", "not_hispanic"),
        ("femal", "sex", "female"),
        ("dispanic", "ethnicity", None),
        ("newborn", "stay_type", None),
    ],
)
def test_a_word_is_never_proposed_to_mean_its_opposite(word, vocabulary, guess):
    assert likely(word, VOCABULARIES[vocabulary]) == guess
