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
