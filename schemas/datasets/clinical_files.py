"""Pandera models of the files about patients and their care. Each check is named after its rule."""

import datetime as dt
from typing import Any

import polars as pl

from schemas.datasets.columns import Frame, Limited, column, each_row, patient
from schemas.datasets.pandera_alone import pa
from schemas.policy.limits import Limits
from schemas.vocabularies.icd10_forms import DIAGNOSIS, PROCEDURES


class Patients(pa.DataFrameModel):
    """One row for each patient or client: the little that is needed to work out age and groups."""

    patient_id: str = patient()
    person_token: str = column(
        "identifier",
        "The person's token from the partnership's master index, the same at every partner.",
        "T7F3A91C",
        synonyms=("token", "master_id", "mpi_id"),
        role="describes",
    )
    birth_date: pl.Date = column(
        "date",
        "Date of birth; only age leaves the store.",
        "1957-04-02",
        synonyms=("dob", "birthdate", "date_of_birth"),
        of_birth=True,
        role="describes",
    )
    birth_year: pl.Int32 = column(
        "integer",
        "Year of birth, when the date may not be shared.",
        "1957",
        synonyms=("yob", "year_of_birth"),
        role="describes",
    )
    sex: str = column("code", "Sex.", "female", vocabulary="sex", synonyms=("gender",), role="describes")
    race: str = column(
        "codes",
        "Race; several separated by a semicolon.",
        "white;asian",
        vocabulary="race",
        ticked=True,
        role="describes",
    )
    ethnicity: str = column(
        "code", "Ethnicity, where asked apart from race.", "not_hispanic", vocabulary="ethnicity", role="describes"
    )
    language: str = column(
        "code",
        "Preferred language.",
        "english",
        vocabulary="language",
        synonyms=("preferred_language",),
        role="describes",
    )
    payer: str = column(
        "code", "Main payer.", "medicaid", vocabulary="payer", synonyms=("insurance",), role="describes"
    )
    zip: str = column(
        "text",
        "ZIP code of residence; five digits, kept at the precision agreed.",
        "02139",
        pattern=r"^[0-9]{5}(-?[0-9]{4})?$",
        synonyms=("zip_code", "zipcode", "postal_code"),
        role="describes",
    )
    county_fips: str = column(
        "text",
        "County of residence, five-digit FIPS code.",
        "25017",
        pattern=r"^[0-9]{5}$",
        synonyms=("fips", "county"),
        role="describes",
    )

    @pa.dataframe_check(name="birth_year_contradicts")
    def _birth_year_agrees(cls, data: Any) -> Frame:
        return each_row(data, pl.col("birth_date").dt.year() == pl.col("birth_year"))


def patients_within(limits: Limits, today: dt.date) -> Limited:
    """The checks of `Patients` that hang on limits and on the day."""
    oldest = int(limits.oldest_age.value)
    born = pl.col("birth_date").dt.offset_by(f"{oldest + 1}y") > today
    year = pl.col("birth_year") >= today.year - oldest - 1
    return {
        ("birth_date_implausible", None): born.fill_null(True) & year.fill_null(True),
        ("future_date", "birth_year"): pl.col("birth_year") <= today.year,
    }


class HospitalStays(pa.DataFrameModel):
    """One row for each hospital stay, inpatient or observation."""

    stay_id: str = column(
        "identifier",
        "Your own id for the stay; replaced by a keyed code before storage.",
        "S-100045",
        required=True,
        synonyms=("encounter_id", "visit_id", "csn", "account", "hospital_account_id", "har"),
        role="identity",
    )
    patient_id: str = patient()
    admitted_on: pl.Date = column(
        "date",
        "Day of admission.",
        "2026-01-12",
        required=True,
        synonyms=("admission_date", "admit_date", "admitted"),
        role="identity",
    )
    discharged_on: pl.Date = column(
        "date",
        "Day of discharge; blank while the patient is still there.",
        "2026-01-16",
        synonyms=("discharge_date", "discharged"),
        role="decides",
    )
    stay_type: str = column(
        "code",
        "Kind of stay.",
        "inpatient",
        required=True,
        vocabulary="stay_type",
        synonyms=("patient_class", "encounter_class"),
        role="identity",
    )
    hospital: str = column(
        "text",
        "Which hospital, when you send several; blank means you. Its name is replaced by a keyed code before storage.",
        "North campus",
        named=True,
        synonyms=("facility", "hospital_id", "facility_id", "ccn"),
        role="identity",
    )
    disposition: str = column(
        "code",
        "Where the patient went.",
        "home",
        vocabulary="disposition",
        synonyms=("discharge_disposition", "discharge_status"),
        role="describes",
    )
    planned: str = column(
        "code",
        "Whether the stay was planned.",
        "no",
        vocabulary="yes_no",
        synonyms=("planned_admission", "is_planned"),
        role="describes",
    )
    principal_diagnosis: str = column(
        "text",
        "Principal diagnosis, ICD-10-CM, with or without the dot.",
        "I50.9",
        synonyms=("diagnosis", "principal_dx", "icd10"),
        pattern=DIAGNOSIS,
        remove=r"[.\s]",
        role="describes",
    )
    procedures: str = column(
        "text",
        "Procedures of the stay, ICD-10-PCS; several separated by a semicolon, comma, stroke or blank.",
        "0SR9019;30233N1",
        synonyms=("procedure", "procedure_codes", "icd10pcs", "icd10_pcs"),
        pattern=PROCEDURES,
        remove=r"\.",
        role="describes",
    )
    expected_probability: float = column(
        "number",
        "Expected probability of a 30-day readmission, 0 to 1.",
        "0.152",
        synonyms=("expected",),
        role="describes",
    )

    @pa.dataframe_check(name="discharge_before_admission")
    def _discharge_after_admission(cls, data: Any) -> Frame:
        return each_row(data, pl.col("discharged_on") >= pl.col("admitted_on"))

    @pa.check("expected_probability", name="expected_probability_range")
    def _probability(cls, data: Any) -> Frame:
        return each_row(data, pl.col(data.key).is_between(0, 1))


