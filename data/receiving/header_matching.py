"""Which column of a dataset a header cell names, surely or perhaps.

Sure is what was said before or is a name or synonym of the column. What is only alike, or has fitting contents,
is proposed to the person and never used unasked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.datasets.file_profile import FileProfile
from schemas.vocabularies.code_lists import VOCABULARIES, YES_NO
from schemas.vocabularies.vocabulary import normal

How = Literal["profile", "name", "similar", "content", "none"]
SIMILAR_FROM = 0.6
_SHORT_FORMS = """
patient: pt pat client cliente paciente member person mrn
date: dt day on time datetime fecha
birth: dob born birthday nacimiento
systolic: sys syst sbp
diastolic: dia diast dbp
admit: adm admsn admission admitted
discharge: disch dc discharged dischg
diagnosis: dx
encounter: enc visit
account: acct acc
class: type
id: num no number nr identifier numero número
language: lang idioma
ethnicity: eth ethnic
payer: ins insurance coverage
zip: postal postcode zipcode
screen: screening screened scr tested tamizaje encuesta survey
measured: taken reading measurement obs observation
disposition: dispo disp
start: begin from
end: through
numerator: num. numer
denominator: denom
hospital: facility hosp
setting: where place location
sex: gender sexo
instrument: questionnaire tool
"""
_SHORT = {
    word: meaning
    for line in _SHORT_FORMS.strip().splitlines()
    for meaning, words in [line.split(": ")]
    for word in words.split()
}
_UNITS = {"mmhg", "mm", "hg", "kpa", "k", "pa"}
_NOISE = {
    "of", "the", "de", "del", "la", "en", "casa", "in", "at", "a", "for", "value", "bp", "blood", "pressure", "field",
    "yyyy", "dd", "mmddyyyy", "code", "text", "desc", "primary", "main", "current", "service", "performed",
}  # fmt: skip
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4}|(?:19|20)\d{6}")
_PAIR = re.compile(r"\s*\d{2,3}\s*/\s*\d{2,3}\s*(?:mm ?hg)?\s*", re.IGNORECASE)
_SOME_DAY = re.compile(r"\D*\d{1,4}(?:\D|\d{4})\D*\d|[1-5]\d{4}$|\d{8}")
_SOME_NUMBER = re.compile(r"[-+<]?[.,]?\d+(?!\d*/)")
_QUESTION = re.compile(
    r"^(?:q|p|item|question|pregunta|hvs|hfssm|usda)[ _.#-]*\d{1,2}[a-z]?$|\?$"
    r"|worr|\bfood\b|\blast|hungr|\bmeals?\b|\beat|comida|alimento|hambre",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Match:
    """A header cell, what it is (`Dataset.named`; None: nothing), how that is known, and values below it."""

    cell: str
    column: str | None
    how: How
    examples: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it may be used unasked."""
        return self.how in ("profile", "name")


def match(cells: Sequence[str], below: Sequence[Sequence[str]], dataset: Dataset, profile: FileProfile) -> list[Match]:
    """One match for each header cell. `below`: some rows of the file, to look at contents and for examples.

    No column is matched twice, except where two cells surely name it: that is for the caller to refuse.
    """
    columns = [_values(below, place) for place in range(len(cells))]
    sure = zip(cells, surely(cells, dataset, profile), columns, strict=True)
    found = [_sure(cell, column, values, profile) for cell, column, values in sure]
    kinds = {c.name: c.kind for c in dataset.named}
    taken = {part for m in found if m.column for part in dataset.parts(m.column)}

    def take(place: int, name: str, how: How) -> None:
        found[place] = Match(cells[place], name, how, found[place].examples)
        taken.update(dataset.parts(name))

    for score, place, name in sorted(_similar(found, dataset), key=lambda a: (a[0], -a[1], a[2]), reverse=True):
        free = not taken & set(dataset.parts(name)) or dataset.holds_several(name)
        if score >= SIMILAR_FROM and found[place].how == "none" and free and _may_be(columns[place], kinds[name]):
            take(place, name, "similar")
    for column in dataset.named:
        fits = [n for n, m in enumerate(found) if m.how == "none" and _fits(cells[n], columns[n], column)]
        if column.kind == "codes" and not column.ticked:
            for n in fits if column.name not in taken else []:
                take(n, column.name, "content")
        elif len(fits) == 1 and not taken & set(dataset.parts(column.name)):
            take(fits[0], column.name, "content")
    return found


def surely(cells: Sequence[str], dataset: Dataset, profile: FileProfile) -> tuple[Column | None, ...]:
    """What each header cell surely names. Two values in one cell are left alone where the file has them singly too."""
    named = {c.name: c for c in dataset.named}
    found = [
        profile.columns[word] if (word := normal(cell)) in profile.columns else _names(dataset.name).get(word)
        for cell in cells
    ]  # fmt: skip
    single = {name for name in found if name and "/" not in name}
    return tuple(
        named.get(name or "")
        if normal(cell) in profile.columns or not (name and "/" in name and single & set(dataset.parts(name)))
        else None
        for cell, name in zip(cells, found, strict=True)
    )


