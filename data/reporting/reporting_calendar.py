"""The reporting calendar: what each partner owes for each period, and how it came. Pure functions over ledger facts.

A file is owed for a partner, a dataset and a period (a month or a quarter); it is due some days after the
period's end. Days with an acceptance are read from the ledger's events, which are only ever added.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import Every, Partner
from schemas.policy.partnership import Partnership

State = Literal["on time", "late", "expected", "missing", "to come"]
"""`expected`: overdue, but this partner's files usually come as late as this. What is not agreed has no entry."""
OWED: tuple[State, ...] = ("on time", "late", "expected", "missing")
"""States of a file whose due day has passed or that is in."""
DAY = dt.timedelta(days=1)
FEWEST = 3
"""Past files from which a usual lateness is named: fewer are no habit."""


class Days(NamedTuple):
    """First and last day, both included."""

    first: dt.date
    last: dt.date


class Event(NamedTuple):
    """A step of the ledger: a submission of one partner and dataset was accepted or withdrawn."""

    submission: int
    state: str
    on: dt.date
    first: dt.date | None
    last: dt.date | None


class Usual(NamedTuple):
    """How late a partner's files of a dataset came so far: days after the due day (before it: negative)."""

    median: int
    most: int
    """The day by which nine of ten had come."""
    files: int


@dataclass(frozen=True)
class Entry:
    """One file of the calendar. `came`: the day on which the period was first covered whole, None when it is not
    covered now; `part`: how much of the period's days is covered now, 0 to 1."""

    partner_id: str
    dataset: str
    days: Days
    due: dt.date
    state: State
    came: dt.date | None = None
    part: float = 0.0
    usual: Usual | None = None

    @property
    def late_by(self) -> int:
        """Days between the due day and the day it came; negative when it came before."""
        return (self.came - self.due).days if self.came else 0

    @property
    def usually_by(self) -> dt.date | None:
        """The day by which nine of ten such files of this partner are in; None when too little is known."""
        return self.due + self.usual.most * DAY if self.usual else None


Facts = dict[tuple[str, str], list[Event]]
"""(partner id, dataset) -> its acceptances and withdrawals in their order."""


def period_of(day: dt.date, every: Every) -> Days:
    """The month or the calendar quarter of a day."""
    first = day.replace(day=1, month=day.month if every == "month" else (day.month - 1) // 3 * 3 + 1)
    later = first + (31 if every == "month" else 92) * DAY
    return Days(first, later.replace(day=1) - DAY)


def periods(today: dt.date, every: Every, back: int) -> list[Days]:
    """The last `back` periods that have ended, oldest first, and the one that is running."""
    found = [period_of(today, every)]
    for _ in range(back):
        found.insert(0, period_of(found[0].first - DAY, every))
    return found


def calendar(partnership: Partnership, facts: Facts, today: dt.date) -> list[Entry]:
    """Every file of every partner over the periods that the settings show, oldest first; what is not agreed has none,
    nor has a partner that left."""
    found = []
    for partner in partnership.members:
        every, days = rhythm(partnership, partner)
        shown = periods(today, partnership.calendar.every, partnership.calendar.periods)
        own = [p for p in periods(today, every, 3 * len(shown)) if p.first >= shown[0].first]
        for dataset in owes(partner, facts):
            found += _entries(partner, dataset, own, days, facts.get((partner.id, dataset), []), today)
        if not partner.is_awaited(today):
            found = [e for e in found if e.partner_id != partner.id or e.came]
    return found


def rhythm(partnership: Partnership, partner: Partner) -> tuple[Every, int]:
    """How often the partner reports, and how many days after a period's end."""
    usual = partnership.calendar
    return partner.every or usual.every, usual.due_days if partner.due_days is None else partner.due_days


def owes(partner: Partner, facts: Facts) -> list[str]:
    """The datasets that the partner has agreed to send; when none are agreed, those it has sent."""
    agreed = partner.sends or {dataset for partner_id, dataset in facts if partner_id == partner.id}
    return [name for name in DATASETS if name in agreed]


def _entries(
    partner: Partner, dataset: str, own: Sequence[Days], due_days: int, events: list[Event], today: dt.date
) -> list[Entry]:
    since = partner.reports_since or _since(own, due_days, events, today)
    made: list[Entry] = []
    for days in (p for p in own if p.last >= since):
        due = days.last + due_days * DAY
        came, part = arrival(events, days) if days.last < today else (None, arrival(events, days)[1])
        usual = usual_lateness(made)
        made.append(Entry(partner.id, dataset, days, due, _state(came, due, usual, today), came, part, usual))
    return made


def _since(own: Sequence[Days], due_days: int, events: list[Event], today: dt.date) -> dt.date:
    """From when files are owed when no day is agreed: what was sent at first for long ago was never late."""
    first = next((e.on for e in events if e.state == "accepted"), None)
    if first is None:
        return max((p.last for p in own if p.last < today), default=today)
    return min((p.last for p in own if p.last + due_days * DAY >= first), default=first)


def _state(came: dt.date | None, due: dt.date, usual: Usual | None, today: dt.date) -> State:
    if came:
        return "late" if came > due else "on time"
    if today <= due:
        return "to come"
    return "expected" if usual and today <= due + usual.most * DAY else "missing"


def arrival(events: Sequence[Event], days: Days) -> tuple[dt.date | None, float]:
    """The day on which the period was first covered whole, and the share of its days covered now, 0 to 1.

    No day when it is not covered now: what was withdrawn does not count as received. A correction leaves the day
    as it was. A dataset without dates covers a period that began before its acceptance.
    """
    came, part = None, 0.0
    for n, event in enumerate(events, 1):
        part = _part(accepted_now(events[:n]), days)
        came = came or (event.on if part == 1 else None)
    return (came if part == 1 else None), part


def accepted_now(events: Sequence[Event]) -> list[Event]:
    """The acceptances that hold after these events: a withdrawal takes its submission's away."""
    last = {e.submission: e for e in events}
    return [e for e in last.values() if e.state == "accepted"]


def _part(accepted: Iterable[Event], days: Days) -> float:
    covered = set[int]()
    for event in accepted:
        if event.first is None or event.last is None:
            if event.on >= days.first:
                return 1.0
            continue
        first, last = max(event.first, days.first), min(event.last, days.last)
        covered |= set(range(first.toordinal(), last.toordinal() + 1))
    return len(covered) / ((days.last - days.first).days + 1)


def usual_lateness(past: Iterable[Entry]) -> Usual | None:
    """The median and the ninth decile (nearest rank) of the days that past files came after their due day."""
    late = sorted(e.late_by for e in past if e.came)
    if len(late) < FEWEST:
        return None
    middle, most = (late[math.ceil(share * len(late)) - 1] for share in (0.5, 0.9))
    return Usual(middle, most, len(late))


@dataclass(frozen=True)
class Rate:
    """How reporting went over some files: how many were due, in, and in on time; `days`: share of days covered."""

    due: int
    received: int
    on_time: int
    days: float

    @property
    def share(self) -> float | None:
        """Reporting rate, 0 to 1; None when nothing was due."""
        return self.received / self.due if self.due else None


def rate(entries: Iterable[Entry]) -> Rate:
    """Reporting rate, timeliness and completeness of the files that are due or in; those to come do not count."""
    owed = [e for e in entries if e.state in OWED]
    came = [e for e in owed if e.came]
    on_time = sum(e.state == "on time" for e in owed)
    return Rate(len(owed), len(came), on_time, sum(e.part for e in owed) / len(owed) if owed else 0.0)
