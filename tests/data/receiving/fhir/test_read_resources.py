"""What is made of a resource: traps of references, codes, statuses, dates and units."""

import pytest

from tests.support.fhir_resources import (
    ICD10,
    LOINC,
    SNOMED,
    answer,
    coded,
    condition,
    encounter,
    exported,
    observation,
    omb,
    patient,
    pressure,
    procedure,
    quantity,
    row,
    rows,
    told,
)  # fmt: skip


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("Patient/p1", "p1"),
        ("https://ehr.example/fhir/Patient/p1", "p1"),
        ("https://ehr.example/fhir/Patient/p1/_history/3", "p1"),
        ("urn:uuid:0f4bd7b4-0d66-4b63-9a4b-3f4ed5c1d6a1", "0f4bd7b4-0d66-4b63-9a4b-3f4ed5c1d6a1"),
        ("Group/p1", None),
        ("#p1", None),
        ("Patient?identifier=mrn|1", None),
        ("https://ehr.example/NotPatient/p1", None),
    ],
)
def test_a_reference_names_a_patient_or_nobody(reference, meant):
    assert row(pressure(subject={"reference": reference}), dataset="blood_pressure").get("patient_id") == meant


def test_a_missing_subject_leaves_the_patient_blank_for_the_check():
    assert "patient_id" not in row(pressure(subject={}), dataset="blood_pressure")


def test_components_are_found_by_code_whatever_their_order():
    assert row(pressure(128, 79), dataset="blood_pressure") == {
        "patient_id": "p1", "measured_on": "2026-03-01", "systolic": "128", "diastolic": "79",
    }  # fmt: skip
    turned = pressure(128, 79)
    turned["component"].reverse()
    assert row(turned, dataset="blood_pressure")["systolic"] == "128"


def test_a_component_without_a_value_leaves_its_pressure_blank():
    assert "diastolic" not in row(pressure(128, None), dataset="blood_pressure")


def test_a_pressure_by_itself_is_half_a_reading():
    made = exported(
        observation("8480-6", valueQuantity=quantity(128)), observation("8462-4", "o2", valueQuantity=quantity(79))
    )
    assert [r.get("systolic", r.get("diastolic")) for r in rows(made, "blood_pressure")] == ["128", "79"]


def test_a_code_of_another_system_is_no_pressure():
    local = observation("x")
    local["code"] = {"coding": [{"system": "urn:local", "code": "8480-6"}, {"code": "8480-6"}]}
    assert not rows(exported(local | {"valueQuantity": quantity(128)}, patient()), "blood_pressure")


def test_the_second_coding_counts_as_well():
    both = observation("x", valueQuantity=quantity(128))
    both["code"] = {"coding": [{"system": "urn:local", "code": "SBP"}, {"system": LOINC, "code": "8480-6"}]}
    assert row(both, dataset="blood_pressure")["systolic"] == "128"


@pytest.mark.parametrize(("unit", "cell"), [("mm[Hg]", "16"), ("mmHg", "16"), ("kPa", "16 kPa"), ("/min", "16 /min")])
def test_another_unit_stays_beside_its_number(unit, cell):
    assert row(pressure(16, None, unit), dataset="blood_pressure")["systolic"] == cell


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-01T23:30:00-05:00", "2026-03-01"),
        ("2026-03-01T00:30:00.123+05:30", "2026-03-01"),
        ("2026-03-02T02:30:00Z", "2026-03-02T02:30:00Z"),
        ("2026-03-02T02:30:00+00:00", "2026-03-02T02:30:00+00:00"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03", "2026-03"),
        ("2026-03-01Tnoon", "2026-03-01Tnoon"),
    ],
)
def test_the_day_is_the_one_written_and_what_may_be_another_goes_to_the_check(moment, day):
    assert row(pressure(effectiveDateTime=moment), dataset="blood_pressure")["measured_on"] == day


def test_a_period_is_read_where_there_is_no_moment():
    period = pressure(effectivePeriod={"start": "2026-03-04T08:00:00-05:00"})
    del period["effectiveDateTime"]
    assert row(period, dataset="blood_pressure")["measured_on"] == "2026-03-04"


@pytest.mark.parametrize(
    ("kind", "setting"),
    [("AMB", "office"), ("EMER", "emergency"), ("IMP", "inpatient"), ("VR", "home"), ("OBSENC", None)],
)
def test_where_a_pressure_was_taken_is_told_by_its_encounter(kind, setting):
    made = exported(pressure(encounter={"reference": "Encounter/e1"}), encounter(code=kind))
    assert rows(made, "blood_pressure")[0].get("setting") == setting


