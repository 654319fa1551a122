"""What no cell shows by itself: quotation marks that close late, rows of other lengths, what spreadsheets cannot hand
on, and what only the whole file tells. Each is named, with its row where it has one; no row vanishes."""

import csv
import io
from collections.abc import Callable, Iterator

import pytest
import xlsxwriter

from data.checking.intake_report import Report
from data.ledger.store import Store
from data.reading.lines import quoting
from schemas.datasets.file_profile import FileProfile
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from workflow import submitting

SETTINGS = """
name = "Test"
today = 2026-06-30
[[partners]]
id = "alder"
name = "Alder"
[limits]
blocked_share = { value = 100, reason = "a test" }
"""
HEADER = "patient_id,measured_on,systolic,diastolic,setting,remark"
DAYS = [f"2026-03-{day:02}" for day in range(1, 29)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("hidden") / "var"
    opened = new_store(folder, SETTINGS)
    yield opened
    opened.close()


def sent(store: Store, file: bytes | str, dataset: str = "blood_pressure", **more: object) -> Report:
    data = file if isinstance(file, bytes) else file.encode()
    report = submitting.check(store, data, dataset, "alder", **more).report  # type: ignore[arg-type]
    if not report.refused:
        assert report.rows_in == report.rows_kept + report.rows_blocked + report.rows_left_out
    return report


def told(report: Report) -> set[tuple[str, int | None]]:
    return set(report.table.select("rule", "row").iter_rows())


def readings(*odd: str, header: str = HEADER) -> str:
    good = [f"P{n},{day},{110 + n},70,office,fine" for n, day in enumerate(DAYS[:6])]
    return "\n".join([header, *good[:3], *odd, *good[3:], ""])


# what is wrong | lines between good ones (the first is row 5), "/" for a line break | rule | row
QUOTES = """
a quotation mark closes in the next row, and the fields fit | P7,2026-03-02,"128,79,office,x/P8,2026-03-03,"129,80,office,y | unclosed_quote | 5
rows swallowed in a column that is not used                 | P7,2026-03-02,128,79,office,"x/P8,2026-03-03,129,80,office,y" | unclosed_quote | 5
a whole row between                                         | P7,2026-03-02,128,79,office,"x/P8,2026-03-03,129,80,office,y/P9,2026-03-03,129,80,office,z" | unclosed_quote | 5
a mark that never closes                                    | P7,2026-03-02,128,79,office,"x | unclosed_quote | 5
a value that goes on behind its closing mark                | P7,2026-03-02,"12"8,79,office,x | quote_inside_value | 5
an inch mark in a quoted value                              | P7,2026-03-02,128,79,office,"5'6" tall, thin" | quote_inside_value | 5
commas that make up for those swallowed                     | P7,2026-03-02,128,"79,office,"a,b,c | quote_inside_value | 5
"""


@pytest.mark.parametrize("line", QUOTES.strip().splitlines())
@pytest.mark.parametrize("piece", [4 << 20, 11])
def test_a_late_quotation_mark_is_named_by_its_row(store, monkeypatch, line, piece):
    monkeypatch.setattr(quoting, "_PIECE", piece)
    _, lines, rule, row = (part.strip() for part in line.split("|"))
    report = sent(store, readings(*lines.split("/")))
    assert (rule, int(row)) in told(report)
    if rule == "quote_inside_value":
        assert report.rows_kept == 6 and report.rows_blocked == 1


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_no_row_vanishes_between_two_marks_in_one_column(store, place, rows):
    """The shape that every count of fields lets pass: opened in one row, closed in the same column of a later one."""
    lines = list(csv.reader(io.StringIO(readings())))
    lines[2][place], lines[2 + rows][place] = f'"{lines[2][place]}', f'{lines[2 + rows][place]}"'
    report = sent(store, "\n".join(",".join(cells) for cells in lines) + "\n")
    assert report.refused and (report.refused.rule.id, report.refused.row) == ("unclosed_quote", 3)


def test_line_breaks_in_texts_that_are_not_used_are_read(store):
    notes = [
        '"high at triage,\nrechecked after rest, fine"',
        '"a ""good"" day\n\nand more"',
        '"one, two\n3, 2026-03-01, 4"',
    ]
    rows = [f"P7{n},2026-03-02,128,79,office,{note}" for n, note in enumerate(notes)]
    report = sent(store, readings(*rows))
    assert report.rows_kept == 9 and told(report) == {("extra_column", 1)}


def test_rows_without_their_blank_cells_are_read_when_that_is_a_habit(store):
    header = "patient_id,measured_on,systolic,diastolic,setting"
    whole = [f"P{n},{day},128,79," for n, day in enumerate(DAYS[:4])]
    short = [f"Q{n},{day},128,79" for n, day in enumerate(DAYS[:4])]
    report = sent(store, "\n".join([header, *whole, *short, "R1,2026-03-09,128,79,,"]))
    assert report.rows_kept == 8 and told(report) == {("wrong_field_count", 10)}
    assert report.receipt.made["row_end", "(row)"] == 4
    # Of rows cut elsewhere none counts: without the date what stands there is no date.
    shifted = [f"Q{n},128,79,office" for n in range(4)]
    report = sent(store, "\n".join([header, *whole, *shifted]))
    assert report.rows_kept == 4 and {rule for rule, _ in told(report)} == {"wrong_field_count"}


LINES = """
North Clinic Total,,,,,                              | totals_line
,Subtotal,1234,,,                                    | totals_line
Count: 24,,,,,                                       | totals_line
n = 24,,,,,                                          | totals_line
24 rows selected.,,,,,                               | note_line
End of Report,,,,,                                   | note_line
Printed by:,m.lopez@example.org,,,,                  | note_line
Page 1 of 3,,,,,                                     | note_line
varchar(20),date,int,int,nvarchar(max),text          | note_line
object,datetime64[ns],float64,float64,category,object | note_line
----------,-----------,---,---,---------,------      | note_line
\ufeffPatient ID,Date Taken,SBP,DBP,BP Setting,remark | repeated_header
"""


@pytest.mark.parametrize("line", some_of(LINES.strip("\n").splitlines(), 3))
def test_a_line_that_is_no_record_is_left_out_and_named(store, line):
    text, rule = (part.strip(" ") for part in line.split("|"))
    report = sent(store, readings(text))
    assert (report.rows_kept, report.rows_left_out, report.rows_blocked) == (6, 1, 0)
    assert (rule, 5) in told(report)


@pytest.mark.parametrize(
    "row", ["N1001,2026-03-02,abc,79,x,", "Total7,2026-03-02,,,office,", "Count9,2026-03-09,soon,,,"]
)
def test_a_line_with_an_id_beside_a_day_is_never_a_total(store, row):
    assert "totals_line" not in {rule for rule, _ in told(sent(store, readings(row)))}


def test_records_above_a_better_header_are_no_lines_above_it(store):
    first = ["Patient,Day Taken,Sys,Dia", *(f"A{n},{day},128,79" for n, day in enumerate(DAYS[:3]))]
    second = ["patient_id,measured_on,systolic,diastolic", *(f"B{n},{day},128,79" for n, day in enumerate(DAYS[:3]))]
    report = sent(store, "\n".join([*first, *second]))
    assert "lines_above_header" not in {rule for rule, _ in told(report)}
    assert report.refused or report.rows_in == 7


def test_a_file_without_a_header_puts_no_cell_into_a_message(store):
    rows = [f"MRN-77{n},{day},128,79,Jones" for n, day in enumerate(DAYS[:4])]
    report = sent(store, "\n".join(rows))
    assert report.refused and not any(cell in str(report.refused) for cell in ("MRN", "128", "79", "2026", "Jones"))


WHOLE_FILE = """
day_in_utc           | P{n},2026-03-{n:02}T01:30:00Z,128,79,,
impossible_time      | P{n},2026-03-{n:02} 25:61,128,79,,
maybe_flipped_dates  | P{n},{flipped},128,79,,
maybe_temperature    | P{n},2026-03-{n:02},98.{n},37.0,,
maybe_rounded_ids    | 99121406335064{n}0,2026-03-{n:02},128,79,,
id_looks_like_date   | {dated},2026-03-{n:02},128,79,,
ids_differ_by_case   | {cased},2026-03-{n:02},128,79,,
maybe_lost_leading_zeros | {zeroed},2026-03-{n:02},128,79,,
"""


@pytest.mark.parametrize("line", some_of(WHOLE_FILE.strip().splitlines(), 2))
def test_what_only_the_whole_file_shows_is_told(store, line):
    rule, row = (part.strip() for part in line.split(" | "))
    lines = [
        row.format(
            n=n, flipped=f"2026-{n - 9:02}-03" if n < 16 else f"{n}/03/2026", dated="3-Feb" if n == 12 else f"{n}-100",
            cased=f"{'ab' if n % 2 else 'AB'}{n // 2}", zeroed=f"{n:08}" if n % 2 else f"{n}",
        )
        for n in range(10, 22)
    ]  # fmt: skip
    order = "dmy" if rule == "maybe_flipped_dates" else None
    assert rule in {found for found, _ in told(sent(store, "\n".join([HEADER, *lines]), date_order=order))}
    assert rule not in {found for found, _ in told(sent(store, readings(), date_order=order))}


def test_an_order_that_the_file_contradicts_is_asked_again(store):
    lines = [f"P{n},03/{n:02}/2026,128,79,," for n in range(1, 29)]
    said = FileProfile(date_orders={"measured on": "dmy"})
    report = sent(store, "\n".join([HEADER, *lines]), profile=said)
    assert report.refused and report.refused.rule.id == "date_order_unknown"
    assert (
        sent(store, "\n".join([HEADER, *lines]), profile=FileProfile(date_orders={"measured on": "mdy"})).rows_kept
        == 28
    )


def test_an_order_holds_for_the_header_that_it_was_said_for(store):
    """Another export names its date otherwise: its order is asked for, not taken over."""
    lines = [f"P{n},03/04/2026,128,79,," for n in range(1, 9)]
    said = FileProfile(date_orders={"measured on": "dmy"})
    report = sent(store, "\n".join([HEADER.replace("measured_on", "Reading Date"), *lines]), profile=said)
    assert report.refused and report.refused.rule.id == "date_order_unknown"


def test_one_of_two_columns_of_one_name_can_be_left_out(store):
    text = "patient_id,measured_on,systolic,diastolic,Systolic\nP1,2026-03-01,128,79,999\n"
    assert sent(store, text).refused
    assert sent(store, text, profile=FileProfile(columns={"systolic (2)": ""})).rows_kept == 1


def book(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None], **options: object) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    sheet = made.add_worksheet()
    for row, cells in enumerate([["patient_id", "measured_on", "systolic", "diastolic"],
                                 *([f"P{n}", f"2026-03-0{n}", 128, 79] for n in range(1, 7))]):  # fmt: skip
        sheet.write_row(row, 0, cells)
    fill(made, sheet)
    made.close()
    return out.getvalue()


