"""Bad input: whatever a file holds, its rows come in right, or a finding names row and column, or it is refused.

The families are those of the reliability notes. Rows are numbered as a spreadsheet does: the header is row 1.
"""

import gzip
import io
import zipfile
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workflow
from schemas.rules import RULES
from tests.partnerships import TestPartnership, fresh
from workflow import Checked

HEAD = "patient_id,measured_on,systolic,diastolic,setting\n"
ROWS = ["P-1,2025-01-01,120,80,office\n", "P-2,2025-01-02,130,85,home\n", "P-3,2025-01-03,140,90,\n"]
GOOD = HEAD + "".join(ROWS)
LATER = "P-9,2025-02-30,120,80,office\n"  # a mistake that shows whether the rows before it were counted right
Found = list[tuple[str, int | None, str | None]]


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPartnership]:
    made = fresh(tmp_path_factory.mktemp("bad") / "var", ("alder",))
    yield made
    made.close()


def send(partnership: TestPartnership, data: str | bytes, dataset: str = "blood_pressure", **said) -> Checked:
    """Check a file, and see that nothing of it stays when it is left or was refused."""
    data = data.encode() if isinstance(data, str) else data
    checked = workflow.check(partnership.store, data, dataset, "alder", **said)
    report = checked.report
    assert report.rows_in == report.rows_kept + len(blocked_rows(report.table)) or report.refused
    if checked.submission:
        kept = count(partnership, f"SELECT count(*) FROM rows.{dataset} WHERE submission = {checked.submission}")
        assert kept == report.rows_kept
        workflow.discard(partnership.store, checked.submission)
    assert count(partnership, f"SELECT count(*) FROM rows.{dataset}") == 0
    return checked


def count(partnership: TestPartnership, query: str) -> int:
    row = partnership.store.cursor().execute(query).fetchone()
    assert row
    return row[0]


def blocked_rows(table: pl.DataFrame) -> set[int]:
    return {row for rule, row, *_ in table.iter_rows() if RULES[rule].reach == "record"}


def found(checked: Checked) -> Found:
    """Findings as (rule, row, column), without the harmless ones about repeats."""
    return [(rule, row, column) for rule, row, column, _ in checked.report.table.iter_rows() if rule != "repeated_row"]


