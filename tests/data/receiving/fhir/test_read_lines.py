"""Lines of an export: damaged, too long, repeated, foreign; each is told by its file and line, none is lost."""

import json

import pytest

from data.findings import Refused
from data.receiving.archive_members import Member
from data.receiving.fhir import bundle_entries, resource_lines
from data.receiving.fhir.export_reader import form_of
from data.receiving.fhir.resource_lines import blocks
from data.receiving.fhir.table_origin import repeatable
from tests.data.receiving.fhir.fhir_resources import (
    condition,
    encounter,
    exported,
    lines,
    patient,
    pressure,
    rows,
    table,
    told,
)  # fmt: skip

LATER = {"meta": {"lastUpdated": "2026-05-01T00:00:00Z"}}


@pytest.mark.parametrize(
    "bad", ['{"resourceType":"Observation","id":', "not json", '{"resourceType":"Observation"} {}', "\0", "[" * 200_000]
)
def test_a_damaged_line_costs_itself_alone(bad):
    made = exported(pressure(), bad, pressure(id="o2"))
    assert len(rows(made, "blood_pressure")) == 2
    assert told(made, "blood_pressure") == {"damaged_line": [2]}


@pytest.mark.parametrize("other", ['{"exportId": "1"}', '{"resourceType": null}', "[1]", '"text"', "7"])
def test_json_that_is_no_resource_is_told(other):
    assert told(exported(pressure(), other), "blood_pressure") == {"no_resource": [2]}


def test_a_word_that_is_no_kind_of_resource_is_counted_and_not_repeated():
    made = exported(patient(), '{"resourceType": "JaneDoe"}', '{"resourceType": "Claim"}')
    assert (made.contents.unknown, dict(made.contents.by_kind)) == (1, {"Patient": 1, "Claim": 1})
    assert table(made, "patients").origin.notes == {"unknown_resource": "Lines: 1."}


def test_bytes_that_are_no_text_are_a_damaged_line():
    made = exported(
        Observation=lines(pressure()) + b'{"resourceType":"Observation","id":"\xff"}\n' + lines(pressure(id="o2"))
    )
    assert told(made, "blood_pressure") == {"damaged_line": [2]}


def test_blank_lines_are_counted_and_harmless():
    made = exported(
        Observation=b"\xef\xbb\xbf" + lines(pressure()) + b"\n \r\n" + lines(pressure(id="o2")).replace(b"\n", b"\r\n")
    )
    assert table(made, "blood_pressure").origin.rows.to_list() == [1, 4]


def test_a_last_line_without_its_end_is_read():
    assert len(rows(exported(Observation=lines(pressure()).rstrip()), "blood_pressure")) == 1


@pytest.mark.parametrize("chunk", [7, 100, 1 << 20])
def test_lines_keep_their_numbers_however_the_bytes_arrive(chunk, monkeypatch):
    monkeypatch.setattr(
        resource_lines, "_pieces", lambda data: (data[n : n + chunk] for n in range(0, len(data), chunk))
    )
    data = lines(pressure(), patient()) + b"\n" + lines(condition())
    taken = [
        pair
        for b in blocks(data, 10, lambda _: None)
        for pair in zip(b.numbers.to_pylist(), b.texts.to_pylist(), strict=True)
    ]
    assert [number for number, _ in taken] == [11, 12, 14]
    assert [json.loads(text)["resourceType"] for _, text in taken] == ["Observation", "Patient", "Condition"]


@pytest.mark.parametrize("chunk", [64, 1 << 20])
def test_a_line_without_an_end_is_not_held_and_those_after_it_are_read(chunk, monkeypatch):
    monkeypatch.setattr(resource_lines, "LONGEST_LINE", 2_000)
    monkeypatch.setattr(
        resource_lines, "_pieces", lambda data: (data[n : n + chunk] for n in range(0, len(data), chunk))
    )
    long = pressure(note=[{"text": "x" * 50_000}])
    made = exported(pressure(), long, pressure(id="o2"))
    assert table(made, "blood_pressure").origin.rows.to_list() == [1, 3]
    assert told(made, "blood_pressure") == {"long_line": [2]}


def test_a_document_may_be_as_long_as_it_likes(monkeypatch):
    monkeypatch.setattr(resource_lines, "LONGEST_LINE", 2_000)
    made = exported({"resourceType": "DocumentReference", "data": "x" * 9_000}, patient())
    assert (made.contents.no_resource, made.contents.by_kind["DocumentReference"]) == (0, 1)


def test_lines_are_numbered_through_the_files_and_named_by_each():
    made = exported(
        **{"Observation.000": lines(pressure(), pressure(id="o2")), "Observation.001": lines("oops", pressure(id="o3"))}
    )
    origin = table(made, "blood_pressure").origin
    assert [origin.words(row) for row in origin.rows] == [
        "Observation.000.ndjson, line 1", "Observation.000.ndjson, line 2", "Observation.001.ndjson, line 2",
    ]  # fmt: skip
    assert origin.words(told(made, "blood_pressure")["damaged_line"][0]) == "Observation.001.ndjson, line 1"