def _hide_columns(_book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.set_column(3, 3, None, None, {"hidden": True})


def _hidden_sheet(made: xlsxwriter.Workbook, _sheet: xlsxwriter.worksheet.Worksheet) -> None:
    made.add_worksheet("Old").hide()


@pytest.mark.parametrize(
    ("rule", "fill"),
    some_of(
        [
            ("hidden_rows", lambda _, sheet: sheet.set_row(3, None, None, {"hidden": True})),
            ("hidden_columns", _hide_columns),
            ("hidden_sheets", _hidden_sheet),
            ("formula_without_value", lambda _, sheet: sheet.write_formula(2, 3, "=70+1", None, "")),
            ("merged_cells", lambda _, sheet: sheet.merge_range(1, 0, 3, 0, "P1")),
        ],
        2,
    ),
)
def test_what_a_spreadsheet_cannot_hand_on_is_told(store, rule, fill):
    report = sent(store, book(fill))
    assert rule in {found for found, _ in told(report)} and report.rows_kept == 6
    assert rule not in {found for found, _ in told(sent(store, book(lambda _, sheet: None)))}


def test_a_merged_id_belongs_to_each_of_its_rows(store):
    def fill(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range(1, 0, 3, 0, "P9", made.add_format({"bold": True}))  # without a format its cells stay

    made = submitting.check(store, book(fill), "blood_pressure", "alder")
    people = "SELECT count(DISTINCT patient_id) FROM rows.blood_pressure WHERE submission = ?"
    assert store.cursor().execute(people, [made.submission]).fetchone() == (4,)


def test_day_numbers_of_a_workbook_from_1904_are_read_from_there(store):
    def fill(_book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(1, 7):
            sheet.write_number(row, 1, 44_620 + row)

    report = sent(store, book(fill, date_1904=True), profile=FileProfile(date_orders={"measured on": "days"}))
    assert report.rows_kept == 6 and str(report.covers.last) == "2026-03-07"
    assert "other_day_zero" in {found for found, _ in told(report)}


def test_words_of_a_column_that_says_days_are_not_turned_by_a_mac(store):
    text = "stay_id,patient_id,admitted_on,stay_type,hospital\n" + "S{n},A{n},2026-03-01,inpatient,Hôpital Général\n"
    rows = text.split("\n", 1)[0] + "\n" + "".join(text.split("\n", 1)[1].format(n=n) for n in range(3))
    assert "read_as_mac_roman" in {r for r, _ in told(sent(store, rows.encode("mac_roman"), "hospital_stays"))}
    assert "read_as_mac_roman" not in {r for r, _ in told(sent(store, rows.encode("cp1252"), "hospital_stays"))}


@pytest.mark.parametrize(("rows", "warned"), [(65_535, True), (65_534, False)])
def test_a_file_as_long_as_a_sheet_can_be_is_told(store, rows, warned):
    lines = "".join(f"P{n},2026-03-01,128,79\n" for n in range(rows))
    report = sent(store, "patient_id,measured_on,systolic,diastolic\n" + lines)
    assert ("maybe_cut_off" in {rule for rule, _ in told(report)}) is warned


def test_codes_of_other_conditions_are_left_out_and_counted(store):
    rows = ["patient_id,event,starts_on", "P1,E11.65,2026-03-01", "P2,J45.909,2026-03-01", "P3,asthma,2026-03-01"]
    report = sent(store, "\n".join(rows), "clinical_events")
    assert told(report) == {("condition_not_used", 3), ("not_in_vocabulary", 4)}
    assert (report.rows_kept, report.rows_left_out, report.rows_blocked) == (1, 1, 1)


def test_a_zero_day_of_a_database_is_blank_where_a_day_may_be(store):
    text = "patient_id,event,starts_on,ends_on\nP1,diabetes,2026-03-01,0000-00-00\nP2,diabetes,0000-00-00,\n"
    assert told(sent(store, text, "clinical_events")) == {("wrong_date", 3)}
