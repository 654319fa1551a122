"""Dates: days of one writing, whatever programs have made of them."""

import datetime as dt

import polars as pl

from data.findings import Refused
from data.reading import repairs
from data.reading.column_words import Cells
from schemas.datasets.file_profile import RepairKind
from schemas.policy.partner import DateOrder

NO_DATE = dt.date(1900, 1, 1)
"""What spreadsheets and databases write for a date that is not there."""

_ZONE = r"(?:Z|UTC|GMT|[ECMP][SD]T|AK[SD]T|HST|AST|(?:UTC|GMT)?[+-]\d{2}:?\d{2})"
TIME_OF_DAY = (
    rf"(?i)[T ,:]+\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*{_ZONE}?(?: \([\w ]+\))?$"
)
# HL7 v2 and ISO's basic form write a moment without marks: 20260301083000-0500, 20260301T083000Z. Its day is the one
# that it was there.
_HL7 = r"^((?:19|20)\d{2}[01]\d[0-3]\d)T?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\.\d{1,4})?)?(?:Z|[+-]\d{4})?$"
_CLOCK = r"^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ,]+|(?:19|20)\d{6}T)(\d{1,2}):?(\d{2})(?::?(\d{2}))?"
_OF_UTC = r"(?i)(?:Z|UTC|GMT|[+-]00:?00)$"
EVENING_BEFORE = 10
"""Before this hour in UTC it can still be the evening before in the United States (Hawaii is 10 hours behind)."""
# Four digits are a time only behind a whole date: in "2 March 2026" they are the year.
HOURS_MINUTES = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[T ](?:[01]\d|2[0-3])[0-5]\d$"


def read_date(cells: Cells) -> pl.Series:
    dates = cells.words.str.to_date("%Y-%m-%d", strict=False)
    failed = cells.words.is_not_null() & dates.is_null()
    _count_days(cells, dates)
    if failed.any():
        _look_at_times(cells, failed)
        cells.plain(failed)
        dates = _without_time(cells, dates, failed)
        failed &= dates.is_null() & cells.words.is_not_null()
        order = cells.reading.order(cells.column.name)
        latest = None if cells.column.of_birth else cells.reading.today if cells.column.past else dt.date(2099, 12, 31)
        zero = repairs.DAYS_FROM_1904 if cells.reading.from_1904 else repairs.DAYS_FROM_1900
        _refuse_open_order(cells, failed, order)

        def one(text: str) -> tuple[dt.date, RepairKind] | None:
            if day := repairs.written_date(text, latest):
                return day, "date_written"
            day = repairs.ordered_date(text, order, latest, zero)
            return (day, "date_order") if day else None

        dates = dates.zip_with(~failed, cells.each(failed, one, pl.Date))
        failed &= dates.is_null()
        cells.unread("wrong_date", failed & ~cells.nothing(failed))
    dates = _blanked(cells, dates)
    if cells.column.past:
        cells.find("future_date", dates > cells.reading.today)
    earliest = dt.date(int(cells.reading.limits.earliest_year.value), 1, 1)
    cells.find("ancient_date", (dates < earliest) | (dates == NO_DATE))
    return dates


def _blanked(cells: Cells, dates: pl.Series) -> pl.Series:
    """Leave out the days that stand for nothing, as the partner said: a day is meant however it is written."""
    if not (said := cells.said_blank()) or not cells.may("no_value"):
        return dates
    found = dates.dt.strftime("%Y %m %d").is_in(list(said)).fill_null(False)
    cells.repaired("no_value", found, dates.cast(pl.String).set(found, None))
    return dates.set(found, None)


def _without_time(cells: Cells, dates: pl.Series, failed: pl.Series) -> pl.Series:
    """Leave times of day out of the failed words: the few days are then looked at, not the many moments."""
    if not cells.may("date_written"):
        return dates
    cells.words = cells.words.zip_with(
        ~failed,
        cells.words.str.replace(TIME_OF_DAY, "").str.replace(HOURS_MINUTES, "$1").str.replace(_HL7, "$1"),
    )
    days = cells.words.str.to_date("%Y-%m-%d", strict=False)
    cells.repaired("date_written", failed & days.is_not_null(), days)
    return dates.zip_with(~failed, days)


def _count_days(cells: Cells, dates: pl.Series) -> None:
    """Which parts of the dates pass 12: it tells in which order they were written, or that some were turned round."""
    cells.sign("iso_above_12", (dates.dt.day() > 12).fill_null(False))
    cells.sign("iso", dates.is_not_null())
    slashed = cells.words.str.extract_groups(r"^(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?:\D|$)").struct.unnest()
    first, second = (slashed[:, n].cast(pl.Int32) for n in (0, 1))
    cells.sign("first_above_12", (first > 12).fill_null(False))
    cells.sign("second_above_12", (second > 12).fill_null(False))
    cells.sign("slashed", first.is_not_null())


def _look_at_times(cells: Cells, failed: pl.Series) -> None:
    """Count times that cannot be, and times in UTC at which it is another day in the United States."""
    clock = cells.words.str.extract_groups(_CLOCK).struct.unnest()
    hour, minute, second = (clock[:, n].cast(pl.Int32) for n in range(3))
    cells.sign("impossible_time", failed & ((hour > 24) | (minute > 59) | (second.fill_null(0) > 60)).fill_null(False))
    night = (hour < EVENING_BEFORE) & ((hour > 0) | (minute > 0) | (second.fill_null(0) > 0))
    utc = cells.words.str.contains(_OF_UTC).fill_null(False)
    cells.sign("day_in_utc", failed & utc & night.fill_null(False))


def _refuse_open_order(cells: Cells, failed: pl.Series, order: DateOrder) -> None:
    """Raise Refused at the first date that can be read in two ways, unless it was said in which."""
    open_words = [w for w in cells.words.filter(failed).drop_nulls().unique().to_list() if repairs.SLASHED.fullmatch(w)]
    if open_words and order in ("iso", "days"):
        slashed = cells.place.cells(failed & cells.words.is_in(open_words)).fill_null(False)
        if slashed.any():
            raise Refused("date_order_unknown", row=int(cells.rows.filter(slashed)[0]), column=cells.column.name)
