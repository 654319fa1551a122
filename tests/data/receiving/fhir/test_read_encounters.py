"""What is made of an Encounter: a visit, a stay, both or neither, and what describes it."""

import pytest

from tests.data.receiving.fhir.fhir_resources import (
    ICD10,
    SNOMED,
    coded,
    condition,
    encounter,
    exported,
    patient,
    pressure,
    procedure,
    row,
    rows,
    told,
)  # fmt: skip


@pytest.mark.parametrize(("unit", "cell"), [("mm[Hg]", "16"), ("mmHg", "16"), ("kPa", "16 kPa"), ("/min", "16 /min")])
def test_another_unit_stays_beside_its_number(unit, cell):
    assert row(pressure(16, None, unit), dataset="blood_pressure")["systolic"] == cell


@pytest.mark.parametrize(
    ("kind", "types", "events"),
    [
        ("AMB", [], ["office_visit"]),
        ("AMB", ["G0438"], ["annual_wellness_visit"]),
        ("VR", [], ["virtual_visit"]),
        ("HH", [], ["home_health_visit"]),
        ("IMP", [], ["inpatient_stay"]),
        ("EMER", ["99213"], ["emergency_visit"]),
        ("OBSENC", [], []),
    ],
)
def test_a_visit_is_told_by_its_type_and_else_by_its_class(kind, types, events):
    one = encounter(code=kind, type=[coded(t, "http://www.ama-assn.org/go/cpt") for t in types])
    assert [r["event"] for r in rows(exported(one, patient()), "clinical_events")] == events


def test_a_stay_in_hospice_is_both():
    one = encounter(code="IMP", type=[coded("385763009", SNOMED)])
    assert {r["event"] for r in rows(exported(one), "clinical_events")} == {"inpatient_stay", "hospice"}


def test_a_class_that_nobody_knows_is_told():
    made = exported(encounter(code="ward 7"), {k: v for k, v in encounter("e2").items() if k != "class"})
    assert told(made, "clinical_events") == {"unknown_class": [1, 2]}


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error"])
def test_a_stay_that_was_not_is_left_out(status):
    made = exported(encounter(code="IMP", status=status))
    assert not rows(made, "hospital_stays") and told(made, "hospital_stays") == {"not_done": [1]}


def test_who_is_still_there_has_no_discharge():
    assert "discharged_on" not in row(encounter(code="IMP", status="in-progress"), dataset="hospital_stays")


@pytest.mark.parametrize(("code", "kind"), [("IMP", "inpatient"), ("ACUTE", "inpatient"), ("OBSENC", "observation")])
def test_the_class_tells_the_kind_of_stay(code, kind):
    assert row(encounter(code=code), dataset="hospital_stays")["stay_type"] == kind


@pytest.mark.parametrize("code", ["AMB", "EMER", "VR", "HH"])
def test_a_visit_is_no_stay(code):
    assert not rows(exported(encounter(code=code)), "hospital_stays")


@pytest.mark.parametrize(
    ("code", "word"), [("exp", "died"), ("aadvice", "against_advice"), ("01", "01"), ("odd", "odd")]
)
def test_a_disposition_of_hl7_or_of_ub04(code, word):
    one = encounter(code="IMP", hospitalization={"dischargeDisposition": coded(code, "any")})
    assert row(one, dataset="hospital_stays")["disposition"] == word


def test_a_part_of_a_stay_is_no_stay_of_its_own():
    made = exported(encounter(code="IMP"), encounter("e2", "IMP", partOf={"reference": "Encounter/e1"}))
    assert len(rows(made, "hospital_stays")) == 1 and told(made, "hospital_stays") == {"part_of_stay": [2]}


def test_diagnosis_and_procedures_of_a_stay_are_those_that_name_it():
    made = exported(
        encounter(code="IMP", diagnosis=[{"condition": {"reference": "Condition/c2"}, "rank": 2},
                                         {"condition": {"reference": "Condition/c1"}, "rank": 1}]),
        condition("I50.9", ICD10), condition("I10", ICD10) | {"id": "c2"},
        procedure("0SR9019", "http://www.cms.gov/Medicare/Coding/ICD10", encounter={"reference": "Encounter/e1"}),
        procedure("30233N1", "http://hl7.org/fhir/sid/icd-10-pcs", id="d2", status="not-done",
                  encounter={"reference": "Encounter/e1"}),
    )  # fmt: skip
    (stay,) = rows(made, "hospital_stays")
    assert (stay["principal_diagnosis"], stay["procedures"]) == ("I50.9", "0SR9019")


def test_one_hospital_is_not_named_and_several_are():
    one, other = ({"serviceProvider": {"display": f"{name} campus"}} for name in ("North", "South"))
    assert "hospital" not in row(encounter(code="IMP") | one, dataset="hospital_stays")
    made = exported(encounter(code="IMP") | one, encounter("e2", "IMP") | other)
    assert [r["hospital"] for r in rows(made, "hospital_stays")] == ["North campus", "South campus"]


def test_care_that_was_done_and_care_that_was_not():
    made = exported(procedure("108241001"), procedure("108241001", id="d2", status="not-done"))
    assert [(r["event"], r["status"]) for r in rows(made, "clinical_events")] == [("dialysis", "finished")]
