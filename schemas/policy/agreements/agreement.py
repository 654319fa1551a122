"""An agreement with a partner: the document, what it allows, and from when to when it holds."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Scope = Literal["rows", "counts"]
Purpose = Literal["shared_measures", "public_reporting", "quality_improvement", "research"]
AgreementState = Literal["none", "not yet", "holds", "ends soon", "expired", "ended"]
TOTALS = "indicator_counts"
"""The dataset of those that send counts only."""
SOON = dt.timedelta(days=60)


class Agreement(BaseModel):
    """What was agreed in writing. It limits what is taken: past its last day nothing is, until it is renewed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    document: str = Field("", max_length=120, description="Where the signed document is kept, such as DUA 2026-04.")
    scope: Scope = Field("rows", description="Whether rows may be sent, or counts only.")
    zip_digits: Literal[0, 3, 5] | None = Field(
        None,
        description="How many digits of the ZIP code are kept of its rows, when that is fewer than the policy's. It "
        "holds for files that come from then on.",
    )
    purposes: tuple[Purpose, ...] = Field(
        (),
        description="What its data may be used for, as the document says: for nothing else. Blank means for all of it.",
    )
    starts: dt.date | None = Field(None, description="Its first day. Before it, no file is taken.")
    ends: dt.date | None = Field(
        None, description="Its last day. After it, no file is taken until it is renewed. Blank means no end."
    )
    ended: dt.date | None = Field(
        None, description="The day on which it ended for good, renewed no more. Blank while it holds or is renewed."
    )
    when_ended: Literal["stays", "leaves"] = Field(
        "stays",
        description="What becomes of what was sent once it has ended: it stays, or leaves later releases. What is "
        "closed stays as it is.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Agreement":
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("the last day of the agreement is before its first")
        if self.starts and self.ended and self.ended < self.starts:
            raise ValueError("the agreement ended before its first day")
        return self

    def state(self, today: dt.date) -> AgreementState:
        """Where it stands on a day. `ended` holds from that day on, `expired` from the day after its last."""
        if self.ended and self.ended <= today:
            return "ended"
        if self.starts and today < self.starts:
            return "not yet"
        if self.ends and self.ends < today:
            return "expired"
        return "ends soon" if self.ends and self.ends - today <= SOON else "holds"

    def refusal(self, today: dt.date) -> str:
        """Why no file is taken under it on a day; empty when files are."""
        match self.state(today):
            case "ended":
                return f"ended on {self.ended}"
            case "expired":
                return f"expired on {self.ends}"
            case "not yet":
                return f"begins on {self.starts}"
        return ""

    def allows(self, purpose: Purpose) -> bool:
        """Whether its data may be used so. Where no purpose is named, the document limits none."""
        return not self.purposes or purpose in self.purposes

    def digits(self, policy: int) -> int:
        """How many digits of a ZIP code are kept: the fewer of its own and the policy's."""
        return policy if self.zip_digits is None else min(policy, self.zip_digits)

    def lets_leave(self, today: dt.date) -> bool:
        """Whether what was sent under it leaves what is released from now on."""
        return self.when_ended == "leaves" and self.state(today) == "ended"
