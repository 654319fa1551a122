"""No disguised identifier is stored in clear, wherever it stands in a file; and what is innocent refuses no file."""

import csv
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data.checking.file_check import Checked, finding_list
from data.findings import Refused
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.personal_identifiers import looks_personal, names_people
from data.receiving.plain_text import plain
from data.reporting.check_reports import answer, as_lines
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import FileProfile
from schemas.datasets.presets.system_presets import PRESETS
from schemas.policy.rule_catalog import QUESTIONS
from schemas.vocabularies.header_names import written_names
from schemas.vocabularies.vocabulary import normal
from tests.attack.disguised import INNOCENT, identifiers
from tests.support.new_partnerships import new_store
from tests.support.real_input import in_store, on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, releasing, submitting

SETTINGS = """
name = "Test"
today = 2026-01-31
[[partners]]
id = "alder"
name = "Alder"
hospitals = ["Main"]
[limits]
blocked_share = { value = 100, reason = "a test" }
[policy]
smallest_cell = 1
"""
READINGS = ["patient_id", "measured_on", "systolic", "diastolic", "setting"]
STAYS = ["stay_id", "patient_id", "admitted_on", "discharged_on", "stay_type", "hospital", "disposition",
         "principal_diagnosis", "procedures"]  # fmt: skip
TOTALS = ["indicator", "period_start", "period_end", "stratifier", "category", "numerator", "denominator"]
GOOD, STAY = ["P1", "2025-03-01", "128", "79", "office"], ["S1", "P1", "2025-03-01", "2025-03-04", "inpatient"]
YEAR = ["2025-01-01", "2025-12-31"]
EVERY = identifiers()


