"""What a rule is: one check, with its kind, its reach and its words."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Category = Literal["blank", "wrong format", "bad value", "bad file"]
Reach = Literal["submission", "record", "warning", "line", "between"]
Severity = Literal["stops", "blocks", "check", "information"]
REACHES = (
    "A *submission* finding stops the whole file, a *record* finding blocks its row, a *warning* blocks nothing, a "
    "*line* finding names a line that is no record (a total, a repeated header) and was left out, and what is found "
    "*between* two partners is told to backbone staff alone."
)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""How heavy a finding is, the worst first: stops the file, blocks the row, is to be checked, is only told."""


class Rule(BaseModel):
    """One check. `title` says what is wrong; `mend` says what to do about it."""

    model_config = ConfigDict(frozen=True)
    id: str
    category: Category
    reach: Reach
    severity: Severity
    title: str
    mend: str

    @property
    def order(self) -> int:
        """Place among the severities: 0 is the worst."""
        return SEVERITIES.index(self.severity)

    @property
    def needs_reason(self) -> bool:
        """Whether what it finds is mended, or justified in words, before a person accepts the file."""
        return self.reach == "warning" and self.severity == "check"
