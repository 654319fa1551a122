"""Columns: which header cell names which column, surely or perhaps."""

import pytest

from data.receiving.header_matching import match
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import NO_PROFILE, NOT_USED, FileProfile

# Headers as they come out of other systems -> what they mean; "-" for nothing.
FOREIGN = """
blood_pressure | Pt MRN=patient_id, Date Taken=measured_on, BP Systolic (mmHg)=systolic, BP Diastolic (mmHg)=diastolic, Remarks=-
blood_pressure | MRN#=patient_id, ReadingDate=measured_on, SystolicBP=systolic, DiastolicBP=diastolic, Where=setting
blood_pressure | Client No.=patient_id, Measurement Date=measured_on, Sys=systolic, Dia=diastolic, Nurse=-
blood_pressure | member id=patient_id, obs dt=measured_on, sbp=systolic, dbp=diastolic, location=setting
patients       | Pat ID=patient_id, Date of Birth=birth_date, Gender=sex, Postal Code=zip, Preferred Lang=language, Insurance=payer
hospital_stays | Encounter #=stay_id, MRN=patient_id, Admit Dt=admitted_on, Disch Date=discharged_on, Patient Class=stay_type
food_security  | Client ID=patient_id, Date Screened=screened_on, Tool=instrument, Result=result
referrals      | Referral ID=referral_id, Client ID=patient_id, Service Type=need, Date Referred=sent_on, Referred By=sent_by, Receiving Organization=received_by, Referral Status=status, Status Date=status_on, Outcome=closure_reason
indicator_counts | Measure=indicator, Start Date=period_start, End Date=period_end, Numer=numerator, Denom=denominator
"""


@pytest.mark.parametrize("line", FOREIGN.strip().splitlines())
def test_foreign_headers_are_understood_or_proposed(line):
    dataset, pairs = (part.strip() for part in line.split("|"))
    expected = dict(pair.strip().rsplit("=", 1) for pair in pairs.split(","))
    found = {m.cell: m.column or "-" for m in match(list(expected), [], DATASETS[dataset], NO_PROFILE)}
    assert found == expected


def test_what_is_only_alike_is_never_sure():
    found = {m.cell: m for m in match(["Pt MRN", "mrn"], [], DATASETS["blood_pressure"], NO_PROFILE)}
    assert found["mrn"].sure and not found["Pt MRN"].sure


def test_no_column_is_proposed_twice():
    found = match(["Sys value", "Sys (a)"], [], DATASETS["blood_pressure"], NO_PROFILE)
    assert [m.column for m in found].count("systolic") == 1


def test_contents_name_a_column_whose_header_says_nothing():
    below = [["a", "2026-03-01"], ["b", "2026-03-02"], ["c", "2026-03-03"]]
    found = match(["x", "y"], below, DATASETS["blood_pressure"], NO_PROFILE)
    assert (found[1].column, found[1].how, found[1].examples[0]) == ("measured_on", "content", "2026-03-01")


def test_two_columns_of_days_are_not_guessed_between():
    below = [["2026-03-01", "2026-03-01"], ["2026-03-02", "2026-03-02"], ["2026-03-03", "2026-03-03"]]
    assert [m.column for m in match(["x", "y"], below, DATASETS["blood_pressure"], NO_PROFILE)] == [None, None]


def test_what_was_said_decides_also_against_a_name():
    said = FileProfile(columns={"systolic": NOT_USED, "pressure a": "systolic"})
    found = match(["Systolic", "Pressure_A"], [], DATASETS["blood_pressure"], said)
    assert [(m.column, m.sure) for m in found] == [(None, True), ("systolic", True)]


def columns_of(cells, below, dataset):
    return [m.column for m in match(cells, below, DATASETS[dataset], NO_PROFILE)]


def test_of_a_day_and_the_same_day_with_its_time_the_first_is_used_and_of_different_days_both_are_asked_about():
    cells = ["visit_start_date", "visit_start_datetime"]
    same = [[f"2026-03-0{n}", f"2026-03-0{n} 08:00:00"] for n in range(1, 6)]
    assert columns_of(cells, same, "hospital_stays") == ["admitted_on", None]
    assert columns_of(cells, [*same, ["2026-03-06", "2026-03-07 08:00:00"]], "hospital_stays") == ["admitted_on"] * 2
    assert columns_of(cells, same[:2], "hospital_stays") == ["admitted_on"] * 2, "two rows tell nothing"


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["I10", "E11.65", "J06.9", "99213"], "event"), (["Office", "Office", "Office", "Office"], None),
     (["I10", "seen", "stable", "again"], None), (["J06.9", "J45.909", "M54.5", "K21.9"], None)],
)  # fmt: skip
def test_codes_below_a_name_of_no_meaning_are_taken_for_events_and_places_are_not(values, expected):
    below = [[f"A{n}", value, "2026-03-01"] for n, value in enumerate(values)]
    assert columns_of(["mrn", "column x", "onset date"], below, "clinical_events")[1] == expected


def test_a_name_that_is_known_as_none_of_ours_is_not_even_guessed():
    assert columns_of(["visit_type_concept_id", "visit_concept_id"], [], "hospital_stays") == [None, "stay_type"]