@pytest.mark.parametrize("status", ["preliminary", "registered", "unknown", None])
def test_an_observation_that_is_not_final_is_left_out_and_told(status):
    made = exported(pressure(status=status), pressure(id="o2"))
    assert len(rows(made, "blood_pressure")) == 1
    assert told(made, "blood_pressure") == {"not_final": [1]}


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_an_observation_that_was_taken_back_is_left_out_and_told(status):
    assert told(exported(pressure(status=status)), "blood_pressure") == {"not_done": [1]}


@pytest.mark.parametrize(
    ("born", "cells"),
    [
        ("1957-04-02", {"birth_date": "1957-04-02"}),
        ("1957-04", {"birth_year": "1957"}),
        ("1957", {"birth_year": "1957"}),
    ],
)
def test_a_birth_date_without_its_day_gives_the_year(born, cells):
    assert row(patient(birthDate=born), dataset="patients") == {"patient_id": "p1", "sex": "female"} | cells


def test_several_races_and_who_declined():
    made = row(patient(extension=[omb("race", "2106-3", "2028-9"), omb("ethnicity", "2186-5")]), dataset="patients")
    assert (made["race"], made["ethnicity"]) == ("2028-9;2106-3", "2186-5")
    assert row(patient(extension=[omb("race", "ASKU")]), dataset="patients")["race"] == "declined"


def test_the_preferred_language_and_the_zip_code_of_now():
    one = patient(
        communication=[{"language": coded("en")}, {"language": coded("es-MX"), "preferred": True}],
        address=[{"use": "old", "postalCode": "10001"}, {"line": ["1 Canary Way"], "postalCode": "02139-4307"}],
    )
    made = row(one, dataset="patients")
    assert (made["language"], made["zip"]) == ("es", "02139")


def test_a_death_is_an_event_and_without_its_day_it_is_told():
    made = exported(patient(deceasedDateTime="2026-01-05T10:00:00-05:00"), patient("p2", deceasedBoolean=True))
    assert rows(made, "clinical_events") == [{"patient_id": "p1", "event": "died", "starts_on": "2026-01-05"}]
    assert told(made, "clinical_events") == {"death_without_day": [2]}


def test_one_that_lives_has_no_event():
    assert not rows(exported(patient(deceasedBoolean=False)), "clinical_events")


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


@pytest.mark.parametrize(
    ("code", "system", "event"),
    [
        ("59621000", SNOMED, "hypertension"),
        ("I10", ICD10, "hypertension"),
        ("I10", "urn:oid:2.16.840.1.113883.6.90", "hypertension"),
        ("E11.65", ICD10, "diabetes"),
        ("I10", "urn:local", None),
        ("J45.909", ICD10, None),
    ],
)
def test_a_condition_is_known_by_code_and_system(code, system, event):
    made = rows(exported(condition(code, system), patient()), "clinical_events")
    assert [r["event"] for r in made] == ([event] if event else [])


def test_of_several_codings_the_one_that_is_known():
    one = condition()
    one["code"] = coded("HTN", "urn:local", ("38341003", "urn:local"), ("I10", ICD10))
    assert row(one, dataset="clinical_events")["event"] == "hypertension"


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_condition_that_is_none_is_left_out(status):
    made = exported(condition(verificationStatus=coded(status)))
    assert not rows(made, "clinical_events") and told(made, "clinical_events") == {"not_done": [1]}


def test_a_condition_over_without_a_day_counts_on_its_first_day_alone():
    made = exported(condition(clinicalStatus=coded("resolved")))
    (one,) = rows(made, "clinical_events")
    assert (one["starts_on"], one["ends_on"]) == ("2020-05-04", "2020-05-04")
    assert told(made, "clinical_events") == {"end_unknown": [1]}


def test_a_condition_that_goes_on_has_no_end():
    assert "ends_on" not in row(condition(), dataset="clinical_events")


def test_years_and_months_of_a_condition_stand_for_all_their_days():
    made = exported(condition(onsetDateTime="2019", abatementDateTime="2024-02"))
    (one,) = rows(made, "clinical_events")
    assert (one["starts_on"], one["ends_on"]) == ("2019-01-01", "2024-02-29")
    assert told(made, "clinical_events") == {"part_of_a_date": [1]}


def test_the_day_of_the_record_stands_in_for_a_missing_onset():
    one = condition(recordedDate="2021-01-02T08:00:00-05:00")
    del one["onsetDateTime"]
    assert row(one, dataset="clinical_events")["starts_on"] == "2021-01-02"


def test_care_that_was_done_and_care_that_was_not():
    made = exported(procedure("108241001"), procedure("108241001", id="d2", status="not-done"))
    assert [(r["event"], r["status"]) for r in rows(made, "clinical_events")] == [("dialysis", "finished")]


def test_a_nursing_home_and_any_other_housing():
    made = exported(answer("71802-3", "160734000"), answer("71802-3", "LA30189-7", id="o2"))
    assert [r["event"] for r in rows(made, "clinical_events")] == ["nursing_home", "other_housing"]
