"""A target of one partner, or of one group of people: on its own figure, so that nobody else's can meet it."""

import datetime as dt
from collections.abc import Collection

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.policy.chart_rules import INDICATOR_ID
from schemas.policy.gap_pair import GROUPED_BY
from schemas.policy.partner import PARTNER_ID


class TargetFor(BaseModel):
    """A target for a partner or a group; with `beside` it is on how far the group lies behind another one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = Field(pattern=INDICATOR_ID, description="Indicator id.")
    partner: str | None = Field(None, pattern=PARTNER_ID, description="Id of the partner whose figure it is.")
    by: str | None = Field(None, description=f"Or the grouping: {', '.join(GROUPED_BY)}.")
    group: str | None = Field(None, description="The group whose figure it is, by the word of a release: black.")
    beside: str | None = Field(
        None,
        description="Another group: the target is then the largest gap between the two. It is met only if `group` "
        "itself did no worse than where it started.",
    )
    target: float = Field(gt=0, description="The figure or the gap to reach: a share from 0 to 1, or a mean.")
    start: dt.date = Field(description="Last day of the year that it starts from, usually the end of a quarter.")
    until: dt.date = Field(description="The day by which it is to be met; usually the end of a year.")
    owner: str = Field(min_length=2, max_length=40, description="Who answers for it. Everyone who sees it reads it.")

    @model_validator(mode="after")
    def _of_one(self) -> "TargetFor":
        if (self.partner is None) == (self.by is None) or (self.by is None) != (self.group is None):
            raise ValueError("a target is for a partner, or for a group of a grouping")
        if self.by is not None and self.by not in GROUPED_BY:
            raise ValueError(f"no grouping is called {self.by!r}. There are: {', '.join(GROUPED_BY)}")
        if self.beside is not None and (self.by is None or self.beside == self.group):
            raise ValueError("a gap needs two different groups")
        if self.start >= self.until:
            raise ValueError("the day by which a target is met comes after its start")
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that it speaks of."""
        return tuple(g for g in (self.group, self.beside) if g)

    @property
    def whose(self) -> tuple[str | None, ...]:
        """What tells it from other targets."""
        return self.indicator, self.partner, self.by, self.group, self.beside


def refuse_unfit(those: Collection[TargetFor], partners: Collection[str]) -> None:
    """Raises ValueError where one is for a partner that is not listed."""
    if unknown := {one.partner for one in those if one.partner} - {*partners}:
        raise ValueError(f"a target for a partner that is not listed: {', '.join(sorted(unknown))}")
