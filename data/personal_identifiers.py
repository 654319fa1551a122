"""Identities that must not come in.

What may be stored is decided elsewhere, column by column, from lists of what is allowed. Here is only what refuses a
file to tell its sender: a header that names people however it is spelled, and a cell that plainly holds a social
security number, a phone number or an e-mail address where no id is due.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import polars as pl

from data.findings import Refused
from schemas.datasets.dataset_catalog import DATASETS
from schemas.vocabularies import header_words as words
from schemas.vocabularies.header_names import known_names, squeezed

SSN = r"\b\d{3}[\-\x{2010}-\x{2015} ]\d{2}[\-\x{2010}-\x{2015} ]\d{4}\b"
EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+\.[A-Za-z]{2,}"
PHONE = r"(?:^|[^\d])(?:\+?1[\-. ]?)?(?:\(\d{3}\) ?|\d{3}[\-. ])\d{3}[\-. ]\d{4}(?:$|[^\d])"
# Two to four words of letters, or "Last, First".
NAME = r"^\p{L}[\p{L}'’.\-]+(?:, ?| +)\p{L}[\p{L}'’.\-]*(?: +\p{L}[\p{L}'’.\-]*){0,2}$"
KINDS = {"an e-mail address": EMAIL, "a social security number": SSN, "a phone number": PHONE}
_ANY = "|".join(KINDS.values())
# A header that names one of these may hold numbers in any form: 123-45-6789 is a visit there.
_NUMBERED_THINGS = words.THINGS | {"number", "account", "csn", "har", "mrn", "stay"}
_MOST_DIGITS = 5


def check_header(cells: tuple[str, ...], row: int = 1) -> None:
    """Raise Refused when a column is named after what tells who a person is, or by an e-mail address.

    No column of ours has such a name, so it does not matter what the partner says that it is.
    """
    for place, cell in enumerate(cells):
        if names_people(cell):
            raise Refused("personal_column", row=row, column=shown_name(cell, place))
        if re.search(EMAIL, cell):
            raise Refused("personal_value", row=row, column=f"column {place + 1}", note="It holds an e-mail address.")


def shown_name(cell: str, place: int, what: str = "column") -> str:
    """The name of a column (or table) as it may be repeated: its own if made of words of headers alone, else its place.

    A file without a header has a patient in that line.
    """
    known = sum(map(str.isdigit, cell)) <= _MOST_DIGITS and all(w in _repeatable() for w in _parts(cell))
    return cell[:60] if known and cell.strip() else f"{what} {place + 1}"


def looks_personal(values: pl.Series, *, names: bool = False) -> pl.Series:
    """Whether each value is plainly personal. `names` also looks for names of people."""
    return values.str.contains(f"{_ANY}|{NAME}" if names else _ANY).fill_null(False)


def check_values(values: pl.Series, rows: pl.Series, column: str) -> None:
    """Raise Refused at the first value that is plainly personal, saying of which kind; never the value."""
    found = looks_personal(values)
    if found.any():
        place = int(found.arg_max() or 0)
        raise Refused("personal_value", row=int(rows[place]), column=column, note=f"It holds {_kind(values, place)}.")


def _kind(values: pl.Series, place: int) -> str:
    one = values.slice(place, 1)
    return next(kind for kind, form in KINDS.items() if one.str.contains(form).any())


@lru_cache(maxsize=4096)
def holds_numbers_of_things(cell: str) -> bool:
    """Whether a column by its name holds numbers of visits, wards or the like, which may look like anything."""
    return bool(_meant(cell) & _NUMBERED_THINGS)


@lru_cache(maxsize=4096)
def names_people(cell: str) -> bool:
    """Whether a header cell names a column of identities, in any spelling: PatientName, lname, S.S.N., N4me.

    A name that a system is known to give one of our columns names no person: "Insurance Name" is a payer.
    """
    spellings = (cell, cell.translate(words.LOOK_ALIKE), cell.translate(words.LEET))
    return squeezed(cell) not in _ours() and any(map(_tells, spellings))


@lru_cache(maxsize=1)
def _ours() -> frozenset[str]:
    return frozenset(name for dataset in DATASETS for names in known_names(dataset).values() for name in names)


def _tells(cell: str) -> bool:
    parts = _parts(cell)
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        parts = _split("".join(parts))
    meant = [words.SAME_WORD.get(part, part) for part in parts]
    every = {*parts, *meant}
    if every & words.SURE or any(together <= every for together in words.TOGETHER):
        return True
    if any(part in words.GIVEN and after == "name" for part, after in pairwise(meant)):
        return True
    if meant and every & words.ALONE and set(meant) <= words.ALONE | words.BESIDE_ALONE:
        return True
    return bool(every & words.UNLESS_OF_A_THING) and not _of_a_thing(meant)


def _of_a_thing(meant: list[str]) -> bool:
    """Whether what is named belongs to a thing: of several words, the one next to it decides."""
    things = {place for place, word in enumerate(meant) if word in words.THINGS}
    if not things or not words.PERSONS & {*meant}:
        return bool(things)
    at = next(place for place, word in enumerate(meant) if word in words.UNLESS_OF_A_THING)
    after = next((n for n in range(at + 1, len(meant)) if meant[n] not in ("of", "the", "del", "de", "la")), at)
    return (at - 1 if at else after) in things


def _meant(cell: str) -> set[str]:
    parts = _parts(cell)
    return {*parts, *(words.SAME_WORD.get(part, part) for part in parts)}


@lru_cache(maxsize=4096)
def _parts(cell: str) -> list[str]:
    """The words of a header cell: lower case, without accents and digits, and those written together apart."""
    flat = unicodedata.normalize("NFKC", cell).replace("#", " number ")
    flat = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", flat)
    letters = unicodedata.normalize("NFKD", flat.casefold())
    flat = "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf"))
    return [word for part in re.findall(r"[^\W\d_]+", flat) for word in _split(part)]


def _split(word: str) -> list[str]:
    """A word as itself, or as the fewest known words that it is written together of."""
    if word in _repeatable() or len(word) > 40:
        return [word]
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        made = [
            [*before, word[start:end]]
            for start in range(max(0, end - 14), end - 1)
            if (before := best[start]) is not None and word[start:end] in _repeatable()
        ]
        best.append(min(made, key=len, default=None))
    return best[-1] or [word]


@lru_cache(maxsize=1)
def _repeatable() -> frozenset[str]:
    named = {n for d in DATASETS.values() for c in d.named for n in (c.name, *c.synonyms)}
    flat = {unicodedata.normalize("NFKD", name.casefold()) for name in named}
    return words.repeatable(frozenset(part for name in flat for part in re.findall(r"[^\W\d_]+", name)))
