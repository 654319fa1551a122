"""A file profile: a partner's answers on how its files of a dataset are to be read, asked once and kept."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.policy.partner import DateOrder
from schemas.vocabularies.vocabulary import normal

NOT_USED = ""
"""In place of a column's name: this column of the file is not used."""
ROW_LEFT_OUT = "-"
"""In place of a word of a column's list: rows with this word are no records of the dataset."""
READ_AS_BLANK = "~"
"""In place of a word of a column's list: the word stands for nothing."""
AS_IT_STANDS = "="
"""In place of a word: it looks like a mark for nothing, and is a real value."""


class FileProfile(BaseModel):
    """Answers of one partner for one dataset; words are in their normal form
    (`schemas.vocabularies.vocabulary.normal`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    columns: dict[str, str] = {}
    """Header cell (`header_keys`) -> what it is (`Dataset.named`), or NOT_USED."""
    words: dict[str, dict[str, str]] = {}
    """Column -> word in the file -> word of the column's list, ROW_LEFT_OUT, READ_AS_BLANK or AS_IT_STANDS. A day is
    named as year-month-day, however the file writes it."""
    date_orders: dict[str, DateOrder] = {}
    """Header cell (`header_keys`), or column whatever it is called -> how its dates are written."""
    every_row: dict[str, str] = {}
    """Column that the file does not have -> the word of its list that holds for every row."""
    units: dict[str, str] = {}
    """Column -> the unit of its numbers, where no header names it (kpa)."""
    unrepaired: tuple[str, ...] = ()
    """`repair/column` that shall not be made."""

    def merged(self, newer: "FileProfile") -> "FileProfile":
        """These answers and newer ones; the newer one decides."""
        words = {c: self.words.get(c, {}) | newer.words.get(c, {}) for c in {*self.words, *newer.words}}
        return FileProfile(
            columns=self.columns | newer.columns,
            words=words,
            date_orders=self.date_orders | newer.date_orders,
            every_row=self.every_row | newer.every_row,
            units=self.units | newer.units,
            unrepaired=newer.unrepaired,
        )

    def key(self) -> str:
        """The same text for the same answers; blank for none."""
        return "" if self == NO_PROFILE else self.ordered().model_dump_json(exclude_defaults=True)

    def ordered(self) -> "FileProfile":
        """The same answers in alphabetical order."""
        words = {c: dict(sorted(w.items())) for c, w in sorted(self.words.items()) if w}
        return FileProfile(
            columns=dict(sorted(self.columns.items())),
            words=words,
            date_orders=dict(sorted(self.date_orders.items())),
            every_row=dict(sorted(self.every_row.items())),
            units=dict(sorted(self.units.items())),
            unrepaired=tuple(sorted(set(self.unrepaired))),
        )


NO_PROFILE = FileProfile()


def header_keys(cells: Sequence[str]) -> tuple[str, ...]:
    """What a file profile calls each cell of a header: its normal form; of several alike the second is "name (2)"."""
    met: Counter[str] = Counter()
    keys = []
    for word in map(normal, cells):
        met[word] += 1
        keys.append(word if met[word] == 1 else f"{word} ({met[word]})")
    return tuple(keys)


RepairKind = Literal[
    "trimmed", "invisible", "typographic", "text_guard", "date_written", "date_order", "thousands", "decimal_comma",
    "unit", "no_value", "padding", "code_word", "split", "every_row", "whole_id", "row_end",
]  # fmt: skip

REPAIRS: dict[RepairKind, tuple[str, str]] = {
    "trimmed": ("Blanks around values removed", ""),
    "invisible": (
        "Invisible characters removed",
        "Zero-width and non-breaking blanks, byte-order and direction marks.",
    ),
    "typographic": ("Special characters written plainly", "Curly quotes, long dashes, full-width digits and letters."),
    "text_guard": ("Text marks of spreadsheets removed", 'A leading apostrophe, or ="…" around a value.'),
    "date_written": (
        "Dates written as year-month-day",
        "Dates that can be read in one way only. Times are left out. Two-digit years are of this century; in birth "
        "dates they are not read.",
    ),
    "whole_id": ("Ids without the “.0” of a decimal number", "A program has taken whole numbers for decimal ones."),
    "date_order": ("Dates read in the order that you said", "Month first, day first, or a spreadsheet's day numbers."),
    "thousands": (
        "Thousands separators removed",
        "Only where the digits stand in threes and no decimals can be meant.",
    ),
    "decimal_comma": ("Decimal commas read as points", "Only with one or two digits after the comma."),
    "unit": ("Units read", "mmHg is left out; kPa is converted to mmHg (× 7.50062); 15 % is 0.15."),
    "no_value": (
        "Words for “nothing” read as blank",
        "Such as N/A, -, none or unknown, where none is required.",
    ),
    "padding": ("Leading zeros put back", "ZIP codes and county codes have five digits."),
    "code_word": ("Words and codes read as words of the list", "As the column's list says, or as you said."),
    "split": ("One column read as two", "Both pressures in one cell, such as 128/79."),
    "row_end": (
        "Blank cells at the end of rows added or left out",
        "Spreadsheets leave them out. Only where the row then has no finding at all.",
    ),
    "every_row": ("The same word for every row", "For a column that the file does not have, as you said."),
}
"""Repair -> (title, what it covers), in the order of the receipt."""
ALWAYS_MADE: frozenset[str] = frozenset({"trimmed", "invisible", "date_order", "split", "every_row", "row_end"})
"""Repairs that cannot be refused: without them the value is the same, or was answered."""
