"""How the field's own systems name the columns of our datasets: `header_names.csv`, names by column and source."""

import csv
import re
from functools import lru_cache
from pathlib import Path

from schemas.vocabularies.headers.header_parts import spelled

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
ALL = "*"
"""In place of a dataset: all that have such a column."""
NONE_OF_OURS = "-"
"""In place of a column: names of a system that are no column of ours, and sound like one or like a person's."""
BEST_RANK, USUAL_RANK = 1, 2
"""Of a name: 1 wins over the others where a file has several columns for one of ours, as our own names do. 3 counts
only without others and where its values can be the column's, 4 only where there is no 3 either."""


def squeezed(name: str) -> str:
    """A name without case, accents, blanks and marks: PAT_MRN_ID, PatMrnId and "Pat MRN ID" are one name."""
    return re.sub(r"[\W_]+", "", spelled(name).casefold())


@lru_cache(maxsize=32)
def known_names(dataset: str) -> dict[str, dict[str, int]]:
    """What a column of a file can be -> its names (squeezed), each with its rank."""
    found: dict[str, dict[str, int]] = {}
    for row in _rows(dataset):
        found.setdefault(row["column"], {}).update({squeezed(n): int(row["rank"]) for n in row["names"].split(";")})
    return found


@lru_cache(maxsize=32)
def written_names(dataset: str) -> dict[str, dict[str, int]]:
    """What a column of a file can be -> its names as they are written, each with its rank."""
    found: dict[str, dict[str, int]] = {}
    for row in _rows(dataset):
        found.setdefault(row["column"], {}).update(dict.fromkeys(row["names"].split(";"), int(row["rank"])))
    return found


def _rows(dataset: str) -> list[dict[str, str]]:
    return [row for row in _table() if row["dataset"] in (ALL, dataset)]


@lru_cache(maxsize=1)
def _table() -> list[dict[str, str]]:
    with Path(__file__).with_name("header_names.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
