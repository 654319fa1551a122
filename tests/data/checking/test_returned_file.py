"""The sent file comes back with its messages, safe to open, and can be fixed and sent again."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from python_calamine import CalamineWorkbook

from data.checking.file_check import Checked
from data.checking.returned_file import safe
from data.ledger.store import Store
from tests.support.new_partnerships import new_store
from workflow import submitting

SETTINGS = 'name = "Test"\ntoday = 2026-10-20\n[[partners]]\nid = "alder"\nname = "Alder"\n[limits]\nblocked_share = { value = 100, reason = "a test" }\n'
FILE = (
    b"Blood pressures\n\npatient_id,measured_on,systolic,diastolic,remark\n"
    b'P1,2026-03-01,128,79,"=HYPERLINK(""http://x"")"\nP2,soon,131,80,@SUM(A1)\n\nP3,2026-03-03,132,-80,"+1, -2"\nP4,2026-03-04\n'
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def checked(store: Store, file: bytes = FILE) -> Checked:
    return submitting.check(store, file, "blood_pressure", "alder")


def given_back(checked: Checked, kind: Literal["csv", "xlsx"]) -> bytes:
    return b"".join(checked.given_back(kind))


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_each_row_has_its_own_message_beside_it(store):
    head, first, second, third, fourth = csv_rows(given_back(checked(store), "csv"))
    assert head[0] == "concord_findings" and head[1:] == [
        "patient_id",
        "measured_on",
        "systolic",
        "diastolic",
        "remark",
    ]
    assert first[0] == ""
    assert second[0].startswith("measured_on: This is not a date") and "Write the date as" in second[0]
    assert "diastolic" in third[0] and third[4] == "-80"
    assert "more or fewer cells" in fourth[0] and fourth[1:] == ["P4", "2026-03-04"]


def test_no_cell_can_be_taken_for_a_formula(store):
    rows = csv_rows(given_back(checked(store), "csv"))
    assert [row[5] for row in rows[1:4]] == ['\'=HYPERLINK("http://x")', "'@SUM(A1)", "'+1, -2"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(given_back(checked(store), "xlsx")))
    cells = book.get_sheet_by_index(0).to_python()
    assert cells[1][5] == '=HYPERLINK("http://x")' and cells[3][4] == "-80"  # text cells: nothing is worked out
    import zipfile

    with zipfile.ZipFile(io.BytesIO(given_back(checked(store), "xlsx"))) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("text", ["-5", "+3", "-1.5", "-1,5"])
def test_a_negative_number_is_left_as_it_is(text):
    assert safe(text) == text


def test_it_can_be_sent_again_and_the_added_column_is_left_out(store):
    back = given_back(checked(store), "csv")
    report = checked(store, back.replace(b"soon", b"2026-03-02")).report
    assert "wrong_date" not in report.table["rule"].to_list()
    assert not report.table.filter(report.table["rule"] == "extra_column")["column"].is_in(["concord_findings"]).any()
    assert checked(store, given_back(checked(store), "xlsx")).report.rows_in == 4


def test_rows_fixed_in_place_keep_every_rows_number(store):
    first = checked(store)
    rows = first.rows_to_fix(10, 10_000)
    assert list(rows) == [5, 7, 8] and rows[8] == ["P4", "2026-03-04", "", "", ""]
    fixed = first.corrected({5: ["P2", "2026-03-02", "131", "80", "x"]}, frozenset({8}))
    report = checked(store, fixed).report
    assert [row for _, row, *_ in report.table.iter_rows() if row] == [3, 7] and report.rows_kept == 3
    assert {row for rule, row, *_ in report.table.iter_rows() if rule == "diastolic_implausible_left_blank"} == {7}


def test_too_many_rows_or_too_large_a_file_is_not_fixed_in_place(store):
    assert checked(store).rows_to_fix(2, 10_000) == {} and checked(store).rows_to_fix(10, 10) == {}


def test_a_number_is_shown_to_its_sender_as_the_file_writes_it(store):
    file = b"patient_id,measured_on,systolic,diastolic\nP1,2026-07-01,1200,80\nP2,2026-07-01,80,120\nP3,2026-07-01,900.0,70"
    shown = checked(store, file).shown_findings.drop_nulls(["row", "column"])
    told = {(row, column): value for row, column, value in shown.select("row", "column", "value").iter_rows()}
    assert told[2, "systolic"] == "1200" and told[4, "systolic"] == "900.0"
    assert told[3, "systolic"] == "80" and told[3, "diastolic"] == "120"