def stays_within(limits: Limits, _today: dt.date) -> Limited:
    """The checks of `HospitalStays` that hang on limits."""
    days = (pl.col("discharged_on") - pl.col("admitted_on")).dt.total_days()
    return {("very_long_stay", None): days <= limits.longest_stay.value}


class ClinicalEvents(pa.DataFrameModel):
    """One row for each diagnosis, visit or other event that decides who counts."""

    patient_id: str = patient()
    event: str = column(
        "code",
        "What happened.",
        "office_visit",
        required=True,
        vocabulary="event",
        synonyms=("event_type", "code"),
        role="identity",
    )
    starts_on: pl.Date = column(
        "date",
        "First day: onset of a diagnosis, day of a visit.",
        "2026-01-12",
        required=True,
        synonyms=("start_date", "onset", "event_date", "date", "start"),
        role="identity",
    )
    ends_on: pl.Date = column(
        "date",
        "Last day; blank for a diagnosis that goes on and for a visit of one day.",
        "2026-01-12",
        synonyms=("end_date", "abatement", "end", "stop"),
        past=False,
        role="identity",
    )
    status: str = column(
        "code",
        "Standing of the diagnosis or visit; blank means it counts.",
        "finished",
        vocabulary="event_status",
        synonyms=("verification_status",),
        role="describes",
        if_not_readable="The event counts for nothing and excludes nobody: a blank would make it count.",
    )

    @pa.dataframe_check(name="ends_before_it_starts")
    def _ends_after_start(cls, data: Any) -> Frame:
        return each_row(data, pl.col("ends_on") >= pl.col("starts_on"))


class BloodPressure(pa.DataFrameModel):
    """One row for each blood-pressure reading."""

    patient_id: str = patient()
    measured_on: pl.Date = column(
        "date",
        "Day of the reading.",
        "2026-01-12",
        required=True,
        synonyms=("reading_date", "measured", "observation_date", "date"),
        role="identity",
    )
    systolic: float = column(
        "number",
        "Systolic pressure in mmHg (LOINC 8480-6).",
        "128",
        synonyms=("sbp", "systolic_bp", "8480-6"),
        role="decides",
    )
    diastolic: float = column(
        "number",
        "Diastolic pressure in mmHg (LOINC 8462-4).",
        "79",
        synonyms=("dbp", "diastolic_bp", "8462-4"),
        role="decides",
    )
    setting: str = column(
        "code",
        "Where it was taken; blank means not known, and the day's hospital and emergency events decide.",
        "office",
        vocabulary="bp_setting",
        synonyms=("location",),
        role="describes",
    )

    @pa.dataframe_check(name="systolic_not_above_diastolic")
    def _systolic_above(cls, data: Any) -> Frame:
        return each_row(data, pl.col("systolic") > pl.col("diastolic"))

    @pa.dataframe_check(name="no_pressure")
    def _some_pressure(cls, data: Any) -> Frame:
        return each_row(data, pl.col("systolic").is_not_null() | pl.col("diastolic").is_not_null())


def pressures_within(limits: Limits, _today: dt.date) -> Limited:
    """The checks of `BloodPressure` that hang on limits."""
    # 98.6 over 37.0 is a temperature in both units: a pressure is written in whole numbers, and seldom so low.
    tenths = pl.col("systolic") != pl.col("systolic").round(0)
    warm = tenths & pl.col("systolic").is_between(93, 108) & pl.col("diastolic").is_between(33, 43)
    return {
        ("maybe_temperature", None): ~warm,
        ("systolic_implausible", "systolic"): pl.col("systolic").is_between(
            limits.systolic_min.value, limits.systolic_max.value
        ),
        ("diastolic_implausible", "diastolic"): pl.col("diastolic").is_between(
            limits.diastolic_min.value, limits.diastolic_max.value
        ),
    }
