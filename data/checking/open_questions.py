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


@dataclass(frozen=True)
class Questions:
    """What each column of a table seems to be, and the columns whose dates have to be asked about."""

    matches: tuple[Match, ...]
    dates: tuple[DateQuestion, ...]


def questions(table: TextTable, dataset: Dataset, profile: FileProfile, order: DateOrder) -> Questions:
    """How the columns of a table would be read, and what is open. Raises Refused when no header is found.

    `order`: how the partner writes dates with slashes.
    """
    found = layout(first_lines(table), dataset, profile)
    check_header(found.cells, found.row)
    matches = match(found.cells, found.below, dataset, profile)
    kinds = {c.name: c.kind for c in dataset.named}
    asked = [
        _date_question(m.column, [row[n] for row in found.below if n < len(row)])
        for n, m in enumerate(matches)
        if m.column and kinds[m.column] == "date" and m.column not in profile.date_orders and order == "iso"
    ]
    return Questions(tuple(m for m in matches if m.cell), tuple(q for q in asked if q))


def _date_question(column: str, values: list[str]) -> DateQuestion | None:
    days = [re.sub(HOURS_MINUTES, r"\1", re.sub(TIME_OF_DAY, "", v.strip())) for v in values]
    slashed = [found for v in days if (found := SLASHED.fullmatch(v))]
    numbers = [v for v in days if DAY_NUMBER.fullmatch(v)]
    if slashed:
        first, second = (any(int(found[n]) > 12 for found in slashed) for n in (1, 3))
        likely: DateOrder | None = None if first == second else "dmy" if first else "mdy"
        return DateQuestion(column, tuple(dict.fromkeys(f[0] for f in slashed))[:4], likely)
    # A few stray numbers among dates are findings; a column of them is a spreadsheet's.
    mostly = 2 * len(numbers) > sum(map(bool, days))
    return DateQuestion(column, tuple(dict.fromkeys(numbers))[:4], "days") if mostly else None