def likeness_of(found: Match) -> float:
    """How much a matched cell speaks for its dataset, from 0 to 1."""
    return (
        {"profile": 1.0, "name": 1.0, "similar": 0.7, "content": 0.6, "none": 0.0}[found.how] if found.column else 0.0
    )


def likeness(cell: str, dataset: Dataset) -> float:
    """How much a cell looks like a header of the dataset: 1 for a name or synonym, less when only alike, else 0."""
    word = normal(cell)
    if word in _names(dataset.name):
        return 1.0
    # Nearly all cells of a file are values, which share no word with any name.
    if len(word) > 60 or _tokens(cell).isdisjoint(_all_words(dataset.name)):
        return 0.0
    best = max(_score(cell, column, dataset.name) for column in range(len(dataset.named)))
    return 0.7 * best if best >= SIMILAR_FROM else 0.0


def _values(below: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in below if place < len(row) and row[place].strip()]


# Recognizing a file asks for these again with each line: without this cache it takes twice as long.
@lru_cache(maxsize=32)
def _names(dataset: str) -> dict[str, str]:
    columns = DATASETS[dataset].named
    return {normal(word): c.name for c in columns for word in c.synonyms} | {normal(c.name): c.name for c in columns}


def _sure(cell: str, column: Column | None, values: list[str], profile: FileProfile) -> Match:
    examples = tuple(dict.fromkeys(values))[:3]
    if normal(cell) in profile.columns:
        return Match(cell, column.name if column else None, "profile", examples)
    return Match(cell, column.name if column else None, "name" if column else "none", examples)


def _similar(found: list[Match], dataset: Dataset) -> list[tuple[float, int, str]]:
    return [
        (_score(m.cell, n, dataset.name), place, column.name)
        for place, m in enumerate(found)
        if m.how == "none" and len(m.cell) <= 60
        for n, column in enumerate(dataset.named)
    ]


# The same cells come back for each candidate line: with this cache a file is recognized in a sixth of the time.
@lru_cache(maxsize=4096)
def _score(cell: str, column: int, dataset: str) -> float:
    """How alike the words of a header cell and of a column's names are: shared words among all their words."""
    mine = _tokens(cell)
    return max(_shared(mine, theirs) for theirs in _declared(dataset)[column]) if mine else 0.0


# Each cell of the first lines is held against all of them: split anew for each, that was half of checking a small file.
@lru_cache(maxsize=32)
def _declared(dataset: str) -> list[list[frozenset[str]]]:
    """The words of each name and synonym of each column."""
    return [[_tokens(name) for name in (c.name, *c.synonyms)] for c in DATASETS[dataset].named]


@lru_cache(maxsize=32)
def _all_words(dataset: str) -> frozenset[str]:
    """The words of all names and synonyms of all columns."""
    return frozenset(word for names in _declared(dataset) for words in names for word in words)


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if theirs else 0.0


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    parts = re.findall(r"[^\W\d_]+|\d+", normal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).replace("#", " id "))
    words = frozenset(_SHORT.get(p, p) for p in parts) - _UNITS
    return words - _NOISE or words


def _fits(cell: str, values: list[str], column: Column) -> bool:
    """Whether the values below a cell can well be of this column: days where one is needed, two values with a stroke,
    or words of its list."""
    if len(values) < 3:
        return False
    if column.kind == "date":
        return column.required and all(map(looks_like_date, values))
    if column.kind == "pair":
        return sum(bool(_PAIR.fullmatch(value)) for value in values) >= 0.8 * len(values)
    if column.vocabulary and column.vocabulary != "yes_no" and column.kind != "tick":
        spellings = VOCABULARIES[column.vocabulary].spellings
        words = [normal(part) for value in values for part in value.split(";")]
        known = {w for w in words if w in spellings and not _NUMBER.fullmatch(w)}
        # Yes and no are answers to anything: below other words than a question they say nothing.
        telling = len(known) > 1 and not known <= set(YES_NO.spellings)
        asked = column.vocabulary == "screen_answer" and bool(_QUESTION.search(cell))
        return (telling or asked) and 2 * sum(w in known for w in words) >= len(words)
    return False


def _may_be(values: list[str], kind: str) -> bool:
    """Whether some value below a cell can be of this kind, or there is none to tell by."""
    form = {"date": _SOME_DAY, "number": _SOME_NUMBER, "integer": _SOME_NUMBER, "pair": _PAIR}.get(kind)
    return not form or not values or any(form.match(value) for value in values)


def looks_like_date(text: str) -> bool:
    """Whether a cell is written like a day."""
    return bool(_DATE.fullmatch(text.strip()))


def looks_like_value(text: str) -> bool:
    """Whether a cell is a day or a number, which no header cell is."""
    return bool(_NUMBER.fullmatch(text.strip())) or looks_like_date(text)
