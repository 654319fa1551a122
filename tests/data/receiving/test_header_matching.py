"""Columns: which header cell names which column, surely or perhaps."""

import pytest

from data.receiving.header_matching import match
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import NO_PROFILE, NOT_USED, FileProfile
from schemas.vocabularies.headers import header_parts

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


# dataset | headers as systems, hands and other languages write them -> what they mean
WRAPPED = """
hospital_stays | pt.mrn=patient_id, enc.csn=stay_id, enc.hosp_admit_dttm=admitted_on, enc.hosp_disch_dttm=discharged_on, enc.patient_class=stay_type
hospital_stays | PV1_19_VisitNumber=stay_id, PID_3_1_IDNumber=patient_id, PV1_44_AdmitDateTime=admitted_on, PV1_45_DischargeDateTime=discharged_on, PV1_2_PatientClass=stay_type
hospital_stays | Nº de episodio=stay_id, Historia clínica=patient_id, Fecha de ingreso=admitted_on, Fecha de egreso hospitalario=discharged_on, Motivo de alta=disposition, Diagnóstico principal (CIE-10)=principal_diagnosis
patients       | BENE_ID=patient_id, BENE_BIRTH_DATE=birth_date, BENE_SEX_CD=sex, BENE_RACE_CD=race, BENE_ZIP_CD=zip
patients       | Neighbor ID=patient_id, Neighbor DOB=birth_date, dob_participant=-, UDS Ethnicity=ethnicity, County FIPS (5-digit)=county_fips
patients       | PatientGuid=patient_id, PID_7_DateTimeOfBirth=birth_date, us_core_race.ombCategory.display=race, address[0].postalCode=zip
patients       | Núm. de expediente=patient_id, Fecha Nac.=birth_date, Sexo (H/M)=sex, Grupo étnico=ethnicity, Idioma materno=language, Código Postal=zip
blood_pressure | vs_pat_id=patient_id, vs_date=measured_on, vs_sys_bp=systolic, vs_dia_bp=diastolic
blood_pressure | PatientSID=patient_id, eVitals.01 - Date/Time Vital Signs Taken=measured_on, eVitals.06 - SBP (Systolic Blood Pressure)=systolic, eVitals.07 - DBP (Diastolic Blood Pressure)=diastolic
blood_pressure | Expediente=patient_id, Fecha toma TA=measured_on, TA sistólica (mmHg)=systolic, TA diastólica (mmHg)=diastolic, Lugar de toma=setting
food_security  | ClientNbr=patient_id, ScreenDt=screened_on, ToolCd=instrument, Any kids at home?=children_in_household, Date food bag given=intervention_on
referrals      | ref_id=referral_id, ptid=patient_id, ref_sent_dt=sent_on, ref_to_org=received_by, svc_received_dt=service_on
referrals      | Folio de referencia=referral_id, Núm. de cliente=patient_id, Agencia que refiere=sent_by, Agencia que recibe=received_by, Razón del cierre=closure_reason
indicator_counts | value.performanceMet=numerator, value.eligiblePopulation=denominator, group[0].population.denominator-exclusion.count=excluded, performanceStart=period_start
"""


@pytest.mark.parametrize("line", WRAPPED.strip().splitlines())
def test_a_known_name_is_found_in_what_a_system_or_a_language_wrote_around_it(line):
    dataset, pairs = (part.strip() for part in line.split("|"))
    expected = dict(pair.strip().rsplit("=", 1) for pair in pairs.split(","))
    assert dict(zip(expected, columns_of(list(expected), [], dataset), strict=True)) == {
        cell: column if column != "-" else None for cell, column in expected.items()
    }


