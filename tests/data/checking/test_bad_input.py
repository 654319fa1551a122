"""Bad input, family by family: every file gets the right rows, exact findings, or a refusal that says where.

Row numbers are the file's own: the header is row 1.
"""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.checking.intake_report import Report
from data.ledger.data_folder import make_folder
from data.ledger.pseudonyms import HospitalCodes
from data.ledger.store import Store
from schemas.policy.partner import DateOrder
from schemas.policy.rule_catalog import RULES
from tests.support.real_input import on_disk
from workflow import accepting, administering, reading, submitting

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
Finding = tuple[str, int | None, str | None]
"""Rule, row, column."""


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: rows kept, exact findings, or a refusal."""

    name: str
    file: bytes
    kept: int = 0
    found: frozenset[Finding] = frozenset()
    refused: Finding | None = None
    dataset: str = "blood_pressure"
    order: DateOrder = "iso"


HEADERS = {
    "blood_pressure": "patient_id,measured_on,systolic,diastolic,setting",
    "patients": "patient_id,birth_date,birth_year,sex,race,zip",
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type,hospital",
    "indicator_counts": "indicator,period_start,period_end,stratifier,category,numerator,denominator",
    "food_security": "patient_id,screened_on,instrument,items,raw_score,result",
}
FIRST = {
    "blood_pressure": "P1,2025-03-01,128,79,office",
    "patients": "P1,1957-04-02,1957,female,white,02139",
    "hospital_stays": "S1,P1,2025-03-01,2025-03-04,inpatient,North",
    "indicator_counts": "bp_control,2025-01-01,2025-12-31,sex,female,412,603",
    "food_security": "P1,2025-03-01,hunger_vital_sign,often true;never true,,at_risk",
}
LAST = {
    "blood_pressure": "P9,2025-03-31,118,69,home",
    "patients": "P9,1961-04-02,1961,male,asian,02140",
    "hospital_stays": "S9,P9,2025-03-21,2025-03-31,observation,North",
    "indicator_counts": "bp_control,2025-01-01,2025-12-31,sex,male,400,610",
    "food_security": "P9,2025-03-31,hunger_vital_sign,never true;never true,,not_at_risk",
}
HEADER, GOOD, LATER = HEADERS["blood_pressure"], FIRST["blood_pressure"], LAST["blood_pressure"]


def lines(*rows: str, end: str = "\n") -> bytes:
    return (end.join(rows) + end).encode()


def third(
    name: str, row: str, *found: tuple[str, str | None], dataset: str = "blood_pressure", order: DateOrder = "iso",
    kept: int | None = None,
) -> Case:  # fmt: skip
    """A file whose third row is the odd one, between two good ones."""
    file = lines(HEADERS[dataset], FIRST[dataset], row, LAST[dataset])
    findings = frozenset((rule, 3, column) for rule, column in found)
    lost = any(RULES[rule].reach in ("record", "line") for rule, _ in found)
    return Case(name, file, kept if kept is not None else 2 if lost else 3, findings, None, dataset, order)


def third_refused(
    name: str, row: str, rule: str, column: str | None, *, dataset: str = "blood_pressure", order: DateOrder = "iso"
) -> Case:
    file = lines(HEADERS[dataset], FIRST[dataset], row, LAST[dataset])
    return Case(name, file, refused=(rule, 3, column), dataset=dataset, order=order)


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()


PLAIN = lines(HEADER, GOOD, LATER)
WIDE = "wrong_field_count"
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
    third("a row of spaces", " , , , , ", ("blank_required", "patient_id"), ("blank_required", "measured_on"),
          ("no_pressure", None)),
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
    Case("a column under two names", lines("patient_id,mrn,measured_on", "P1,P1,2025-03-01"),
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
         refused=("header_unreadable", 1, None)),
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
         refused=("unreadable_bytes", None, None), dataset="hospital_stays"),
    Case("a byte of no encoding", PLAIN.replace(b"P9", b"P\x81"), refused=("unreadable_bytes", None, None)),
    Case("UTF-8 cut in a character", STAYS.replace("œ".encode(), b"\xc5"), refused=("unreadable_bytes", None, None),
         dataset="hospital_stays"),
    Case("a NUL", PLAIN.replace(b"P9", b"P\x00"), refused=DISGUISED),
    Case("only NULs", b"\x00" * 1000, refused=DISGUISED),
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


def date(name: str, text: str, *found: tuple[str, str | None], order: DateOrder = "iso") -> Case:
    return third(f"date {name}", f"P2,{text},128,79,office", *found, order=order)


def systolic(text: str, *rules: str) -> Case:
    found = [(f"{rule}_left_blank", "systolic") for rule in rules]
    if "systolic_not_above_diastolic" in rules:
        found.append(("systolic_not_above_diastolic_left_blank", "diastolic"))
    return third(f"systolic {text!r}", f"P2,2025-03-02,{text},79,office", *found)


def local_id(text: str, *rules: str) -> Case:
    return third(f"id {text!r}", f"{text},2025-03-02,128,79,office", *((rule, "patient_id") for rule in rules))


WRONG_DATE = ("wrong_date", "measured_on")
VALUES = [
    third_refused("date that reads two ways", "P2,01/02/2024,128,79,", "date_order_unknown", "measured_on"),
    date("month first", "01/02/2024", order="mdy"),
    date("day first", "31/01/2024", order="dmy"),
    date("day first, said to be month first", "31/01/2024", WRONG_DATE, order="mdy"),
    date("with a two-digit year", "01/02/24", order="mdy"),
    date("with a two-digit year that would lie in the future", "01/02/27", WRONG_DATE, order="mdy"),
    third_refused("a two-digit year that reads two ways", "P2,01/02/24,128,79,", "date_order_unknown", "measured_on"),
    third("a birth date with a two-digit year", "P2,2-Apr-57,,,,", ("wrong_date_left_blank", "birth_date"), dataset="patients"),
    third("a birth date with a two-digit year, slashed", "P2,4/2/57,,,,", ("wrong_date_left_blank", "birth_date"),
          dataset="patients", order="mdy"),
    date("as a spreadsheet's number", "45352", WRONG_DATE),
    date("30 February", "2025-02-30", WRONG_DATE),
    date("30 February, slashed", "02/30/2025", WRONG_DATE, order="mdy"),
    date("29 February of a common year", "2025-02-29", WRONG_DATE),
    date("29 February of a leap year", "2024-02-29"),
    date("a spreadsheet's day 0", "1900-01-00", WRONG_DATE),
    date("1899", "1899-12-31", ("ancient_date", "measured_on")),
    date("1900, which programs write for none", "1900-01-01", ("ancient_date", "measured_on")),
    date("2099", "2099-01-01", ("future_date", "measured_on")),
    date("tomorrow", "2026-02-01", ("future_date", "measured_on")),
    date("today", "2026-01-31"),
    date("year 0", "0000-01-01", ("ancient_date", "measured_on")),
    date("with a time", "2025-03-02T14:11:44Z"),
    date("without hyphens", "20250302"),
    *(date(text, f'"{text}"') for text in (
        "2 March 2025", "March 2, 2025", "2-Mar-2025", "Mar 2 2025", "2nd march 2025", "2025/03/02", "2025.3.2", "2025-3-2",
        "2025-03-02 14:11", "2025-03-02T14:11:44.123+01:00",
        "02MAR2025", "02MAR2025:14:11:00", "2-Mar-25", "Sunday, March 2, 2025", "Sun Mar 2 2025 14:11:00 GMT-0500 (EST)",
        "2025-03-02 1411", "2025-03-02 14:11 EST", "2025-03-02 14:11:00.000 UTC", "2 Mar 2025 2:11 PM", "\u200b2025-03-02", "２０２５-03-02", "2025–03–02",
    )),
    *(date(text, f'"{text}"', WRONG_DATE) for text in (
        "2 Marvember 2025", "31 April 2025", "2025-03-02 99", "Q1 2025", "March 2025", "2025/03-02", "25-03-02 x", "2 Mar 97",
    )),
    date("with two digits each and hyphens: the year may stand first", "25-03-02", ("ancient_date", "measured_on")),
    date("with a time, month first", "3/2/2025 2:11 PM", order="mdy"),
    date("with a time without a colon, as Epic writes it", "03/02/2025 1411", order="mdy"),
    date("as a spreadsheet's number, said to be so", "45718", order="days"),
    date("unknown", "unknown", WRONG_DATE),
    date("blank", "", ("blank_required", "measured_on")),
    local_id("1.23E+10", "mangled_id"),
    local_id("1.23E10", "mangled_id"),
    local_id("1E+05", "mangled_id"),
    local_id('"1,23E+10"', "mangled_id"),
    local_id("", "blank_required"),
    *(local_id(text, "wrong_pattern") for text in (
        "N/A", "-", "unknown", "none", "NULL", "=1+1", "+1", "@SUM(A1)", "'-1", "P\x072",
        "<script>", "\\x00", "💥",
    )),
    *(local_id(text) for text in ("\u202eP2", "P\u200b2", "P\ufeff2", "P‑2", "'00123", "2", "00123", "P-1", "a/b", "ÄÖ7", "ab cd ef gh 7")),
    *(systolic(text, "wrong_number") for text in (
        '"1,280"', "120/80", "128;130", "inf", "0x80", "1_28",
        "12 8", "=128", "true", "٣",
    )),
    *(systolic(text, "systolic_implausible") for text in ("999", "301")),
    *(systolic(text, "systolic_implausible", "systolic_not_above_diastolic") for text in ("-128", "16.0", "0", "49.9")),
    *(systolic(text, "systolic_not_above_diastolic") for text in ("79", "78")),
    *(systolic(text) for text in (
        '"128,5"', "N/A", "-", "unknown", "１２８", "128 mmHg", "128 mm[Hg]", "17.1 kPa", "nan", "\u200b128", '"=""128"""', "128.0", "+128", "300", "", " 128 ", "\u00a0128",
    )),
    third("pressures in kPa", "P2,2025-03-02,16.0,9.3,", ("systolic_implausible_left_blank", "systolic"),
          ("diastolic_implausible_left_blank", "diastolic")),
    third("no pressure", "P2,2025-03-02,,,office", ("no_pressure", None)),
    third("two settings in one cell", "P2,2025-03-02,128,79,office;home", ("not_in_vocabulary_left_blank", "setting")),
    third("a setting in capitals", "P2,2025-03-02,128,79,OFFICE"),
    third("a name for an id: it is coded", "Maria Lopez,2025-03-02,128,79,"),
    third("a social security number for an id: it is coded", "123-45-6789,2025-03-02,128,79,"),
    third("a name with a comma for an id", '"Lopez, Maria",2025-03-02,128,79,', ("wrong_pattern", "patient_id")),
    third_refused("a social security number for a pressure", "P2,2025-03-02,123-45-6789,79,", "personal_value", "systolic"),
    third_refused("a phone number for a date", "P2,617-555-0134,128,79,", "personal_value", "measured_on"),
    third_refused("an e-mail address for a setting", "P2,2025-03-02,128,79,m.lopez@example.org", "personal_value", "setting"),
    third("a hospital that is not declared: it is coded", "S2,P2,2025-03-02,,inpatient,call (617) 555-0134",
          ("undeclared_hospital", "hospital"), dataset="hospital_stays", kept=3),
    Case("a column of names", lines(f"{HEADER},Last Name", f"{GOOD},x"), refused=("personal_column", 1, "Last Name")),
    Case("a column of names, and a missing one", lines("patient_id,SSN", "P1,x"), refused=("personal_column", 1, "SSN")),
    Case("an e-mail address in an undeclared column",
         lines(f"{HEADER},remark", f"{GOOD},fine", f"{LATER},write to m.lopez@example.org"),
         refused=("personal_value", 3, "remark")),
    Case("lost leading zeros", lines(HEADER, "00123,2025-03-01,128,79,", "123,2025-03-02,128,79,"), 1,
         frozenset({("lost_leading_zeros", 3, "patient_id")})),
    third("discharged before admitted", "S2,P2,2025-03-04,2025-03-03,inpatient,", ("discharge_before_admission", None),
          dataset="hospital_stays"),
    third("a stay of two years", "S2,P2,2023-03-04,2025-03-03,inpatient,", ("very_long_stay", None),
          dataset="hospital_stays", kept=3),
    third("a stay twice", "S1,P2,2025-03-04,2025-03-05,inpatient,", ("repeated_stay", "stay_id"), dataset="hospital_stays"),
    third("a row twice", GOOD, ("repeated_row", None), kept=3),
    third("a patient twice", "P1,1957-04-02,,,,", ("repeated_patient", "patient_id"), dataset="patients"),
    third("born 130 years ago", "P2,1895-04-02,,,,", ("ancient_date_left_blank", "birth_date"),
          ("birth_date_implausible_left_blank", "birth_date"), ("birth_date_implausible_left_blank", "birth_year"),
          dataset="patients"),
    third("born in the future", "P2,2027-04-02,,,,", ("future_date_left_blank", "birth_date"), dataset="patients"),
    third("born in two years", "P2,1957-04-02,1958,,,", ("birth_year_contradicts_left_blank", "birth_date"),
          ("birth_year_contradicts_left_blank", "birth_year"), dataset="patients"),
    third("Several races", "P2,,,,white;asian,", dataset="patients"),
    third("a race unheard of", "P2,,,,white;martian,", ("not_in_vocabulary_left_blank", "race"), dataset="patients"),
    third("a ZIP code without its zero", "P2,,,,,2139", dataset="patients"),
    third("a ZIP code of three digits", "P2,,,,,139", ("wrong_pattern_left_blank", "zip"), dataset="patients"),
    third("races with commas", 'P2,,,,"white, asian",', dataset="patients"),
    third("a thousand and more people", 'bp_control,2024-01-01,2024-12-31,,,"1,204","2,000"', dataset="indicator_counts"),
    third("numerator above denominator", "bp_control,2024-01-01,2024-12-31,,,7,6", ("numerator_above_denominator", None),
          dataset="indicator_counts"),
    third("negative count", "bp_control,2024-01-01,2024-12-31,,,-7,6", ("negative_count", None), dataset="indicator_counts"),
    third("0 of 0", "bp_control,2024-01-01,2024-12-31,,,0,0", dataset="indicator_counts"),
    third("half a person", "bp_control,2024-01-01,2024-12-31,,,6.5,7", ("wrong_number", "numerator"),
          dataset="indicator_counts"),
    third("a count hidden", "bp_control,2024-01-01,2024-12-31,,,<11,50", ("hidden_at_source", "numerator"),
          dataset="indicator_counts", kept=3),
    third("a count left blank", "bp_control,2024-01-01,2024-12-31,,,,50", ("blank_required", "numerator"),
          dataset="indicator_counts"),
    third("a figure nobody knows", "happiness,2024-01-01,2024-12-31,,,6,7", ("unknown_indicator", "indicator"),
          dataset="indicator_counts"),
    third("a period turned round", "bp_control,2024-12-31,2024-01-01,,,6,7", ("period_ends_before_it_starts", None),
          dataset="indicator_counts"),
    third("a formula for a group", "bp_control,2024-01-01,2024-12-31,sex,=1+1,6,7", ("not_in_vocabulary", "category"),
          dataset="indicator_counts"),
    third("too many answers", "P2,2025-03-02,hunger_vital_sign,yes;no;no,,", ("too_many_items_left_blank", "items"),
          dataset="food_security"),
    third("a score too high", "P2,2025-03-02,usda_6,,7,", ("score_out_of_range_left_blank", "raw_score"), dataset="food_security"),
    third("no result", "P2,2025-03-02,usda_6,,,", ("no_screen_result", None), dataset="food_security"),
    third("a result against the answers", "P2,2025-03-02,usda_6,,6,full", ("result_contradicts_items", "result"),
          dataset="food_security", kept=3),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("bad") / "var"
    make_folder(folder, SETTINGS)
    opened = administering.open_partnership(folder)
    opened.connection.execute("SET threads = 1")
    yield opened
    opened.close()


