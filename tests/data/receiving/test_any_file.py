"""Archives and spreadsheets: what is inside is read as if it had been sent plain; what is hostile is refused."""

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter

from data.checking.intake_report import Report
from data.findings import Refused
from data.ledger.store import Store
from data.receiving import archive_members
from data.receiving.file_source import opened
from tests.support.new_partnerships import new_store
from tests.support.real_input import in_store, on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, submitting

SETTINGS = 'name = "Test"\ntoday = 2026-10-20\n[[partners]]\nid = "alder"\nname = "Alder"\n'
HEADER = ["patient_id", "measured_on", "systolic", "diastolic", "setting"]
CSV = b"patient_id,measured_on,systolic,diastolic,setting\nP1,2026-03-01,128,79,office\nP2,2026-03-02,131,80,home\n"
STAYS = b"stay_id,patient_id,admitted_on,discharged_on,stay_type\nS1,P1,2026-03-01,2026-03-04,inpatient\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened_store = new_store(tmp_path / "var", SETTINGS)
    yield opened_store
    opened_store.close()


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    fill(workbook)
    workbook.close()
    return made.getvalue()


def one_sheet(*rows: list, name: str = "Readings") -> bytes:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet, day = workbook.add_worksheet(name), workbook.add_format({"num_format": "m/d/yyyy"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(r, c, value, day)
                elif value is not None:
                    sheet.write(r, c, value)

    return book(fill)


def text(file: bytes) -> list[str]:
    """The only table of a file, as lines."""
    (member,) = archive_members.members(file)
    with opened(member.place) as stream:
        return stream.read().decode().splitlines()


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()


def refused(file: bytes) -> str:
    with pytest.raises(Refused) as caught:
        for member in archive_members.members(file):
            with opened(member.place) as stream:
                while stream.read(1 << 20):
                    pass
    return caught.value.rule.id


def kept(store: Store, file: bytes, dataset: str = "blood_pressure") -> Report:
    return submitting.check(store, file, dataset, "alder").report


def test_a_sheet_reads_like_the_csv_of_the_same_rows(store):
    day = dt.datetime(2026, 3, 1)
    file = one_sheet(HEADER, ["P1", day, 128, 79, "office"], ["P2", "2026-03-02", "131", 80.0, "home"])
    assert text(file) == CSV.decode().splitlines()
    assert kept(store, file).rows_kept == 2


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (dt.datetime(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 14, 5), "2026-03-01 14:05"),
        (128.0, "128"),
        (128.5, "128.5"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        ("00123", "00123"),
        (12345678901, "12345678901"),
        (1234567890123456789, "1.23E+18"),  # the digits are lost: it must look so, and becomes a mangled id
        ("White\nAsian", "White;Asian"),
        ("a,b", '"a,b"'),
    ],
)
def test_a_cell_of_a_sheet_keeps_its_meaning(value, read):
    assert text(one_sheet([value])) == [read]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(store):
    file = one_sheet(
        ["A title"], [], HEADER, ["P1", "2026-03-01", 128, 79, "office"], [], ["P2", "soon", 131, 80, "home"]
    )
    report = kept(store, file)
    assert [r for rule, r, *_ in report.table.iter_rows() if rule == "wrong_date"] == [6]


def test_a_table_that_begins_further_right_and_down_is_found(store):
    shifted = [[None, None, *row] for row in (HEADER, ["P1", "2026-03-01", 128, 79, "office"])]
    assert kept(store, one_sheet([], [], *shifted)).rows_kept == 1


def test_error_cells_are_told_and_read_as_blank(store):
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["P1", "2026-03-01", 128])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")

    report = kept(store, book(fill))
    assert report.rows_kept == 1 and "error_cells" in report.table["rule"].to_list()
    assert report.findings.notes["error_cells", None] == "Cells with an error: 1."


