"""Cells: text -> typed, nullable columns. What cannot be read becomes null and a finding, never a guess.

Each kind of column first takes the fast road (a whole-column cast or a look-up of the distinct words); only
the words that failed it are looked at again, one by one: what can be read in one way only is repaired and
goes on the receipt.
"""

import datetime as dt
import re
from collections.abc import Callable

import polars as pl

from data.findings import Findings, Refused
from data.reading import repairs
from data.reading.column_words import Cells, One, Reading
from data.reading.repairs import Receipt
from data.reading.text_column import Text
from schemas.datasets.columns import POLARS_TYPES, Column
from schemas.datasets.file_profile import ROW_LEFT_OUT, RepairKind
from schemas.policy.limits import KPA
from schemas.policy.partnership import DateOrder
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.vocabulary import normal

MANGLED = r"^\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
# Most ids: no space, a digit somewhere, and not a number with an exponent. One test lets them pass all others.
PLAIN_ID = (
    r"^(?:[A-Za-z][A-Za-z._:/\-]{0,31}[0-9][A-Za-z0-9._:/\-]{0,31}"
    r"|[0-9][0-9._:/\-]{0,27}(?:[A-DF-Za-df-z][A-Za-z0-9._:/\-]{0,35})?)$"
)
LOCAL_ID = r"^[\p{L}0-9][\p{L}0-9 ._:/#&()\-]{0,63}$"
# Words for "none", and for a total: as ids they would make one person of everyone without an id, or of a whole file.
NO_ID = (
    r"(?i)^(?:n/?a|none|nil|null|nan|unk|unknown|undefined|missing|no id|not (?:available|applicable|known|given)"
    r"|(?:grand |sub ?)?totals?:?|sum|average|mean|count)$"
)

NO_DATE = dt.date(1900, 1, 1)
"""What spreadsheets and databases write for a date that is not there."""

_ZONE = r"(?:Z|UTC|GMT|[ECMP][SD]T|AK[SD]T|HST|AST|(?:UTC|GMT)?[+-]\d{2}:?\d{2})"
TIME_OF_DAY = rf"(?i)[T ,:]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*{_ZONE}?(?: \([\w ]+\))?$"
# Four digits are a time only behind a whole date: in "2 March 2026" they are the year.
HOURS_MINUTES = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[T ](?:[01]\d|2[0-3])[0-5]\d$"


def clean(
    rows: pl.Series,
    texts: dict[str, Text],
    columns: tuple[Column, ...],
    reading: Reading,
    findings: Findings,
    receipt: Receipt,
) -> pl.DataFrame:
    """Text cells of any of the dataset's columns -> `row` and typed cells of all of them.

    Adds one finding for each cell that cannot be read, and every repaired cell to the receipt. Raises Refused for
    personal values and open date orders.
    """
    typed = {}
    for column in columns:
        if text := texts.get(column.name):
            cells = Cells(text.words, text, rows, column, reading, findings, receipt)
            cells.words = _stripped(cells)
            typed[column.name] = text.cells(_READERS[column.kind](cells))
        else:
            typed[column.name] = pl.Series(column.name, [None] * len(rows), dtype=POLARS_TYPES[column.kind])
    return pl.DataFrame({"row": rows, **typed})


def _stripped(cells: Cells) -> pl.Series:
    words = cells.words
    if words.str.contains(PLAIN_ID).all() or not (odd := words.str.contains(r"^\s|\s$").fill_null(False)).any():
        return words
    found = words.str.strip_chars().replace("", None)
    blank = found.is_null()
    cells.repaired("trimmed", odd & ~blank, found)
    return found


def _read_date(cells: Cells) -> pl.Series:
    dates = cells.words.str.to_date("%Y-%m-%d", strict=False)
    failed = cells.words.is_not_null() & dates.is_null()
    if failed.any():
        cells.plain(failed)
        dates = _without_time(cells, dates, failed)
        failed &= dates.is_null() & cells.words.is_not_null()
        order = cells.reading.order(cells.column.name)
        latest = None if cells.column.of_birth else cells.reading.today if cells.column.past else dt.date(2099, 12, 31)
        _asked(cells, failed, order)

        def one(text: str) -> tuple[dt.date, RepairKind] | None:
            if day := repairs.written_date(text, latest):
                return day, "date_written"
            return (day, "date_order") if (day := repairs.ordered_date(text, order, latest)) else None

        dates = dates.zip_with(~failed, cells.each(failed, one, pl.Date))
        failed &= dates.is_null()
        cells.unread("wrong_date", failed & ~cells.nothing(failed))
    if cells.column.past:
        cells.find("future_date", dates > cells.reading.today)
    earliest = dt.date(int(cells.reading.limits.earliest_year.value), 1, 1)
    cells.find("ancient_date", (dates < earliest) | (dates == NO_DATE))
    return dates