DAYS = ["2026-03-01", "2026-03-05", "2026-04-02", "2026-04-11"]
# dataset | header | values below it ("days": four of them): each is no column of ours, though it sounds like one
TRAPS = """
blood_pressure | Target SBP | 130;130;140;130
blood_pressure | BP Goal | 130/80;130/80;140/90;130/80
blood_pressure | Next BP Check | days
blood_pressure | Entered Date | days
blood_pressure | Last A1c Date | days
blood_pressure | Meta de PA | 130/80;130/80;140/90;130/80
hospital_stays | Expected Discharge Date | days
hospital_stays | PlannedDischargeDtm | days
hospital_stays | DISCHARGE | 2019Q1;2019Q1;2019Q2;2019Q2
hospital_stays | Discharge Time | 10:22;11:00;14:05;09:30
hospital_stays | Month of Discharge | March 2026;March 2026;April 2026;May 2026
hospital_stays | Admission Type | Emergency;Urgent;Elective;Urgent
hospital_stays | participant[0].individual.display | Kim;Shah;Kim;Ito
hospital_stays | POA_PRINC_DIAG_CODE | Y;N;Y;Y
patients       | Mother DOB | days
patients       | BIRTH_TIME | 04:15;00:00;13:40;22:10
patients       | Birth Weight (g) | 3200;2950;3480;2700
patients       | Race Code Source | CDCREC;CDCREC;CDCREC;CDCREC
patients       | Secondary Insurance | Medicaid;Aetna;BCBS;VA
patients       | State | MA;AR;ID;MA
patients       | Household ID | H-1;H-2;H-3;H-4
patients       | Facility Zip | 02139;02140;02141;02142
food_security  | Housing Result | At risk;Not at risk;At risk;Not at risk
food_security  | Rescreen due | days
referrals      | meta.lastUpdated | days
indicator_counts | Prior Year Numerator | 12;13;14;15
"""


@pytest.mark.parametrize("line", TRAPS.strip().splitlines())
def test_a_target_is_no_reading_and_a_plan_a_source_or_another_person_is_no_column_of_ours(line):
    dataset, cell, values = (part.strip() for part in line.split("|"))
    below = [[value, ""] for value in (DAYS if values == "days" else values.split(";"))]
    assert columns_of([cell, "zzz"], below, dataset)[0] is None


def test_one_box_to_tick_is_no_list_of_races():
    below = [["P1", "Yes"], ["P2", "No"], ["P3", "No"]]
    assert columns_of(["mrn", "Hispanic or Latino"], below, "patients") == ["patient_id", "ethnicity"]
    both = [[*row, "No"] for row in below]
    assert columns_of(["mrn", "Hispanic or Latino", "White"], both, "patients")[1:] == ["race:hispanic", "race:white"]


def test_of_a_header_known_by_another_name_the_accents_do_not_matter():
    assert columns_of(["Genero", "Género", "GÉNERO"], [], "patients").count("sex") == 3


def test_each_word_of_a_header_has_one_meaning_and_turns_it_or_changes_nothing():
    """A word in two rows of the table would mean what the row order says."""
    kinds: dict[str, set[str]] = {}
    for row in header_parts._table():
        for word in row["words"].split(";"):
            kinds.setdefault(word, set()).add(row["meaning"] if row["kind"] == "same" else row["kind"])
    # How much a word tells is said beside what it means.
    beside = {"path", "generic", "theme", "thin", "empty"}
    assert {word: found for word, found in kinds.items() if len(found - beside) > 1} == {}


SOMEBODY = (
    "Provider;Referring Provider;Attending;Guarantor;Head of Household;HoH;Mother's;Spouse;Pharmacy;Caregiver;Proxy"
)


@pytest.mark.parametrize("whose", SOMEBODY.split(";"))
@pytest.mark.parametrize("what", ["Sex", "Race", "Language", "ZIP", "DOB"])
def test_a_word_that_says_whose_a_thing_is_turns_it_however_it_is_written(whose, what):
    name = f"{whose} {what}"
    for written in (name, name.upper().replace(" ", "_"), name.title().replace(" ", "").replace("'S", "")):
        assert columns_of([written, "zzz"], [["", ""]] * 4, "patients")[0] is None, written


THINGS = "Order;Department;Room;Claim Line;Prescription;Invoice;Batch;Device;Document;Household;Card;Row;Plan"