def test_a_hidden_sheet_is_not_read():
    def fill(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet("Shown").write(0, 0, "x")
        hidden = workbook.add_worksheet("Hidden")
        hidden.write(0, 0, "y")
        hidden.hide()

    assert [m.name for m in archive_members.members(book(fill))] == ["Shown"]


def test_the_sheet_with_the_datasets_header_is_the_one_that_is_read(store):
    def fill(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet("About").write(0, 0, "Made for the partnership")
        sheet = workbook.add_worksheet("Readings")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["P1", "2026-03-01", 128, 79, "office"])

    assert kept(store, book(fill)).rows_kept == 1


def test_two_sheets_of_one_kind_are_asked_about_not_guessed(store):
    def fill(workbook: xlsxwriter.Workbook) -> None:
        for name in ("North", "South"):
            workbook.add_worksheet(name).write_row(0, 0, HEADER)

    report = kept(store, book(fill))
    assert report.refused and report.refused.rule.id == "several_tables" and "North, South" in report.refused.note


def test_each_table_of_a_zip_is_recognized_by_its_header(store):
    looked = submitting.find_tables(
        store, archive(**{"a.csv": CSV, "b/c.csv": STAYS, "d.txt": b"words only\n"}), "alder"
    )
    assert [(look.member.name, look.dataset) for look in looked] == [
        ("a.csv", "blood_pressure"), ("c.csv", "hospital_stays"), ("d.txt", None),
    ]  # fmt: skip


def test_the_same_table_packed_or_plain_is_the_same_submission(store):
    first = submitting.check(store, CSV, "blood_pressure", "alder")
    accepting.accept(store, first.submission or 0)
    for packed in (gzip.compress(CSV), archive(a=CSV)):
        assert submitting.check(store, packed, "blood_pressure", "alder").known is not None


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: archive(a=data)], ids=["gzip", "zip"])
def test_a_table_that_was_looked_at_in_its_archive_is_checked_from_there(store, pack):
    """What the upload page does: it looks at the file, asks, and then checks the table at the place it was found."""
    (looked,) = submitting.find_tables(store, pack(CSV), "alder")
    assert submitting.check(store, looked.member.place, "blood_pressure", "alder").report.rows_kept == 2


def test_a_stray_document_in_a_zip_does_not_refuse_the_tables_beside_it(store):
    note = archive(**{"word/document.xml": b"<x/>"})
    looked = submitting.find_tables(
        store, archive(**{"a.csv": CSV, "read me.docx": note, "how.pdf": b"%PDF-1.7"}), "alder"
    )
    assert [(look.member.name, look.dataset) for look in looked] == [
        ("a.csv", "blood_pressure"), ("read me.docx", None), ("how.pdf", None),
    ]  # fmt: skip
    assert all(look.refused for look in looked[1:])


def test_a_first_column_called_pk_makes_no_archive(store):
    assert kept(store, b"PK,patient_id,measured_on,systolic,diastolic\n1,P1,2026-03-01,128,79\n").rows_kept == 1


@pytest.mark.parametrize(
    "made",
    [lambda: CSV, lambda: gzip.compress(CSV), lambda: archive(a=CSV),
     lambda: one_sheet(HEADER, *(line.split(",") for line in CSV.decode().splitlines()[1:]))],
    ids=["text", "gzip", "zip", "sheet"],
)  # fmt: skip
@pytest.mark.parametrize("name", some_of(["data.csv", "data.xlsx", "data.zip", "data"], 3))
def test_what_a_file_is_called_does_not_matter(store, tmp_path, made, name):
    (tmp_path / name).write_bytes(made())
    assert submitting.check(store, tmp_path / name, "blood_pressure", "alder").report.rows_kept == 2


def formatted(*cells: tuple[object, str]) -> bytes:
    """A sheet of one row, each cell with its number format."""

    def fill(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet("About").write(0, 0, "x")
        sheet = workbook.add_worksheet("A & B")
        for column, (value, shape) in enumerate(cells):
            sheet.write(3, column + 1, value, workbook.add_format({"num_format": shape}))

    return book(fill)


@pytest.mark.parametrize(
    ("value", "shape", "read"),
    [
        (123, "00000", "00123"),
        (1234567, "00000", "1234567"),
        (123456789, "000-00-0000", "123-45-6789"),
        (123456789, "000\\-00\\-0000", "123-45-6789"),
        (21391234, "00000-0000", "02139-1234"),
        (6175550134, "(000) 000-0000", "(617) 555-0134"),
        (128, "0", "128"),
        (128.5, "000.0", "128.5"),
        (0.15, "0%", "0.15"),
        (1204, "#,##0", "1204"),
        ("abc", "00000", "abc"),
        (-5, "00000", "-5"),
        (12.5, "00000", "12.5"),
    ],
)
def test_a_number_shown_in_a_shape_of_zeros_is_read_as_it_is_shown(value, shape, read):
    sheets = archive_members.members(formatted((1, "0"), (value, shape)))
    with opened(sheets[1].place) as stream:
        assert stream.read().decode().splitlines()[-1] == f",1,{read}"


def test_a_social_security_number_hidden_in_a_number_format_is_coded_as_an_id(store):
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet, shape = workbook.add_worksheet(), workbook.add_format({"num_format": "000-00-0000"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [None, "2026-03-01", 128, 79])
        sheet.write_number(1, 0, 123456789, shape)

    report = kept(store, book(fill))
    assert (report.refused, report.rows_kept) == (None, 1)
    assert not in_store(store, ["123456789", "123-45-6789"]) and not on_disk(store.folder, ["123456789", "123-45-6789"])
