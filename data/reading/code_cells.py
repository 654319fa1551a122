"""Codes: words and codes of a column's list, as partners write them."""

import re
from collections.abc import Callable

import polars as pl

from data.reading.column_words import Cells
from schemas.datasets.file_profile import ROW_LEFT_OUT
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.event_codes import is_known_procedure, is_procedure_code, of_no_measure
from schemas.vocabularies.likely_words import is_other_kind
from schemas.vocabularies.vocabulary import Vocabulary, normal
from schemas.vocabularies.word_meaning import meaning_of

_NO_EVENT = "-no measure"
"""In place of a word of the list: a code of a published list, of a condition that no measure looks for."""


def read_code(cells: Cells) -> pl.Series:
    vocabulary = VOCABULARIES[cells.column.vocabulary or ""]
    if vocabulary.name != "event":
        return _looked_up(cells, vocabulary, lambda word: meaning_of(vocabulary, word))
    # A billing extract holds every service: beside codes of visits, any other code of that form is another service.
    bills = any(map(is_known_procedure, cells.words.drop_nulls().unique().to_list()))

    def of_event(word: str) -> str | None:
        if known := meaning_of(vocabulary, word):
            return known
        return _NO_EVENT if of_no_measure(word) or (bills and is_procedure_code(word)) else None

    return _looked_up(cells, vocabulary, of_event)


def read_codes(cells: Cells) -> pl.Series:
    vocabulary = VOCABULARIES[cells.column.vocabulary or ""]
    answers, blank = cells.said_meanings(), cells.said_blank()

    def several(text: str) -> str | None:
        if is_other_kind(text, vocabulary) and normal(text) not in answers:
            return None  # "Asian/Pacific Islander" was one word before 1997: it is not both
        if ";" not in text and (whole := answers.get(normal(text)) or meaning_of(vocabulary, text)):
            return whole
        for separator in (";", "[;,|/\n]"):
            parts = ["" if normal(part) in blank else part.strip() for part in re.split(separator, text)]
            words = [(answers.get(normal(p)) or meaning_of(vocabulary, p)) if p else "" for p in parts]
            if None not in words and any(words):
                # Of races each counts once; answers of a screen keep their places.
                return ";".join(dict.fromkeys(w or "" for w in words) if cells.column.ticked else map(str, words))
        return None

    return _looked_up(cells, vocabulary, several)


def _looked_up(cells: Cells, vocabulary: Vocabulary, meaning: Callable[[str], str | None]) -> pl.Series:
    answers = cells.said_meanings()

    def of(words: pl.Series) -> dict[str, str | None]:
        found = {}
        for word in words.drop_nulls().unique().to_list():
            known = answers.get(normal(word)) or (word if word in vocabulary.terms else meaning(word))
            found[word] = known if known == word or cells.may("code_word") else None
        return found

    known = of(cells.words)
    if all(word == found for word, found in known.items()):
        return cells.words
    unknown = cells.words.is_in([w for w, found in known.items() if found is None]).fill_null(False)
    if unknown.any():
        cells.plain(unknown)
        known = of(cells.words)
    for rule, mark in (("row_left_out", ROW_LEFT_OUT), ("condition_not_used", _NO_EVENT)):
        out = cells.words.is_in([w for w, found in known.items() if found == mark]).fill_null(False)
        cells.find(rule, out)
        cells.words = cells.words.set(out, None)
    codes = cells.words.replace_strict(known, default=None, return_dtype=pl.String)
    cells.repaired("code_word", (codes != cells.words).fill_null(False), codes)
    failed = cells.words.is_not_null() & codes.is_null()
    cells.unread("not_in_vocabulary", failed & ~cells.nothing(failed))
    return codes