@pytest.mark.parametrize("thing", THINGS.split(";"))
@pytest.mark.parametrize("dataset", ["patients", "hospital_stays", "blood_pressure", "food_security"])
def test_the_number_of_a_thing_is_nobodys_id_though_the_file_has_no_other(thing, dataset):
    below = [[number, ""] for number in ("9001881", "9002204", "9003517", "9004422")]
    assert columns_of([f"{thing} Number", "zzz"], below, dataset)[0] is None


@pytest.mark.parametrize(
    "name",
    [
        "Order Date",
        "Entry Date",
        "Arrival Date",
        "Date Updated",
        "Registration Date",
        "Next Appointment Date",
        "Paid Date",
        "Closed Date",
    ],
)
@pytest.mark.parametrize("dataset", ["hospital_stays", "blood_pressure", "food_security"])
def test_a_day_of_something_else_is_not_taken_for_the_day_of_a_file(name, dataset):
    assert columns_of([name, "zzz"], [[day, ""] for day in DAYS], dataset)[0] is None


def test_of_two_names_of_one_column_the_one_is_it_whose_codes_are_understood():
    """PCORnet: DISCHARGE_DISPOSITION says alive or expired, DISCHARGE_STATUS where the patient went."""
    below = [["A", "01"], ["A", "03"], ["A", "06"], ["E", "20"]]
    found = columns_of(["DISCHARGE_DISPOSITION", "DISCHARGE_STATUS"], below, "hospital_stays")
    assert found == [None, "disposition"]


def test_alike_in_words_that_every_column_has_is_not_alike():
    """A start date is no start of a service, a visit date no day of a pantry visit, a provider no service provider."""
    assert columns_of(["START_DATE", "Visit Date"], [], "referrals") == [None, None]
    assert columns_of(["PROVIDER"], [["Doe"], ["Roe"], ["Poe"]], "hospital_stays") == [None]
    assert columns_of(["RESIDENT"], [["Y"], ["N"], ["Y"]], "patients") == [None]


def test_a_word_of_a_list_below_another_columns_name_tells_that_it_is_of_that_list():
    """Pantries write races below "Ethnicity"."""
    below = [["1", "White"], ["2", "Asian"], ["3", "Black or African American"]]
    assert columns_of(["Client ID", "Ethnicity"], below, "patients") == ["patient_id", "race"]


def test_a_word_beside_half_of_a_pair_tells_only_how_it_was_taken():
    assert columns_of(["nibp_systolic", "nibp_diastolic", "target_systolic"], [], "blood_pressure") == [
        "systolic",
        "diastolic",
        None,
    ]


def test_a_name_that_counts_only_without_others_gives_way_to_the_better_one():
    cells = ["MSIS_IDENT_NUM", "BENE_ID", "Mailing ZIP", "Home ZIP"]
    assert columns_of(cells, [], "patients") == [None, "patient_id", None, "zip"]
    assert columns_of(["MSIS_IDENT_NUM", "Mailing ZIP"], [], "patients") == ["patient_id", "zip"]


def test_questions_of_a_form_are_items_only_where_they_ask_about_food():
    below = [["Yes", "No", "Often true", "Yes"], ["No", "No", "Never true", "No"], ["Yes", "Yes", "Often true", "No"]]
    cells = [
        "Do you have children under 18 at home?",
        "Would you like help today?",
        "You worried that your food would run out before you got money to buy more",
        "Are you worried about losing your housing?",
    ]
    assert columns_of(cells, below, "food_security") == ["children_in_household", None, "items", None]


def test_the_items_of_the_usda_module_are_known_by_their_numbers():
    cells = ["hh1", "hh2", "ad1", "ad1a", "ch7", "HESS2", "HESSH2", "HRFS30D1"]
    assert columns_of(cells, [], "food_security") == [None, *["items"] * 6, None]


@pytest.mark.parametrize("cell", ["% met", "met %", "%denominator", "pct met"])
def test_a_share_of_something_is_not_the_count_of_it(cell):
    found = match(["measure", cell], [["bp_control", "61.2"]] * 4, DATASETS["indicator_counts"], NO_PROFILE)
    assert found[1].column is None
