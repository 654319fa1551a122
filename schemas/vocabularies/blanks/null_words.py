"""Words for nothing: one list for every kind of column (`null_words.csv`, words by meaning and source).

Nothing is no value at all. Where a column's list tells them apart, not known and declined to say are words of it.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
_MARKS = re.compile(r"-+|\.+|\?+|_+|\*{3,}|[–—]+")
_ZERO_DAY = re.compile(r"0000-00-00(?:[T ]00:00:00(?:\.0+)?)?|00/00/(?:00)?00|0/0/(?:00)?00")


@lru_cache(maxsize=1)
def null_words() -> dict[str, frozenset[str]]:
    """Meaning (nothing, unknown, declined, filler) -> its words, in lower case."""
    with Path(__file__).with_name("null_words.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["meaning"], row["words"].casefold().split(";")) for row in csv.DictReader(file)]
    return {meaning: frozenset(w for m, words in rows if m == meaning for w in words) for meaning, _ in rows}


@lru_cache(maxsize=4096)
def is_nothing(text: str) -> bool:
    """Whether a cell says in words or marks that there is no value."""
    word = " ".join(text.casefold().split())
    known = null_words()
    return bool(_MARKS.fullmatch(word)) or word in known["nothing"] or word in _PLAINLY_UNKNOWN


_PLAINLY_UNKNOWN = {"unk", "unknown", "not known", "ni", "nask", "asku", "not reported"}


def is_no_day(text: str) -> bool:
    """Whether a cell is what databases write for a day that is not there (0000-00-00 in MySQL)."""
    return bool(_ZERO_DAY.fullmatch(text.strip()))
