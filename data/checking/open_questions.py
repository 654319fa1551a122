"""What has to be asked about a table before it can be checked: its columns, and the order of its dates."""

import re
from dataclasses import dataclass

from data.personal_identifiers import check_header
from data.reading.date_cells import HOURS_MINUTES, TIME_OF_DAY
from data.reading.repairs import DAY_NUMBER, SLASHED
from data.receiving.header_matching import Match, match
from data.receiving.table_layout import first_lines, layout
from data.receiving.text_table import TextTable
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.file_profile import FileProfile
from schemas.policy.partner import DateOrder


@dataclass(frozen=True)
class DateQuestion:
    """A column whose dates can be read in several ways: examples, and what the first rows speak for, if anything."""

    column: str
    examples: tuple[str, ...]
    likely: DateOrder | None
    key: str = ""
    """What the file profile calls its header cell: the answer holds for this header."""


@dataclass(frozen=True)
class Questions:
    """What each column of a table seems to be, and the columns whose dates have to be asked about."""

    matches: tuple[Match, ...]
    dates: tuple[DateQuestion, ...]
    from_1904: bool = False
    """Whether day numbers are a workbook's that counts from 1904."""


def questions(table: TextTable, dataset: Dataset, profile: FileProfile, order: DateOrder) -> Questions:
    """How the columns of a table would be read, and what is open. Raises Refused when no header is found.

    `order`: how the partner writes dates with slashes.
    """
    found = layout(first_lines(table), dataset, profile)
    check_header(found.cells, found.row)
    matches = match(found.cells, found.below, dataset, profile)
    kinds = {c.name: c.kind for c in dataset.named}
    asked = [
        question
        for n, m in enumerate(matches)
        if m.column and kinds[m.column] == "date"
        and (question := _date_question(m, [row[n] for row in found.below if n < len(row)]))
        and _is_open(question, profile.date_orders.get(m.key, profile.date_orders.get(m.column, order)))
    ]  # fmt: skip
    return Questions(tuple(m for m in matches if m.cell), tuple(asked), "other_day_zero" in table.marks)


def _is_open(question: DateQuestion, said: DateOrder) -> bool:
    """Whether it was not said how these dates are written, or the first rows can only be written otherwise."""
    return said == "iso" or (question.likely is not None and question.likely != said)


def _date_question(match: Match, values: list[str]) -> DateQuestion | None:
    days = [re.sub(HOURS_MINUTES, r"\1", re.sub(TIME_OF_DAY, "", v.strip())) for v in values]
    slashed = [found for v in days if (found := SLASHED.fullmatch(v))]
    numbers = [v for v in days if DAY_NUMBER.fullmatch(v)]
    if slashed:
        first, second = (any(int(found[n]) > 12 for found in slashed) for n in (1, 3))
        likely: DateOrder | None = None if first == second else "dmy" if first else "mdy"
        return DateQuestion(match.column or "", tuple(dict.fromkeys(f[0] for f in slashed))[:4], likely, match.key)
    # A few stray numbers among dates are findings; a column of them is a spreadsheet's.
    mostly = 2 * len(numbers) > sum(map(bool, days))
    return DateQuestion(match.column or "", tuple(dict.fromkeys(numbers))[:4], "days", match.key) if mostly else None
