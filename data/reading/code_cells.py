"""Codes: words and codes of a column's list, as partners write them."""

import re
from collections.abc import Callable

import polars as pl

from data.reading.column_words import Cells
from schemas.datasets.file_profile import ROW_LEFT_OUT
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.vocabulary import normal


def read_code(cells: Cells) -> pl.Series:
    return _looked_up(cells, VOCABULARIES[cells.column.vocabulary or ""].spellings.get)


def read_codes(cells: Cells) -> pl.Series:
    spellings = VOCABULARIES[cells.column.vocabulary or ""].spellings
    answers = cells.reading.profile.words.get(cells.column.name, {})

    def several(text: str) -> str | None:
        for separator in (";", "[;,|/\n]"):
            parts = [normal(part) for part in re.split(separator, text)]
            words = [(answers.get(part) or spellings.get(part)) if part else "" for part in parts]
            if None not in words and any(words):
                return ";".join(w or "" for w in words)
        return None

    return _looked_up(cells, several, raw=True)


def _looked_up(cells: Cells, meaning: Callable[[str], str | None], *, raw: bool = False) -> pl.Series:
    answers = cells.reading.profile.words.get(cells.column.name, {})

    def of(words: pl.Series) -> dict[str, str | None]:
        found = {}
        for word in words.drop_nulls().unique().to_list():
            known = (
                answers.get(normal(word)) or meaning(word if raw else normal(word)) or _code_and_label(word, meaning)
            )
            found[word] = known if known == word or cells.may("code_word") else None
        return found

    known = of(cells.words)
    if all(word == found for word, found in known.items()):
        return cells.words
    unknown = cells.words.is_in([w for w, found in known.items() if found is None]).fill_null(False)
    if unknown.any():
        cells.plain(unknown)
        known = of(cells.words)
    out = cells.words.is_in([w for w, found in known.items() if found == ROW_LEFT_OUT]).fill_null(False)
    cells.find("row_left_out", out)
    cells.words = cells.words.set(out, None)
    codes = cells.words.replace_strict(known, default=None, return_dtype=pl.String)
    cells.repaired("code_word", (codes != cells.words).fill_null(False), codes)
    cells.unread("not_in_vocabulary", cells.words.is_not_null() & codes.is_null())
    return codes


def _code_and_label(word: str, meaning: Callable[[str], str | None]) -> str | None:
    """What a code with its label ("01 - Home or self care") or a code as a decimal number ("1.0") means."""
    if whole := re.fullmatch(r"(\d+)\.0", word):
        return meaning(whole[1])
    if found := re.fullmatch(r"([\w.-]{1,12}?)(?: *[:=–—] *| +- +)(\S.*)", word.strip()):
        code, label = meaning(normal(found[1])), meaning(normal(found[2]))
        sure = code == label or (label is None and re.search(r"\d", found[1]))
        return code if sure else None
    return None