def findings(report: Report) -> set[Finding]:
    return set(report.table.select("rule", "row", "column").iter_rows())


@pytest.mark.parametrize("case", [*STRUCTURE, *BYTES, *VALUES], ids=lambda case: case.name)
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
        accepting.discard(store, checked.submission)


@pytest.mark.parametrize(
    "case", [c for c in (*STRUCTURE, *BYTES) if not c.found and c.kept and c.dataset == "blood_pressure"],
    ids=lambda case: case.name,
)  # fmt: skip
def test_however_it_is_written_the_values_are_the_same(store: Store, case: Case) -> None:
    submission = submitting.check(store, case.file, "blood_pressure", "alder").submission
    assert submission is not None
    first = store.cursor().execute(
        """SELECT CAST(measured_on AS VARCHAR), systolic, diastolic, setting FROM rows.blood_pressure
           WHERE submission = ? ORDER BY "row" LIMIT 1""",
        [submission],
    )
    assert first.fetchall() == [("2025-03-01", 128, 79, "office")]
    accepting.discard(store, submission)


@pytest.mark.parametrize("case", [c for c in BYTES if c.kept and c.dataset == "hospital_stays"], ids=lambda c: c.name)
def test_accents_are_read_in_the_files_own_encoding(store: Store, case: Case) -> None:
    submission = submitting.check(store, case.file, case.dataset, "alder").submission
    assert submission is not None
    read = store.cursor().execute("SELECT hospital FROM rows.hospital_stays WHERE submission = ?", [submission])
    name = "Hôpital Sacré-Coeur" if case.name == "latin-1" else "Hôpital Sacré-Cœur"
    assert read.fetchall() == [(HospitalCodes(store.key, "alder").code(name),)]
    accepting.discard(store, submission)


def test_nothing_of_all_that_is_left(store: Store) -> None:
    assert reading.all_submissions(store) == []
    assert store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchall() == [(0,)]


NAMES = ["has space.csv", "émoji 💥.csv", "CON.csv", "-rf.csv", "$(id).csv", "*.csv", "a;b'c.csv", f"{'x' * 240}.csv"]


@pytest.mark.parametrize("name", [*NAMES, "data.xlsx", "nothing"])
def test_a_file_name_means_nothing(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PLAIN)
    (tmp_path / "another.csv").write_bytes(PLAIN)  # what a star would take as well
    checked = submitting.check(store, tmp_path / name, "blood_pressure", "alder")
    assert checked.submission is not None
    assert (checked.report.rows_in, checked.report.rows_kept) == (2, 2)
    assert on_disk(store.folder, [name]) == set()
    accepting.discard(store, checked.submission)
