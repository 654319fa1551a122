"""How a column of a dataset is declared: one call gives its type, meaning, example and accepted words."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from schemas.datasets.pandera_alone import pa

Kind = Literal["identifier", "date", "number", "integer", "code", "codes", "text", "pair", "tick"]
"""A pair (two columns in one cell) and a tick (one word of a column that may hold several) stand in files only."""

Role = Literal["identity", "decides", "describes"]
"""What a column is to its row, and so what becomes of the row when its value is bad (`ROLES`)."""
ROLES: dict[Role, tuple[str, str]] = {
    "identity": ("who, when, which stay, what the row is", "The row does not count."),
    "decides": ("the row's own figure hangs on it", "Left blank. The row stays, its own figure is not known."),
    "describes": ("it says more about a row that counts anyway", "Left blank. The row counts."),
}
"""Role -> (what it means, what is done with a bad value)."""
NOT_READABLE = "not_readable"
"""Stands for a bad value in a column whose blank says something of its own. It is on no list, so it allows nothing."""

# The type of a cleaned cell. Identifiers are text until they become pseudonyms, just before the store.
POLARS_TYPES: dict[str, Any] = {
    "identifier": pl.String,
    "date": pl.Date,
    "number": pl.Float64,
    "integer": pl.Int32,
    "code": pl.String,
    "codes": pl.String,
    "text": pl.String,
}
STORE_TYPES: dict[str, str] = {
    "identifier": "UUID",
    "date": "DATE",
    "number": "DOUBLE",
    "integer": "INTEGER",
    "code": "VARCHAR",
    "codes": "VARCHAR",
    "text": "VARCHAR",
}


UNLISTED: dict[str, str] = {
    "indicator": "unknown_indicator", "sent_by": "unknown_partner", "received_by": "unknown_partner",
}  # fmt: skip
"""Listed column -> the rule that a word of no list breaks, where it is not the usual one."""

Frame = pl.LazyFrame
Limited = Mapping[tuple[str, str | None], pl.Expr]
"""(rule, column or None for the row) -> what must hold under the current limits."""
PATIENT_ID = "Your own id for the patient, as text. It is replaced by a keyed code before anything is stored."
PATIENT_WORDS = ("patient", "mrn", "person_id", "client_id", "member_id", "pat_id")


def each_row(data: Any, holds: pl.Expr) -> Frame:
    """A pandera check result: one boolean per row; a check that cannot be decided passes."""
    return data.lazyframe.select(holds.fill_null(True))


class Column(BaseModel):
    """One column of a dataset, as read back from its pandera model."""

    model_config = ConfigDict(frozen=True)
    name: str
    kind: Kind
    meaning: str
    example: str
    required: bool
    role: Role
    vocabulary: str | None = None
    synonyms: tuple[str, ...] = ()
    pattern: str | None = None
    remove: str | None = None
    """Characters to take out before the pattern is checked, as a regular expression (ICD-10 dots)."""
    hidden_words: str | None = None
    """What says "hidden at source", as a regular expression: it becomes null with a warning, not a wrong number."""
    past: bool = True
    """Dates only: may not lie in the future."""
    of_birth: bool = False
    """Dates only: a year of two digits may be of the last century."""
    named: bool = False
    """Text only: the name of a place, kept as a keyed code."""
    listed: bool = False
    """Text only: a word of a list that the partnership makes: its measures, its partners."""
    ticked: bool = False
    """Codes only: a file may give each word a column of its own that says yes or no."""
    if_not_readable: str = ""
    """Codes that describe only, where a blank says something of its own: what becomes of a row with a bad value. The
    value is then kept as `NOT_READABLE`, never as that blank."""

    @model_validator(mode="after")
    def _role_fits(self) -> Self:
        if self.required and self.role != "identity":
            raise ValueError(f"{self.name}: a row cannot count without a required value, so its role is identity")
        allowed = self.pattern, self.named or None, self.listed or None
        if (self.kind == "text") != (sum(a is not None for a in allowed) == 1):
            raise ValueError(f"{self.name}: text is stored by a pattern, as a code, or from a list; nothing else is")
        if self.if_not_readable and (self.role, self.kind) != ("describes", "code"):
            raise ValueError(f"{self.name}: only a code that describes can be kept as not readable")
        return self

    @property
    def when_bad(self) -> str:
        """What is done with a bad value, in a sentence or two."""
        return f"Kept as `{NOT_READABLE}`. {self.if_not_readable}" if self.if_not_readable else ROLES[self.role][1]

    @property
    def when_unlisted(self) -> str:
        """The rule that a word of no list breaks."""
        return UNLISTED.get(self.name, "not_in_vocabulary")

    @property
    def coded(self) -> bool:
        """Whether what is stored is a keyed code, so that any text may come."""
        return self.kind == "identifier" or self.named

    @property
    def stand_in(self) -> str | None:
        """What is stored in place of a bad value, when its row stays."""
        return NOT_READABLE if self.if_not_readable else None


def column(
    kind: Kind,
    meaning: str,
    example: str,
    *,
    role: Role,
    required: bool = False,
    vocabulary: str | None = None,
    synonyms: Sequence[str] = (),
    **more: Any,
) -> Any:
    """Declare a pandera field that carries all that Concord knows about the column (see `Column`)."""
    metadata = {
        "kind": kind,
        "example": example,
        "role": role,
        "vocabulary": vocabulary,
        "synonyms": tuple(synonyms),
        **more,
    }
    return pa.Field(nullable=not required, description=meaning, metadata=metadata)


def patient() -> Any:
    """The column that says whose row it is."""
    return column("identifier", PATIENT_ID, "P-000123", role="identity", required=True, synonyms=PATIENT_WORDS)


def declared(name: str, field: Any) -> Column:
    """Read a pandera column back as a `Column`."""
    return Column(name=name, meaning=field.description, required=not field.nullable, **field.metadata)
