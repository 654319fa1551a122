"""Matching: which column of a dataset a header cell names, surely or perhaps.

Sure is what was said before or is a name or synonym of the column. What is only alike, or has fitting contents,
is proposed to the person and never used unasked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from schemas.columns import Column
from schemas.datasets import DATASETS, Dataset
from schemas.said import Said
from schemas.vocabularies import VOCABULARIES
from schemas.vocabulary import normal

How = Literal["said", "name", "alike", "content", "none"]
ALIKE_FROM = 0.6
_SHORT_FORMS = """
patient: pt pat client member person mrn
date: dt day on
birth: dob born birthday
systolic: sys syst sbp
diastolic: dia diast dbp
admit: adm admission admitted
discharge: disch dc discharged
diagnosis: dx
encounter: enc visit
id: num no number nr identifier
language: lang
ethnicity: eth ethnic
payer: ins insurance coverage
zip: postal postcode zipcode
screen: screening screened scr tested
measured: taken reading measurement obs observation
disposition: dispo
numerator: num. numer
denominator: denom
hospital: facility
setting: where place location
sex: gender
instrument: questionnaire tool
"""
_SHORT = {
    word: meaning
    for line in _SHORT_FORMS.strip().splitlines()
    for meaning, words in [line.split(": ")]
    for word in words.split()
}
_NOISE = {"of", "the", "in", "at", "a", "for", "mmhg", "mm", "hg", "value", "bp", "blood", "pressure", "field", "yyyy",
          "dd", "mmddyyyy", "code", "text", "desc", "primary", "main", "current", "service", "performed"}  # fmt: skip
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4}|(?:19|20)\d{6}")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Match:
    """A header cell, the column that it names (None: none), how that is known, and values below it."""

    cell: str
    column: str | None
    how: How
    examples: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it may be used unasked."""
        return self.how in ("said", "name")


def match(cells: Sequence[str], below: Sequence[Sequence[str]], dataset: Dataset, said: Said) -> list[Match]:
    """One match for each header cell. `below`: some rows of the file, to look at contents and for examples.

    No column is matched twice, except where two cells surely name it: that is for the caller to refuse.
    """
    columns = [_values(below, place) for place in range(len(cells))]
    found = [_sure(cell, values, dataset, said) for cell, values in zip(cells, columns, strict=True)]
    taken = {m.column for m in found if m.column}
    for score, place, name in sorted(_alike(found, dataset), reverse=True):
        if score >= ALIKE_FROM and found[place].how == "none" and name not in taken:
            found[place] = Match(cells[place], name, "alike", found[place].examples)
            taken.add(name)
    for column in dataset.columns:
        if column.name not in taken:
            fits = [n for n, m in enumerate(found) if m.how == "none" and _fits(columns[n], column)]
            if len(fits) == 1:
                found[fits[0]] = Match(cells[fits[0]], column.name, "content", found[fits[0]].examples)
                taken.add(column.name)
    return found


def surely(cell: str, dataset: Dataset, said: Said) -> Column | None:
    """The column that a header cell surely names."""
    return next((c for c in dataset.columns if c.name == _sure(cell, [], dataset, said).column), None)


def likeness(cell: str, dataset: Dataset) -> float:
    """How much a cell looks like a header of the dataset: 1 for a name or synonym, less when only alike, else 0."""
    word = normal(cell)
    if word in _names(dataset.name):
        return 1.0
    scores = [_score(cell, column, dataset.name) for column in range(len(dataset.columns))] if len(word) <= 60 else []
    best = max(scores, default=0.0)
    return 0.7 * best if best >= ALIKE_FROM else 0.0


def _values(below: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in below if place < len(row) and row[place].strip()]


@lru_cache(maxsize=32)
def _names(dataset: str) -> dict[str, str]:
    columns = DATASETS[dataset].columns
    return {normal(word): c.name for c in columns for word in c.synonyms} | {normal(c.name): c.name for c in columns}


def _sure(cell: str, values: list[str], dataset: Dataset, said: Said) -> Match:
    examples, word = tuple(dict.fromkeys(values))[:3], normal(cell)
    if word in said.columns:
        return Match(cell, said.columns[word] or None, "said", examples)
    name = _names(dataset.name).get(word)
    return Match(cell, name, "name" if name else "none", examples)


def _alike(found: list[Match], dataset: Dataset) -> list[tuple[float, int, str]]:
    return [
        (_score(m.cell, n, dataset.name), place, column.name)
        for place, m in enumerate(found)
        if m.how == "none" and len(m.cell) <= 60
        for n, column in enumerate(dataset.columns)
    ]


@lru_cache(maxsize=4096)
def _score(cell: str, column: int, dataset: str) -> float:
    """How alike the words of a header cell and of a column's names are: shared words among all their words."""
    mine, declared = _tokens(cell), DATASETS[dataset].columns[column]
    if not mine:
        return 0.0
    return max(_shared(mine, _tokens(name)) for name in (declared.name, *declared.synonyms))


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if theirs else 0.0


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    parts = re.findall(r"[a-z]+|\d+", normal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).replace("#", " id "))
    return frozenset(_SHORT.get(p, p) for p in parts) - _NOISE or frozenset(_SHORT.get(p, p) for p in parts)


def _fits(values: list[str], column: Column) -> bool:
    """Whether the values below a cell can well be of this column: days where one is needed, or words of its list."""
    if len(values) < 3:
        return False
    if column.kind == "date":
        return column.required and all(map(looks_like_date, values))
    if column.vocabulary and column.vocabulary != "yes_no":
        spellings = VOCABULARIES[column.vocabulary].spellings
        words = [normal(part) for value in values for part in value.split(";")]
        known = {w for w in words if w in spellings and not _NUMBER.fullmatch(w)}
        return len(known) > 1 and sum(w in known for w in words) >= 0.5 * len(words)
    return False


def looks_like_date(text: str) -> bool:
    """Whether a cell is written like a day."""
    return bool(_DATE.fullmatch(text.strip()))


def looks_like_value(text: str) -> bool:
    """Whether a cell is a day or a number, which no header cell is."""
    return bool(_NUMBER.fullmatch(text.strip())) or looks_like_date(text)
