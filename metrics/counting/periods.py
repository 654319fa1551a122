"""Periods: rolling 12 months ending with each quarter (the official figure) and plain months (control charts)."""

import datetime as dt
from functools import cache
from typing import Literal, NamedTuple

DAY = dt.timedelta(days=1)


class Period(NamedTuple):
    """First and last day, both included."""

    kind: Literal["year", "month"]
    start: dt.date
    end: dt.date


@cache
def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after `day`."""
    return month_end(day) + DAY


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The last days of the months from that of `first` on, up to `last`."""
    found, end = [], month_end(first)
    while end <= last:
        found.append(end)
        end = month_end(end + DAY)
    return found


def year_ending(end: dt.date) -> Period:
    """The 12 months that end on `end`, a month's last day."""
    return Period("year", next_month(end.replace(year=end.year - 1, day=1)), end)


def year_ends(end: dt.date, many: int) -> list[dt.date]:
    """The last days of so many years in a row, the newest first."""
    ends = [end]
    while len(ends) < many:
        ends.append(year_ending(ends[-1]).start - DAY)
    return ends


def quarter_end(day: dt.date) -> dt.date:
    """The last day of the quarter of `day`."""
    return month_end(day.replace(month=(day.month - 1) // 3 * 3 + 3, day=1))


def periods_between(first: dt.date, last: dt.date) -> list[Period]:
    """The periods that data from `first` to `last` can fill.

    When the data is shorter than a year (a month), the one year (the months) it lies in is given, to be shown
    as provisional: a partnership's first file should not show an empty page.
    """
    ends = []
    end = quarter_end(first)
    while end <= last:
        ends.append(end)
        end = quarter_end(end + DAY)
    years = [y for y in map(year_ending, ends) if y.start >= first] or [year_ending(quarter_end(last))]
    return years + _months(first, last)


def _months(first: dt.date, last: dt.date) -> list[Period]:
    months = []
    start = first.replace(day=1)
    while start <= last:
        months.append(Period("month", start, month_end(start)))
        start = next_month(start)
    whole = [m for m in months if m.start >= first and m.end <= last]
    return whole or months


def diagnosis_by(period: Period) -> dt.date:
    """The last day by which a diagnosis must have begun: within the first six months of a year (CMS165)."""
    if period.kind == "month":
        return period.end
    middle = period.start
    for _ in range(6):
        middle = next_month(middle)
    return middle - DAY
