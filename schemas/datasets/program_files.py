"""Pandera model of food-is-medicine programs. Each check is named after its rule."""

from typing import Any

import polars as pl

from schemas.datasets.columns import Frame, column, each_row, patient
from schemas.datasets.pandera_alone import pa


class FoodPrograms(pa.DataFrameModel):
    """One row for each person's time in a food program: what was issued and redeemed, and how often they came."""

    enrollment_id: str = column(
        "identifier",
        "Your id for this person's time in the program; replaced by a keyed code before storage.",
        "E-200417",
        required=True,
        synonyms=("enrolment_id", "participation_id", "voucher_id"),
        role="identity",
    )
    patient_id: str = patient()
    program: str = column(
        "code",
        "Kind of program.",
        "produce_prescription",
        required=True,
        vocabulary="food_program",
        synonyms=("program_type", "intervention_type"),
        role="identity",
    )
    enrolled_on: pl.Date = column(
        "date",
        "Day on which the person began.",
        "2026-01-12",
        required=True,
        synonyms=("enrollment_date", "enrolled", "program_start"),
        role="identity",
    )
    ended_on: pl.Date = column(
        "date",
        "Day on which the person's time ended; blank while it runs.",
        "2026-06-30",
        synonyms=("end_of_program", "program_end", "graduated_on"),
        role="decides",
    )
    issued: float = column(
        "number",
        "Worth of what was issued to the person, in dollars; boxes and meals at what they are worth.",
        "240",
        synonyms=("amount_issued", "dollars_issued", "benefit_issued"),
        role="decides",
    )
    redeemed: float = column(
        "number",
        "Of that, what the person redeemed or picked up, in dollars.",
        "198.50",
        synonyms=("amount_redeemed", "dollars_redeemed", "benefit_redeemed"),
        role="decides",
    )
    offered: pl.Int32 = column(
        "integer",
        "How many visits, classes or deliveries the program has for a person.",
        "6",
        synonyms=("sessions_offered", "sessions_planned", "visits_planned"),
        role="decides",
    )
    attended: pl.Int32 = column(
        "integer",
        "How many of them the person came to, or took.",
        "5",
        synonyms=("sessions_attended", "visits_attended"),
        role="decides",
    )

    @pa.dataframe_check(name="ended_before_enrolled")
    def _ended_after_enrolled(cls, data: Any) -> Frame:
        return each_row(data, pl.col("ended_on") >= pl.col("enrolled_on"))

    @pa.dataframe_check(name="redeemed_above_issued")
    def _redeemed_at_most_issued(cls, data: Any) -> Frame:
        return each_row(data, (pl.col("redeemed") >= 0) & (pl.col("redeemed") <= pl.col("issued")))

    @pa.dataframe_check(name="attended_above_offered")
    def _attended_at_most_offered(cls, data: Any) -> Frame:
        return each_row(data, (pl.col("attended") >= 0) & (pl.col("attended") <= pl.col("offered")))
