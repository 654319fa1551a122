"""The six kinds of partner file, each declared once as a pandera model.

The model yields the template, the guide, the data dictionary, the validation and the table in the store.
Each check's name is the id of its rule in `schemas.rules`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandera.polars as pa
import polars as pl

from schemas.columns import Column, column, declared

Frame = pl.LazyFrame
PATIENT_ID = "Your own id for the patient, as text. It is replaced by a keyed code before anything is stored."
PATIENT_WORDS = ("patient", "mrn", "person_id", "client_id", "member_id", "pat_id")


def _rows(data: Any, holds: pl.Expr) -> Frame:
    """A pandera check result: one boolean per row; a check that cannot be decided passes."""
    return data.lazyframe.select(holds.fill_null(True))


class Patients(pa.DataFrameModel):
    """One row for each patient or client: the little that is needed to work out age and groups."""

    patient_id: str = column("identifier", PATIENT_ID, "P-000123", required=True, synonyms=PATIENT_WORDS)
    person_token: str = column(
        "identifier",
        "The person's token from the partnership's master index, the same at every partner.",
        "T7F3A91C",
        synonyms=("token", "master_id", "mpi_id"),
    )
    birth_date: pl.Date = column(
        "date",
        "Date of birth; only age leaves the store.",
        "1957-04-02",
        synonyms=("dob", "birthdate", "date_of_birth"),
    )
    birth_year: pl.Int32 = column(
        "integer",
        "Year of birth, when the date may not be shared.",
        "1957",
        synonyms=("yob", "year_of_birth"),
    )
    sex: str = column("code", "Sex.", "female", vocabulary="sex", synonyms=("gender",))
    race: str = column("codes", "Race; several separated by a semicolon.", "white;asian", vocabulary="race")
    ethnicity: str = column("code", "Ethnicity, where asked apart from race.", "not_hispanic", vocabulary="ethnicity")
    language: str = column(
        "code", "Preferred language.", "english", vocabulary="language", synonyms=("preferred_language",)
    )
    payer: str = column("code", "Main payer.", "medicaid", vocabulary="payer", synonyms=("insurance",))
    zip: str = column(
        "text",
        "ZIP code of residence; five digits, kept at the precision agreed.",
        "02139",
        pattern=r"^[0-9]{5}(-?[0-9]{4})?$",
        synonyms=("zip_code", "zipcode", "postal_code"),
    )
    county_fips: str = column(
        "text",
        "County of residence, five-digit FIPS code.",
        "25017",
        pattern=r"^[0-9]{5}$",
        synonyms=("fips", "county"),
    )

    @pa.dataframe_check(name="birth_date_implausible")
    def _not_older_than_120(cls, data: Any) -> Frame:
        return _rows(
            data,
            (pl.col("birth_date").dt.year() >= 1900) & pl.col("birth_year").fill_null(1950).is_between(1900, 2100),
        )

    @pa.dataframe_check(name="birth_year_contradicts")
    def _birth_year_agrees(cls, data: Any) -> Frame:
        return _rows(data, pl.col("birth_date").dt.year() == pl.col("birth_year"))


class HospitalStays(pa.DataFrameModel):
    """One row for each hospital stay, inpatient or observation."""

    stay_id: str = column(
        "identifier",
        "Your own id for the stay; replaced by a keyed code before storage.",
        "S-100045",
        required=True,
        synonyms=("encounter_id", "visit_id", "csn", "account"),
    )
    patient_id: str = column("identifier", PATIENT_ID, "P-000123", required=True, synonyms=PATIENT_WORDS)
    admitted_on: pl.Date = column(
        "date",
        "Day of admission.",
        "2026-01-12",
        required=True,
        synonyms=("admission_date", "admit_date", "admitted"),
    )
    discharged_on: pl.Date = column(
        "date",
        "Day of discharge; blank while the patient is still there.",
        "2026-01-16",
        synonyms=("discharge_date", "discharged"),
    )
    stay_type: str = column(
        "code",
        "Kind of stay.",
        "inpatient",
        required=True,
        vocabulary="stay_type",
        synonyms=("patient_class", "encounter_class"),
    )
    hospital: str = column(
        "text",
        "Which hospital, when you send several; blank means you.",
        "North campus",
        synonyms=("facility", "hospital_id", "facility_id", "ccn"),
    )
    disposition: str = column(
        "code",
        "Where the patient went.",
        "home",
        vocabulary="disposition",
        synonyms=("discharge_disposition", "discharge_status"),
    )
    planned: str = column(
        "code",
        "Whether the stay was planned.",
        "no",
        vocabulary="yes_no",
        synonyms=("planned_admission", "is_planned"),
    )
    principal_diagnosis: str = column(
        "text",
        "Principal diagnosis, ICD-10-CM, with or without the dot.",
        "I50.9",
        synonyms=("diagnosis", "principal_dx", "icd10"),
        pattern=r"^[A-Za-z][0-9][0-9A-Za-z]{1,5}$",
        remove=r"[.\s]",
    )
    expected_probability: float = column(
        "number", "Expected probability of a 30-day readmission, 0 to 1.", "0.152", synonyms=("expected",)
    )

    @pa.dataframe_check(name="discharge_before_admission")
    def _discharge_after_admission(cls, data: Any) -> Frame:
        return _rows(data, pl.col("discharged_on") >= pl.col("admitted_on"))

    @pa.dataframe_check(name="very_long_stay")
    def _not_over_a_year(cls, data: Any) -> Frame:
        return _rows(data, (pl.col("discharged_on") - pl.col("admitted_on")).dt.total_days() <= 366)

    @pa.check("expected_probability", name="expected_probability_range")
    def _probability(cls, data: Any) -> Frame:
        return _rows(data, pl.col(data.key).is_between(0, 1))


class ClinicalEvents(pa.DataFrameModel):
    """One row for each diagnosis, visit or other event that decides who counts."""

    patient_id: str = column("identifier", PATIENT_ID, "P-000123", required=True, synonyms=PATIENT_WORDS)
    event: str = column(
        "code",
        "What happened.",
        "office_visit",
        required=True,
        vocabulary="event",
        synonyms=("event_type", "code"),
    )
    starts_on: pl.Date = column(
        "date",
        "First day: onset of a diagnosis, day of a visit.",
        "2026-01-12",
        required=True,
        synonyms=("start_date", "onset", "event_date", "date", "start"),
    )
    ends_on: pl.Date = column(
        "date",
        "Last day; blank for a diagnosis that goes on and for a visit of one day.",
        "2026-01-12",
        synonyms=("end_date", "abatement", "end", "stop"),
        past=False,
    )
    status: str = column(
        "code",
        "Standing of the diagnosis or visit; blank means it counts.",
        "finished",
        vocabulary="event_status",
        synonyms=("verification_status",),
    )

    @pa.dataframe_check(name="ends_before_it_starts")
    def _ends_after_start(cls, data: Any) -> Frame:
        return _rows(data, pl.col("ends_on") >= pl.col("starts_on"))


class BloodPressure(pa.DataFrameModel):
    """One row for each blood-pressure reading."""

    patient_id: str = column("identifier", PATIENT_ID, "P-000123", required=True, synonyms=PATIENT_WORDS)
    measured_on: pl.Date = column(
        "date",
        "Day of the reading.",
        "2026-01-12",
        required=True,
        synonyms=("reading_date", "measured", "observation_date", "date"),
    )
    systolic: float = column(
        "number",
        "Systolic pressure in mmHg (LOINC 8480-6).",
        "128",
        synonyms=("sbp", "systolic_bp", "8480-6"),
    )
    diastolic: float = column(
        "number",
        "Diastolic pressure in mmHg (LOINC 8462-4).",
        "79",
        synonyms=("dbp", "diastolic_bp", "8462-4"),
    )
    setting: str = column(
        "code",
        "Where it was taken; blank means not known.",
        "office",
        vocabulary="bp_setting",
        synonyms=("location", "encounter_class"),
    )

    @pa.check("systolic", name="systolic_implausible")
    def _systolic(cls, data: Any) -> Frame:
        return _rows(data, pl.col(data.key).is_between(50, 300))

    @pa.check("diastolic", name="diastolic_implausible")
    def _diastolic(cls, data: Any) -> Frame:
        return _rows(data, pl.col(data.key).is_between(20, 200))

    @pa.dataframe_check(name="systolic_not_above_diastolic")
    def _systolic_above(cls, data: Any) -> Frame:
        return _rows(data, pl.col("systolic") > pl.col("diastolic"))

    @pa.dataframe_check(name="no_pressure")
    def _some_pressure(cls, data: Any) -> Frame:
        return _rows(data, pl.col("systolic").is_not_null() | pl.col("diastolic").is_not_null())


class FoodSecurity(pa.DataFrameModel):
    """One row for each food-security screen."""

    patient_id: str = column("identifier", PATIENT_ID, "P-000123", required=True, synonyms=PATIENT_WORDS)
    screened_on: pl.Date = column(
        "date",
        "Day of the screen.",
        "2026-01-12",
        required=True,
        synonyms=("screen_date", "screening_date", "date"),
    )
    instrument: str = column(
        "code",
        "Which questionnaire.",
        "hunger_vital_sign",
        required=True,
        vocabulary="instrument",
        synonyms=("tool", "questionnaire"),
    )
    items: str = column(
        "codes",
        "Answers in the questionnaire's order, separated by semicolons.",
        "often true;never true",
        vocabulary="screen_answer",
        synonyms=("answers",),
    )
    raw_score: pl.Int32 = column("integer", "Number of affirmative answers.", "1", synonyms=("score",))
    result: str = column(
        "code",
        "The result, when answers and score are not shared.",
        "at_risk",
        vocabulary="food_result",
        synonyms=("screen_result",),
    )
    children_in_household: str = column(
        "code", "Whether children live in the household.", "no", vocabulary="yes_no", synonyms=("children",)
    )
    unit: str = column(
        "code", "Whom the screen speaks for; blank means the person.", "person", vocabulary="screen_unit"
    )
    intervention_on: pl.Date = column(
        "date",
        "Day on which food help was arranged.",
        "2026-01-15",
        synonyms=("referral_date", "intervention_date", "helped_on"),
    )

    @pa.dataframe_check(name="no_screen_result")
    def _some_result(cls, data: Any) -> Frame:
        return _rows(data, pl.any_horizontal(pl.col("items", "raw_score", "result").is_not_null()))

    @pa.dataframe_check(name="score_out_of_range")
    def _score(cls, data: Any) -> Frame:
        top = pl.col("instrument").replace_strict(ITEMS_OF, default=18, return_dtype=pl.Int32)
        return _rows(data, pl.col("raw_score").is_between(0, top))

    @pa.dataframe_check(name="too_many_items")
    def _items(cls, data: Any) -> Frame:
        top = pl.col("instrument").replace_strict(ITEMS_OF, default=18, return_dtype=pl.Int32)
        return _rows(data, pl.col("items").str.split(";").list.len() <= top)

    @pa.dataframe_check(name="intervention_before_screen")
    def _help_after(cls, data: Any) -> Frame:
        return _rows(data, pl.col("intervention_on") >= pl.col("screened_on"))


ITEMS_OF = {"hunger_vital_sign": 2, "usda_6": 6, "usda_10": 10, "usda_18": 18}
HIDDEN_WORDS = (
    "too few to report",
    "too few",
    "suppressed",
    "*",
    "**",
    "n/a",
    "na",
    "not available",
    "<11",
    "< 11",
    "1-10",
    "hidden",
    "masked",
)


class IndicatorCounts(pa.DataFrameModel):
    """One row for each figure, from partners that may share only totals."""

    indicator: str = column(
        "text",
        "Which indicator, by its name on the Methods page.",
        "bp_control",
        required=True,
        pattern=r"^[a-z][a-z0-9_]*$",
        synonyms=("measure", "measure_id"),
    )
    period_start: pl.Date = column(
        "date", "First day of the period.", "2025-01-01", required=True, synonyms=("start_date",)
    )
    period_end: pl.Date = column(
        "date", "Last day of the period.", "2025-12-31", required=True, synonyms=("end_date",), past=False
    )
    stratifier: str = column(
        "text",
        "How the people are grouped; blank means everyone.",
        "sex",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 _\-:/]{0,79}$",
        synonyms=("group_by",),
    )
    category: str = column(
        "text",
        "Which group; blank means everyone.",
        "female",
        pattern=r"^[A-Za-z0-9][^\r\n\t]{0,79}$",
        synonyms=("group",),
    )
    numerator: pl.Int32 = column(
        "integer",
        "People (or stays) that meet the indicator.",
        "412",
        required=True,
        hidden_words=HIDDEN_WORDS,
    )
    denominator: pl.Int32 = column(
        "integer", "People (or stays) that count.", "603", required=True, hidden_words=HIDDEN_WORDS
    )
    excluded: pl.Int32 = column(
        "integer", "People (or stays) left out by the exclusions.", "27", hidden_words=HIDDEN_WORDS
    )

    @pa.dataframe_check(name="numerator_above_denominator")
    def _numerator_within(cls, data: Any) -> Frame:
        return _rows(data, pl.col("numerator") <= pl.col("denominator"))

    @pa.dataframe_check(name="negative_count")
    def _not_negative(cls, data: Any) -> Frame:
        return _rows(data, pl.min_horizontal("numerator", "denominator", "excluded") >= 0)

    @pa.dataframe_check(name="period_ends_before_it_starts")
    def _period(cls, data: Any) -> Frame:
        return _rows(data, pl.col("period_end") >= pl.col("period_start"))


@dataclass(frozen=True)
class Dataset:
    """A kind of partner file: its model, and what intake must know beyond the model."""

    name: str
    title: str
    model: type[pa.DataFrameModel]
    starts: tuple[str, ...]
    """Columns whose first value that is not blank dates a row: the row's place in the coverage window."""
    key: tuple[str, ...]
    """Columns that name a row; the same key twice is `repeated_rule`."""
    repeated_rule: str

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in file order."""
        return tuple(declared(name, field) for name, field in self.model.to_schema().columns.items())

    @cached_property
    def schema(self) -> Any:
        """The pandera schema of a cleaned batch (never coerces: under lazy that hides failures)."""
        return self.model.to_schema()

    @property
    def meaning(self) -> str:
        """What one row is."""
        return " ".join((self.model.__doc__ or "").split())


DATASETS: dict[str, Dataset] = {
    d.name: d
    for d in (
        Dataset("patients", "Patients", Patients, (), ("patient_id",), "repeated_patient"),
        Dataset(
            "hospital_stays",
            "Hospital stays",
            HospitalStays,
            ("discharged_on", "admitted_on"),
            ("stay_id",),
            "repeated_stay",
        ),
        Dataset("clinical_events", "Clinical events", ClinicalEvents, ("starts_on",), (), "repeated_row"),
        Dataset("blood_pressure", "Blood-pressure readings", BloodPressure, ("measured_on",), (), "repeated_row"),
        Dataset("food_security", "Food-security screens", FoodSecurity, ("screened_on",), (), "repeated_row"),
        Dataset(
            "indicator_counts",
            "Indicator counts",
            IndicatorCounts,
            ("period_end",),
            ("indicator", "period_start", "period_end", "stratifier", "category"),
            "repeated_count",
        ),
    )
}
