"""Pandera models of food-security screens and of totals. Each check is named after its rule."""

from typing import Any

import polars as pl

from schemas.datasets.columns import Frame, column, each_row, patient
from schemas.datasets.pandera_alone import pa
from schemas.vocabularies.groupings import BY_DIGITS, BY_WORDS, EVERYONE, NOT_REPORTED, groups_of

ITEMS_OF = {"hunger_vital_sign": 2, "usda_6": 6, "usda_10": 10, "usda_18": 18}
HIDDEN_WORDS = (
    r"(?:too (?:few|small)(?: to (?:report|show))?|suppressed|suppress|hidden|masked|redacted|censored|withheld"
    r"|s|ds|dsu|lnr|nr|np|c|\*+|x+|#|\(\*\)|\(s\)|n/?a|not available|not (?:shown|reported|displayed)"
    r"|(?:<|<=|≤|&lt;|less than|under|fewer than|up to|at most) ?\d{1,2}|[01] ?(?:-|–|to) ?\d{1,2})"
)
"""What stands for a small number that its sender hides (CMS, NCHS, HRSA, health departments): never zero, no count."""
HIDDEN_SHOWN = ("too few to report", "suppressed", "*", "<11", "S")
"""Some of them, as the guide shows."""


class FoodSecurity(pa.DataFrameModel):
    """One row for each food-security screen."""

    patient_id: str = patient()
    screened_on: pl.Date = column(
        "date",
        "Day of the screen.",
        "2026-01-12",
        required=True,
        synonyms=("screen_date", "screening_date", "date"),
        role="identity",
    )
    instrument: str = column(
        "code",
        "Which questionnaire.",
        "hunger_vital_sign",
        required=True,
        vocabulary="instrument",
        synonyms=("tool", "questionnaire"),
        role="identity",
    )
    items: str = column(
        "codes",
        "Answers in the questionnaire's order, separated by semicolons.",
        "often true;never true",
        vocabulary="screen_answer",
        synonyms=("answers", "88122-7", "88123-5"),
        role="decides",
    )
    raw_score: pl.Int32 = column("integer", "Number of affirmative answers.", "1", synonyms=("score",), role="decides")
    result: str = column(
        "code",
        "The result, when answers and score are not shared.",
        "at_risk",
        vocabulary="food_result",
        synonyms=("screen_result",),
        role="decides",
    )
    children_in_household: str = column(
        "code",
        "Whether children live in the household.",
        "no",
        vocabulary="yes_no",
        synonyms=("children", "niños"),
        role="describes",
    )
    unit: str = column(
        "code",
        "Whom the screen speaks for; blank means the person.",
        "person",
        vocabulary="screen_unit",
        role="describes",
        if_not_readable="The row counts, in the group “not reported”: a blank would mean the person.",
    )
    intervention_on: pl.Date = column(
        "date",
        "Day on which food help was arranged.",
        "2026-01-15",
        synonyms=("referral_date", "intervention_date", "helped_on"),
        role="decides",
    )

    @pa.dataframe_check(name="no_screen_result")
    def _some_result(cls, data: Any) -> Frame:
        return each_row(data, pl.any_horizontal(pl.col("items", "raw_score", "result").is_not_null()))

    @pa.dataframe_check(name="score_out_of_range")
    def _score(cls, data: Any) -> Frame:
        top = pl.col("instrument").replace_strict(ITEMS_OF, default=18, return_dtype=pl.Int32)
        return each_row(data, pl.col("raw_score").is_between(0, top))

    @pa.dataframe_check(name="too_many_items")
    def _items(cls, data: Any) -> Frame:
        top = pl.col("instrument").replace_strict(ITEMS_OF, default=18, return_dtype=pl.Int32)
        return each_row(data, pl.col("items").str.split(";").list.len() <= top)

    @pa.dataframe_check(name="intervention_before_screen")
    def _help_after(cls, data: Any) -> Frame:
        return each_row(data, pl.col("intervention_on") >= pl.col("screened_on"))


class IndicatorCounts(pa.DataFrameModel):
    """One row for each figure, from partners that may share only totals."""

    indicator: str = column(
        "text",
        "Which measure, by its name on the Methods page.",
        "bp_control",
        required=True,
        listed=True,
        synonyms=("measure", "measure_id"),
        role="identity",
    )
    period_start: pl.Date = column(
        "date",
        "First day of the period.",
        "2025-01-01",
        required=True,
        synonyms=("start_date", "start"),
        role="identity",
    )
    period_end: pl.Date = column(
        "date",
        "Last day of the period.",
        "2025-12-31",
        required=True,
        synonyms=("end_date", "end"),
        past=False,
        role="identity",
    )
    stratifier: str = column(
        "text",
        "How the people are grouped: race_ethnicity, sex, age_band, language, payer, zip or county_fips. Blank means "
        "everyone.",
        "sex",
        listed=True,
        synonyms=("group_by",),
        role="identity",
    )
    category: str = column(
        "text",
        "Which group, by its word in this guide, such as female or 65-74; a ZIP or county by its code. Blank means "
        "everyone.",
        "female",
        listed=True,
        synonyms=("group",),
        role="identity",
    )
    numerator: pl.Int32 = column(
        "integer",
        "People (or stays) that meet the measure.",
        "412",
        required=True,
        hidden_words=HIDDEN_WORDS,
        synonyms=("num", "numer"),
        role="identity",
    )
    denominator: pl.Int32 = column(
        "integer",
        "People (or stays) that count.",
        "603",
        required=True,
        hidden_words=HIDDEN_WORDS,
        synonyms=("den", "denom"),
        role="identity",
    )
    excluded: pl.Int32 = column(
        "integer",
        "People (or stays) left out by the exclusions.",
        "27",
        hidden_words=HIDDEN_WORDS,
        role="describes",
    )

    @pa.dataframe_check(name="numerator_above_denominator")
    def _numerator_within(cls, data: Any) -> Frame:
        return each_row(data, pl.col("numerator") <= pl.col("denominator"))

    @pa.dataframe_check(name="negative_count")
    def _not_negative(cls, data: Any) -> Frame:
        return each_row(data, pl.min_horizontal("numerator", "denominator", "excluded") >= 0)

    @pa.dataframe_check(name="period_ends_before_it_starts")
    def _period(cls, data: Any) -> Frame:
        return each_row(data, pl.col("period_end") >= pl.col("period_start"))

    @pa.dataframe_check(name="undeclared_period")
    def _declared_period(cls, data: Any) -> Frame:
        start, end = pl.col("period_start"), pl.col("period_end")
        whole = (start == start.dt.month_start()) & (end == end.dt.month_end())
        months = 12 * (end.dt.year() - start.dt.year()) + end.dt.month() - start.dt.month() + 1
        year = (months == 12) & (end.dt.month() % 3 == 0)
        return each_row(data, (end < start) | (whole & ((months == 1) | year)))

    @pa.dataframe_check(name="undeclared_group")
    def _declared_group(cls, data: Any) -> Frame:
        by, group = pl.col("stratifier"), pl.col("category")
        everyone = (by.is_null() | (by == EVERYONE)) & (group.is_null() | (group == EVERYONE))
        words = [(by == g) & group.is_in([*groups_of(g), NOT_REPORTED]) for g in BY_WORDS]
        digits = [(by == g) & (group.str.contains(shape) | (group == NOT_REPORTED)) for g, shape in BY_DIGITS.items()]
        return each_row(data, pl.any_horizontal(everyone, *words, *digits).fill_null(False))
