"""Cells: text -> typed, nullable columns. What cannot be read becomes null and a finding, never a guess.

Each kind of column first takes the fast road (a whole-column cast or a look-up of the distinct words); only
the cells that failed it are looked at again, one by one.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from data.findings import Findings, Refused
from data.identifiers import looks_personal
from data.text import Text
from schemas.columns import POLARS_TYPES, Column
from schemas.partnership import DateOrder
from schemas.vocabularies import VOCABULARIES
from schemas.vocabulary import normal

MANGLED = r"^\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
# Most ids: no space, a digit somewhere, and not a number with an exponent. One test lets them pass all others.
PLAIN_ID = (
    r"^(?:[A-Za-z][A-Za-z._:/\-]{0,31}[0-9][A-Za-z0-9._:/\-]{0,31}"
    r"|[0-9][0-9._:/\-]{0,27}(?:[A-DF-Za-df-z][A-Za-z0-9._:/\-]{0,35})?)$"
)
LOCAL_ID = r"^[\p{L}0-9][\p{L}0-9 ._:/#&()\-]{0,63}$"
# Words for "none": as ids they would make one person of everyone without an id.
NO_ID = r"(?i)^(?:n/?a|none|nil|null|nan|unk|unknown|undefined|missing|no id|not (?:available|applicable|known|given))$"
SLASHED = r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:[ T]\d{1,2}:\d{2}.*)?$"
_ORDERS = {
    "mdy": r"^(?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})[/.\-](?P<y>\d{4})",
    "dmy": r"^(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4})",
}


@dataclass(frozen=True)
class Reading:
    """What is settled before cells are read: today, and the order of day and month for each column."""

    today: dt.date
    date_order: DateOrder
    zip_digits: int


def clean(
    rows: pl.Series, texts: dict[str, Text], columns: tuple[Column, ...], reading: Reading, findings: Findings
) -> pl.DataFrame:
    """Text cells of any of the dataset's columns -> `row` and typed cells of all of them.

    Adds one finding for each cell that cannot be read. Raises Refused for personal values and open date orders.
    """
    typed = {}
    for column in columns:
        if text := texts.get(column.name):
            words = _stripped(text.words)
            typed[column.name] = text.cells(_READERS[column.kind](_Cells(words, text, rows, column, reading, findings)))
        else:
            typed[column.name] = pl.Series(column.name, [None] * len(rows), dtype=POLARS_TYPES[column.kind])
    return pl.DataFrame({"row": rows, **typed})


def _stripped(words: pl.Series) -> pl.Series:
    if words.str.contains(PLAIN_ID).all() or not words.str.contains(r"^\s|\s$").any():
        return words
    return words.str.strip_chars().replace("", None)


@dataclass
class _Cells:
    """The words of a column (stripped), and where they are. Masks speak of words, findings of rows."""

    words: pl.Series
    place: Text
    rows: pl.Series
    column: Column
    reading: Reading
    findings: Findings

    def find(self, rule: str, found: pl.Series) -> None:
        """A finding for each cell whose word is true."""
        if found.any():
            cells = self.place.cells(found).fill_null(False)
            values = self.place.filter(cells).cells(self.words)
            self.findings.add(rule, self.column.name, self.rows.filter(cells), values)

    def unread(self, rule: str, failed: pl.Series) -> None:
        """A finding for each failed cell; a failed cell that is plainly personal refuses the file instead."""
        if failed.any():
            self.not_personal(failed)
            self.find(rule, failed)

    def not_personal(self, asked: pl.Series, *, names: bool = False) -> None:
        """Raise Refused at the first row whose word is asked about and plainly personal."""
        personal = looks_personal(self.words, names=names) & asked
        if personal.any() and (cells := self.place.cells(personal).fill_null(False)).any():
            raise Refused("personal_value", row=int(self.rows.filter(cells)[0]), column=self.column.name)


def _read_date(cells: _Cells) -> pl.Series:
    dates = cells.words.str.to_date("%Y-%m-%d", strict=False)
    failed = cells.words.is_not_null() & dates.is_null()
    if failed.any():
        dates = dates.zip_with(~failed, _odd_dates(cells, failed))
        cells.unread("wrong_date", cells.words.is_not_null() & dates.is_null())
    if cells.column.past:
        cells.find("future_date", dates > cells.reading.today)
    cells.find("ancient_date", dates < dt.date(1900, 1, 1))
    return dates


def _odd_dates(cells: _Cells, failed: pl.Series) -> pl.Series:
    """ISO date-times, and slashed dates when the partner has said which order they are in."""
    text = cells.words
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}", 1).str.to_date("%Y-%m-%d", strict=False)
    compact = text.str.extract(r"^((?:19|20)\d{6})$", 1).str.to_date("%Y%m%d", strict=False)
    order = cells.reading.date_order
    if order == "iso":
        slashed = cells.place.cells(failed & text.str.contains(SLASHED)).fill_null(False)
        if slashed.any():
            raise Refused("date_order_unknown", row=int(cells.rows.filter(slashed)[0]), column=cells.column.name)
        return pl.select(pl.coalesce(iso, compact)).to_series()
    parts = text.str.extract_groups(_ORDERS[order]).struct
    written = _as_date(parts.field("y"), parts.field("m"), parts.field("d"))
    return pl.select(pl.coalesce(iso, compact, written)).to_series()


def _as_date(year: pl.Series, month: pl.Series, day: pl.Series) -> pl.Series:
    iso = pl.select(pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")).to_series()
    return iso.str.to_date("%Y-%m-%d", strict=False)


def _read_number(cells: _Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Float64, strict=False)
    numbers = (
        numbers.set(~numbers.is_finite().fill_null(True), None)
        if not numbers.is_finite().fill_null(True).all()
        else numbers
    )
    return _numbers_read(cells, numbers)


def _read_integer(cells: _Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Int32, strict=False)
    if (failed := cells.words.is_not_null() & numbers.is_null()).any():
        whole = cells.words.str.extract(r"^([+\-]?\d{1,9})\.0*$", 1).cast(pl.Int32, strict=False)
        numbers = numbers.zip_with(~failed, whole)
    return _numbers_read(cells, numbers)


def _numbers_read(cells: _Cells, numbers: pl.Series) -> pl.Series:
    failed = cells.words.is_not_null() & numbers.is_null()
    if failed.any() and cells.column.hidden_words:
        hidden = failed & cells.words.str.to_lowercase().is_in(list(cells.column.hidden_words)).fill_null(False)
        cells.find("hidden_at_source", hidden)
        failed = failed & ~hidden
    cells.unread("wrong_number", failed)
    return numbers


def _read_code(cells: _Cells) -> pl.Series:
    return _looked_up(cells, VOCABULARIES[cells.column.vocabulary or ""].spellings.get)


def _read_codes(cells: _Cells) -> pl.Series:
    spellings = VOCABULARIES[cells.column.vocabulary or ""].spellings

    def several(text: str) -> str | None:
        words = [spellings.get(part) if part else "" for part in (normal(p) for p in text.split(";"))]
        return None if None in words or not any(words) else ";".join(w or "" for w in words)

    return _looked_up(cells, several, raw=True)


def _looked_up(cells: _Cells, meaning: Callable[[str], str | None], *, raw: bool = False) -> pl.Series:
    words = cells.words.drop_nulls().unique().to_list()
    known = {word: meaning(word if raw else normal(word)) for word in words}
    if all(word == found for word, found in known.items()):
        return cells.words
    codes = cells.words.replace_strict(known, default=None, return_dtype=pl.String)
    cells.unread("not_in_vocabulary", cells.words.is_not_null() & codes.is_null())
    return codes


def _read_text(cells: _Cells) -> pl.Series:
    column, text = cells.column, cells.words
    if column.remove:
        text = text.str.replace_all(column.remove, "").str.to_uppercase()
    failed = ~text.str.contains(column.pattern or ".").fill_null(True)
    cells.unread("wrong_pattern", failed)
    cells.not_personal(text.is_not_null())
    text = text.set(failed, None) if failed.any() else text
    return text.str.slice(0, cells.reading.zip_digits) if column.name == "zip" else text


def _read_identifier(cells: _Cells) -> pl.Series:
    """Ids stay text here; a mangled or malformed one is a finding. Personal values are looked for by intake,
    in each distinct id once."""
    text = cells.words
    odd = ~text.str.contains(PLAIN_ID).fill_null(True)
    if not odd.any():
        return text
    mangled = text.str.contains(MANGLED).fill_null(False)
    cells.unread("mangled_id", mangled)
    nothing = text.str.contains(NO_ID).fill_null(False)
    cells.not_personal(odd & ~nothing, names=True)
    malformed = nothing | ~text.str.contains(LOCAL_ID).fill_null(True)
    cells.unread("wrong_pattern", malformed & ~mangled)
    return text.set(mangled | malformed, None)


_READERS: dict[str, Callable[[_Cells], pl.Series]] = {
    "date": _read_date,
    "number": _read_number,
    "integer": _read_integer,
    "code": _read_code,
    "codes": _read_codes,
    "text": _read_text,
    "identifier": _read_identifier,
}
