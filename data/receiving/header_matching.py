"""Which column of a dataset a header cell names, surely or perhaps.

Sure is what was said before or is a name or synonym of the column. What is only alike, or has fitting contents,
is proposed to the person and never used unasked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from data.receiving.column_evidence import FEWEST, contradicted, fits, looks_like_date, may_be
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.datasets.file_profile import FileProfile, header_keys
from schemas.vocabularies.header_names import NONE_OF_OURS, USUAL_RANK, known_names, squeezed, written_names
from schemas.vocabularies.vocabulary import normal

How = Literal["profile", "name", "similar", "content", "none"]
SIMILAR_FROM = 0.6
_SHORT_FORMS = """
patient: pt pat client cliente paciente member person mrn
date: dt day on time datetime fecha instant dtm
birth: dob born birthday nacimiento
systolic: sys syst sbp top
diastolic: dia diast dbp bottom
admit: adm admsn admission admitted
discharge: disch dc discharged dischg
diagnosis: dx
encounter: enc visit
account: acct acc
class: type
id: num no nbr number nr ident identifier numero número
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
    "yyyy", "dd", "mmddyyyy", "code", "text", "desc", "dsc", "cd",
    "dts", "flg", "txt", "val", "source", "concept", "primary", "most", "recent", "latest", "reported", "c", "main",
    "current", "service", "performed",
}  # fmt: skip
_OF_THE_PATIENT = {"id", "account", "name", "key", "identity", "record", "chart", "reference"}


@dataclass(frozen=True)
class Match:
    """A header cell, what it is (`Dataset.named`; None: nothing), how that is known, and values below it. `key`: what
    the file profile calls it."""

    cell: str
    column: str | None
    how: How
    examples: tuple[str, ...] = ()
    key: str = ""

    @property
    def sure(self) -> bool:
        """Whether it may be used unasked."""
        return self.how in ("profile", "name")


def match(cells: Sequence[str], below: Sequence[Sequence[str]], dataset: Dataset, profile: FileProfile) -> list[Match]:
    """One match for each header cell. `below`: some rows of the file, to look at contents and for examples.

    No column is matched twice, except where two cells surely name it: that is for the caller to refuse.
    """
    columns = [_values(below, place) for place in range(len(cells))]
    sure = zip(cells, header_keys(cells), surely(cells, below, dataset, profile), columns, strict=True)
    found = [_sure(cell, key, column, values, profile) for cell, key, column, values in sure]
    kinds = {c.name: c.kind for c in dataset.named}
    taken = {part for m in found if m.column for part in dataset.parts(m.column)}

    def take(place: int, name: str, how: How) -> None:
        found[place] = replace(found[place], column=name, how=how)
        taken.update(dataset.parts(name))

    for score, place, name in sorted(_similar(found, dataset), key=lambda a: (a[0], -a[1], a[2]), reverse=True):
        free = not taken & set(dataset.parts(name)) or dataset.holds_several(name)
        can = may_be(columns[place], kinds[name]) and not contradicted(_named(dataset)[name], columns[place])
        if score >= SIMILAR_FROM and found[place].how == "none" and free and can:
            take(place, name, "similar")
    for column in dataset.named:
        fitting = [n for n, m in enumerate(found) if m.how == "none" and fits(cells[n], columns[n], column)]
        if column.kind == "codes" and not column.ticked:
            for n in fitting if column.name not in taken else []:
                take(n, column.name, "content")
        elif len(fitting) == 1 and not taken & set(dataset.parts(column.name)):
            take(fitting[0], column.name, "content")
    return found


def surely(
    cells: Sequence[str], below: Sequence[Sequence[str]], dataset: Dataset, profile: FileProfile
) -> tuple[Column | None, ...]:
    """What each header cell surely names: what was said, else a name of the column whose values can be its.

    Of several names of one column the better ranked is it, and of a day and the same day with its time the first. Two
    values in one cell are left alone where the file has them singly too.
    """
    named, names = _named(dataset), _names(dataset.name)
    found: list[str | None] = []
    ranks: list[int] = []
    for place, (cell, key) in enumerate(zip(cells, header_keys(cells), strict=True)):
        if key in profile.columns:
            said = profile.columns[key]
            # What was said of a name holds until the values show that it cannot be: then it is asked again.
            wrong = said in named and contradicted(named[said], _values(below, place), said_so=True)
            found.append(None if wrong else said)
            ranks.append(0)
            continue
        name, rank = names.get(squeezed(cell), (None, USUAL_RANK))
        own = name and squeezed(cell) == squeezed(name)
        if name and not own and contradicted(named[name], _values(below, place)):
            name = None
        found.append(name)
        ranks.append(rank)
    best = {name: min(r for n, r in zip(found, ranks, strict=True) if n == name) for name in found if name}
    single = {name for name in found if name and "/" not in name}

    def stands(name: str | None, rank: int) -> bool:
        if not name or rank == 0:
            return True
        alone = "/" not in name or not single & set(dataset.parts(name))
        return alone and (rank == best[name] or dataset.holds_several(name))

    kept = [n if stands(n, r) else None for n, r in zip(found, ranks, strict=True)]
    return tuple(named.get(n or "") if not _is_same_day(place, kept, below) else None for place, n in enumerate(kept))


