"""A partner's calendar as a file for other programs (iCalendar, RFC 5545): days alone, nothing of anybody's rows."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from data.reporting.reporting_calendar import DAY, Days, Entry, Facts, calendar, owes, period_of, rhythm
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership

_LINE = 75
"""Octets of a line, its break apart (RFC 5545, 3.1)."""


class Happening(NamedTuple):
    """Something of a whole day. `key` stays the same however its day or its words change."""

    key: str
    day: dt.date
    words: str
    more: str = ""


def owed(partnership: Partnership, partner: Partner, facts: Facts, today: dt.date, ahead: int) -> Iterator[Happening]:
    """The files that a partner owes: those of the reporting calendar, and those of the quarters to come."""
    entries = [e for e in calendar(partnership, facts, today) if e.partner_id == partner.id]
    yield from map(_file, entries)
    every, due_days = rhythm(partnership, partner)
    days = period_of(today, every)
    for _ in range(ahead * (3 if every == "month" else 1)):
        days = period_of(days.last + DAY, every)
        for dataset in owes(partner, facts):
            yield Happening(_key(dataset, days), days.last + due_days * DAY, f"Due: {_what(dataset, days)}")


def _file(e: Entry) -> Happening:
    if e.came:
        return Happening(_key(e.dataset, e.days), e.due, f"In: {_what(e.dataset, e.days)}", f"It came on {e.came}.")
    return Happening(_key(e.dataset, e.days), e.due, f"Due: {_what(e.dataset, e.days)}")


def _key(dataset: str, days: Days) -> str:
    return f"file-{dataset}-{days.first}"


def _what(dataset: str, days: Days) -> str:
    span = f"{days.last:%b %Y}" if days.first.month == days.last.month else f"{days.first:%b}–{days.last:%b %Y}"
    return f"{DATASETS[dataset].title}, {span}"


def closes(end: dt.date, day: dt.date) -> Happening:
    """The last day on which rows of a quarter can come in."""
    return Happening(
        f"closes-{end}", day, f"Last day for rows of {_quarter(end)}", "Later rows are kept, and do not count."
    )


def released(end: dt.date, day: dt.date) -> Happening:
    """The day for which the release is planned that closes a quarter."""
    return Happening(f"release-{end}", day, f"Release planned: {_quarter(end)} closes")


def agreement_ends(day: dt.date) -> Happening:
    """The last day of the partner's agreement."""
    return Happening("agreement", day, "Last day of the agreement", "After it, no file is taken until it is renewed.")


def _quarter(end: dt.date) -> str:
    return f"{(end - 80 * DAY):%b}–{end:%b %Y}"


def text(title: str, whose: str, happenings: Iterable[Happening], now: dt.datetime) -> str:
    """The file; `whose`: a word that tells this partnership's events from all others', `now`: in UTC."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Concord//Reporting calendar//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"NAME:{_escaped(title)}", f"X-WR-CALNAME:{_escaped(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H",
    ]  # fmt: skip
    for one in happenings:
        lines += _event(one, whose, now)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Happening, whose: str, now: dt.datetime) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{one.key}-{whose}@concord.invalid", f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}", f"DTEND;VALUE=DATE:{one.day + DAY:%Y%m%d}",
        f"SUMMARY:{_escaped(one.words)}", *([f"DESCRIPTION:{_escaped(one.more)}"] if one.more else []),
        "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _escaped(words: str) -> str:
    """Text as a value (RFC 5545, 3.3.11); other control characters have no place in one."""
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n")
    return "".join(c for c in plain.replace("\r", "\n").replace("\n", "\\n") if c.isprintable())


def _folded(line: str) -> str:
    """A line in pieces of 75 octets at most; no character of several is cut."""
    pieces, piece = list[str](), ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])
