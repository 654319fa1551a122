"""What one result of a measure is worth to whom, as the partnership has settled it from a source."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.policy.chart_rules import INDICATOR_ID


class UnitValue(BaseModel):
    """What one result of a measure is worth, as the partnership has settled it from a source."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    result: str = Field(
        min_length=3,
        max_length=60,
        description="One result in words: a readmission avoided, a person newly controlled.",
    )
    low: float = Field(ge=0, le=10_000_000, description="Least that one may be worth, in dollars.")
    central: float = Field(ge=0, le=10_000_000, description="What one is worth by the source, in dollars.")
    high: float = Field(ge=0, le=10_000_000, description="Most that one may be worth, in dollars.")
    source: str = Field(min_length=5, max_length=160, description="Where the three amounts come from.")
    year: int = Field(ge=1990, le=2100, description="Year of the prices.")
    benefits: str = Field(
        min_length=2, max_length=60, description="Who has the benefit: health plans, hospitals, the people themselves."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "UnitValue":
        if not self.low <= self.central <= self.high:
            raise ValueError("the three amounts are not in order: low, central, high")
        return self
