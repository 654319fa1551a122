"""Repairs: what can be read in one way only is read so, is on the receipt, and can be refused."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.checking.file_check import Checked
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.reading import repairs
from schemas.datasets.file_profile import NOT_USED, FileProfile
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from workflow import accepting, submitting

SETTINGS = 'name = "Test"\ntoday = 2026-10-20\n[[partners]]\nid = "alder"\nname = "Alder"\n[limits]\nblocked_share = { value = 100, reason = "a test" }\n'
BP, PEOPLE = "patient_id,measured_on,systolic,diastolic,setting", "patient_id,zip,race,birth_date"

# dataset | a row | repair | column | the value that is stored
TABLE = """
bp     | P1;2 March 2026;128;79;office        | date_written  | measured_on | 2026-03-02
bp     | P1;2026/3/2;128;79;office            | date_written  | measured_on | 2026-03-02
bp     | P1;2026-03-02 23:59;128;79;office    | date_written  | measured_on | 2026-03-02
bp     | P1;2026-03-02;128 mmHg;79;office     | unit          | systolic    | 128.0
bp     | P1;2026-03-02;17.1 kPa;79;office     | unit          | systolic    | 128.3
bp     | P1;2026-03-02;128,5;79;office        | decimal_comma | systolic    | 128.5
bp     | P1;2026-03-02;１２８;79;office          | typographic   | systolic    | 128.0
bp     | P1;2026-03-02;128;not taken;office   | no_value      | diastolic   | None
bp     | P1;2026-03-02;128;79;Clinic | code_word     | setting     | office
bp     | P1;2026-03-02; 128 ;79;office        | trimmed       | systolic    | 128.0
people | P1;2139;;1957-04-02                  | padding       | zip         | 02139
people | P1;02139;White, Asian;1957-04-02     | code_word     | race        | white;asian
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def sent(store: Store, kind: str, row: str, said: FileProfile | None = None) -> Checked:
    header, dataset = (BP, "blood_pressure") if kind == "bp" else (PEOPLE, "patients")
    return submitting.check(store, f"{header.replace(',', ';')}\n{row}\n".encode(), dataset, "alder", profile=said)


@pytest.mark.parametrize("line", some_of(TABLE.strip().splitlines(), 3))
def test_what_reads_one_way_only_is_repaired_told_and_can_be_refused(store, line):
    kind, row, repair, column, value = (part.strip() for part in line.split("|"))
    row = line.split("|")[1][1:].rstrip() if repair != "trimmed" else "P1;2026-03-02; 128 ;79;office"
    checked = sent(store, kind, row)
    table = "blood_pressure" if kind == "bp" else "patients"
    stored = store.cursor().execute(f"SELECT CAST({column} AS VARCHAR) FROM rows.{table}").fetchone()
    assert stored == (None if value == "None" else value,)
    assert checked.report.receipt.made == {(repair, column): 1}
    assert store.cursor().execute('SELECT repair, "column", cells FROM repair').fetchall() == [(repair, column, 1)]
    refused = sent(store, kind, row, FileProfile(unrepaired=(f"{repair}/{column}",)))
    if repair == "trimmed":
        assert refused.report.rows_kept == 1
    else:
        assert refused.report.rows_kept == refused.report.rows_left_blank and len(refused.report.table)
        assert not refused.report.receipt.made


def test_the_receipt_counts_cells_and_shows_a_few_words():
    receipt = repairs.Receipt()
    for n in range(5):
        receipt.add("unit", "systolic", 2, f"{n} mmHg", float(n))
    assert receipt.made == {("unit", "systolic"): 10}
    assert len(receipt.examples["unit", "systolic"]) == repairs.EXAMPLES


def test_no_value_is_kept_of_a_repair(store):
    sent(store, "bp", "P1;2 March 2026;128;79;office")
    for (name,) in (
        store.cursor()
        .execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")
        .fetchall()
    ):
        rows = store.cursor().execute(f"SELECT * FROM {name}").fetchall()
        assert "March" not in str(rows)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_way_of_writing_a_day_reads_as_that_day(day):
    for text in (
        f"{day:%d %B %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%d-%b-%Y}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
    ):
        assert repairs.written_date(text) == day
    assert repairs.ordered_date(f"{day:%m/%d/%Y}", "mdy") == repairs.ordered_date(f"{day:%d.%m.%Y}", "dmy") == day
    number = (day - dt.date(1899, 12, 30)).days
    if 10_000 <= number < 60_000:
        assert repairs.ordered_date(str(number), "days") == day


@pytest.mark.parametrize(
    "text", ["03/04/2026", "3.4.26", "2026-13-01", "31 April 2026", "March 2026", "20261301", "", "12"]
)
def test_a_day_that_is_open_or_impossible_is_not_read(text):
    assert repairs.written_date(text) is None


@pytest.mark.parametrize("text", ["1,280", "1.280,5", "12,345", "120/80", "1 28", "128,,5", "kPa", "17 stone"])
def test_a_number_that_reads_two_ways_is_not_read(text):
    assert repairs.number(text) is None


def test_a_column_whose_header_says_kpa_is_converted(store):
    file = b"patient_id,measured_on,Systolic kPa,dbp\nP1,2026-03-02,18.66,79\nP2,2026-03-02,17,80\n"
    said = FileProfile(columns={"systolic kpa": "systolic"})
    checked = submitting.check(store, file, "blood_pressure", "alder", profile=said)
    assert checked.report.receipt.made == {("unit", "systolic"): 2}
    stored = store.cursor().execute("SELECT systolic FROM rows.blood_pressure ORDER BY systolic").fetchall()
    assert stored == [(127.5,), (140.0,)]


def test_what_was_said_is_kept_for_the_partner_and_its_dataset_alone(store):
    said = FileProfile(
        columns={"pt": "patient_id", "note": NOT_USED},
        words={"setting": {"room 4": "office"}},
        date_orders={"measured_on": "dmy"},
    )
    submitting.keep_profile(store, "alder", "blood_pressure", said, "alder")
    assert submitting.read_profile(store, "alder", "blood_pressure") == said
    assert submitting.read_profile(store, "alder", "patients") == FileProfile()
    file = b"pt,measured_on,systolic,diastolic,setting,note\nP1,03/04/2026,128,79,Room 4,x\n"
    assert submitting.check(store, file, "blood_pressure", "alder").report.rows_kept == 1
    assert store.cursor().execute(
        "SELECT CAST(measured_on AS VARCHAR), setting FROM rows.blood_pressure"
    ).fetchall() == [("2026-04-03", "office")]


def test_the_same_bytes_read_in_another_way_are_another_submission(store):
    file = b"patient_id,measured_on,systolic,diastolic\nP1,03/04/2026,128,79\n"
    numbers = []
    for order in ("mdy", "dmy"):
        checked = submitting.check(
            store, file, "blood_pressure", "alder", profile=FileProfile(date_orders={"measured_on": order})
        )
        assert checked.known is None
        numbers.append(accepting.accept(store, checked.submission or 0).submission)
    assert len(set(numbers)) == 2
    again = submitting.check(
        store, file, "blood_pressure", "alder", profile=FileProfile(date_orders={"measured_on": "dmy"})
    )
    assert again.known and again.known.submission == numbers[1]


def test_a_word_that_looks_personal_is_not_kept(store):
    said = FileProfile(words={"setting": {"617-555-0134": "office"}})
    with pytest.raises(NotPossible):
        submitting.keep_profile(store, "alder", "blood_pressure", said, "alder")
    assert store.cursor().execute("SELECT count(*) FROM said").fetchone() == (0,)