def _without_time(cells: Cells, dates: pl.Series, failed: pl.Series) -> pl.Series:
    """Leave times of day out of the failed words: the few days are then looked at, not the many moments."""
    if not cells.may("date_written"):
        return dates
    cells.words = cells.words.zip_with(
        ~failed, cells.words.str.replace(TIME_OF_DAY, "").str.replace(HOURS_MINUTES, "$1")
    )
    again = cells.words.str.to_date("%Y-%m-%d", strict=False)
    cells.repaired("date_written", failed & again.is_not_null(), again)
    return dates.zip_with(~failed, again)


def _asked(cells: Cells, failed: pl.Series, order: DateOrder) -> None:
    """Raise Refused at the first date that can be read in two ways, unless it was said in which."""
    open_words = [w for w in cells.words.filter(failed).drop_nulls().unique().to_list() if repairs.SLASHED.fullmatch(w)]
    if open_words and order in ("iso", "days"):
        slashed = cells.place.cells(failed & cells.words.is_in(open_words)).fill_null(False)
        if slashed.any():
            raise Refused("date_order_unknown", row=int(cells.rows.filter(slashed)[0]), column=cells.column.name)


def _read_number(cells: Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Float64, strict=False)
    if not numbers.is_finite().fill_null(True).all():
        numbers = numbers.set(~numbers.is_finite().fill_null(True), None)
    numbers = _numbers_read(cells, numbers, repairs.number)
    if cells.reading.units.get(cells.column.name) == "kpa" and cells.may("unit"):
        low = (numbers < KPA_BELOW).fill_null(False)
        numbers = numbers.zip_with(~low, (numbers * KPA).round(1))
        cells.repaired("unit", low, numbers)
    return numbers


KPA_BELOW = 50.0
"""In a column whose header says kPa, values under this are kPa: no arterial pressure reaches 50 kPa (375 mmHg)."""


def _read_integer(cells: Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Int32, strict=False)
    if (failed := cells.words.is_not_null() & numbers.is_null()).any():
        whole = cells.words.str.extract(r"^([+\-]?\d{1,9})\.0*$", 1).cast(pl.Int32, strict=False)
        numbers = numbers.zip_with(~failed, whole)
    return _numbers_read(cells, numbers, _whole)


def _whole(text: str) -> tuple[int, RepairKind] | None:
    """A whole number with thousands separators: 1,204 has no other reading where no decimals can be meant."""
    found = repairs.number(text, "whole")
    return (int(found[0]), found[1]) if found and found[1] == "thousands" and found[0].is_integer() else None


def _numbers_read(cells: Cells, numbers: pl.Series, one: One) -> pl.Series:
    failed = cells.words.is_not_null() & numbers.is_null()
    if not failed.any():
        return numbers
    if cells.column.hidden_words:
        hidden = failed & cells.words.str.to_lowercase().is_in(list(cells.column.hidden_words)).fill_null(False)
        cells.find("hidden_at_source", hidden)
        failed = failed & ~hidden
    cells.plain(failed)
    again = cells.words.cast(numbers.dtype, strict=False)
    again = again.set(~again.is_finite().fill_null(True), None) if numbers.dtype.is_float() else again
    numbers = numbers.zip_with(~failed, again)
    failed &= numbers.is_null() & cells.words.is_not_null()
    numbers = numbers.zip_with(~failed, cells.each(failed, one, numbers.dtype))
    failed &= numbers.is_null()
    cells.unread("wrong_number", failed & ~cells.nothing(failed))
    return numbers


def _read_code(cells: Cells) -> pl.Series:
    return _looked_up(cells, VOCABULARIES[cells.column.vocabulary or ""].spellings.get)


def _read_codes(cells: Cells) -> pl.Series:
    spellings = VOCABULARIES[cells.column.vocabulary or ""].spellings
    said = cells.reading.said.words.get(cells.column.name, {})

    def several(text: str) -> str | None:
        for separator in (";", "[;,|/\n]"):
            parts = [normal(part) for part in re.split(separator, text)]
            words = [(said.get(part) or spellings.get(part)) if part else "" for part in parts]
            if None not in words and any(words):
                return ";".join(w or "" for w in words)
        return None

    return _looked_up(cells, several, raw=True)