# The same three rows, written in ways that are all right.
RIGHT = {
    "as it should be": GOOD.encode(),
    "no line end at the end": GOOD[:-1].encode(),
    "windows line ends": GOOD.replace("\n", "\r\n").encode(),
    "old mac line ends": GOOD.replace("\n", "\r").encode(),
    "three kinds of line ends": (HEAD[:-1] + "\r\n" + ROWS[0][:-1] + "\r" + ROWS[1] + ROWS[2]).encode(),
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "utf-16 as excel saves it": GOOD.encode("utf-16"),
    "utf-16 big-endian with its mark": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "utf-16 without a mark": GOOD.encode("utf-16-le"),
    "utf-16 big-endian without a mark": GOOD.encode("utf-16-be"),
    "semicolons": GOOD.replace(",", ";").encode(),
    "tabs": GOOD.replace(",", "\t").encode(),
    "pipes": GOOD.replace(",", "|").encode(),
    "every cell quoted": "".join(
        ",".join(f'"{c}"' for c in line.split(",")) + "\n" for line in GOOD.split("\n")[:-1]
    ).encode(),
    "padded cells": GOOD.replace(",", " , ").encode(),
    "other words for the same": GOOD.replace("office", "Clinic").replace("patient_id", "MRN").encode(),
    "dates with a time": GOOD.replace("2025-01-01", "2025-01-01T09:30:00Z").encode(),
    "compact dates": GOOD.replace("2025-01-01", "20250101").encode(),
    "blank lines": GOOD.replace("\n", "\n\n").encode(),
    "rows of nothing but commas": GOOD.replace("P-2", ",,,,\nP-2").encode(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_same_rows_however_they_are_written(partnership: TestPartnership, name: str):
    checked = workflow.check(partnership.store, RIGHT[name], "blood_pressure", "alder")
    assert found(checked) == []
    rows = partnership.store.cursor().execute(
        """SELECT CAST(measured_on AS VARCHAR), systolic, diastolic, setting FROM rows.blood_pressure
           WHERE submission = ? ORDER BY measured_on""", [checked.submission]).fetchall()  # fmt: skip
    assert rows == [("2025-01-01", 120, 80, "office"), ("2025-01-02", 130, 85, "home"), ("2025-01-03", 140, 90, None)]
    assert checked.submission
    workflow.discard(partnership.store, checked.submission)


def test_columns_are_known_by_name_not_by_place(partnership: TestPartnership):
    swapped = "diastolic,setting,measured_on,patient_id,systolic\n80,office,2025-01-01,P-1,120\n"
    assert found(send(partnership, swapped)) == []


# Below the header: a line with a mistake, then LATER, whose finding must be at the right row.
STRUCTURE: dict[str, tuple[str, Found]] = {
    "a delimiter too many": ("P-1,2025-01-01,120,80,office,\n", [("wrong_field_count", 2, None)]),
    "a row cut short": ("P-1,2025-01-01,120\n", [("wrong_field_count", 2, None)]),
    "a row of one blank": ("   \n", [("wrong_field_count", 2, None)]),
    "another delimiter": (ROWS[0].replace(",", ";"), [("wrong_field_count", 2, None)]),
    "a unquoted comma": ("P-1,2025-01-01,120,80,office, room 4\n", [("wrong_field_count", 2, None)]),
    "a quoted line break": ('P-1,2025-01-01,120,80,"off\nice"\n', [("line_break_in_value", 2, "setting")]),
    "a quoted windows line break": ('P-1,2025-01-01,120,80,"off\r\nice"\n', [("line_break_in_value", 2, "setting")]),
    "a quoted carriage return": ('P-1,2025-01-01,120,80,"off\rice"\n', [("line_break_in_value", 2, "setting")]),
    "a line break in an id": ('"P-\n1",2025-01-01,120,80,office\n', [("line_break_in_value", 2, "patient_id")]),
    "a quote inside a value": ('P-1,2025-01-01,120,80,of"fice\n', [("not_in_vocabulary", 2, "setting")]),
    "a quote inside quotes": ('P-1,2025-01-01,120,80,"of"fice"\n', [("not_in_vocabulary", 2, "setting")]),
    "a quoted delimiter": ('P-1,2025-01-01,120,80,"off,ice"\n', [("not_in_vocabulary", 2, "setting")]),
    "a field of a million characters": (
        f"P-1,2025-01-01,120,80,{'x' * 1_000_000}\n", [("not_in_vocabulary", 2, "setting")]),
    "a totals row": ("Total,,240,160,\n", [("blank_required", 2, "measured_on")]),
    "a second header": (HEAD, [
        ("wrong_number", 2, "diastolic"), ("wrong_date", 2, "measured_on"), ("not_in_vocabulary", 2, "setting"),
        ("wrong_number", 2, "systolic")]),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURE)
@pytest.mark.parametrize("before", ["", "\n", ROWS[0], ROWS[0] * 30_000], ids=["first", "after a blank line", "second", "deep"])
def test_a_broken_row_is_found_where_it_is(partnership: TestPartnership, name: str, before: str):
    line, expected = STRUCTURE[name]
    moved = before.count("\n")
    at = [(rule, row + moved, column) for rule, row, column in expected if row]
    checked = send(partnership, HEAD + before + line + LATER + ROWS[1])
    assert found(checked) == [*at, ("wrong_date", 3 + moved, "measured_on")]
    assert checked.report.rows_kept == max(moved - (before == "\n"), 0) + 1


def test_broken_rows_are_found_in_any_number_and_order(partnership: TestPartnership):
    lines = [ROWS[0], "cut,short\n", LATER, "a,b,c,d,e,f,g\n"] * 20_000
    checked = send(partnership, HEAD + "".join(lines))
    wrong = {row: (rule, column) for rule, row, column in found(checked)}
    assert len(wrong) == 60_000
    expected = [("wrong_field_count", None), ("wrong_date", "measured_on"), ("wrong_field_count", None)]
    assert all(wrong[row] == expected[(row - 3) % 4] for row in wrong)


def zipped(name: str, data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


WIDE = ",".join(f"c{i}" for i in range(10_000)) + "\n" + "," * 9_999 + "\n"
REFUSED: dict[str, tuple[bytes, tuple[str, int | None, str | None]]] = {
    "nothing": (b"", ("empty_file", None, None)),
    "a blank line": (b"\n", ("header_unreadable", 1, None)),
    "only a mark": (b"\xef\xbb\xbf", ("header_unreadable", 1, None)),
    "only a header": (HEAD.encode(), ("empty_file", None, None)),
    "only a header without its line end": (HEAD[:-1].encode(), ("empty_file", None, None)),
    "a header and blank lines": (HEAD.encode() + b"\n\n", ("empty_file", None, None)),
    "no header": ("".join(ROWS).encode(), ("missing_column", 1, "patient_id")),
    "a title above the header": (b"Readings of 2025,,,,\n" + GOOD.encode(), ("missing_column", 1, "patient_id")),
    "one column": (b"patient_id\nP-1\n", ("missing_column", 1, "measured_on")),
    "a header twice": (HEAD.replace("diastolic", "systolic").encode() + b"P,,1,2,\n", ("duplicate_column", 1, "systolic")),
    "two names for one": (HEAD.replace("diastolic", "sbp").encode() + b"P,,1,2,\n", ("duplicate_column", 1, "systolic")),
    "ten thousand columns": (WIDE.encode(), ("header_unreadable", 1, None)),
    "ten thousand more columns": (HEAD[:-1].encode() + b"," + WIDE.encode(), ("header_unreadable", 1, None)),
    "a header of two million characters": (b"x" * 2_000_000 + GOOD.encode(), ("header_unreadable", 1, None)),
    "a quote never closed": (
        (HEAD + ROWS[0] + 'P-2,2025-01-02,120,80,"office\n' + ROWS[2] * 5).encode(), ("unclosed_quote", 3, "setting")),
    "a quote never closed in a large file": (
        (HEAD + ROWS[0] + 'P-2,2025-01-02,120,80,"office\n' + ROWS[2] * 200_000).encode(), ("unclosed_quote", 2, None)),
    "gzip": (gzip.compress(GOOD.encode()), ("not_a_text_file", None, None)),
    "zip": (zipped("a.csv", GOOD.encode()), ("not_a_text_file", None, None)),
    "a zip bomb": (zipped("a.csv", b"0" * 50_000_000), ("not_a_text_file", None, None)),
    "a spreadsheet": (zipped("xl/workbook.xml", b"<xml/>"), ("not_a_text_file", None, None)),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ("not_a_text_file", None, None)),
    "a cut archive": (gzip.compress(GOOD.encode())[:30], ("not_a_text_file", None, None)),
    "a NUL": (GOOD.replace("130", "13\0").encode(), ("not_a_text_file", None, None)),
    "a NUL far down": ((GOOD + ROWS[0] * 400_000 + "\0").encode(), ("not_a_text_file", None, None)),
    "utf-32": (GOOD.encode("utf-32"), ("not_a_text_file", None, None)),
    "two encodings in one file": (GOOD.encode() + "ñ".encode() + "ñ".encode("cp1252"), ("unreadable_bytes", None, None)),
    "bytes of no encoding": (GOOD.encode() + b"\x81", ("unreadable_bytes", None, None)),
    "half a character at the end": (GOOD.encode() + "é€".encode()[:-1], ("unreadable_bytes", None, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(partnership: TestPartnership, name: str):
    data, (rule, row, column) = REFUSED[name]
    checked = send(partnership, data)
    refused = checked.report.refused
    assert checked.submission is None and refused
    assert (refused.rule.id, refused.row, refused.column) == (rule, row, column)
    assert refused.rule.mend in str(refused)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_words_with_accents_in_any_encoding(partnership: TestPartnership, encoding: str):
    data = "patient_id,language\nP-1,español\nP-2,Español\n".encode(encoding)
    assert found(send(partnership, data, "patients")) == []


# One cell of an otherwise good row -> the rule that finds it, or None when it is read.
CELLS: dict[str, dict[str, str | None]] = {
    "measured_on": {
        "2025-02-30": "wrong_date", "45678": "wrong_date", "1/2/25": "wrong_date", "5 Jan 2025": "wrong_date",
        "0000-00-00": "wrong_date", "2025-01-05x": "wrong_date", "２０２５-01-05": "wrong_date", "2025–01–05": "wrong_date",
        "N/A": "wrong_date", "-": "wrong_date", "unknown": "wrong_date", "=TODAY()": "wrong_date",
        "2025-01-05\u200b": "wrong_date", "2099-01-01": "future_date", "1899-12-31": "ancient_date",
        "25-01-03": "ancient_date", "": "blank_required", "1900-01-01": None, "2025-1-5": None, "2025-01-05 10:15": None,
    },
    "systolic": {
        "1,200": "wrong_number", "120,5": "wrong_number", "120 mmHg": "wrong_number", "120/80": "wrong_number",
        "N/A": "wrong_number", "-": "wrong_number", "unknown": "wrong_number", "１２０": "wrong_number",
        "120\u200b": "wrong_number", "٣": "wrong_number", "0x78": "wrong_number", "inf": "wrong_number",
        "nan": "wrong_number", "1_20": "wrong_number", "=120": "wrong_number", "@120": "wrong_number",
        "999": "systolic_implausible", "301": "systolic_implausible", "300": None, "120.5": None, "+120": None,
    },
    "setting": {
        "exam room 4": "not_in_vocabulary", "=cmd|' /C calc'!A0": "not_in_vocabulary", "off\u200bice": "not_in_vocabulary",
        "office;home": "not_in_vocabulary", "\u202eoffice": "not_in_vocabulary", "OFFICE": None, "home-reading": None,
    },
    "patient_id": {
        "1.23E+10": "mangled_id", "1,23E+10": "mangled_id", "5E+10": "mangled_id", "": "blank_required",
        "N/A": "wrong_pattern", "unknown": "wrong_pattern", "NULL": "wrong_pattern", "-": "wrong_pattern",
        "P\u200b-1": "wrong_pattern", "\u202eP-1": "wrong_pattern", "１２３": "wrong_pattern", "=1+1": "wrong_pattern",
        "+1": "wrong_pattern", "-1": "wrong_pattern", "@x": "wrong_pattern", "P-1;P-2": "wrong_pattern",
        "x" * 65: "wrong_pattern", "5" * 65: "wrong_pattern", "a1" * 33: "wrong_pattern", "a" * 64: None, "007": None,
        "12E5": None, "461c6b9d-81b3-3ff7-9463-bec1b2e0f5b8": None, "12e46b9d-81b3-3ff7-9463-bec1b2e0f5b8": None,
        "É-7": None, "P 1": None,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell"), [(c, cell) for c, cells in CELLS.items() for cell in cells], ids=lambda v: ascii(v)[:30]
)
def test_a_cell_is_read_or_found(partnership: TestPartnership, column: str, cell: str):
    rule = CELLS[column][cell]
    row = {"patient_id": "P-1", "measured_on": "2025-01-05", "systolic": "120", "diastolic": "60", "setting": "office"}
    line = ",".join(f'"{v}"' for v in (row | {column: cell}).values()) + "\n"
    checked = send(partnership, HEAD + ROWS[0] + line + ROWS[1])
    expected = [(rule, 3, column)] if rule else []
    assert [f for f in found(checked) if f[2]] == expected
    if rule and cell:
        assert checked.report.table.filter(rule=rule)["value"].item() in (cell, f"{cell}.0")


ROWS_OF = {
    "blood_pressure": HEAD,
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type,principal_diagnosis,expected_probability\n",
    "patients": "patient_id,birth_date,birth_year,sex,race,zip,county_fips\n",
    "food_security": "patient_id,screened_on,instrument,items,raw_score,result,intervention_on\n",
    "indicator_counts": "indicator,period_start,period_end,category,numerator,denominator\n",
    "clinical_events": "patient_id,event,starts_on,ends_on,status\n",
}
YEAR = "bp_control,2024-01-01,2024-12-31"
WRONG_ROWS: list[tuple[str, str, Found]] = [
    ("blood_pressure", "P,2025-01-05,16.2,9.3,", [
        ("diastolic_implausible", 2, "diastolic"), ("systolic_implausible", 2, "systolic")]),
    ("blood_pressure", "P,2025-01-05,80,120,", [("systolic_not_above_diastolic", 2, None)]),
    ("blood_pressure", "P,2025-01-05,80,80,", [("systolic_not_above_diastolic", 2, None)]),
    ("blood_pressure", "P,2025-01-05,0,0,", [
        ("systolic_not_above_diastolic", 2, None), ("diastolic_implausible", 2, "diastolic"),
        ("systolic_implausible", 2, "systolic")]),
    ("blood_pressure", "P,2025-01-05,,,", [("no_pressure", 2, None)]),
    ("blood_pressure", "P,2025-01-05,high,,", [("wrong_number", 2, "systolic")]),
    ("hospital_stays", "S,P,2025-01-05,2025-01-04,ip,,", [("discharge_before_admission", 2, None)]),
    ("hospital_stays", "S,P,2023-01-05,2025-01-04,ip,,", [("very_long_stay", 2, None)]),
    ("hospital_stays", "S,P,2025-01-05,,ip,heart failure,", [("wrong_pattern", 2, "principal_diagnosis")]),
    ("hospital_stays", "S,P,2025-01-05,,ip,,15", [("expected_probability_range", 2, "expected_probability")]),
    ("hospital_stays", "S,P,2025-01-05,,ip,,\nS,P,2025-02-05,,ip,,", [("repeated_stay", 3, "stay_id")]),
    ("hospital_stays", "S,P,2025-01-05,2025-01-08,ip,,\nT,P,2025-01-07,,ip,,", [("overlapping_stays", 3, "admitted_on")]),
    ("patients", "P,1880-01-01,,f,,,", [("birth_date_implausible", 2, None), ("ancient_date", 2, "birth_date")]),
    ("patients", "P,,1896,f,,,", [("birth_date_implausible", 2, None)]),
    ("patients", "P,1950-01-01,1951,f,,,", [("birth_year_contradicts", 2, None)]),
    ("patients", "P,2030-01-01,,f,,,", [("future_date", 2, "birth_date")]),
    ("patients", "P,,,f,white/asian,2139,2501", [
        ("wrong_pattern", 2, "county_fips"), ("not_in_vocabulary", 2, "race"), ("wrong_pattern", 2, "zip")]),
    ("patients", "P,,1950,f,,,\nP,,1960,f,,,", [("repeated_patient", 3, "patient_id")]),
    ("food_security", "P,2025-01-01,hvs,,,,", [("no_screen_result", 2, None)]),
    ("food_security", "P,2025-01-01,hvs,banana,,,", [("not_in_vocabulary", 2, "items")]),
    ("food_security", "P,2025-01-01,hvs,,3,,", [("score_out_of_range", 2, None)]),
    ("food_security", "P,2025-01-01,hvs,never;never;never,,,", [("too_many_items", 2, None)]),
    ("food_security", "P,2025-01-01,hvs,often;never,,negative,", [("result_contradicts_items", 2, "result")]),
    ("food_security", "P,2025-01-01,hvs,,,positive,2024-12-31", [("intervention_before_screen", 2, None)]),
    ("indicator_counts", f"{YEAR},,11,10", [("numerator_above_denominator", 2, None)]),
    ("indicator_counts", f"{YEAR},,-1,10", [("negative_count", 2, None)]),
    ("indicator_counts", f"{YEAR},,5.5,10", [("wrong_number", 2, "numerator")]),
    ("indicator_counts", f'{YEAR},,"1,000",2000', [("wrong_number", 2, "numerator")]),
    ("indicator_counts", f"{YEAR},,99999999999,10", [("wrong_number", 2, "numerator")]),
    ("indicator_counts", f"{YEAR},,,10", [("blank_required", 2, "numerator")]),
    ("indicator_counts", f"{YEAR},,<11,N/A", [("hidden_at_source", 2, "denominator"), ("hidden_at_source", 2, "numerator")]),
    ("indicator_counts", f"{YEAR},=1+1,5,10", [("wrong_pattern", 2, "category")]),
    ("indicator_counts", "bp_control,2024-12-31,2024-01-01,,5,10", [("period_ends_before_it_starts", 2, None)]),
    ("indicator_counts", "happiness,2024-01-01,2024-12-31,,5,10", [("unknown_indicator", 2, "indicator")]),
    ("indicator_counts", f"{YEAR},,5,10\n{YEAR},,6,10", [("repeated_count", 3, "indicator")]),
    ("clinical_events", "P,htn,2025-01-05,2025-01-04,", [("ends_before_it_starts", 2, None)]),
    ("clinical_events", "P,headache,2025-01-05,,maybe", [("not_in_vocabulary", 2, "event"), ("not_in_vocabulary", 2, "status")]),
    ("clinical_events", "00123,htn,2025-01-05,,\n123,htn,2025-01-06,,", [("lost_leading_zeros", 3, "patient_id")]),
]  # fmt: skip


@pytest.mark.parametrize(("dataset", "rows", "expected"), WRONG_ROWS, ids=lambda v: v[:40] if isinstance(v, str) else "")
def test_values_that_cannot_be(partnership: TestPartnership, dataset: str, rows: str, expected: Found):
    assert found(send(partnership, ROWS_OF[dataset] + rows + "\n", dataset)) == expected


def test_slashed_dates_are_asked_about_and_never_guessed(partnership: TestPartnership):
    data = GOOD + "P-4,03/04/2025,120,80,office\n"
    refused = send(partnership, data).report.refused
    assert refused and (refused.rule.id, refused.row, refused.column) == ("date_order_unknown", 5, "measured_on")
    days = {}
    for order in ("mdy", "dmy"):
        checked = workflow.check(partnership.store, data.encode(), "blood_pressure", "alder", date_order=order)
        days[order] = count(partnership, f"SELECT CAST(measured_on AS VARCHAR) FROM rows.blood_pressure WHERE \"row\" = 5 AND submission = {checked.submission}")  # fmt: skip # noqa: E501
        workflow.discard(partnership.store, checked.submission or 0)
    assert days == {"mdy": "2025-03-04", "dmy": "2025-04-03"}
    assert found(send(partnership, data.replace("03/04", "31/12"), date_order="mdy")) == [("wrong_date", 5, "measured_on")]


PERSONAL = {
    "a number with dashes": "123-45-6789",
    "a number with blanks": "123 45 6789",
    "a number in words": "see 123-45-6789 (SSN)",
    "an e-mail": "jane.roe@example.org",
    "a phone": "(617) 555-0199",
    "another phone": "+1 617-555-0199",
}
NAMES = ["Jane Roe", "Roe, Jane", "ROE, JANE", "JANE ROE", "jane roe", "Dr. Jane Roe", "O'Brien, Mary Ann", "García, José"]


@pytest.mark.parametrize("value", PERSONAL.values(), ids=PERSONAL)
@pytest.mark.parametrize("column", ["patient_id", "measured_on", "systolic", "setting", "remarks"])
def test_a_personal_value_in_any_column_refuses_the_file(partnership: TestPartnership, column: str, value: str):
    lines = [f"{HEAD[:-1]},remarks"] + [f"{row[:-1]}," for row in ROWS]
    cells = dict(zip(lines[0].split(","), ["P-9", "2025-01-09", "120", "80", "office", ""], strict=True))
    lines.append(",".join(f'"{v}"' for v in (cells | {column: value}).values()))
    refused = send(partnership, "\n".join(lines) + "\n").report.refused
    assert refused and (refused.rule.id, refused.row, refused.column) == ("personal_value", 5, column)
    assert value not in str(refused)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_as_an_id_refuses_the_file(partnership: TestPartnership, name: str):
    refused = send(partnership, GOOD + f'"{name}",2025-01-09,120,80,office\n').report.refused
    assert refused and (refused.rule.id, refused.row, refused.column) == ("personal_value", 5, "patient_id")


@pytest.mark.parametrize("header", ["SSN", "First_Name", "LAST", "Phone", "e-mail", "Address", "Patient Name"])
def test_a_column_that_names_people_refuses_the_file(partnership: TestPartnership, header: str):
    refused = send(partnership, f"{HEAD[:-1]},{header}\n{ROWS[0][:-1]},x\n").report.refused
    assert refused and (refused.rule.id, refused.row, refused.column) == ("personal_column", 1, header)


def test_a_mistyped_year_does_not_widen_the_window(partnership: TestPartnership):
    rows = [f"P-{i},2025-01-{i:02},120,80,office\n" for i in range(1, 31)]
    report = send(partnership, HEAD + "".join(rows) + "P-9,2052-01-05,120,80,office\nP-9,1025-01-05,120,80,office\n").report
    assert [str(day) for day in report.covers] == ["2025-01-01", "2025-01-31"]


@pytest.mark.parametrize("name", ["../../etc/x.csv", "CON.csv", "x" * 200 + ".csv", "📈.csv", "a;b|c&d.csv", "-rf.csv", "*.csv"])
def test_a_files_name_is_never_used(partnership: TestPartnership, tmp_path, name: str):
    place = tmp_path / name.replace("/", "∕")
    place.write_bytes(GOOD.encode())
    checked = workflow.check(partnership.store, place, "blood_pressure", "alder")
    assert checked.report.rows_kept == 3 and checked.submission
    assert found(checked) == []
    workflow.discard(partnership.store, checked.submission)


CELL = st.one_of(
    st.sampled_from(["P-1", "P-2", "2025-01-05", "2025-13-05", "120", "80", "9.3", "office", "", " ", "N/A", "1E+10"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=7), min_size=1, max_size=12))
def test_every_row_comes_in_or_is_found(partnership: TestPartnership, rows: list[list[str]]):
    """Rows in = rows kept + rows with a record finding: no row vanishes, whatever is written in it."""
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    report = send(partnership, (HEAD + "\n".join(lines) + "\n")).report  # checks the sum
    if report.refused is None:
        assert report.rows_in == len(rows) - rows.count([""] * 5)
        assert all(row is None or 1 <= row <= len(rows) + 1 for row in report.table["row"])


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", HEAD.encode(), GOOD.encode()]))
def test_any_bytes_are_answered(partnership: TestPartnership, data: bytes, start: bytes):
    checked = send(partnership, start + data)
    assert checked.report.refused or checked.report.rows_in > 0
