"""A FHIR export through the whole intake: the same rows as CSV, findings by file and line, nothing lost or kept."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.checking.file_check import Checked
from data.checking.intake_report import Report
from data.findings import Refused
from data.ledger.store import Store
from data.receiving.fhir import resource_tables
from data.receiving.fhir.export_contents import SOURCES
from data.reporting import check_reports
from schemas.datasets.dataset_catalog import DATASETS
from tests.data.receiving.fhir.fhir_resources import (
    Resource,
    answer,
    coded,
    condition,
    encounter,
    lines,
    omb,
    patient,
    pressure,
    procedure,
    request,
)
from tests.support.new_partnerships import new_store
from tests.support.real_input import in_store, on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, delivering, submitting
from workflow.delivering import How

SETTINGS = (
    'name = "Test"\ntoday = 2026-12-31\nlimits.blocked_share = { value = 90, reason = "a test" }\n'
    '[[partners]]\nid = "alder"\nname = "Alder"\n[[partners]]\nid = "birch"\nname = "Birch"\n'
)
CANARIES = (
    "Zyxwvina",
    "Canarino",
    "078-05-1120",
    "617-555-0142",
    "1 Hidden Lane",
    "zyx@example.org",
    "free text of a nurse",
)
WHO: Resource = {
    "name": [{"family": CANARIES[1], "given": [CANARIES[0]]}],
    "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": CANARIES[2]}],
    "telecom": [{"system": "phone", "value": CANARIES[3]}, {"system": "email", "value": CANARIES[5]}],
    "address": [{"line": [CANARIES[4]], "city": "Boston", "postalCode": "02139"}],
    "extension": [omb("race", "2106-3")],
}
SAID: Resource = {"note": [{"text": CANARIES[6]}], "code": {**coded("85354-9"), "text": CANARIES[6]}}
EXPORT = {
    "Patient.ndjson": lines(patient(**WHO), patient("p2", birthDate="1980")),
    "Encounter.ndjson": lines(encounter(subject={"reference": "Patient/p1", "display": CANARIES[0]}), encounter("e2", "IMP")),
    "Condition.ndjson": lines(condition(), condition("J45.909", "http://hl7.org/fhir/sid/icd-10-cm", id="c2")),
    "Observation.ndjson": lines(
        pressure() | SAID, pressure(120, 300, id="o2"), "{damaged", pressure(id="o3", subject={}),
        pressure(id="o4", status="entered-in-error"), answer("88124-3", "LA19952-3", id="o5"),
        pressure(id="o6", effectiveDateTime="2026-02-30"),
    ),
    "Task.ndjson": lines({"resourceType": "Task"}),
    "ServiceRequest.ndjson": lines(request(requester={"display": "Alder"})),
}  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def test_an_upload_shows_each_kind_of_file_and_what_becomes_of_each_line(store):
    found = submitting.find_tables(store, zipped(EXPORT), "alder")
    assert [f.dataset for f in found] == list(SOURCES)
    contents = found[0].export
    assert contents and contents.lines == sum(data.count(b"\n") for data in EXPORT.values())
    for name in SOURCES:
        assert contents.outside(name).total() + sum(n for (d, _), n in contents.used.items() if d == name) == 14
    assert contents.outside("blood_pressure")["Observation"] == 1
    assert contents.outside("patients")["Task"] == 1


def test_its_columns_and_dates_leave_nothing_to_ask(store):
    for found in submitting.find_tables(store, zipped(EXPORT), "alder"):
        asked = submitting.questions(store, found, found.dataset or "", "alder")
        assert not asked.dates and all(m.sure and m.column for m in asked.matches)


def test_rows_in_are_rows_kept_and_blocked_and_left_out(store):
    report = submitting.check(store, zipped(EXPORT), "blood_pressure", "alder").report
    assert (report.rows_in, report.rows_kept, report.rows_blocked, report.rows_left_out) == (6, 2, 3, 1)
    where = {(f["rule"], f["file"], f["line"]) for f in answered(report) if f["reach"] in ("record", "line", "value")}
    assert where == {
        ("diastolic_implausible_left_blank", "Observation.ndjson", 2),
        ("systolic_not_above_diastolic_left_blank", "Observation.ndjson", 2), ("damaged_line", "Observation.ndjson", 3),
        ("blank_required", "Observation.ndjson", 4), ("not_done", "Observation.ndjson", 5), ("wrong_date", "Observation.ndjson", 7),
    }  # fmt: skip


def answered(report: Report) -> list[dict]:
    return check_reports.answer(Checked(report, None))["findings"]


def test_a_job_names_file_and_line_and_chooses_the_kind_by_its_name(store):
    answer = delivering.deliver(store, zipped(EXPORT), "patients", "alder", How(), "job")
    assert (answer["outcome"], answer["rows_kept"]) == ("accepted", 2)
    blocked = delivering.deliver(store, zipped(EXPORT), "blood_pressure", "alder", How(), "job")
    assert blocked["outcome"] == "blocked"
    assert "Observation.ndjson, line 3: [record" in check_reports.as_lines(blocked)


def test_a_folder_of_files_is_an_export(store, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    for name, data in EXPORT.items():
        (folder / name).write_bytes(data)
    (folder / ".DS_Store").write_bytes(b"x")
    assert submitting.check(store, folder, "patients", "alder").report.rows_kept == 2


def test_one_file_alone_is_an_export(store):
    report = submitting.check(store, EXPORT["Patient.ndjson"], "patients", "alder").report
    assert (report.rows_kept, report.refused) == (2, None)


def test_a_kind_that_is_not_in_it_is_refused_with_what_is(store):
    refused = submitting.check(store, EXPORT["Patient.ndjson"], "blood_pressure", "alder").report.refused
    assert refused and refused.rule.id == "not_in_export" and "Patient 2" in refused.note
    with pytest.raises(Refused, match="holds nothing"):
        submitting.find_tables(store, EXPORT["Task.ndjson"], "alder")


def test_files_beside_the_export_are_named(store):
    report = submitting.check(store, zipped(EXPORT | {"log.ndjson": b'{"exportId":1}\n'}), "patients", "alder").report
    assert ("file_not_read", None) in report.table.select("rule", "row").rows()


def test_it_is_the_same_submission_however_the_lines_are_laid_out(store):
    first = submitting.check(store, zipped(EXPORT), "patients", "alder")
    accepting.accept(store, first.submission or 0)
    again = submitting.check(store, {**EXPORT}["Patient.ndjson"], "patients", "alder")
    assert again.known and again.known.submission == first.submission


CSV = {
    "patients": "patient_id,birth_date,birth_year,sex,race,zip\np1,1957-04-02,,female,white,02139\np2,,1980,female,,\n",
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type\ne2,p1,2026-03-01,2026-03-02,inpatient\n",
    "clinical_events": (
        "patient_id,event,starts_on,ends_on,status\np1,hypertension,2020-05-04,,confirmed\n"
        "p1,office visit,2026-03-01,2026-03-02,finished\np1,inpatient,2026-03-01,2026-03-02,finished\n"
    ),
    "food_security": "patient_id,screened_on,instrument,result\np1,2026-03-01,hunger_vital_sign,at risk\n",
}


@pytest.mark.parametrize("dataset", some_of(CSV, 2))
def test_the_rows_in_the_store_are_those_of_the_same_csv(store, dataset):
    columns = ", ".join(c.name for c in DATASETS[dataset].columns)
    kept = []
    for data in (zipped(EXPORT), CSV[dataset].encode()):
        number = submitting.check(store, data, dataset, "alder").submission
        found = store.cursor().execute(
            f"SELECT {columns} FROM rows.{dataset} WHERE submission = ? ORDER BY ALL", [number]
        )
        kept.append(found.fetchall())
    assert kept[0] == kept[1] and kept[0]


def test_nothing_that_names_a_person_and_no_free_text_is_kept(store):
    for dataset in SOURCES:
        checked = submitting.check(store, zipped(EXPORT), dataset, "alder")
        assert checked.submission, checked.report.table
        assert not any(canary in str(checked.table and checked.table.place) for canary in CANARIES)
    store.cursor().execute("CHECKPOINT")
    assert on_disk(store.folder, {"alder", *CANARIES}) == {"alder"}
    assert in_store(store, CANARIES) == set()


def test_an_answer_in_words_is_only_ever_a_word_of_the_list(store):
    said = lines(
        answer("88122-7", "", valueCodeableConcept=None, valueString=CANARIES[6]),
        answer("88122-7", "LA28397-0", id="o2"),
    )
    checked = submitting.check(store, said, "food_security", "alder")
    assert checked.report.table["rule"].to_list() == ["not_in_vocabulary_left_blank"] or not checked.submission
    assert on_disk(store.folder, {CANARIES[6]}) == set()


def test_kilopascals_are_read_and_listed(store):
    checked = submitting.check(store, lines(pressure(16, 10, "kPa")), "blood_pressure", "alder")
    assert ("unit", "systolic") in checked.report.receipt.made
    stored = store.cursor().execute("SELECT systolic, diastolic FROM rows.blood_pressure").fetchall()
    assert stored == [(120.0, 75.0)]


def test_an_evening_in_utc_is_told(store):
    report = submitting.check(
        store, lines(pressure(effectiveDateTime="2026-03-02T02:30:00Z")), "blood_pressure", "alder"
    ).report
    assert "day_in_utc" in set(report.table["rule"])


def test_what_it_lacks_asks_for_a_reason(store):
    report = submitting.check(store, lines(encounter()), "clinical_events", "alder").report
    (finding,) = [f for f in answered(report) if f["rule"] == "missing_resources"]
    assert finding["severity"] == "check" and "It has no Condition." in finding["message"]


def test_its_rows_are_not_given_back_to_be_fixed(store):
    checked = submitting.check(store, zipped(EXPORT), "blood_pressure", "alder")
    assert checked.rows_to_fix(300, 1 << 20) == {} and checked.kinds_given_back == []


def test_an_event_without_a_patient_is_blocked_and_not_taken_for_a_note(store):
    bare = {k: v for k, v in procedure("108241001", subject={}).items() if k != "performedDateTime"}
    report = submitting.check(store, lines(bare, condition()), "clinical_events", "alder").report
    assert (report.rows_in, report.rows_kept, report.rows_left_out) == (2, 1, 0)


def test_no_value_of_the_export_is_in_the_answer(store):
    answer = json.dumps(delivering.deliver(store, zipped(EXPORT), "blood_pressure", "alder", How(), "job"))
    assert not re.search("p1|p2|2026-02-30|" + "|".join(CANARIES), answer)


@pytest.mark.heavy
def test_an_export_that_does_not_fit_into_memory_says_what_to_do(store, monkeypatch):
    monkeypatch.setattr(resource_tables, "MEMORY", "10MB")
    many = lines(*(pressure(id=f"o{n}", note=[{"text": "x" * 900}]) for n in range(12_000)))
    refused = submitting.check(store, many, "blood_pressure", "alder").report.refused
    assert refused and refused.rule.id == "too_large_in_memory"
