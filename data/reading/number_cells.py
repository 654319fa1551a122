"""Numbers: measurements and whole numbers."""

import polars as pl

from data.reading import repairs
from data.reading.column_words import Cells, One
from schemas.datasets.file_profile import RepairKind
from schemas.policy.limits import KPA


def read_number(cells: Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Float64, strict=False)
    if not numbers.is_finite().fill_null(True).all():
        numbers = numbers.set(~numbers.is_finite().fill_null(True), None)
    numbers = _blanked(cells, _numbers_read(cells, numbers, repairs.number))
    if cells.reading.units.get(cells.column.name) == "kpa" and cells.may("unit"):
        low = (numbers < KPA_BELOW).fill_null(False)
        numbers = numbers.zip_with(~low, (numbers * KPA).round(1))
        cells.repaired("unit", low, numbers)
    if cells.column.name in PRESSURES:
        _count_units(cells, numbers)
    return numbers


def _blanked(cells: Cells, numbers: pl.Series) -> pl.Series:
    """Leave out the numbers that stand for nothing, as the partner said: 0 is meant by 0.0 too."""
    if not (said := cells.said_blank()) or not cells.may("no_value"):
        return numbers
    values = pl.Series(sorted(said)).cast(pl.Float64, strict=False).drop_nulls()
    found = numbers.cast(pl.Float64).is_in(values.implode()).fill_null(False)
    cells.repaired("no_value", found, numbers.cast(pl.String).set(found, None))
    return numbers.set(found, None)


def _count_units(cells: Cells, numbers: pl.Series) -> None:
    """What unit the values speak for: it is told once the whole file is read."""
    low, high = PRESSURES[cells.column.name]
    word = pl.Series("word", numbers)
    warm = word.is_between(94, 106) | word.is_between(34, 42.5)
    found = pl.select(
        pl.when(word.is_null()).then(None)
        .when(word.is_between(low, high, closed="left")).then(pl.lit("kpa"))
        .when(warm & (word != word.round(0))).then(pl.lit("tenths"))
        .when(word.is_between(96, 101)).then(pl.lit("near_37"))
        .when(warm).then(pl.lit("warm")).otherwise(pl.lit("other")).alias("sign")
    ).to_series()  # fmt: skip
    for sign in found.drop_nulls().unique().to_list():
        cells.sign(sign, found == sign)


PRESSURES = {"systolic": (8.0, 36.0), "diastolic": (4.0, 20.0)}
"""Columns of pressures, and from where to where kilopascals lie that are no mmHg."""

KPA_BELOW = 50.0
"""In a column whose header says kPa, values under this are kPa: no arterial pressure reaches 50 kPa (375 mmHg)."""


def read_integer(cells: Cells) -> pl.Series:
    numbers = cells.words.cast(pl.Int32, strict=False)
    if (failed := cells.words.is_not_null() & numbers.is_null()).any():
        whole = cells.words.str.extract(r"^([+\-]?\d{1,9})\.0*$", 1).cast(pl.Int32, strict=False)
        numbers = numbers.zip_with(~failed, whole)
    return _blanked(cells, _numbers_read(cells, numbers, _whole))


def _whole(text: str) -> tuple[int, RepairKind] | None:
    """A whole number with thousands separators: 1,204 has no other reading where no decimals can be meant."""
    found = repairs.number(text, "whole")
    return (int(found[0]), found[1]) if found and found[1] == "thousands" and found[0].is_integer() else None


def _numbers_read(cells: Cells, numbers: pl.Series, one: One) -> pl.Series:
    failed = cells.words.is_not_null() & numbers.is_null()
    if not failed.any():
        return numbers
    if cells.column.hidden_words:
        hidden = failed & cells.words.str.to_lowercase().str.contains(f"^{cells.column.hidden_words}$").fill_null(False)
        cells.find("hidden_at_source", hidden)
        failed = failed & ~hidden
    cells.plain(failed)
    plain = cells.words.cast(numbers.dtype, strict=False)
    plain = plain.set(~plain.is_finite().fill_null(True), None) if numbers.dtype.is_float() else plain
    numbers = numbers.zip_with(~failed, plain)
    failed &= numbers.is_null() & cells.words.is_not_null()
    numbers = numbers.zip_with(~failed, cells.each(failed, one, numbers.dtype))
    failed &= numbers.is_null()
    cells.unread("wrong_number", failed & ~cells.nothing(failed))
    return numbers
