"""Two groups whose gap a partnership follows, whatever other gaps there are."""

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.policy.chart_rules import INDICATOR_ID

GROUPED_BY = ("race_ethnicity", "sex", "language", "payer", "county_fips", "age_band", "zip")


class GapPair(BaseModel):
    """Two groups whose gap the partnership follows, whatever other gaps there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    by: str = Field(description=f"The grouping: {', '.join(GROUPED_BY)}.")
    groups: tuple[str, str] = Field(description="The two groups, by the words that a release holds: white, black.")

    @field_validator("by")
    @classmethod
    def _known(cls, by: str) -> str:
        if by not in GROUPED_BY:
            raise ValueError(f"no grouping is called {by!r}. There are: {', '.join(GROUPED_BY)}")
        return by

    @model_validator(mode="after")
    def _two_groups(self) -> "GapPair":
        if self.groups[0] == self.groups[1]:
            raise ValueError("a gap needs two different groups")
        return self
