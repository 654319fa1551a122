"""What is worth a message: files that are due or late, files that wait, appeals that were answered, a new release."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from data.discussing import appeals, warning_reasons
from data.discussing.appeals import Appeal
from data.ledger import kept_reads, submissions
from data.ledger.messages import message_log
from data.ledger.messages.message_log import NEVER_LEFT, Message, Occasioned
from data.ledger.store import Store
from data.ledger.submissions import Submission
from data.reporting.arrivals import arrivals
from data.reporting.reporting_calendar import Entry, calendar
from schemas.policy.viewer import Viewer
from workflow import discussing, reading
from workflow.access.permitting import require

SOON = dt.timedelta(days=14)
"""A file is asked for when it is due within them."""
AGAIN = dt.timedelta(days=7)
"""After them the same may be asked for once more."""
LATELY = dt.timedelta(days=60)
"""Answers to appeals, and releases, that are older are no news."""
_OPEN = ("missing", "expected")


@dataclass(frozen=True)
class Occasion:
    """One thing to write about. `key` is the same as long as it is the same thing, and of this turn of asking for it;
    what was sent under a key is not sent again.

    `partner_id`: None for what concerns everyone. `entries`: files of the calendar; `entry`: a submission that waits,
    until `until` when it awaits acceptance; `last`: when the same was asked for before.
    """

    key: str
    kind: Occasioned
    partner_id: str | None = None
    entries: tuple[Entry, ...] = ()
    entry: Submission | None = None
    until: dt.date | None = None
    appeal: Appeal | None = None
    release: int | None = None
    released_on: dt.date | None = None
    last: dt.datetime | None = None


def read_occasions(store: Store, viewer: Viewer) -> list[Occasion]:
    """What is worth a message now and was not written about. Raises NotAllowed for all but backbone staff."""
    require(viewer, "send_messages")
    return proposed(store)


def proposed(store: Store) -> list[Occasion]:
    """The same, for who may send already."""
    known = kept_reads.read(store, message_log.messages)
    return [turn for one in standing(store) if (turn := _turn(one, known, store.now()))]


def standing(store: Store) -> Iterator[Occasion]:
    """All that is so, written about or not; keys are without the turn."""
    members = [p.id for p in store.partnership.members]
    yield from _reminders(store, members)
    for partner_id in members:
        yield from _waiting(store, partner_id)
    yield from _answered(store, members)
    yield from _released(store)


def still_so(store: Store, message: Message) -> bool:
    """Whether what a message speaks of has not changed since it was written: a file that came needs no reminder."""
    about = message.occasion.rpartition("#")[0]
    if message.kind == "reminder":
        return any(o.partner_id == message.partner_id and _files(o) >= set(about.split(":")[2].split(","))
                   for o in _reminders(store, [message.partner_id or ""]))  # fmt: skip
    if message.kind == "findings":
        return any(o.key == about for o in _waiting(store, message.partner_id or ""))
    return message.partner_id is None or message.partner_id in {p.id for p in store.partnership.members}


def _turn(one: Occasion, known: Sequence[Message], now: dt.datetime) -> Occasion | None:
    """The occasion with its turn: the first one, or for what is asked for again the next. None while the last turn is
    open, or was not long ago, or is enough."""
    turns = [m for m in known if m.occasion.rpartition("#")[0] == one.key and not _never_left(m)]
    if not turns:
        return replace(one, key=f"{one.key}#1")
    last = max(turns, key=lambda m: m.at)
    again = one.kind in ("reminder", "findings") and not last.is_open and now - last.at >= AGAIN
    return replace(one, key=f"{one.key}#{len(turns) + 1}", last=last.at) if again else None


def _never_left(message: Message) -> bool:
    return all(s.last.kind in NEVER_LEFT for s in message.sendings)


def _reminders(store: Store, members: Sequence[str]) -> Iterator[Occasion]:
    today = reading.today(store.partnership)
    entries = calendar(store.partnership, kept_reads.read(store, arrivals), today)
    for partner_id in members:
        wanted = [e for e in entries if e.partner_id == partner_id and _wanted(e, today)]
        if wanted:
            files = ",".join(sorted(map(_file, wanted)))
            yield Occasion(f"reminder:{partner_id}:{files}", "reminder", partner_id, entries=tuple(wanted))


def _wanted(e: Entry, today: dt.date) -> bool:
    return e.state in _OPEN or (e.state == "to come" and e.due - today <= SOON)


def _file(e: Entry) -> str:
    return f"{e.dataset}@{e.days.first}"


def _files(one: Occasion) -> set[str]:
    return set(map(_file, one.entries))


def _waiting(store: Store, partner_id: str) -> Iterator[Occasion]:
    unexplained = {w.submission for w in kept_reads.read(store, warning_reasons.without_reason, partner_id)}
    for entry in kept_reads.read(store, submissions.submissions, partner_id):
        if entry.state == "checked":
            until = discussing.awaits_until(store, entry)
        elif entry.submission in unexplained and store.now() - entry.at <= LATELY:
            until = None
        else:
            continue
        yield Occasion(f"findings:{entry.submission}", "findings", partner_id, entry=entry, until=until)


def _answered(store: Store, members: Sequence[str]) -> Iterator[Occasion]:
    for appeal in kept_reads.read(store, appeals.appeals):
        if appeal.answer and appeal.note.file.partner_id in members and store.now() - appeal.answer.at <= LATELY:
            yield Occasion(f"appeal:{appeal.note.note}", "appeal", appeal.note.file.partner_id, appeal=appeal)


def _released(store: Store) -> Iterator[Occasion]:
    made = reading.current_release(store)
    if made and store.now() - made.made_at <= LATELY:
        yield Occasion(f"release:{made.number}", "release", release=made.number, released_on=made.made_at.date())
