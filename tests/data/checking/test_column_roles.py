"""What a bad value costs hangs on the role that its column declares: over every column of every dataset."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from data.checking.file_check import Checked
from data.ledger.store import Store
from data.ledger.submissions import Window
from metrics.indicators import indicators
from schemas.datasets.columns import NOT_READABLE, Column
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.rule_catalog import RULES, STAYS
from tests.data.checking.test_bad_input import SETTINGS
from tests.support.new_partnerships import new_store
from tests.support.partnerships import Row, TestPartnership, as_csv, fresh
from tests.support.whole_run.every_run import some_of
from tests.support.whole_run.made_once import made_once
from workflow import accepting, administering, submitting

YEAR = Window.read("2024-01-01:2024-12-31")
DAYS = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
PERSON = {"patient_id": "P1"}
SENT: dict[str, list[Row]] = {
    "patients": [{**PERSON, "person_token": "T1", "birth_date": "1957-04-02", "birth_year": 1957, "sex": "female",
                  "race": "white", "zip": "02139", "county_fips": "25017"}],
    "hospital_stays": [
        {**PERSON, "stay_id": "S1", "admitted_on": "2024-03-01", "discharged_on": "2024-03-04", "stay_type": "inpatient",
         "disposition": "home", "principal_diagnosis": "I50.9", "planned": "no"},
        {**PERSON, "stay_id": "S2", "admitted_on": "2024-03-10", "discharged_on": "2024-03-12", "stay_type": "inpatient",
         "disposition": "home", "principal_diagnosis": "I50.9", "planned": "no"},
    ],
    "clinical_events": [
        {**PERSON, "event": "hypertension", "starts_on": "2020-01-01", "status": "confirmed"},
        {**PERSON, "event": "office_visit", "starts_on": "2024-02-01", "status": "finished"},
    ],
    "blood_pressure": [{**PERSON, "measured_on": "2024-05-01", "systolic": 128, "diastolic": 79, "setting": "office"}],
    "food_security": [{**PERSON, "screened_on": "2024-05-01", "instrument": "usda_6", "items": "yes;yes;yes;no;no;no",
                       "unit": "household", "children_in_household": "no"}],
    "referrals": [{**PERSON, "referral_id": "R1", "need": "food", "sent_on": "2024-05-02", "sent_by": "good",
                   "received_by": "good", "status": "completed", "status_on": "2024-05-10", "closure_reason": "helped",
                   "service_on": "2024-05-09"}],
    "food_programs": [{**PERSON, "enrollment_id": "E1", "program": "produce_prescription", "enrolled_on": "2024-02-02",
                       "ended_on": "2024-05-10", "issued": "240", "redeemed": "200", "offered": "6", "attended": "5"}],
    "indicator_counts": [{"indicator": "bp_control", "period_start": "2024-01-01", "period_end": "2024-12-31",
                          "numerator": 400, "denominator": 600, "excluded": 20}],
}  # fmt: skip
BAD = {"identifier": "1.23E+10", "date": "soon", "number": "about 7", "integer": "some", "code": "martian",
       "codes": "martian", "text": "bad value!"}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that takes any share of bad rows."""
    folder: Path = tmp_path_factory.mktemp("any") / "var"
    opened = new_store(folder, SETTINGS)
    yield opened
    opened.close()


def columns(role: str) -> list[Any]:
    """Each column of this role, with its dataset."""
    return [
        pytest.param(d.name, c, id=f"{d.name}-{c.name}") for d in DATASETS.values() for c in d.columns if c.role == role
    ]


def with_bad(dataset: str, column: Column, value: str | None = None) -> list[Row]:
    """The usual rows with a bad value in this column of each of them."""
    return [{**row, column.name: value or BAD[column.kind]} for row in SENT[dataset]]


def send(into: Store, partner: str, dataset: str, rows: list[Row]) -> Checked:
    checked = submitting.check(
        into, as_csv(dataset, rows), dataset, partner, covers=None if dataset == "patients" else YEAR
    )
    assert checked.submission is not None, checked.report.table
    return checked


DESCRIBING = columns("describes")
READ = {
    "patients": {"bp_control", "readmission_any_hospital", "food_insecurity", "food_screening", "referral_served"},
    "hospital_stays": {"readmission_any_hospital", "bp_control"}, "clinical_events": {"bp_control", "food_screening"},
    "blood_pressure": {"bp_control"}, "food_security": {"food_insecurity", "food_screening"},
    "referrals": {"referral_served"}, "indicator_counts": set[str](),
}  # fmt: skip
"""Measures that a dataset surely moves, of which there are figures."""
PARTNERS = {case.id: f"p{n:02d}" for n, case in enumerate(DESCRIBING)}


def measures(dataset: str) -> set[str]:
    """The measures that read a dataset."""
    return {i.id for i in indicators().values() if dataset in i.reach}


