"""Closed quarters: up to which day rows are settled, and which submissions decide about the days before it.

A quarter is closed by the first release that is made after its close day. What comes later for its days is kept and is
late: it does not count, unless an erratum takes it over (docs/decisions/010-closed-once.md).
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Calendar

DAY = dt.timedelta(days=1)
_LIVE = ("clinical_events",)
"""Dated rows that are never late: a diagnosis of long ago that is sent now still counts for the periods to come. Closed
periods do not read it, for their counts are kept."""


class Closing(NamedTuple):
    """The days from `first` to `last`, both included, count what was accepted up to the step `last_event`."""

    first: dt.date
    last: dt.date
    last_event: int


class Quarter(NamedTuple):
    """A quarter by its last day: the last day on which its rows can come in, and once it is closed the release that
    closed it, and the day of that release."""

    end: dt.date
    closes: dt.date
    release: int | None = None
    on: dt.date | None = None


def quarter_end(day: dt.date) -> dt.date:
    """The last day of the calendar quarter of `day`."""
    later = day.replace(month=(day.month - 1) // 3 * 3 + 3, day=28) + 4 * DAY
    return later.replace(day=1) - DAY


def close_day(end: dt.date, calendar: Calendar) -> dt.date:
    """The last day on which rows of a quarter can still come in: one quarter after its end, or as the settings say."""
    if calendar.closes_after_days is None:
        return quarter_end(end + DAY)
    return end + calendar.closes_after_days * DAY


def due(calendar: Calendar, today: dt.date) -> dt.date:
    """The end of the newest quarter whose close day has passed."""
    end = quarter_end(today)
    while close_day(end, calendar) >= today:
        end = end.replace(month=end.month - 2, day=1) - DAY
    return end


def planned(cur: duckdb.DuckDBPyConnection, calendar: Calendar, today: dt.date) -> dt.date:
    """The day for which the next release is planned: some days after the close day of the first open quarter.

    It is past when that release is late. Before anything is closed, it is the first such day from today on.
    """
    closed, wait = closed_to(cur), calendar.release_days * DAY
    if closed:
        return close_day(quarter_end(closed + DAY), calendar) + wait
    end = due(calendar, today)
    while close_day(end, calendar) + wait < today:
        end = quarter_end(end + DAY)
    return close_day(end, calendar) + wait


def closed_to(cur: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The last closed day; None while nothing is closed."""
    return cur.execute("SELECT max(last_day) FROM closing").fetchall()[0][0]


def kept_since(cur: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The first day of which rows are kept, once those before it were deleted for good; None while none were."""
    return cur.execute("SELECT max(before) FROM deletion WHERE kind = 'period'").fetchall()[0][0]


def close(cur: duckdb.DuckDBPyConnection, release: int, last_day: dt.date | None) -> None:
    """Record that a release closes every day up to `last_day` (None: no day), in the transaction that records it.

    No day is opened again. Errata that were approved since the last release are published with this one.
    """
    cur.execute("UPDATE erratum SET release = ? WHERE approved_at IS NOT NULL AND release IS NULL", [release])
    known = closed_to(cur)
    if last_day and (known is None or known < last_day):
        cur.execute(
            """INSERT INTO closing SELECT ?, ?, coalesce(max(event), 0) FROM submission_event
               WHERE state IN ('accepted', 'withdrawn')""",
            [release, last_day],
        )


def closings(cur: duckdb.DuckDBPyConnection, dataset: str) -> list[Closing]:
    """The closed days of a dataset by what decides about them, oldest first; none for a dataset that is never late."""
    if dataset in _LIVE or not DATASETS[dataset].starts:
        return []
    rows = cur.execute("SELECT last_day, last_event FROM closing ORDER BY last_day").fetchall()
    restated = cur.execute(
        """SELECT last_day, last_event FROM erratum WHERE dataset = ? AND approved_at IS NOT NULL
           ORDER BY last_event DESC LIMIT 1""",
        [dataset],
    ).fetchall()
    rows = [*restated, *(row for row in rows if not restated or row[0] > restated[0][0])]
    found, first = [], dt.date.min
    for last, event in rows:
        found.append(Closing(first, last, event))
        first = last + DAY
    return found


def late_to(cur: duckdb.DuckDBPyConnection, dataset: str, event: int | None) -> dt.date | None:
    """The last day for which rows accepted by this step (None: accepted from now on) came too late; None: for no day.

    The days before it are late too.
    """
    late = [c.last for c in closings(cur, dataset) if event is None or event > c.last_event]
    return max(late, default=None)


def quarters(cur: duckdb.DuckDBPyConnection, calendar: Calendar, today: dt.date, since: dt.date) -> list[Quarter]:
    """The quarters from that of `since` up to the running one, oldest first, with how each stands."""
    rows = cur.execute(
        """SELECT c.last_day, c.release, CAST(r.happened_at AS DATE) FROM closing c JOIN release_made r USING (release)
           ORDER BY last_day"""
    ).fetchall()
    found, end = [], quarter_end(since)
    while end <= quarter_end(today):
        by = next(((release, on) for last, release, on in rows if end <= last), (None, None))
        found.append(Quarter(end, close_day(end, calendar), *by))
        end = quarter_end(end + DAY)
    return found


@dataclass(frozen=True)
class Erratum:
    """A restatement of one dataset in all closed periods: proposed, then approved, then published with a release."""

    erratum: int
    dataset: str
    reason: str
    proposed_by: str
    proposed_at: dt.datetime
    approved_by: str | None
    approved_at: dt.datetime | None
    release: int | None


def errata(cur: duckdb.DuckDBPyConnection) -> list[Erratum]:
    """All of them, oldest first."""
    rows = cur.execute("SELECT * EXCLUDE (last_day, last_event) FROM erratum ORDER BY erratum").fetchall()
    return [Erratum(*row) for row in rows]


def propose(cur: duckdb.DuckDBPyConnection, dataset: str, reason: str, actor: str, at: dt.datetime) -> int:
    """Record a proposed erratum; its number. It changes nothing yet."""
    number = len(errata(cur)) + 1
    cur.execute(
        "INSERT INTO erratum VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)",
        [number, dataset, reason, actor, at],
    )
    return number


def approve(cur: duckdb.DuckDBPyConnection, number: int, actor: str, at: dt.datetime) -> None:
    """Record the approval: from now on the closed days of its dataset read what is accepted now."""
    cur.execute(
        """UPDATE erratum SET approved_by = ?, approved_at = ?, last_day = ?, last_event = (
               SELECT coalesce(max(event), 0) FROM submission_event WHERE state IN ('accepted', 'withdrawn'))
           WHERE erratum = ?""",
        [actor, at, closed_to(cur), number],
    )
