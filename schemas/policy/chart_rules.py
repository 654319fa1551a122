"""How change is told from noise: the versioned rule set of the control charts, and what a partnership sets on them."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

INDICATOR_ID = r"^[a-z][a-z0-9_]*$"


class RuleSet(BaseModel):
    """The numbers that a published set of control-chart rules fixes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str = Field(description="Who published the rules, and in which version.")
    limit: float = Field(description="Limits of an XmR chart: mean ± this × the average moving range.")
    screen: float = Field(description="Moving ranges of this × their average or more are left out, once.")
    near: float = Field(description="Near limits: this share of the way from the mean to a limit.")
    trend: int = Field(description="Points in a row that each rise (or each fall) that make a trend; a tie breaks it.")
    shift: int = Field(description="Points in a row on one side of the mean that make a shift; one on it breaks it.")
    least_points: int = Field(description="Fewer points give trial limits and no verdict.")


RULE_SETS: dict[str, RuleSet] = {
    "nhs-mdc-0.2.2": RuleSet(
        source="NHS England, Making Data Count, as in NHSRplotthedots 0.2.2",
        limit=2.66, screen=3.267, near=2 / 3, trend=7, shift=7, least_points=12,
    ),
}  # fmt: skip


class Spc(BaseModel):
    """Which rules the control charts follow."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: Literal["nhs-mdc-0.2.2"] = Field("nhs-mdc-0.2.2", description="The rule set, with its version.")
    screen_outliers: bool = Field(
        True, description="In XmR charts, leave out extreme moving ranges once when limits are worked out."
    )

    @property
    def rule_set(self) -> RuleSet:
        """The numbers of the rule set."""
        return RULE_SETS[self.rules]


class Baseline(BaseModel):
    """An indicator whose mean and limits stay as they were after its first months."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    fix_after: int = Field(
        ge=12, description="Mean and limits come from this many months (at least 12) after the start or a rebase."
    )
    reason: str = Field(min_length=1, max_length=200, description="Why, in words shown beside the chart.")


class Rebase(BaseModel):
    """A month from which an indicator's mean and limits are worked out anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    on: dt.date = Field(description="A day of the first month that is judged by itself.")
    reason: str = Field(min_length=1, max_length=200, description="What changed for good, in words shown on the chart.")


class Annotation(BaseModel):
    """A dated note on an indicator's chart."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    on: dt.date = Field(description="The day it happened.")
    words: str = Field(min_length=1, max_length=200, description="What happened, in words shown on the chart.")