def beside(dataset: str) -> set[str]:
    """The datasets that the measures read which read this one, itself included."""
    return {dataset, *(name for one in measures(dataset) for name in indicators()[one].reach)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Where one partner for each describing column has sent rows with a bad value in it, and one good rows: the store to
    read, what was said of each file, and the counts."""
    folder, reports, counts = made_once(tmp_path_factory, "roles", _sent_by_all)
    store = administering.open_partnership(folder, read_only=True)
    yield store, reports, counts
    store.close()


class Said(NamedTuple):
    """What was said of a file: rows that came, were kept, lost a value and were blocked, and each finding."""

    rows: tuple[int, int, int, int]
    table: pl.DataFrame
    findings: list[dict[str, Any]]


def _sent_by_all(root: Path) -> tuple[Path, dict[str, Said], Any]:
    """A partner sends what the measures read that can tell a difference, and nothing else: each file is checked."""
    partnership = fresh(root / "var", [*PARTNERS.values(), "good"])
    reports: dict[str, Said] = {}
    numbers = []
    bad = {PARTNERS[case.id]: case.values for case in DESCRIBING}
    for partner in (*PARTNERS.values(), "good"):
        dataset, column = bad.get(partner, ("", None))
        for name, rows in SENT.items():
            if dataset and name not in beside(dataset):
                continue
            wide = Window.read("2019-01-01:2024-12-31") if name == "clinical_events" else YEAR
            mine = with_bad(name, column) if column and name == dataset else rows
            mine = (
                [{**row, **({"person_token": f"T{partner}"} if "person_token" in row else {})} for row in mine]
                if not (column and column.name == "person_token")
                else mine
            )
            checked = submitting.check(
                partnership.store, as_csv(name, mine), name, partner, covers=None if name == "patients" else wide
            )
            assert checked.submission is not None, checked.report.table
            numbers.append(checked.submission)
            if name == dataset:
                told = checked.report
                counted = (told.rows_in, told.rows_kept, told.rows_left_blank, told.rows_blocked)
                reports[partner] = Said(counted, told.table, list(told.findings.records()))
    accepting.accept_many(partnership.store, numbers)
    counts = partnership.counts()
    partnership.close()
    return root / "var", reports, counts


def figures(counts: Any, partner: str, dataset: str) -> dict[Any, Any]:
    """The figures of everyone, and who is left out, of the measures that read a dataset."""
    return {
        (k[0], *k[2:]): v
        for k, v in counts.items()
        if k[1] == partner and k[5] in ("all", "exclusion") and k[0] in measures(dataset)
    }


@pytest.mark.parametrize(("dataset", "column"), DESCRIBING)
def test_a_bad_value_that_describes_never_removes_its_row(made: Any, dataset: str, column: Column) -> None:
    store, reports, counts = made
    partner = PARTNERS[f"{dataset}-{column.name}"]
    report = reports[partner]
    rows = len(SENT[dataset])
    assert report.rows == (rows, rows, rows, 0)
    found = report.table.filter(report.table["column"] == column.name)
    assert {RULES[r].reach for r in found["rule"]} == {"value"} and found["row"].to_list() == [*range(2, rows + 2)]
    messages = [f["message"] for f in report.findings if f["column"] == column.name]
    assert all(STAYS in m and column.if_not_readable in m for m in messages)
    stored = store.cursor().execute(
        f"SELECT DISTINCT {column.name} FROM in_force.{dataset} WHERE partner_id = ?", [partner]
    )
    assert stored.fetchall() == [(column.stand_in,)]
    good = figures(counts, "good", dataset)
    assert {k[0] for k in good} >= READ[dataset]
    if column.name != "status":
        assert figures(counts, partner, dataset) == good


def test_an_event_of_unreadable_standing_counts_for_nothing(made: Any) -> None:
    _, _, counts = made
    mine = figures(counts, PARTNERS["clinical_events-status"], "clinical_events")
    assert not [k for k in mine if k[0] == "bp_control"] and [k for k in mine if k[0] == "food_screening"]
    assert mine == {k: v for k, v in figures(counts, "good", "clinical_events").items() if k[0] != "bp_control"}


def test_an_unreadable_unit_is_not_the_person(made: Any) -> None:
    _, _, counts = made
    partner = PARTNERS["food_security-unit"]
    assert {k[6] for k in counts if k[:2] == ("food_insecurity", partner) and k[5] == "unit"} == {"not_reported"}


@pytest.mark.parametrize(
    ("column", "value"),
    some_of([("disposition", "00"), ("principal_diagnosis", "XX9999"), ("expected_probability", "7")], 3),
)
def test_a_readmission_never_vanishes_for_a_bad_value(tmp_path: Any, column: str, value: str) -> None:
    partnership = fresh(tmp_path / "var", ["alder"])
    first, second = SENT["hospital_stays"]
    sent = send(partnership.store, "alder", "hospital_stays", [first, {**second, column: value}])
    accepting.accept(partnership.store, sent.submission or 0)
    counts = partnership.counts()
    figure = counts["readmission_any_hospital", "alder", "year", *DAYS, "all", "all"]
    partnership.close()
    assert figure[:2] == (2, 1)


@pytest.mark.parametrize(("dataset", "column"), some_of(columns("decides"), 2))
def test_a_bad_value_that_decides_keeps_its_row_without_a_figure(store: Store, dataset: str, column: Column) -> None:
    checked = send(store, "alder", dataset, with_bad(dataset, column))
    report, rows = checked.report, len(SENT[dataset])
    assert (report.rows_kept, report.rows_undecided, report.unusable_share) == (rows, rows, 1)
    kept = store.cursor().execute(f"SELECT DISTINCT {column.name} FROM rows.{dataset} WHERE submission = ?",
                                  [checked.submission])  # fmt: skip
    assert kept.fetchall() == [(None,)]
    accepting.discard(store, checked.submission or 0)


@pytest.mark.parametrize(
    ("dataset", "column"), some_of([c for c in columns("identity") if c.values[1].name != "hospital"], 3)
)
def test_a_bad_value_of_identity_costs_the_row(store: Store, dataset: str, column: Column) -> None:
    odd = "=1+1" if column.name in ("stratifier", "category") else BAD[column.kind]
    odd = "?" if column.kind == "text" and column.name == "indicator" else odd
    report = submitting.check(store, as_csv(dataset, with_bad(dataset, column, odd)), dataset, "alder").report
    assert report.rows_kept == 0 and report.rows_blocked == len(SENT[dataset])


def test_a_bad_value_in_a_blocked_row_does_not_say_that_the_row_stays(store: Store) -> None:
    rows = [{**SENT["blood_pressure"][0], "measured_on": "soon", "setting": "moon"}, SENT["blood_pressure"][0]]
    report = submitting.check(store, as_csv("blood_pressure", rows), "blood_pressure", "alder").report
    found = set(report.table.select("rule", "row", "column").iter_rows())
    assert found == {("wrong_date", 2, "measured_on"), ("not_in_vocabulary", 2, "setting")}
    assert (report.rows_kept, report.rows_left_blank, report.rows_blocked) == (1, 0, 1)


def test_a_repeated_header_is_no_patient_though_its_names_only_describe(store: Store) -> None:
    file = (
        b"patient_id,birth_date,sex,race\nP1,1957-04-02,female,white\npatient_id,birth_date,sex,race\nN1,,odd,white\n"
    )
    report = submitting.check(store, file, "patients", "alder").report
    found = set(report.table.select("rule", "row", "column").iter_rows())
    assert found == {("repeated_header", 3, None), ("not_in_vocabulary_left_blank", 4, "sex")}
    assert (report.rows_in, report.rows_kept, report.rows_left_out) == (3, 2, 1)


def test_what_is_kept_as_not_readable_cannot_be_sent_as_a_word(store: Store) -> None:
    rows = [{**SENT["clinical_events"][0], "status": NOT_READABLE}]
    report = submitting.check(store, as_csv("clinical_events", rows), "clinical_events", "alder").report
    assert report.table["rule"].to_list() == ["not_in_vocabulary_left_blank"]


def test_a_share_of_rows_without_a_figure_over_the_limit_is_not_accepted(tmp_path: Any) -> None:
    partnership: TestPartnership = fresh(tmp_path / "var", ["alder"])
    rows = with_bad("blood_pressure", next(c for c in DATASETS["blood_pressure"].columns if c.name == "systolic"))
    checked = submitting.check(partnership.store, as_csv("blood_pressure", rows), "blood_pressure", "alder")
    partnership.close()
    assert checked.submission is None and checked.report.unusable_share == 1


def test_a_screen_whose_answers_cannot_be_read_is_a_screen_and_incomplete(tmp_path: Any) -> None:
    partnership = fresh(tmp_path / "var", ["alder"])
    (screen,) = SENT["food_security"]
    screens = [{**screen, "patient_id": f"P{n}", **({"items": "yes;perhaps"} if n == 0 else {})} for n in range(25)]
    people = send(partnership.store, "alder", "patients", [{"patient_id": f"P{n}"} for n in range(25)])
    sent = send(partnership.store, "alder", "food_security", screens)
    accepting.accept_many(partnership.store, [people.submission or 0, sent.submission or 0])
    counts = partnership.counts()
    partnership.close()
    assert counts["food_screening", "alder", "year", *DAYS, "all", "all"] == (25, 25)
    assert counts["food_insecurity", "alder", "year", *DAYS, "all", "all"] == (24, 24)
    assert counts["food_insecurity", "alder", "year", *DAYS, "exclusion", "incomplete"][0] == 1