@pytest.mark.parametrize(
    "name", ["Jane_Doe_Observation.ndjson", "Doe.1980-01-02.json", "123-45-6789.ndjson", "x/../y.ndjson"]
)
def test_a_file_named_after_a_person_is_called_by_its_place(name):
    assert repeatable(name, 3) == "file 4"


@pytest.mark.parametrize("name", ["Observation.000.ndjson", "1.Observation.ndjson", "export/Patient.ndjson"])
def test_a_file_named_after_resources_keeps_its_name(name):
    assert repeatable(name, 0) == name.rpartition("/")[2]


def test_a_damaged_line_is_told_where_its_file_matters():
    made = exported(Patient=lines(patient(), "oops"), Observation=lines(pressure()))
    assert (told(made, "patients"), told(made, "blood_pressure")) == ({"damaged_line": [3]}, {})


def test_the_same_resource_again_is_left_out():
    made = exported(pressure(), pressure(), pressure(id="o2"))
    assert table(made, "blood_pressure").origin.rows.to_list() == [2, 3]
    assert told(made, "blood_pressure") == {"repeated_resource": [1]}


def test_of_two_versions_the_newest_is_read_wherever_it_stands():
    made = exported(pressure(140) | LATER, pressure(120, meta={"lastUpdated": "2026-04-01T00:00:00Z"}))
    assert [r["systolic"] for r in rows(made, "blood_pressure")] == ["140"]
    assert told(made, "blood_pressure") == {"repeated_resource": [2]}


def test_two_that_differ_and_neither_is_newer_are_both_blocked():
    made = exported(pressure(140), pressure(120), pressure(id="o2"))
    assert len(rows(made, "blood_pressure")) == 1
    assert told(made, "blood_pressure") == {"same_resource_id": [1, 2]}


def test_the_same_id_of_another_kind_is_another_resource():
    made = exported(encounter("x", "IMP"), pressure(id="x"), patient("x"))
    assert not any(told(made, t.dataset) for t in made.tables)


def test_what_a_dataset_is_made_of_and_lacks_is_told():
    notes = {t.dataset: t.origin.notes for t in exported(encounter(code="IMP")).tables}
    assert notes["clinical_events"] == {"missing_resources": "It has no Condition."}
    assert notes["hospital_stays"] == {"missing_details": "It has no Condition."}
    assert not table(exported(encounter(), condition()), "clinical_events").origin.notes


def test_a_bundle_is_read_entry_by_entry():
    entries = [{"fullUrl": "urn:uuid:x", "resource": r} for r in (patient(), pressure())]
    nameless = {k: v for k, v in patient().items() if k != "id"}
    entries.append({"fullUrl": "urn:uuid:0f4bd7b4-0d66-4b63-9a4b-3f4ed5c1d6a1", "resource": nameless})
    made = exported(
        bundle=json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=2).encode()
    )
    assert [r["patient_id"] for r in rows(made, "patients")] == ["p1", "0f4bd7b4-0d66-4b63-9a4b-3f4ed5c1d6a1"]
    assert table(made, "blood_pressure").origin.words(2) == "file 1, entry 2"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"resourceType":"Bundle","entry":[{}', "damaged_file"),
        (b'{"resourceType":"Bundle"' + b" " * 500, "bundle_too_large"),
    ],
)
def test_a_bundle_that_cannot_be_read_says_what_to_do(data, rule, monkeypatch):
    monkeypatch.setattr(bundle_entries, "LARGEST", 400)
    with pytest.raises(Refused) as caught:
        exported(bundle=data)
    assert caught.value.rule.id == rule


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (lines(patient()), "lines"),
        (b'{"id":"1","resourceType":"Patient"}\n', "lines"),
        (json.dumps(patient(), indent=1).encode(), None),
        (b'{"resourceType" : "Bundle"}', "bundle"),
        (b'{"a": 1}\n{"b": 2}\n', None),
        (b"patient_id,event\nP1,x\n", None),
        (lines(patient()).decode().encode("utf-16"), None),
    ],
)  # fmt: skip
def test_the_bytes_tell_what_is_an_export(data, form):
    assert form_of(Member("any", data)) == form


def test_a_file_of_line_feeds_is_refused_and_not_walked_through():
    with pytest.raises(Refused, match="lines are blank"):
        exported(Observation=lines(pressure()) + b"\n" * 200_000)


def test_nesting_without_end_is_one_line_like_any_other():
    deep = '{"resourceType":"Observation","8480-6":' + "[" * 500_000 + "]" * 500_000 + "}"
    made = exported(pressure(), deep)
    assert (len(rows(made, "blood_pressure")), made.contents.by_kind["Observation"]) == (1, 2)
