"""Bad input, family by family: every file gets the right rows, exact findings, or a refusal that says where.

Row numbers are the file's own: the header is row 1.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.checking.intake_report import Report
from data.ledger.pseudonyms import HospitalCodes
from data.ledger.store import Store
from tests.data.checking.bad_values import VALUES
from tests.data.checking.case_files import (
    FIRST,
    GOOD,
    HEADER,
    HEADERS,
    LATER,
    WIDE,
    Case,
    Finding,
    archive,
    lines,
    one_of_each,
    third,
    third_refused,
)
from tests.support.new_partnerships import new_store
from tests.support.real_input import on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, reading, submitting

SETTINGS = """
name = "Test"
today = 2026-01-31
[[partners]]
id = "alder"
name = "Alder"
hospitals = ["North", "Hôpital Sacré-Cœur", "Hôpital Sacré-Coeur"]
[limits]
blocked_share = { value = 100, reason = "a test" }
"""

PLAIN = lines(HEADER, GOOD, LATER)
STRUCTURE = [
    Case("plain", PLAIN, 2),
    third("an extra delimiter", "P2,2025-03-02,128,79,office,", (WIDE, None)),
    third("an extra value", "P2,2025-03-02,128,79,office,x", (WIDE, None)),
    third("a missing value", "P2,2025-03-02,128,79", (WIDE, None)),
    third("a comma inside a value", "P2,2025-03-02,128,79,at home, maybe", (WIDE, None)),
    third("mixed delimiters", "P2;2025-03-02;128;79;office", (WIDE, None)),
    third("a totals row", "Total,,256,158,", ("totals_line", None)),
    third("a totals row with a label in the next column", ",Grand total:,256,158,", ("totals_line", None)),
    third("a totals row of another width", "Total,256", ("totals_line", None)),
    third("a patient whose id is a word of totals, and whose row is whole", "Total7,2025-03-02,128,79,office"),
    third("a footnote", "Source: our records", ("note_line", None)),
    third("a line of stars", "*****", ("note_line", None)),
    third("a record cut short is no footnote", "P-00012", (WIDE, None)),
    third("a record cut after its second value is no footnote", "P2,2025-03-02", (WIDE, None)),
    third("a repeated header", HEADER, ("repeated_header", None)),
    third("a repeated header in capitals and quotes", ",".join(f'"{c.upper()}"' for c in HEADER.split(",")),
          ("repeated_header", None)),
    third("a row of blanks", ",,,,", kept=2),
    third("a row of too few blanks", ",,", kept=2),
    third("a row of too many blanks", '"",,,,,,,,', kept=2),
    third("a row of spaces", " , , , , ", kept=2),
    third("an empty line", "", kept=2),
    third("a quotation mark inside", 'P2,2025-03-02,128,79,off"ice', ("not_in_vocabulary_left_blank", "setting")),
    third("a quoted comma", 'P2,2025-03-02,128,79,"at home, maybe"', ("not_in_vocabulary_left_blank", "setting")),
    third("quoted values", '"P2","2025-03-02","128","79","office"'),
    third("blanks around values", " P2 , 2025-03-02 , 128 , 79 , office "),
    third("a quoted line break", 'P2,2025-03-02,128,79,"off\nice"', ("line_break_in_value", "setting")),
    third("a field of a million characters", f"P2,2025-03-02,128,79,{'x' * 1_000_000}", ("not_in_vocabulary_left_blank", "setting")),
    third("an id of a million characters", f"{'x' * 1_000_000},2025-03-02,128,79,", ("wrong_pattern", "patient_id")),
    third_refused("an unclosed quotation mark", 'P2,2025-03-02,128,79,"office', "unclosed_quote", "setting"),
    Case("columns in another order", lines("diastolic,setting,systolic,measured_on,patient_id",
                                           "79,office,128,2025-03-01,P1"), 1),
    Case("two defects in one row, and the rows after are numbered right",
         lines(HEADER, GOOD, "", "P2,2025-02-30,soon,79,", "P3,2025-03-01", "P4,2025-03-01,1,1,"), 2,
         frozenset({("wrong_date", 4, "measured_on"), ("wrong_number", 4, "systolic"), (WIDE, 5, None),
                    ("systolic_implausible_left_blank", 6, "systolic"), ("diastolic_implausible_left_blank", 6, "diastolic"),
                    ("systolic_not_above_diastolic_left_blank", 6, "systolic"),
                    ("systolic_not_above_diastolic_left_blank", 6, "diastolic")})),
    Case("a column twice", lines("patient_id,measured_on,systolic,systolic", "P1,2025-03-01,128,79"),
         refused=("duplicate_column", 1, "systolic")),
    Case("a column under two names", lines("MRN,Medical Record Number,measured_on", "P1,P1,2025-03-01"),
         refused=("duplicate_column", 1, "patient_id")),
    Case("a column is missing", lines("patient_id,systolic,diastolic", "P1,128,79"),
         refused=("missing_column", 1, "measured_on")),
    Case("no header", lines(GOOD, LATER), refused=("missing_column", 1, "patient_id")),
    Case("one column", lines("patient_id", "P1"), refused=("missing_column", 1, "measured_on")),
    Case("a title above", lines("Blood pressure 2025", HEADER, GOOD), 1, frozenset({("lines_above_header", 2, None)})),
    Case("a title, a date and a blank line above, and the rows are numbered by the file's own lines",
         lines("Blood pressure", "Date,2025-04-01", "", HEADER, GOOD, "P2,2025-02-30,128,79,", LATER), 2,
         frozenset({("lines_above_header", 4, None), ("wrong_date", 6, "measured_on")})),
    Case("a title with a delimiter and a quoted line break above",
         lines('"Blood pressure,', 'all clinics"', HEADER, GOOD), 1, frozenset({("lines_above_header", 3, None)})),
    Case("a spreadsheet's word for its delimiter above", lines("sep=;", HEADER.replace(",", ";"), GOOD.replace(",", ";")), 1,
         frozenset({("lines_above_header", 2, None)})),
    Case("a blank line above", lines("", HEADER, GOOD), 1),
    Case("a header of two rows", lines("patient,,pressure,pressure,", HEADER, GOOD), 1,
         frozenset({("lines_above_header", 2, None)})),
    Case("a delimiter at the end of every line", lines(f"{HEADER},", f"{GOOD},", f"{LATER},"), 2),
    Case("a delimiter at the end of every row, not of the header", lines(HEADER, f"{GOOD},", f"{LATER},"), 2),
    Case("a delimiter at the end of the header, not of the rows", lines(f"{HEADER},", GOOD, LATER), 2),
    Case("an unclosed quotation mark in the header", lines(f'"{HEADER}', GOOD), refused=("missing_column", 1, "patient_id")),
    Case("10,000 columns", lines(f"{HEADER},{','.join(f'x{i}' for i in range(10_000))}"),
         refused=("too_many_columns", 1, None)),
    Case("a header of two million characters", lines(f"{HEADER},{'x' * 2_000_000}", GOOD),
         refused=("header_unreadable", 1, None)),
    Case("an undeclared column", lines(f"{HEADER},ward", f"{GOOD},7B"), 1, frozenset({("extra_column", 1, "ward")})),
    Case("an empty file", b"", refused=("empty_file", None, None)),
    Case("a header only", lines(HEADER), refused=("empty_file", None, None)),
    Case("a header without an end of line", HEADER.encode(), refused=("empty_file", None, None)),
    Case("a byte-order mark only", b"\xef\xbb\xbf", refused=("empty_file", None, None)),
    Case("blank lines only", b"\n\n \n", refused=("empty_file", None, None)),
    Case("a table that begins after 300 blank lines", b"\n" * 300 + PLAIN, refused=("header_unreadable", 1, None)),
    Case("a header and blank lines", lines(HEADER, "", "", ",,,,"), refused=("empty_file", None, None)),
    Case("CRLF", lines(HEADER, GOOD, LATER, end="\r\n"), 2),
    Case("CR", lines(HEADER, GOOD, LATER, end="\r"), 2),
    Case("ends of line mixed", f"{HEADER}\r\n{GOOD}\n{LATER}\r\n".encode(), 2),
    Case("no end of line at the end", f"{HEADER}\n{GOOD}".encode(), 1),
    *(Case(f"delimiter {d!r}", PLAIN.replace(b",", d), 2) for d in (b"\t", b";", b"|")),
]  # fmt: skip
STAYS = lines(HEADERS["hospital_stays"], FIRST["hospital_stays"].replace("North", "Hôpital Sacré-Cœur"))
DISGUISED, DAMAGED = ("not_a_text_file", None, None), ("damaged_file", None, None)
BYTES = [
    Case("UTF-8 with a mark", b"\xef\xbb\xbf" + PLAIN, 2),
    *(Case(f"{e} with a mark", PLAIN.decode().encode(e), 2) for e in ("utf-16",)),
    Case("UTF-16 BE with a mark", b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"), 2),
    Case("UTF-16 LE without a mark", PLAIN.decode().encode("utf-16-le"), 2),
    Case("UTF-16 BE without a mark", PLAIN.decode().encode("utf-16-be"), 2),
    Case("UTF-16 cut in a character", PLAIN.decode().encode("utf-16")[:-1], refused=("unreadable_bytes", 3, None)),
    Case("cp1252", STAYS.decode().encode("cp1252"), 1, dataset="hospital_stays"),
    Case("latin-1", STAYS.decode().replace("œ", "oe").encode("latin-1"), 1, dataset="hospital_stays"),
    Case("accents in UTF-8", STAYS, 1, dataset="hospital_stays"),
    Case("two encodings mixed", STAYS + "S2,P2,2025-03-01,2025-03-04,inpatient,Hôpital\n".encode("cp1252"),
         refused=("unreadable_bytes", 3, None), dataset="hospital_stays"),
    Case("a byte of no encoding", PLAIN.replace(b"P9", b"P\x81"), refused=("unreadable_bytes", 3, None)),
    Case("UTF-8 cut in a character", STAYS.replace("œ".encode(), b"\xc5"), refused=("unreadable_bytes", 2, None),
         dataset="hospital_stays"),
    Case("a NUL", PLAIN.replace(b"P9", b"P\x00"), refused=("not_a_text_file", 3, None)),
    Case("only NULs", b"\x00" * 1000, refused=("not_a_text_file", 1, None)),
    Case("UTF-32", PLAIN.decode().encode("utf-32"), refused=DISGUISED),
    Case("gzip", gzip.compress(PLAIN), 2),
    Case("gzip cut off", gzip.compress(PLAIN)[:20], refused=DAMAGED),
    Case("gzip with a byte changed", gzip.compress(PLAIN)[:-6] + b"xxxxxx", refused=DAMAGED),
    Case("gzip in gzip", gzip.compress(gzip.compress(PLAIN)), refused=DISGUISED),
    Case("zip", archive(a=PLAIN), 2),
    Case("zip cut off", archive(a=PLAIN)[:-30], refused=DAMAGED),
    Case("zip with a path that climbs", archive(**{"../../x.csv": PLAIN}), 2),
    Case("zip with what a Mac adds", archive(**{"a.csv": PLAIN, "__MACOSX/._a.csv": b"\x00\x05", ".DS_Store": b"x"}), 2),
    Case("zip of several kinds: the one that is asked for", archive(a=STAYS, b=PLAIN), 2),
    Case("zip of two files of one kind", archive(a=PLAIN, b=PLAIN), refused=("several_tables", None, None)),
    Case("zip of zips", archive(a=archive(b=archive(c=PLAIN))), refused=DISGUISED),
    Case("an empty zip", archive(), refused=("empty_file", None, None)),
    Case("a Word document", archive(**{"word/document.xml": b"<x/>"}), refused=DISGUISED),
    Case("a spreadsheet of nonsense", archive(**{"xl/workbook.xml": b"<x/>"}), refused=DAMAGED),
    Case("an old spreadsheet of nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, refused=DAMAGED),
    Case("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", refused=DISGUISED),
    *(Case(f"a file of another program: {begin!r}", begin + bytes(range(200)), refused=DISGUISED) for begin in (
        b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"SQLite format 3\x00",
    )),
    Case("a tar archive in a gzip", gzip.compress(b"a.csv".ljust(257, b"\0") + b"ustar" + b"\0" * 250 + PLAIN), refused=DISGUISED),
    Case("Parquet", b"PAR1" + bytes(range(200)), refused=DISGUISED),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("bad") / "var"
    opened = new_store(folder, SETTINGS)
    yield opened
    opened.close()


def findings(report: Report) -> set[Finding]:
    return set(report.table.select("rule", "row", "column").iter_rows())


def kind(case: Case) -> object:
    """Values of one column that end in the same way are of one kind: a date in another spelling, another word for
    none."""
    return (
        case.name.split()[0],
        case.dataset,
        case.order,
        frozenset((rule, c) for rule, _, c in case.found),
        case.refused,
    )


def ends(case: Case) -> object:
    """Bytes of another form that are answered in the same way are of one kind."""
    return case.dataset, case.kept, frozenset((rule, c) for rule, _, c in case.found), case.refused


@pytest.mark.parametrize(
    "case",
    [
        *one_of_each(STRUCTURE, kind, lambda case: case.name),
        *one_of_each(BYTES, ends, lambda case: case.name),
        *one_of_each(VALUES, kind, lambda case: case.name),
    ],
)
def test_each_family_of_bad_input(store: Store, case: Case) -> None:
    checked = submitting.check(store, case.file, case.dataset, "alder", date_order=case.order)
    report = checked.report
    if case.refused:
        assert report.refused is not None, report.table
        assert (report.refused.rule.id, report.refused.row, report.refused.column) == case.refused
        assert case.refused in findings(report)
        assert checked.submission is None
    else:
        assert report.refused is None, report.refused
        assert findings(report) == case.found
        assert report.rows_kept == case.kept
    if checked.submission:
        kept = store.cursor().execute(
            f"SELECT count(*) FROM rows.{case.dataset} WHERE submission = ?", [checked.submission]
        )
        assert kept.fetchall() == [(case.kept,)]
        if case in (*STRUCTURE, *BYTES):
            reads_the_same_however_it_is_written(store, case, checked.submission)
        accepting.discard(store, checked.submission)


def reads_the_same_however_it_is_written(store: Store, case: Case, submission: int) -> None:
    """The first row of good readings; the hospital's accents, in whichever encoding they came."""
    if case.dataset == "blood_pressure" and not case.found:
        first = store.cursor().execute(
            """SELECT CAST(measured_on AS VARCHAR), systolic, diastolic, setting FROM rows.blood_pressure
               WHERE submission = ? ORDER BY "row" LIMIT 1""",
            [submission],
        )
        assert first.fetchall() == [("2025-03-01", 128, 79, "office")]
    if case in BYTES and case.dataset == "hospital_stays":
        read = store.cursor().execute("SELECT hospital FROM rows.hospital_stays WHERE submission = ?", [submission])
        name = "Hôpital Sacré-Coeur" if case.name == "latin-1" else "Hôpital Sacré-Cœur"
        assert read.fetchall() == [(HospitalCodes(store.key, "alder").code(name),)]


def test_nothing_of_all_that_is_left(store: Store) -> None:
    assert reading.all_submissions(store) == []
    assert store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchall() == [(0,)]


NAMES = ["has space.csv", "émoji 💥.csv", "CON.csv", "-rf.csv", "$(id).csv", "*.csv", "a;b'c.csv", f"{'x' * 240}.csv"]


@pytest.mark.parametrize("name", some_of([*NAMES, "data.xlsx", "nothing"], 3))
def test_a_file_name_means_nothing(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PLAIN)
    (tmp_path / "another.csv").write_bytes(PLAIN)  # what a star would take as well
    checked = submitting.check(store, tmp_path / name, "blood_pressure", "alder")
    assert checked.submission is not None
    assert (checked.report.rows_in, checked.report.rows_kept) == (2, 2)
    assert on_disk(store.folder, [name]) == set()
    accepting.discard(store, checked.submission)