def _looked_up(cells: Cells, meaning: Callable[[str], str | None], *, raw: bool = False) -> pl.Series:
    said = cells.reading.said.words.get(cells.column.name, {})

    def of(words: pl.Series) -> dict[str, str | None]:
        found = {}
        for word in words.drop_nulls().unique().to_list():
            known = said.get(normal(word)) or meaning(word if raw else normal(word)) or _code_and_label(word, meaning)
            found[word] = known if known == word or cells.may("code_word") else None
        return found

    known = of(cells.words)
    if all(word == found for word, found in known.items()):
        return cells.words
    unknown = cells.words.is_in([w for w, found in known.items() if found is None]).fill_null(False)
    if unknown.any():
        cells.plain(unknown)
        known = of(cells.words)
    out = cells.words.is_in([w for w, found in known.items() if found == ROW_LEFT_OUT]).fill_null(False)
    cells.find("row_left_out", out)
    cells.words = cells.words.set(out, None)
    codes = cells.words.replace_strict(known, default=None, return_dtype=pl.String)
    cells.repaired("code_word", (codes != cells.words).fill_null(False), codes)
    cells.unread("not_in_vocabulary", cells.words.is_not_null() & codes.is_null())
    return codes


def _code_and_label(word: str, meaning: Callable[[str], str | None]) -> str | None:
    """What a code with its label ("01 - Home or self care") or a code as a decimal number ("1.0") means."""
    if whole := re.fullmatch(r"(\d+)\.0", word):
        return meaning(whole[1])
    if found := re.fullmatch(r"([\w.-]{1,12}?)(?: *[:=–—] *| +- +)(\S.*)", word.strip()):
        code, label = meaning(normal(found[1])), meaning(normal(found[2]))
        sure = code == label or (label is None and re.search(r"\d", found[1]))
        return code if sure else None
    return None


def _read_text(cells: Cells) -> pl.Series:
    column = cells.column

    def bare(words: pl.Series) -> pl.Series:
        return words.str.replace_all(column.remove, "").str.to_uppercase() if column.remove else words

    text = bare(cells.words)
    failed = ~text.str.contains(column.pattern or ".").fill_null(True)
    if failed.any():
        cells.plain(failed)
        text = bare(cells.words)
        failed = ~text.str.contains(column.pattern or ".").fill_null(True)
        if column.name in FIVE_DIGITS:
            padded = cells.each(failed, _padded, pl.String)
            text = text.zip_with(padded.is_null(), padded)
            failed &= padded.is_null()
        cells.unread("wrong_pattern", failed & ~cells.nothing(failed))
        text = text.set(failed, None)
    cells.not_personal(text.is_not_null())
    return text.str.slice(0, cells.reading.zip_digits) if column.name == "zip" else text


FIVE_DIGITS = ("zip", "county_fips")


def _padded(text: str) -> tuple[str, RepairKind] | None:
    """Four digits of a code that has five: a spreadsheet has dropped the zero."""
    return (text.zfill(5), "padding") if len(text) == 4 and text.isascii() and text.isdigit() else None


def _read_identifier(cells: Cells) -> pl.Series:
    """Ids stay text here; a mangled or malformed one is a finding. Personal values are looked for by intake,
    in each distinct id once."""
    _whole_ids(cells)
    odd = ~cells.words.str.contains(PLAIN_ID).fill_null(True)
    if not odd.any():
        return cells.words
    cells.plain(odd)
    text = cells.words
    mangled = text.str.contains(MANGLED).fill_null(False)
    cells.unread("mangled_id", mangled)
    nothing = text.str.contains(NO_ID).fill_null(False)
    cells.not_personal(odd & ~nothing, names=True)
    malformed = nothing | ~text.str.contains(LOCAL_ID).fill_null(True)
    cells.unread("wrong_pattern", malformed & ~mangled & ~(nothing & cells.nothing(nothing)))
    return text.set(mangled | malformed, None)


def _whole_ids(cells: Cells) -> None:
    """Take the ".0" off ids that a program has made decimal numbers of."""
    if cells.words.str.ends_with(".0").any() and cells.may("whole_id"):
        whole = cells.words.str.extract(r"^(\d+)\.0$", 1)
        found = whole.is_not_null()
        cells.repaired("whole_id", found, whole)
        cells.words = cells.words.zip_with(~found, whole)


_READERS: dict[str, Callable[[Cells], pl.Series]] = {
    "date": _read_date,
    "number": _read_number,
    "integer": _read_integer,
    "code": _read_code,
    "codes": _read_codes,
    "text": _read_text,
    "identifier": _read_identifier,
}
