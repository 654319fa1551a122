"""A partner: one organization that sends files, what is agreed with it, and whether it has left."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.policy.agreements.agreement import TOTALS, Agreement, Purpose

DateOrder = Literal["iso", "mdy", "dmy", "days"]
"""How dates with slashes are written; `days`: as the day numbers of a spreadsheet (46082 is 1 March 2026)."""
Every = Literal["month", "quarter"]
PARTNER_ID = r"^[a-z][a-z0-9_]{1,39}$"
PartnerKind = Literal["hospital", "clinic", "food_bank", "health_department", "other"]
Contact = Annotated[str, Field(min_length=2, max_length=100)]
KIND_UNKNOWN: PartnerKind = "other"
"""Partners of no known kind are nobody's peers: two of them need have nothing in common."""


class Partner(BaseModel):
    """One organization that sends files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(pattern=PARTNER_ID, description="Short id, such as first_clinic; it never changes.")
    name: str = Field(min_length=1, max_length=80, description="Its name, as pages show it.")
    kind: PartnerKind = Field(
        KIND_UNKNOWN,
        description="What kind of organization it is. A partner is compared only with others of its kind; `other` is "
        "compared with nobody.",
    )
    named: bool = Field(
        False,
        description="It agrees that leaders and other partners see its name; until then they see a letter.",
    )
    date_order: DateOrder = Field("iso", description="How this partner writes dates with slashes.")
    hospitals: tuple[str, ...] = Field(
        (), description="Its hospitals or campuses, as its files name them. Others are kept as codes without a name."
    )
    sends: tuple[str, ...] = Field(
        (), description="Datasets that it has agreed to send; blank means what it has sent so far."
    )
    every: Every | None = Field(None, description="How often it reports, when that differs from `[calendar]`.")
    due_days: int | None = Field(
        None, ge=0, le=365, description="Days after a period's end when its files are due, when that differs."
    )
    contacts: tuple[Contact, ...] = Field(
        (),
        description="People to ask about its files, with how to reach them. Backbone staff alone see them. Those with "
        "an e-mail address can get messages.",
    )
    reports_since: dt.date | None = Field(
        None,
        description="The first day that it owes files for. Blank means the first period that was not yet due when its "
        "first file was accepted.",
    )
    left: dt.date | None = Field(
        None,
        description="Its last day in the partnership. After it, no file of it is taken and its name is not shown.",
    )
    rows: Literal["stay", "withdraw"] = Field(
        "stay",
        description="What becomes of its rows when it has left: they stay under a letter, or are withdrawn. What is "
        "closed stays as it is.",
    )

    agreement: Agreement | None = Field(
        None,
        description="What was agreed in writing, and until when: see below. Blank means that nothing is enforced.",
    )

    @model_validator(mode="after")
    def _withdraws_when_it_left(self) -> "Partner":
        if self.rows == "withdraw" and self.left is None:
            raise ValueError("rows are withdrawn when a partner leaves: say the day under `left`")
        return self

    def has_left(self, today: dt.date) -> bool:
        """Whether its last day has passed."""
        return self.left is not None and self.left < today

    def refusal(self, today: dt.date, dataset: str | None = None) -> str:
        """Why its files (of a dataset) are not taken on a day, in words; empty when they are."""
        if self.has_left(today):
            return f"{self.name} left the partnership on {self.left}: its files are no longer taken"
        if self.agreement and (why := self.agreement.refusal(today)):
            return f"the agreement with {self.name} {why}: its files are not taken"
        if not self.allows("shared_measures"):
            return f"the agreement with {self.name} does not include shared measures: its files are not taken"
        if dataset not in (None, TOTALS) and self.agreement and self.agreement.scope == "counts":
            return f"the agreement with {self.name} is for counts only: send {TOTALS}, no rows of people"
        return ""

    def allows(self, purpose: Purpose) -> bool:
        """Whether what it sends may be used so; without an agreement nothing is limited."""
        return self.agreement is None or self.agreement.allows(purpose)

    def zip_digits(self, policy: int) -> int:
        """How many digits of the ZIP codes in its files are kept, where the policy keeps so many."""
        return self.agreement.digits(policy) if self.agreement else policy

    def is_awaited(self, today: dt.date) -> bool:
        """Whether more of it is to come: it has not left, and its agreement has not ended for good."""
        return not self.has_left(today) and not (self.agreement and self.agreement.state(today) == "ended")

    def takes_back(self, today: dt.date) -> bool:
        """Whether what it sent leaves what is released from now on: it left so, or its agreement ended so."""
        left = self.rows == "withdraw" and self.has_left(today)
        return left or bool(self.agreement and self.agreement.lets_leave(today))