def _is_same_day(place: int, found: Sequence[str | None], below: Sequence[Sequence[str]]) -> bool:
    """Whether a cell before this one names the same column, and the values below both are the same days."""
    twins = [first for first in range(place) if found[place] and found[first] == found[place]]
    pairs = [[(row[t].strip()[:10], row[place].strip()[:10]) for row in below if place < len(row)] for t in twins]
    return any(
        len(days) >= FEWEST and all((a == b and looks_like_date(a)) or a == b == "" for a, b in days) for days in pairs
    )


def likeness_of(found: Match) -> float:
    """How much a matched cell speaks for its dataset, from 0 to 1."""
    return (
        {"profile": 1.0, "name": 1.0, "similar": 0.7, "content": 0.6, "none": 0.0}[found.how] if found.column else 0.0
    )


def likeness(cell: str, dataset: Dataset) -> float:
    """How much a cell looks like a header of the dataset: 1 for a name or synonym, less when only alike, else 0."""
    if len(cell) <= 120 and squeezed(cell) in _names(dataset.name):
        return 1.0
    # Nearly all cells of a file are values, which share no word with any name.
    if len(cell) > 60 or _tokens(cell).isdisjoint(_all_words(dataset.name)):
        return 0.0
    best = max(_score(cell, column, dataset.name) for column in range(len(dataset.named)))
    return 0.7 * best if best >= SIMILAR_FROM else 0.0


def _values(below: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in below if place < len(row) and row[place].strip()]


# Recognizing a file asks for these again with each line: without this cache it takes twice as long.
@lru_cache(maxsize=32)
def _names(dataset: str) -> dict[str, tuple[str, int]]:
    """A name without blanks and marks -> the column, and the rank of the name among the column's."""
    columns, table = DATASETS[dataset].named, known_names(dataset)
    ours = {c.name for c in columns}
    found = {name: (c, rank) for c, names in table.items() if c in ours for name, rank in names.items()}
    for c in columns:
        for name in map(squeezed, (*c.synonyms, c.name)):
            if c.kind != "tick" or name not in found:
                found[name] = (c.name, table.get(c.name, {}).get(name, USUAL_RANK))
    return found


def _named(dataset: Dataset) -> dict[str, Column]:
    return {c.name: c for c in dataset.named}


def _sure(cell: str, key: str, column: Column | None, values: list[str], profile: FileProfile) -> Match:
    examples = tuple(dict.fromkeys(values))[:3]
    stands = key in profile.columns and (column is not None or not profile.columns[key])
    how: How = "profile" if stands else "name" if column else "none"
    return Match(cell, column.name if column else None, how, examples, key)


def _similar(found: list[Match], dataset: Dataset) -> list[tuple[float, int, str]]:
    foreign = known_names(dataset.name).get(NONE_OF_OURS, {})
    return [
        (_score(m.cell, n, dataset.name), place, column.name)
        for place, m in enumerate(found)
        if m.how == "none" and len(m.cell) <= 60 and squeezed(m.cell) not in foreign
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
    """The words of each name and synonym of each column, and of its names in the field's systems."""
    table = written_names(dataset)
    return [
        list(dict.fromkeys(_tokens(name) for name in (c.name, *c.synonyms, *table.get(c.name, ()))))
        for c in DATASETS[dataset].named
    ]


@lru_cache(maxsize=32)
def _all_words(dataset: str) -> frozenset[str]:
    """The words of all names and synonyms of all columns."""
    return frozenset(word for names in _declared(dataset) for words in names for word in words)


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if theirs else 0.0


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    parts = re.findall(r"[^\W\d_]+|\d+", normal(apart).replace("#", " id "))
    words = frozenset(_SHORT.get(p, p) for p in parts) - _UNITS
    telling = words - _NOISE or words
    # "Patient race" is race: whose it is says nothing where something else does. A patient's id or name stays one.
    return telling - {"patient"} if len(telling) > 1 and not telling & _OF_THE_PATIENT else telling


def is_name(cell: str, dataset: Dataset) -> bool:
    """Whether a cell by itself surely names a column of the dataset."""
    return bool(name_of(cell, dataset))


def name_of(cell: str, dataset: Dataset) -> str | None:
    """The column of the dataset that a cell by itself surely names."""
    return _names(dataset.name).get(squeezed(cell), (None, 0))[0] if len(cell) <= 120 else None
