"""A hint for one cell of a finding: what may have been meant. Shown, never applied."""

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable

from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import Dataset
from schemas.policy.limits import KPA
from schemas.policy.rule import LEFT_BLANK
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.vocabulary import normal

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_NUMBER = re.compile(r"[34]\d{4}")
_MOMENT = re.compile(r"(1\d{9})(\d{3})?(?:\.\d+)?")
"""Seconds, or milliseconds, since 1970: what programs write for a moment."""
_NO_DAY = re.compile(r"(?:19|20)\d{2}(?:[-/. ]?Q[1-4]|[-/.]\d{1,2})?|\d{1,2}[-/.](?:19|20)\d{2}", re.IGNORECASE)


def hint(rule: str, column: str | None, value: str | None, dataset: Dataset) -> str:
    """Words for the Hint column; empty when there is nothing to add to "How to fix it"."""
    declared = next((c for c in dataset.columns if c.name == column), None)
    if (check := rule.removesuffix(LEFT_BLANK)) in _HINTS and declared and value is not None:
        return _HINTS[check](value, declared)
    return f"Such as {declared.example}" if rule == "blank_required" and declared else ""


def _word(value: str, column: Column) -> str:
    if not column.vocabulary:
        return ""
    spellings = VOCABULARIES[column.vocabulary].spellings
    for part in value.split(";"):
        known = normal(part)
        if known in spellings:
            continue
        if begun := [word for spelling, word in spellings.items() if known.startswith(f"{spelling} ")]:
            return f"{begun[0]}?"
        close = difflib.get_close_matches(known, [s for s in spellings if s[:1] == known[:1]], n=1, cutoff=0.7)
        return f"{spellings[close[0]]}?" if close else ""
    return ""


def _date(value: str, column: Column) -> str:
    if _DAY_NUMBER.fullmatch(value):
        return "A spreadsheet's day number"
    if found := _MOMENT.fullmatch(value):
        unit = "milliseconds" if found[2] else "seconds"
        return f"{dt.datetime.fromtimestamp(int(found[1]), dt.UTC):%Y-%m-%d}, if it counts {unit} since 1970"
    if _NO_DAY.fullmatch(value):
        return "The day is missing"
    if not (found := _DATE.fullmatch(value)):
        return f"Such as {column.example}"
    year, month, day = map(int, found.groups())
    if not 1 <= month <= 12:
        return "There are 12 months"
    last = calendar.monthrange(year, month)[1]
    return f"{calendar.month_name[month]} has {last} days" if day > last else ""


def _number(value: str, column: Column) -> str:
    plain = re.sub(r"[oO]", "0", value) if re.fullmatch(r"[\doO]+", value) else value.replace(",", "")
    digits = re.match(r"-?\d+(?:\.\d+)?", plain.strip())
    return f"{digits[0]}?" if digits else f"Such as {column.example}"


def _pressure(low: float, high: float) -> Callable[[str, Column], str]:
    def words(value: str, _column: Column) -> str:
        try:
            converted = float(value) * KPA
        except ValueError:
            return ""
        return f"{converted:.0f} mmHg, if this is kPa" if low <= converted <= high else ""

    return words


def _example(_value: str, column: Column) -> str:
    return f"Such as {column.example}"


_HINTS: dict[str, Callable[[str, Column], str]] = {
    "not_in_vocabulary": _word,
    "wrong_date": _date,
    "wrong_number": _number,
    "wrong_pattern": _example,
    "systolic_implausible": _pressure(60, 260),
    "diastolic_implausible": _pressure(30, 160),
}
