"""What a rule is: one check, with its kind, its reach and its words."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Category = Literal["blank", "wrong format", "bad value", "bad file"]
Reach = Literal["submission", "record", "value", "warning", "line", "between"]
Severity = Literal["stops", "blocks", "blanks", "check", "information"]
REACHES = (
    "A *submission* finding stops the whole file. A *record* finding blocks its row. A *value* finding leaves its "
    "value blank, and the row stays. A *warning* blocks nothing. A "
    "*line* finding names a row that was left out: not a record, such as a total. What is found *between* two partners "
    "is shown only to backbone staff."
)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""How heavy a finding is, the worst first: stops the file, blocks the row, leaves the value blank, is to be
checked, is only told."""

LEFT_BLANK = "_left_blank"
"""End of the id of a check where its row stays without the value."""
CONFIRMED = "_confirmed"
"""End of the id of a question once its sender has said that the file is right."""


class Rule(BaseModel):
    """One check. `title` says what is wrong; `fix` says what to do about it. `answer`: of a question, in the sender's
    own words, what lets the file go on."""

    model_config = ConfigDict(frozen=True)
    id: str
    category: Category
    reach: Reach
    severity: Severity
    title: str
    fix: str
    answer: str = ""

    @property
    def base(self) -> str:
        """The id of the check itself, whatever becomes of the row."""
        return self.id.removesuffix(LEFT_BLANK).removesuffix(CONFIRMED)

    @property
    def order(self) -> int:
        """Place among the severities: 0 is the worst."""
        return SEVERITIES.index(self.severity)

    @property
    def needs_reason(self) -> bool:
        """Whether what it finds is fixed, or justified in words, before a person accepts the file."""
        return self.reach == "warning" and self.severity == "check"