def as_csv(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def archive(value: str) -> bytes:
    """Two tables of one kind: which one is meant is asked by their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as into:
        for name in (value.replace("/", " "), "other"):
            into.writestr(f"{name}.csv", as_csv(READINGS, GOOD))
    return data.getvalue()


def workbook(value: str) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        for name in (re.sub(r"[\[\]:*?/\\]", " ", value)[:31].strip("'"), "other"):
            book.add_worksheet(name).write_row(0, 0, READINGS)
    return data.getvalue()


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "id": ("blood_pressure", lambda v: as_csv(READINGS, GOOD, [v, *GOOD[1:]])),
    "unused column": ("blood_pressure", lambda v: as_csv([*READINGS, "visit id"], [*GOOD, v])),
    "hospital": ("hospital_stays", lambda v: as_csv(STAYS, [*STAY, v, "", "", ""])),
    "code": ("hospital_stays", lambda v: as_csv(STAYS, [*STAY, "", "", "", ""], *(
        [f"S{n}", *STAY[1:], "", *(v if n == k else "" for k in range(3))] for n in range(3)))),
    "category": ("indicator_counts", lambda v: as_csv(
        TOTALS, ["bp_control", *YEAR, "", "", "6", "7"], ["bp_control", *YEAR, "sex", v, "6", "7"],
        ["bp_control", *YEAR, v, "female", "6", "7"], [v, *YEAR, "", "", "6", "7"])),
    "header": ("blood_pressure", lambda v: as_csv([*READINGS, v], [*GOOD, ""])),
    "preamble": ("blood_pressure", lambda v: as_csv([v, *[""] * 4], [f"for {v}", *[""] * 4], READINGS, GOOD)),
    "sheet name": ("blood_pressure", archive),
}  # fmt: skip


AT_ONCE = ("id", "hospital", "code", "category")
"""Places of which every run tries all values in one file; one file for each is a heavy case."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def needles(value: str) -> set[str]:
    """The value as it stands, as it is repaired, and its digits alone."""
    digits = re.sub(r"\D", "", plain(value)[0])
    return {value, plain(value)[0], normal(plain(value)[0]), *([digits] if len(digits) >= 8 else [])}


def said(checked: Checked, log: pytest.LogCaptureFixture) -> str:
    """All that leaves a check, for a page's log, a terminal or a job."""
    job = answer(checked) | {"outcome": "blocked"}
    report = checked.report
    return "\n".join([str(checked), repr(report), str(report.refused), repr(report.refused), str(finding_list(report)),
                      str(report.findings.notes), str(job), as_lines(job), log.text])  # fmt: skip


def plant(store: Store, value: str, place: str, log: pytest.LogCaptureFixture) -> Checked:
    dataset, made = PLACES[place]
    checked = submitting.check(store, made(value), dataset, "alder", actor="alder")
    words = said(checked, log).casefold()
    assert not [n for n in needles(value) if n.casefold() in words], (place, value)
    return checked


def is_nowhere(store: Store, values: list[str]) -> None:
    """In no byte of the data folder, while it is open and once it is written out, and in no cell of the store."""
    words = set().union(*map(needles, values))
    assert on_disk(store.folder, words) == set()
    assert in_store(store, words) == set()
    store.cursor().execute("CHECKPOINT")
    assert on_disk(store.folder, words) == set()


@pytest.mark.parametrize("values", [EVERY[::44], pytest.param(EVERY, marks=pytest.mark.heavy)], ids=["some", "every"])
@pytest.mark.parametrize(
    "place", [pytest.param(place, marks=[pytest.mark.heavy] if place in AT_ONCE else []) for place in PLACES]
)
def test_no_identifier_is_stored_in_clear(
    store: Store, place: str, values: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kept = [plant(store, value, place, caplog) for value in values]
    assert len(kept) == len(values)
    if number := next((c.submission for c in reversed(kept) if c.submission), None):
        accepting.accept(store, number, accept_valid=True)
        if values is EVERY:  # some of them are released in the next test
            releasing.publish(store)
    is_nowhere(store, values)


def test_all_of_them_at_once_leave_nothing_in_a_release_or_the_store(store: Store) -> None:
    """Files that are kept: without the forms that refuse a file, whose rows are rolled back."""
    some = [v for v in EVERY if not looks_personal(pl.Series([v, plain(v)[0]])).any()]
    assert len(some) > 200
    days = [f"2025-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(len(EVERY))]
    people = ["patient_id", "person_token", "sex", "race", "language", "payer", "zip", "county_fips"]
    files = [
        ("blood_pressure", as_csv(READINGS, *([v, *GOOD[1:]] for v in EVERY))),
        ("hospital_stays", as_csv(STAYS, *([v, v, *STAY[2:], v, "", "", ""] for v in EVERY))),
        ("hospital_stays", as_csv(STAYS, *([f"S{n}", *STAY[1:], "", v, v, v] for n, v in enumerate(some)))),
        ("patients", as_csv(people, *([f"P{n}", v, "", "", "", "", v, v] for n, v in enumerate(some)))),
        ("indicator_counts", as_csv(TOTALS, ["bp_control", *YEAR, "", "", "6", "7"], *(
            row for v in some for row in ([v, *YEAR, "sex", v, "6", "7"], ["bp_control", *YEAR, v, "female", "6", "7"])))),
        ("blood_pressure", as_csv([*READINGS, "extra"], *(
            ["P1", day, *GOOD[2:], v] for v, day in zip(some, days, strict=False)))),
    ]  # fmt: skip
    for dataset, file in files:
        checked = submitting.check(store, file, dataset, "alder", confirmed=QUESTIONS)  # 243 stays of one patient
        assert checked.submission, (dataset, checked.report.refused)
        accepting.accept(store, checked.submission, accept_valid=True)
    releasing.publish(store)
    is_nowhere(store, EVERY)


def test_sheets_and_answers_keep_none_either(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    values = EVERY[::23]
    for value in values:
        checked = submitting.check(store, workbook(value), "blood_pressure", "alder")
        assert not [n for n in needles(value) if n.casefold() in said(checked, caplog).casefold()]
        word = normal(value)
        for profile in (FileProfile(columns={word: "setting"}), FileProfile(words={"setting": {word: "office"}})):
            with suppress(NotPossible):
                submitting.keep_profile(store, "alder", "blood_pressure", profile, "alder")
                assert submitting.read_profile(store, "alder", "blood_pressure") == profile
    is_nowhere(store, values)


def test_there_are_330_different_ones() -> None:
    assert len(set(EVERY)) == 330 and len(set(INNOCENT)) == 20


@pytest.mark.parametrize(
    "innocent", [INNOCENT[::4], pytest.param(INNOCENT, marks=pytest.mark.heavy)], ids=["some", "every"]
)
@pytest.mark.parametrize("place", some_of(PLACES, 3))
def test_what_is_innocent_refuses_no_file(store: Store, place: str, innocent: list[str]) -> None:
    # Which of two tables is meant is asked; one code is a column of ours, and stands in the file already.
    asked_about = {"sheet name": "several_tables", "header": "duplicate_column"}.get(place)
    # Of the shape of a social security number among words of a list: there no visit can be meant.
    values = [v for v in innocent if v != "123-45-6789" or place not in ("code", "category")]
    refused: list[tuple[str, Refused]] = []
    for value in values:
        dataset, made = PLACES[place]
        why = submitting.check(store, made(value), dataset, "alder").report.refused
        refused += [(value, why)] if why and why.rule.id != asked_about else []
    assert refused == []


PERSONAL = """PatientName|lname|ss_number|nombre|Pt. Last Nm|apellido|DOB of mother|SSN|ss#|S.S.N.|s s n|SocSecNum|SSN_LAST4|FName
f_name|Last|middle|Middle Initial|maiden name|Name (Last, First)|ptname|PatNm|memberName|nombre del paciente|Nachname|prénom|姓名|имя
Phone #|homephone|Cell #|cell|mobile|teléfono|fax|E-mail|correo electrónico|Address 1|AddressLine1|direccion|Drivers License|DL#
passport no|Medicare ID|MBI|HICN|ip_address|url|mothers_name|next of kin|NOK phone|emergency contact|photo|license plate|N4me|em@il
nаme|p h o n e|contact phone|patient's name|lst_nm|streetaddr|insured name|Policy Number|national id|CURP|latitude|GivenName
Insurance Subscriber Name|insurance policy holder name|Clinic Contact Name|Emergency Contact Phone|Survey Respondent Last Name"""
PLAIN = """hospital name|Facility Name|Ward Name|drug_name|dept_nm|measure name|clinic phone|facility address|provider name|plan name
county name|city|visit id|encounter number|account|remarks|last visit|first dose date|last seen|phone visit|mobile clinic|ph|pH value
mother tongue|Ward A|123-45-6789|payer name|first systolic|family history|household|home visit|member id|mrn|dob|contact date|a1c
license type|file name|nombre del hospital|hospital phone number|nursing unit name|red cell count
Secondary Insurance Name|carrier name|Screening Tool Name|Vaccine Name|Flowsheet Row Name|Template Name|Problem Name"""


def headers(text: str) -> list[str]:
    return [header for line in text.split("\n") for header in line.split("|")]


def test_a_header_that_names_people_refuses_the_file_whatever_it_is_said_to_be(store: Store) -> None:
    every = headers(PERSONAL)
    assert [header for header in every if not names_people(header)] == []
    for header in every[::8]:
        for said_to_be in (FileProfile(), FileProfile(columns={normal(header): "setting"})):
            file = as_csv([*READINGS[:4], header], [*GOOD[:4], "Vanterpoole"])
            checked = submitting.check(store, file, "blood_pressure", "alder", profile=said_to_be)
            why = checked.report.refused
            assert why and why.rule.id == "personal_column" and "Vanterpoole" not in str(checked)
            assert "Remove columns" in str(why)
    is_nowhere(store, ["Vanterpoole"])


def test_other_headers_do_not() -> None:
    assert [header for header in headers(PLAIN) if names_people(header)] == []
    ours = {n for d in DATASETS.values() for c in d.named for n in (c.name, *c.synonyms)}
    assert [name for name in ours if names_people(name)] == []


def test_no_name_that_a_system_gives_one_of_our_columns_does() -> None:
    told = {n for d in DATASETS for names in written_names(d).values() for n in names}
    told |= {entry.header for preset in PRESETS.values() for entry in preset.entry}
    assert len(told) > 800 and [name for name in told if names_people(name)] == []
