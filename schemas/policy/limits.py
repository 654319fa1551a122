"""The numbers at which a check speaks up. Each may be set otherwise in `[limits]`, within bounds and with a reason."""

from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

KPA = 7.50062
"""mmHg in one kilopascal."""
AS_WRITTEN = '{ value = NUMBER, reason = "WHY" }'


class Limit(BaseModel):
    """A number, and why it is not the usual one (blank while it is)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float = Field(strict=True)
    reason: str = Field("", max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _with_its_reason(cls, written: Any) -> Any:
        if isinstance(written, Limit | dict):
            return written
        raise ValueError(f"write the limit with its reason: {AS_WRITTEN}")


class About(NamedTuple):
    """What is settled about a limit: its usual number, how far it may be moved, its unit and its meaning."""

    usual: float
    low: float
    high: float
    unit: str
    meaning: str

    def worded(self, number: float) -> str:
        """A number of this limit in words: 300, 5%."""
        return f"{number:g}{'%' if self.unit == '%' else ''}"


def limit(usual: float, low: float, high: float, unit: str, meaning: str) -> Any:
    """Declare a limit. Whole numbers stay whole."""
    return Field(Limit(value=usual), description=meaning, json_schema_extra={"low": low, "high": high, "unit": unit})


class Limits(BaseModel):
    """Limits of the checks.

    Whatever is set, a reading in kPa (16/9.3) and 0/0 stay findings: the lowest pressures have bounds, and the
    highest systolic pressure in kPa lies below the lowest in mmHg.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    systolic_min: Limit = limit(50, 30, 90, "mmHg", "Lowest systolic pressure that is accepted.")
    systolic_max: Limit = limit(300, 200, 350, "mmHg", "Highest systolic pressure that is accepted.")
    diastolic_min: Limit = limit(20, 15, 50, "mmHg", "Lowest diastolic pressure that is accepted.")
    diastolic_max: Limit = limit(200, 120, 250, "mmHg", "Highest diastolic pressure that is accepted.")
    oldest_age: Limit = limit(120, 100, 130, "years", "Oldest age that is accepted.")
    earliest_year: Limit = limit(1900, 1800, 1900, "year", "Earliest year of a date that is accepted.")
    longest_stay: Limit = limit(365, 30, 3650, "days", "Longest stay without a warning.")
    blocked_share: Limit = limit(
        5,
        0,
        100,
        "%",
        "Largest share of rows that are blocked, or lose their own figure, at which a file may still be accepted.",
    )
    weekly_rows: Limit = limit(
        4,
        2,
        1000,
        "rows",
        "Usual rows a week from which an empty week gets a warning. With 2 a week, 1 week in 7 is empty by chance.",
    )
    low_month: Limit = limit(
        50,
        5,
        90,
        "%",
        "A month with less than this share of its usual rows gets a warning. Holidays take under a third.",
    )
    replaced_rows: Limit = limit(
        2, 1, 100, "times", "A file that replaces more than this many rows for each of its own gets a warning."
    )

    @field_validator("*", mode="after")
    @classmethod
    def _within_bounds_and_explained(cls, given: Limit, info: ValidationInfo) -> Limit:
        about = cls.about()[info.field_name or ""]
        if not about.low <= given.value <= about.high:
            raise ValueError(f"the limit must be between {about.worded(about.low)} and {about.worded(about.high)}")
        if about.unit in ("years", "year", "days") and not given.value.is_integer():
            raise ValueError("the limit must be a whole number")
        if given.value != about.usual and not given.reason.strip():
            raise ValueError(f"a limit other than the usual {about.worded(about.usual)} needs a reason: {AS_WRITTEN}")
        return given

    @model_validator(mode="after")
    def _kilopascals_stay_findings(self) -> Self:
        if self.systolic_max.value >= KPA * self.systolic_min.value:
            raise ValueError("systolic_max must be below 7.5 times systolic_min, or pressures in kPa would be accepted")
        return self

    @classmethod
    def about(cls) -> dict[str, About]:
        """Name -> what is settled about the limit."""
        return {name: _about(field) for name, field in cls.model_fields.items()}

    @property
    def worded(self) -> dict[str, str]:
        """Name -> the current number, in words."""
        return {name: about.worded(getattr(self, name).value) for name, about in self.about().items()}


def _about(field: Any) -> About:
    extra = field.json_schema_extra
    return About(field.default.value, extra["low"], extra["high"], extra["unit"], field.description or "")


USUAL = Limits()
"""Every limit at its usual number."""
