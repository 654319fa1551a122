"""What a code of a published system means by its place in the hierarchy (`code_hierarchies.csv`, codes by source).

A range counts only with the check digit, so that a mistyped code is asked about.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
_CHECKED = re.compile(r"(?:(?:CDCREC|HL7|CDC)[ :|]+)?(\d{4})-(\d)", re.IGNORECASE)


def word_of_code(vocabulary: str, text: str) -> str | None:
    """The word of the list that a code stands for; None for any other text."""
    alone, ranges = _codes(vocabulary)
    if found := alone.get(text):
        return found
    code = _CHECKED.fullmatch(text)
    if not code or mod10(code[1]) != int(code[2]):
        return None
    return next((word for first, last, word in ranges if first <= int(code[1]) <= last), None)


def mod10(digits: str) -> int:
    """The check digit of a number as LOINC and CDCREC write it (Luhn: every other digit from the right doubled)."""
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(reversed(digits))]
    return -sum(n // 10 + n % 10 for n in doubled) % 10


@lru_cache(maxsize=64)
def _codes(vocabulary: str) -> tuple[dict[str, str], list[tuple[int, int, str]]]:
    alone: dict[str, str] = {}
    ranges: list[tuple[int, int, str]] = []
    with Path(__file__).with_name("code_hierarchies.csv").open(encoding="utf-8", newline="") as file:
        for row in [row for row in csv.DictReader(file) if row["vocabulary"] == vocabulary]:
            for code in row["codes"].split(";"):
                if row["check"]:
                    first, last = map(int, code.split("-"))
                    ranges.append((first, last, row["word"]))
                else:
                    alone[code] = row["word"]
    return alone, ranges
