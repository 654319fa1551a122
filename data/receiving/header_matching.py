"""Which column of a dataset a header cell names, surely or perhaps.

Sure is what was said before or is a name or synonym of the column. What is only alike, or has fitting contents,
is proposed to the person and never used unasked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from data.receiving.column_evidence import (
    FEWEST,
    contradicted,
    fits,
    is_of_another_list,
    is_question,
    is_understood,
    looks_like_date,
    may_be,
)
from data.receiving.name_likeness import PART, SIMILAR_FROM, all_words, foreign_score, is_foreign, scores
from schemas.datasets.columns import Column
from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.datasets.file_profile import FileProfile, header_keys
from schemas.vocabularies.header_names import BEST_RANK, USUAL_RANK, known_names, squeezed
from schemas.vocabularies.headers.header_parts import shared_prefix, tokens

How = Literal["profile", "name", "similar", "content", "none"]
_LONGEST = 120


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
    taken = {part for m in found if m.column for part in dataset.parts(m.column)}

    def take(place: int, name: str, how: How) -> None:
        found[place] = replace(found[place], column=name, how=how)
        taken.update(dataset.parts(name))

    near = _similar(found, dataset, shared_prefix(cells))
    for _, place, name in sorted(near, key=lambda a: (a[0], -a[1], a[2]), reverse=True):
        free = not taken & set(dataset.parts(name)) or dataset.holds_several(name)
        if found[place].how == "none" and free and _can_be(cells[place], columns[place], _named(dataset)[name]):
            take(place, name, "similar")
    for column in dataset.named:
        left = [n for n, m in enumerate(found) if m.how == "none" and not is_foreign(m.cell, dataset)]
        fitting = [n for n in left if fits(cells[n], columns[n], column)]
        if column.kind == "codes" and not column.ticked:
            for n in [n for n in fitting if column.name not in taken or is_question(cells[n])]:
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
        values = _values(below, place)
        if name and not own and contradicted(named[name], values):
            name = None
        if name and rank > USUAL_RANK and not may_be(values, named[name]):
            name = None
        if name and is_of_another_list(values, named[name], dataset.named):
            name = None
        found.append(name)
        ranks.append(rank)
    found = [None if name in _lone_ticks(found) and ranks[n] else name for n, name in enumerate(found)]
    for name in {name for name in found if name and named[name].vocabulary and not dataset.holds_several(name)}:
        # A discharge disposition of A and E stands beside a discharge status of 01 and 20: the codes tell which is it.
        twins = [n for n in range(len(cells)) if found[n] == name]
        told = [n for n in twins if not ranks[n] or is_understood(_values(below, n), named[name])]
        found = [None if told and n in twins and n not in told else one for n, one in enumerate(found)]
    best = {name: min(r for n, r in zip(found, ranks, strict=True) if n == name) for name in found if name}
    single = {name for name in found if name and "/" not in name}

    def stands(name: str | None, rank: int) -> bool:
        if not name or rank == 0:
            return True
        alone = "/" not in name or not single & set(dataset.parts(name))
        return alone and (rank == best[name] or dataset.holds_several(name))

    kept = [n if stands(n, r) else None for n, r in zip(found, ranks, strict=True)]
    return tuple(named.get(n or "") if not _is_same_day(place, kept, below) else None for place, n in enumerate(kept))


def _lone_ticks(names: Sequence[str | None]) -> set[str]:
    """Ticks of a column of which the file has one only: "Hispanic or Latino" with yes and no is no list of races."""
    ticks = {name for name in names if name and ":" in name}
    return {t for t in ticks if not any(t != o and t.split(":")[0] == o.split(":")[0] for o in ticks)}


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
    if len(cell) > 60 or tokens(cell).isdisjoint(all_words(dataset.name)):
        return 0.0
    best = max(scores(cell, dataset.name))
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
        found[squeezed(c.name)] = (c.name, BEST_RANK) if c.kind != "tick" else found[squeezed(c.name)]
    return found


def _named(dataset: Dataset) -> dict[str, Column]:
    return {c.name: c for c in dataset.named}


def _sure(cell: str, key: str, column: Column | None, values: list[str], profile: FileProfile) -> Match:
    examples = tuple(dict.fromkeys(values))[:3]
    stands = key in profile.columns and (column is not None or not profile.columns[key])
    how: How = "profile" if stands else "name" if column else "none"
    return Match(cell, column.name if column else None, how, examples, key)


def _can_be(cell: str, values: list[str], column: Column) -> bool:
    """Whether the values below a header that is like a name can be the column's. The number of something of which we
    want the word ("insurance company id") must be understood as one."""
    if column.vocabulary and "id" in tokens(cell) and not is_understood(values, column):
        return False
    return may_be(values, column) and not contradicted(column, values)


def _similar(found: list[Match], dataset: Dataset, prefix: str) -> list[tuple[float, int, str]]:
    alike = [
        (max(score, bare), place, column.name)
        for place, m in enumerate(found)
        if m.how == "none" and len(m.cell) <= _LONGEST and not is_foreign(m.cell, dataset)
        for column, score, bare in zip(
            dataset.named,
            scores(m.cell, dataset.name),
            scores(m.cell[len(prefix) :] if m.cell.casefold().startswith(prefix) else m.cell, dataset.name),
            strict=True,
        )
    ]
    near = [
        (score, place, name)
        for score, place, name in alike
        if score >= SIMILAR_FROM and (score >= PART or score > foreign_score(found[place].cell, dataset.name))
    ]
    lone = _lone_ticks([*(m.column for m in found), *(name for _, _, name in near)])
    return [one for one in near if one[2] not in lone]


def is_name(cell: str, dataset: Dataset) -> bool:
    """Whether a cell by itself surely names a column of the dataset."""
    return bool(name_of(cell, dataset))


def name_of(cell: str, dataset: Dataset) -> str | None:
    """The column of the dataset that a cell by itself surely names."""
    return _names(dataset.name).get(squeezed(cell), (None, 0))[0] if len(cell) <= 120 else None
