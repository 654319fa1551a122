"""What an indicator is: declared once as text and one query, which feed SQL, screens, docs and tests."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Reach = Literal["within", "since", "all"]
Statistic = Literal["rate", "mean"]
Words = Annotated[str, Field(min_length=1)]
_TEXT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Benchmark(BaseModel):
    """A published figure to stand beside ours, with its source and year."""

    model_config = _TEXT
    label: Words = Field(description="Whose figure it is.")
    rate: float = Field(ge=0, description="The figure: of a rate from 0 to 1, of a mean in its own unit.")
    source: Words = Field(description="Where it was published, and of which year.")


class Indicator(BaseModel):
    """One shared indicator, as its folder in `metrics/indicators/` says it.

    `unit_rows` is one query over the views of `metrics.counting.input_views`: one row for each unit (person, stay)
    considered in a period, with `person, period, partner_id, unit_id, in_denominator, exclusion_reason, in_numerator,
    aged_on` and the columns named in `own_strata`, `details` and `deciding`. `partner_id` and `unit_id` are null where
    the unit is the person. `aged_on` is the day in whose year the age counts: a query returns no age. Where the
    statistic is a mean it has `value` (DECIMAL with one decimal, so that sums are exact) in place of `in_numerator`.
    """

    model_config = _TEXT
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="The name of its folder.")
    title: Words = Field(description="What it is called on screen.")
    measure: Words = Field(description="Which of the partnership's shared measures it belongs to.")
    order: int = Field(description="Place in lists: the lowest number comes first.")
    plain: Words = Field(description="What it says, in one sentence.")
    why: Words = Field(description="Why it matters.")
    denominator: Words = Field(description="Who counts.")
    numerator: Words = Field(description="Which of them meet the indicator; of a mean, what is averaged.")
    units: Words = Field(description="What is counted, in the plural: people, stays.")
    untold: str = Field(
        "",
        description="Of a rate: what is not known of some in its numerator, in words. The query then returns `untold`: "
        "true where a fact was not sent that could take the unit out of the numerator.",
    )
    by_code_lists: bool = Field(
        False, description="true when the query joins the published code lists; their version is part of its own."
    )
    outcome: str = Field("", description='Of a rate: what those in the numerator are, after "now": under control.')
    statistic: Statistic = Field("rate", description="A rate, or a mean.")
    measured_in: str = Field("", description="Of a mean: its unit, such as mmHg.")
    kind: Literal["performance", "need"] = Field(
        description="Whether it says how well partners do, or how much need there is among people."
    )
    better: Literal["higher", "lower"] = Field(description="Which way is better.")
    smallest_meaningful_difference: float = Field(
        1.0, gt=0, description="The smallest difference worth acting on: percentage points of a rate, or a mean's unit."
    )
    month_means: str = Field(
        "",
        description="What a plain month says where it is not the year in small; "
        "the year's target is then not held against months.",
    )
    partner_means: str = Field(
        "",
        description="What a partner's figure says where it is not the partnership's in small; "
        "the target is then not held against partners.",
    )
    source: Words = Field(description="Where the definition comes from, with its version.")
    version: Words = Field(description="The version of this text and its query.")
    review_on: dt.date = Field(description="When it is to be reviewed.")
    main: str = Field(description="The dataset whose coverage says whether a partner reports in a period.")
    optional: bool = Field(
        False,
        description="true when it is shown only where a partner sends its main dataset, or the settings speak of it.",
    )
    choices: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        (), description="The partnership's choices that change it."
    )
    ages: Annotated[tuple[int, ...], Field(strict=False)] = Field(
        (),
        description="The ages at which the query begins or ceases to count someone, or leaves them out for another "
        "reason: of 18 to 85, 18 and 86. Empty where no age decides.",
    )
    run_out_days: int = Field(0, ge=0, description="Days after a period's end before its outcomes are all known.")
    roster: bool = Field(
        False, description="true when people count merely because their partner reports, without a row of their own."
    )
    expected: bool = Field(
        False,
        description="true when the query has a column `expected`: how likely the unit was to meet the figure, by its "
        "sender (DECIMAL with four decimals, blank where not sent). It makes observed ÷ expected.",
    )
    linked: Literal["people", "returns", "no"] = Field(
        "no",
        description="How a year's total counts a person known to several partners: once (people), at each partner but "
        "with returns to all of them (returns), or at each partner (no).",
    )
    reach: dict[str, Reach] = Field(
        description="Section: each dataset that the query reads, and which periods a change of its rows can touch: "
        "those that contain the rows (within), all that end after them (since), or all."
    )
    own_strata: dict[str, str] = Field(
        {}, description="Section: further columns of the query to group by, each with its words."
    )
    details: dict[str, Words] = Field(
        {}, description="Section: further columns that the unit rows of the research edition hold, each with its words."
    )
    deciding: dict[str, Words] = Field(
        {},
        description="Section: further columns of the query that name a row that decided about the unit, each with its "
        "words: a STRUCT of `submission` and `sent_row`, null where there is none. The research edition lists them.",
    )
    exclusions: dict[str, Words] = Field({}, description="Section: each reason for leaving someone out, in words.")
    benchmark: Benchmark | None = Field(None, description="Section: a published figure to stand beside ours.")
    unit_rows: str = Field(description="The query, from `unit_rows.sql`.")
    by_month: bool = Field(
        False, description="Whether the query takes each unit to every period that holds its month, and does no more."
    )
