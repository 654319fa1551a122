"""Closed quarters in words: what closes when, with which release, and what a later correction does not change."""

import datetime as dt
from collections.abc import Sequence

from data.ledger.closed_quarters import Quarter
from data.ledger.current_rows import Late
from pages.components.wording.count_words import day, many

NOTE = "Rows of a closed quarter that come now are kept and not counted. An erratum can bring them in."


def quarter(of: Quarter) -> str:
    """A quarter as Q1 2026."""
    return named(of.end)


def state(of: Quarter) -> str:
    """Whether it is closed, and when it was or will be."""
    if of.release is not None and of.on is not None:
        return f"Closed on {day(of.on)} with release {of.release}"
    return f"Open: its rows can come until {day(of.closes)}"


def then(of: Quarter) -> str:
    """What a file for it changes now."""
    if of.release is not None:
        return "Its figures are final. A later file changes nothing"
    return "Its figures are provisional, rounded and without groups. A later file changes them"


def planned(on: dt.date, today: dt.date) -> str:
    """For which day the next release is planned, as a sentence."""
    if on < today:
        return f"The next release was planned for {day(on)}."
    return f"The next release is planned for {day(on)}."


def named(end: dt.date) -> str:
    """The quarter that ends on a day, as Q1 2026."""
    return f"Q{(end.month - 1) // 3 + 1} {end.year}"


def headline(quarters: Sequence[Quarter]) -> str:
    """The last closed quarter and the next to close, in two sentences."""
    closed = [q for q in quarters if q.release is not None]
    waiting = [q for q in quarters if q.release is None]
    first = f"{quarter(closed[-1])} and everything before is closed." if closed else "Nothing is closed yet."
    return f"{first} {quarter(waiting[0])} closes after {day(waiting[0].closes)}." if waiting else first


def not_counted(late: Late | None) -> str:
    """How many rows of a file do not count, and why; empty when all can."""
    if late is None:
        return ""
    return f"{many(late.rows, 'row')} up to {day(late.last)}: the quarter is closed. They are kept"
