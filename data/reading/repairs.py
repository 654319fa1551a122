"""Repairs: what can be read in one way only is read so, and every such cell is on the receipt.

Each function takes the text of one cell and gives the repaired value, or None when it is not its case.
"""

import calendar
import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from schemas.datasets.file_profile import RepairKind
from schemas.policy.limits import KPA

EXAMPLES = 3
DAYS_FROM_1900, DAYS_FROM_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
"""Day 0 of a workbook: Excel for Windows takes 1900 for a leap year; workbooks of old Macs count from 1904."""
_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if n}
_NAMES = {name.casefold() for name in calendar.month_name if name} | {"sept"}
_YMD = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[., ]+", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([A-Za-z]{3,9})\.?[-/., ]*(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})")
# With hyphens and two digits each, the first may be the year.
SLASHED = re.compile(r"(?!\d+-\d+-\d\d$)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
DAY_NUMBER = re.compile(r"([1-5]\d{4})(?:\.\d+)?")
_THOUSANDS = re.compile(r"([-+]?)(\d{1,3}(?:[, ' ]\d{3})+)(\.\d+)?")
_COMMA = re.compile(r"([-+]?\d+),(\d{1,2})")
_UNIT = re.compile(r"([-+]?\d+(?:[.,]\d{1,2})?)\s*(mm\s?\[?hg\]?|kpa)", re.IGNORECASE)
_PERCENT = re.compile(r"([-+]?\d+(?:[.,]\d+)?) ?%")


@dataclass
class Receipt:
    """What was repaired: for each (repair, column) how many cells, and a few examples (in memory only)."""

    made: dict[tuple[RepairKind, str], int] = field(default_factory=dict)
    examples: dict[tuple[RepairKind, str], dict[str, str]] = field(default_factory=dict, repr=False)
    signs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(sign, column) -> how often: what says something only once the whole file is read, such as days above 12."""

    def add(self, kind: RepairKind, column: str, cells: int, before: str, after: object) -> None:
        """Count repaired cells, and keep an example of a value before and after."""
        key = kind, column
        self.made[key] = self.made.get(key, 0) + cells
        known = self.examples.setdefault(key, {})
        if before in known or len(known) < EXAMPLES:
            known[before] = "(blank)" if after is None else str(after)


def written_date(text: str, latest: dt.date | None = None) -> dt.date | None:
    """A day written in one way only: with the year first, or the month as a word.

    `latest`: the last day that a year of two digits may mean, of this century; None where it may mean another one.
    """
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    if found := _YMD.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_MONTH.fullmatch(text):
        return _day(_year(found[3], latest), _month(found[2]), found[1], latest if len(found[3]) == 2 else None)
    if found := _MONTH_DAY.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    return None


def ordered_date(
    text: str, order: str, latest: dt.date | None = None, zero: dt.date = DAYS_FROM_1900
) -> dt.date | None:
    """A day in the order that was said: mdy, dmy, or a spreadsheet's day number (`days`, counted from `zero`).

    `latest` as in `written_date`."""
    if order == "days":
        found = DAY_NUMBER.fullmatch(text)
        return zero + dt.timedelta(days=int(found[1])) if found else None
    if found := SLASHED.fullmatch(text):
        month, day = (found[1], found[3]) if order == "mdy" else (found[3], found[1])
        return _day(_year(found[4], latest), month, day, latest if len(found[4]) == 2 else None)
    return None


def _year(digits: str, latest: dt.date | None) -> str:
    """The year; one of two digits is of this century, or none at all where that may be wrong."""
    return digits if len(digits) == 4 else f"20{digits}" if latest else ""


def _month(word: str) -> int:
    """The number of a month's English name or its three letters; 0 for any other word."""
    low = word.casefold()
    return _MONTHS.get(low[:3], 0) if low in _MONTHS or low in _NAMES else 0


def _day(year: str, month: str | int, day: str, latest: dt.date | None = None) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return None if latest and found > latest else found


def number(text: str, unit: str = "") -> tuple[float, RepairKind] | None:
    """A number with thousands separators, a decimal comma, its unit or a percent sign. `unit`: the column's own."""
    if found := _UNIT.fullmatch(text):
        value = float(found[1].replace(",", "."))
        return (round(value * KPA, 1) if found[2].casefold() == "kpa" else value), "unit"
    if found := _PERCENT.fullmatch(text):
        return round(float(found[1].replace(",", ".")) / 100, 6), "unit"
    if found := _COMMA.fullmatch(text):
        return float(f"{found[1]}.{found[2]}"), "decimal_comma"
    if (found := _THOUSANDS.fullmatch(text)) and (found[3] or unit == "whole"):
        return float(found[1] + re.sub(r"[^\d]", "", found[2]) + (found[3] or "")), "thousands"
    return None
