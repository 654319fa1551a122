"""How alike a header cell is to the names of a dataset's columns, and to names that are known as none of ours."""

from dataclasses import dataclass
from functools import lru_cache

from schemas.datasets.dataset_catalog import DATASETS, Dataset
from schemas.vocabularies.header_names import NONE_OF_OURS, USUAL_RANK, written_names
from schemas.vocabularies.headers.header_parts import misses, readings, tokens, turns

SIMILAR_FROM = 0.6
_FEW_WORDS = 2
"""Words of a name that counts only without others, up to which it must stand as it is written."""
PART = 0.95
"""How alike a name is that a header holds among what a system wrote around it."""


def is_foreign(cell: str, dataset: Dataset) -> bool:
    """Whether a header says what a name says that is known as none of our columns', however it is written."""
    return tokens(cell) in _foreign(dataset.name)


@lru_cache(maxsize=4096)
def foreign_score(cell: str, dataset: str) -> float:
    """How alike a header cell is to a name of none of our columns."""
    mine = tokens(cell)
    return max((len(mine & name) / len(mine | name) for name in _foreign(dataset) if not misses(name, mine)), default=0)


@lru_cache(maxsize=32)
def _foreign(dataset: str) -> frozenset[frozenset[str]]:
    return frozenset(map(tokens, written_names(dataset).get(NONE_OF_OURS, {})))


# The same cells come back for each candidate line: with this cache a file is recognized in a sixth of the time.
@lru_cache(maxsize=4096)
def scores(cell: str, dataset: str) -> tuple[float, ...]:
    """How alike a header cell and each column of the dataset are, by the best of its readings and of their names."""
    turned = turns(cell)
    read = [(tokens(text), whole) for text, whole in readings(cell).items()]
    return tuple(
        max(
            (_alike(mine, name, whole) for mine, whole in read for name in names if not turned - name.turning),
            default=0,
        )
        for names in _declared(dataset)
    )


def _alike(mine: frozenset[str], name: "_Name", whole: bool) -> float:
    """Shared words among all words of both; of a part of a header, and of a name that counts only without others, all
    must be shared."""
    # "Number" alone says no more than that something is numbered.
    if mine == {"id"}:
        return 0.0
    if mine == name.words:
        if name.rank > USUAL_RANK:
            return SIMILAR_FROM if name.coded or len(mine) > _FEW_WORDS else 0.0
        return 1.0 if whole else PART
    if not whole or name.rank > USUAL_RANK or mine.isdisjoint(name.words) or misses(name.words, mine):
        return 0.0
    alike = len(mine & name.words) / len(mine | name.words)
    return max(alike, SIMILAR_FROM) if name.paired and name.words <= mine and len(mine) <= _FEW_WORDS else alike


@dataclass(frozen=True)
class _Name:
    words: frozenset[str]
    turning: frozenset[str]
    rank: int
    coded: bool
    """Whether words of a list stand below it, so that the values tell too."""
    paired: bool
    """Whether it is half of a pair of readings, of which a word around it only tells how it was taken: NIBP."""


# Each cell of the first lines is held against all of them: split anew for each, that was half of checking a small file.
@lru_cache(maxsize=32)
def _declared(dataset: str) -> list[list[_Name]]:
    """Each name and synonym of each column, and its names in the field's systems."""
    table = written_names(dataset)
    paired = {part for c in DATASETS[dataset].named if c.kind == "pair" for part in c.name.split("/")}
    return [
        list(
            dict.fromkeys(
                _Name(words, turns(name), rank, bool(c.vocabulary), c.name in paired)
                for name, rank in names.items()
                if (words := tokens(name))
            )
        )
        for c in DATASETS[dataset].named
        for names in [dict.fromkeys((c.name, *c.synonyms), USUAL_RANK) | table.get(c.name, {})]
    ]


@lru_cache(maxsize=32)
def all_words(dataset: str) -> frozenset[str]:
    """The words of all names and synonyms of all columns; a letter alone stands in every second id."""
    return frozenset(w for names in _declared(dataset) for name in names for w in name.words if len(w) > 1)
