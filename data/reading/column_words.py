"""The words of one column, and what becomes of each: a value, a repair on the receipt, or a finding."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from data.findings import Findings
from data.personal_identifiers import check_values, looks_personal
from data.reading import repairs
from data.reading.repairs import Receipt
from data.reading.text_column import Text
from data.receiving import plain_text
from schemas.datasets.columns import Column
from schemas.datasets.file_profile import AS_IT_STANDS, NO_PROFILE, READ_AS_BLANK, FileProfile, RepairKind
from schemas.policy.limits import USUAL, Limits
from schemas.policy.partner import DateOrder
from schemas.vocabularies.blanks.null_words import is_no_day, is_nothing
from schemas.vocabularies.vocabulary import normal

One = Callable[[str], tuple[Any, RepairKind] | None]


@dataclass(frozen=True)
class Reading:
    """What is settled before cells are read: today, how dates are written, and the partner's file profile."""

    today: dt.date
    date_order: DateOrder
    zip_digits: int
    profile: FileProfile = NO_PROFILE
    units: dict[str, str] = field(default_factory=dict)
    """Column -> the unit that the file's header names (kpa)."""
    keys: dict[str, str] = field(default_factory=dict)
    """Column -> what the file profile calls its header cell."""
    from_1904: bool = False
    """Whether day numbers are a workbook's that counts from 1904."""
    limits: Limits = USUAL
    lists: Mapping[str, Callable[[str], str | None]] = field(default_factory=dict)
    """Column of totals -> what a word, in its normal form, is stored as; None for a word of no list."""

    def order(self, column: str) -> DateOrder:
        """How a column's dates are written: as was said of its header, else of the column whatever it is called."""
        said = self.profile.date_orders
        return said.get(self.keys.get(column, ""), said.get(column, self.date_order))


@dataclass
class Cells:
    """The words of a column, and where they are. Masks speak of words, findings of rows."""

    words: pl.Series
    place: Text
    rows: pl.Series
    column: Column
    reading: Reading
    findings: Findings
    receipt: Receipt

    def find(self, rule: str, found: pl.Series) -> None:
        """A finding for each cell whose word is true."""
        if found.any():
            cells = self.place.cells(found).fill_null(False)
            values = self.place.filter(cells).cells(self.place.words)
            self.findings.add(rule, self.column.name, self.rows.filter(cells), values)

    def unread(self, rule: str, failed: pl.Series) -> None:
        """A finding for each failed cell; a failed cell that is plainly personal refuses the file instead."""
        if failed.any():
            self.not_personal(failed)
            self.find(rule, failed)

    def not_personal(self, asked: pl.Series) -> None:
        """Raise Refused at the first row whose word is asked about and plainly personal, where words are kept as they
        are: what is coded may be any text."""
        if not self.column.coded and (looks_personal(self.words) & asked).any():
            words = self.words.set(~asked, None)
            check_values(self.place.cells(words), self.rows, self.column.name)

    def sign(self, name: str, words: pl.Series) -> None:
        """Count the cells of some words, for what only the whole file tells."""
        if words.any() and (cells := self.place.count(words)):
            self.receipt.signs[name, self.column.name] += cells

    def may(self, kind: RepairKind) -> bool:
        """Whether the partner lets the repair be made in this column."""
        return f"{kind}/{self.column.name}" not in self.reading.profile.unrepaired

    def repaired(self, kind: RepairKind, changed: pl.Series, values: pl.Series) -> None:
        """Put the cells of the changed words on the receipt."""
        if not changed.any() or not (cells := self.place.count(changed)):
            return
        shown = changed.arg_true().head(repairs.EXAMPLES)
        pairs = list(zip(self.place.words.gather(shown), values.gather(shown), strict=True))
        self.receipt.add(kind, self.column.name, cells, *pairs[0])
        for before, after in pairs[1:]:
            self.receipt.add(kind, self.column.name, 0, before, after)

    def _distinct(self, asked: pl.Series) -> list[str]:
        return self.words.filter(asked).drop_nulls().unique().to_list()

    def plain(self, odd: pl.Series) -> None:
        """Take the marks that nobody meant out of the odd words."""
        found = {word: plain_text.plain(word) for word in self._distinct(odd)}
        found = {w: (flat, kinds) for w, (flat, kinds) in found.items() if flat != w and all(map(self.may, kinds))}
        if found:
            words = self.words.replace({word: flat or None for word, (flat, _) in found.items()})
            for kind in dict.fromkeys(kind for _, kinds in found.values() for kind in kinds):
                self.repaired(kind, self.words.is_in([w for w, (_, kinds) in found.items() if kind in kinds]), words)
            self.words = words

    def each(self, failed: pl.Series, one: One, dtype: Any) -> pl.Series:
        """What `one` reads in each failed word, on the receipt; null where it reads nothing or may not."""
        found = {word: one(word) for word in self._distinct(failed)}
        made = {word: got for word, got in found.items() if got and self.may(got[1])}
        values = self.words.replace_strict({w: v for w, (v, _) in made.items()}, default=None, return_dtype=dtype)
        for kind in dict.fromkeys(kind for _, kind in made.values()):
            self.repaired(kind, self.words.is_in([w for w, (_, k) in made.items() if k == kind]), values)
        return values

    def said_meanings(self) -> dict[str, str]:
        """Word in its normal form -> word of the column's list, or ROW_LEFT_OUT, as the partner said."""
        said = self.reading.profile.words.get(self.column.name, {})
        return {word: meaning for word, meaning in said.items() if meaning not in (READ_AS_BLANK, AS_IT_STANDS)}

    def said_blank(self) -> frozenset[str]:
        """The words, in their normal form, of which the partner said that they stand for nothing."""
        said = self.reading.profile.words.get(self.column.name, {})
        return frozenset(w for w, meaning in said.items() if meaning == READ_AS_BLANK) if said else frozenset()

    def blanked(self) -> None:
        """Leave out the words that stand for nothing, as the partner said."""
        if (blank := self.said_blank()) and self.may("no_value"):
            found = self.words.is_in([w for w in self._distinct(self.words.is_not_null()) if normal(w) in blank])
            values = self.words.set(found.fill_null(False), None)
            self.repaired("no_value", found.fill_null(False), values)
            self.words = values

    def nothing(self, failed: pl.Series) -> pl.Series:
        """Those failed words that say that there is no value, where none is required; they become blank."""
        if self.column.required or not self.may("no_value"):
            return failed & False
        no_day = is_no_day if self.column.kind == "date" else is_nothing
        blank = [w for w in self._distinct(failed) if is_nothing(w) or no_day(w)]
        found = failed & self.words.is_in(blank).fill_null(False)
        self.repaired("no_value", found, self.words.set(found, None))
        return found
