"""A file profile in words: how a partner's files are read, as it said itself."""

from collections.abc import Iterator

from pages.components.wording.count_words import listed, many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import AS_IT_STANDS, READ_AS_BLANK, REPAIRS, ROW_LEFT_OUT, FileProfile, RepairKind
from schemas.policy.partner import DateOrder
from schemas.vocabularies.code_lists import VOCABULARIES

ORDERS: dict[DateOrder, str] = {
    "mdy": "Month first, as 03/31/2026",
    "dmy": "Day first, as 31/03/2026",
    "days": "Day numbers of a spreadsheet",
    "iso": "Year first, as 2026-03-31",
}
_MEANINGS = {
    READ_AS_BLANK: "Nothing: read as blank",
    ROW_LEFT_OUT: "Not a record: the row is left out",
    AS_IT_STANDS: "A real value",
}
Line = tuple[str, str, str]
"""What is said, of which name or word in the file, and what it means."""


def lines(profile: FileProfile, dataset: str) -> list[Line]:
    """Everything that a file profile says, one line each."""
    return [*_columns(profile), *_dates(profile), *_words(profile, dataset), *_others(profile, dataset)]


def summary(profile: FileProfile) -> str:
    """How much it says, such as "3 columns, 1 order of dates and 2 words"; empty for nothing."""
    words = [meaning for said in profile.words.values() for meaning in said.values()]
    counts = [
        (len(profile.columns), "column", ""),
        (len(profile.date_orders), "order of dates", "orders of dates"),
        (len(words), "word", ""),
        (len(profile.every_row), "word for every row", "words for every row"),
        (len(profile.units), "unit", ""),
        (len(profile.unrepaired), "repair refused", "repairs refused"),
    ]
    return listed([many(count, one, several) for count, one, several in counts if count])


def _columns(profile: FileProfile) -> Iterator[Line]:
    for header, name in profile.columns.items():
        yield "Column", f"“{header}”", _shown(name) if name else "Not used"


def _dates(profile: FileProfile) -> Iterator[Line]:
    for header, order in profile.date_orders.items():
        yield "Dates", f"“{_shown(header)}”", ORDERS[order]


def _words(profile: FileProfile, dataset: str) -> Iterator[Line]:
    lists = {c.name: VOCABULARIES[c.vocabulary] for c in DATASETS[dataset].columns if c.vocabulary}
    for column, said in profile.words.items():
        for word, meaning in said.items():
            meant = _MEANINGS.get(meaning) or (lists[column].label(meaning) if column in lists else meaning)
            yield "Word", f"“{word}” in {_shown(column)}", meant


def _others(profile: FileProfile, dataset: str) -> Iterator[Line]:
    lists = {c.name: VOCABULARIES[c.vocabulary] for c in DATASETS[dataset].columns if c.vocabulary}
    for column, word in profile.every_row.items():
        yield "Every row", _shown(column), lists[column].label(word) if column in lists else word
    for column in profile.units:
        yield "Unit", _shown(column), "Kilopascals, converted to mmHg"
    for text in profile.unrepaired:
        kind, column = text.split("/", 1)
        yield "Left as it is", _shown(column), f"Not done: {_title(kind)}"


def _title(kind: str) -> str:
    known: dict[RepairKind, tuple[str, str]] = REPAIRS
    return next((title for name, (title, _) in known.items() if name == kind), kind).lower()


def _shown(name: str) -> str:
    return name.replace("_", " ").replace("/", " and ").replace(":", ": ")
