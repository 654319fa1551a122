"""How a column of a dataset is declared: one call gives its type, meaning, example and accepted words."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandera.polars as pa
import polars as pl
from pydantic import BaseModel, ConfigDict

Kind = Literal["identifier", "date", "number", "integer", "code", "codes", "text", "pair", "tick"]
"""A pair (two columns in one cell) and a tick (one word of a column that may hold several) stand in files only."""

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
    vocabulary: str | None = None
    synonyms: tuple[str, ...] = ()
    pattern: str | None = None
    remove: str | None = None
    """Characters to take out before the pattern is checked, as a regular expression (ICD-10 dots)."""
    hidden_words: tuple[str, ...] = ()
    """Words that say "hidden at source": they become null with a warning, not a wrong number."""
    past: bool = True
    """Dates only: may not lie in the future."""
    of_birth: bool = False
    """Dates only: a year of two digits may be of the last century."""
    ticked: bool = False
    """Codes only: a file may give each word a column of its own that says yes or no."""


def column(
    kind: Kind,
    meaning: str,
    example: str,
    *,
    required: bool = False,
    vocabulary: str | None = None,
    synonyms: Sequence[str] = (),
    **more: Any,
) -> Any:
    """Declare a pandera field that carries all that Concord knows about the column (see `Column`)."""
    metadata = {
        "kind": kind,
        "example": example,
        "vocabulary": vocabulary,
        "synonyms": tuple(synonyms),
        **more,
    }
    return pa.Field(nullable=not required, description=meaning, metadata=metadata)


def declared(name: str, field: Any) -> Column:
    """Read a pandera column back as a `Column`."""
    return Column(name=name, meaning=field.description, required=not field.nullable, **field.metadata)
