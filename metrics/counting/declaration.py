"""What an indicator is: declared once as text and one query, which feed SQL, screens, docs and tests."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Reach = Literal["within", "since", "all"]
Statistic = Literal["rate", "mean"]


class Benchmark(BaseModel):
    """A published figure to stand beside ours, with its source and year."""

    model_config = ConfigDict(frozen=True)
    label: str
    rate: float = Field(ge=0)
    source: str


class Indicator(BaseModel):
    """One shared indicator.

    `unit_rows` is one query over the views of `metrics.counting.input_views`: one row for each unit (person, stay)
    considered in a period, with `person, period, partner_id, unit_id, in_denominator, exclusion_reason, in_numerator,
    age` and the columns named in `own_strata`. `partner_id` and `unit_id` are null where the unit is the person. Where
    the statistic is a mean it has `value` (DECIMAL with one decimal, so that sums are exact) in place of
    `in_numerator`.
    """

    model_config = ConfigDict(frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    order: int
    version: str
    title: str
    measure: str
    """Which of the partnership's shared measures it belongs to."""
    plain: str
    why: str
    denominator: str
    numerator: str
    """Which of them meet the indicator; of a mean, what is averaged."""
    exclusions: dict[str, str] = {}
    """Reason code of the unit rows -> words."""
    source: str
    better: Literal["higher", "lower"]
    units: str
    """What is counted, in the plural: people, stays."""
    outcome: str = ""
    """What those in the numerator of a rate are, to follow "now": under control, readmitted."""
    statistic: Statistic = "rate"
    measured_in: str = ""
    """The unit of a mean, such as mmHg."""
    month_means: str = ""
    """What a plain month says where it is not the year in small; the year's target is then not held against months."""
    partner_means: str = ""
    """What a partner's figure says where it is not the partnership's in small; the target is then not held against
    partners."""
    benchmark: Benchmark | None = None
    choices: tuple[str, ...] = ()
    """Names of the partnership's choices that change this indicator."""
    main: str
    """The dataset whose coverage says whether a partner reports this indicator in a period."""
    reach: dict[str, Reach]
    """For each input dataset, which periods a change of its rows can touch: those that contain the rows, all that
    end after them, or all."""
    run_out_days: int = 0
    """Days after a period's end before its outcomes are all known."""
    roster: bool = False
    """True when people count merely because their partner reports (they need no row of their own)."""
    own_strata: dict[str, str] = {}
    """Extra columns of the unit rows to group by -> label."""
    review_on: dt.date
    unit_rows: str
