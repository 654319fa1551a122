"""Text: codes by their pattern, such as ZIP codes and diagnoses; names that will be coded; words of the measures."""

import polars as pl

from data.reading.column_words import Cells
from schemas.datasets.file_profile import RepairKind
from schemas.vocabularies.blanks.marker_words import NO_PLACE
from schemas.vocabularies.vocabulary import normal


def read_text(cells: Cells) -> pl.Series:
    column = cells.column
    if column.named:
        return cells.words
    if column.listed:
        return _of_list(cells)

    def bare(words: pl.Series) -> pl.Series:
        return words.str.replace_all(column.remove, "").str.to_uppercase() if column.remove else words

    text = bare(cells.words)
    failed = ~text.str.contains(column.pattern or ".").fill_null(True)
    if failed.any():
        cells.plain(failed)
        text = bare(cells.words)
        failed = ~text.str.contains(column.pattern or ".").fill_null(True)
        if column.name in FIVE_DIGITS:
            padded = cells.each(failed, _padded, pl.String)
            text = text.zip_with(padded.is_null(), padded)
            failed &= padded.is_null()
        cells.unread("wrong_pattern", failed & ~cells.nothing(failed))
        text = text.set(failed, None)
    cells.not_personal(text.is_not_null())
    if column.name in FIVE_DIGITS and cells.may("no_value"):  # none is all zeros: it says as little as N/A does
        none = text.str.contains(NO_PLACE).fill_null(False)
        cells.repaired("no_value", none, text.set(none, None))
        text = text.set(none, None)
    return text.str.slice(0, cells.reading.zip_digits) if column.name == "zip" else text


def _of_list(cells: Cells) -> pl.Series:
    """Words of a list that comes with the reading; without one, none is allowed."""
    meaning = cells.reading.lists.get(cells.column.name, lambda word: None)

    def of(words: pl.Series) -> pl.Series:
        known = {word: meaning(normal(word)) for word in words.drop_nulls().unique().to_list()}
        return words.replace_strict(known, default=None, return_dtype=pl.String)

    cells.plain(of(cells.words).is_null())
    failed = cells.words.is_not_null() & of(cells.words).is_null()
    failed &= ~cells.nothing(failed)
    cells.unread(cells.column.when_unlisted, failed)
    return of(cells.words)


FIVE_DIGITS = ("zip", "county_fips")


def _padded(text: str) -> tuple[str, RepairKind] | None:
    """Four digits of a code that has five: a spreadsheet has dropped the zero, or taken it for a decimal number."""
    digits = text.removesuffix(".0")
    whole = len(digits) == 4 or (len(digits) == 5 and digits != text)
    return (digits.zfill(5), "padding") if whole and digits.isascii() and digits.isdigit() else None
