"""Partners' calendars for other programs: who may open an address, and what stands behind it."""

import datetime as dt

from data.ledger import closed_quarters, kept_reads
from data.ledger.messages import calendar_addresses
from data.ledger.messages.calendar_addresses import CalendarAddress
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from data.reporting import calendar_file
from data.reporting.arrivals import arrivals
from data.reporting.calendar_file import Happening
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.viewer import Viewer
from workflow import reading
from workflow.access.permitting import require

MOST = 10
"""Open addresses of one partner: one for each of its people."""
AHEAD = 4
"""Quarters to come whose days are told."""


def make_address(store: Store, viewer: Viewer, partner_id: str, *, actor: str) -> str:
    """A new secret address of a partner's calendar: its word, which is shown once. Raises NotAllowed, NotPossible."""
    require(viewer, "keep_calendar_address", partner_id)
    if partner_id not in {p.id for p in store.partnership.members}:
        raise NotPossible("the partner has left, or is not listed")
    with store.deciding, transaction(store.cursor()) as cur:
        if len(_open(calendar_addresses.addresses(cur), partner_id)) >= MOST:
            raise NotPossible(f"there are {MOST} addresses already. Revoke one that nobody uses")
        return calendar_addresses.make(cur, partner_id, actor, store.now())


def read_addresses(store: Store, viewer: Viewer, partner_id: str) -> list[CalendarAddress]:
    """The open addresses of a partner's calendar, oldest first. Raises NotAllowed."""
    require(viewer, "keep_calendar_address", partner_id)
    return _open(kept_reads.read(store, calendar_addresses.addresses), partner_id)


def revoke_address(store: Store, viewer: Viewer, partner_id: str, number: int, *, actor: str) -> None:
    """Close an address of a partner's calendar for good. Raises NotAllowed, and NotPossible where there is none."""
    require(viewer, "keep_calendar_address", partner_id)
    with store.deciding, transaction(store.cursor()) as cur:
        known = _open(calendar_addresses.addresses(cur), partner_id)
        found = next((a for a in known if a.number == number), None)
        if found is None:
            raise NotPossible("this address was revoked already")
        calendar_addresses.revoke(cur, found, actor, store.now())


def _open(known: list[CalendarAddress], partner_id: str) -> list[CalendarAddress]:
    return [a for a in known if a.partner_id == partner_id and a.revoked_at is None]


def feed(store: Store, word: str) -> bytes | None:
    """What stands behind an address, as a calendar file; None for one that opens nothing (any more)."""
    partner_id = calendar_addresses.partner_of(store.cursor(), word)
    partner = next((p for p in store.partnership.members if p.id == partner_id), None)
    if partner is None:
        return None
    today = reading.today(store.partnership)
    files = calendar_file.owed(store.partnership, partner, kept_reads.read(store, arrivals), today, AHEAD)
    happenings = [*files, *_quarters(store, today), *_agreement(partner.agreement)]
    title = f"{partner.name}: {store.partnership.name}"
    return calendar_file.text(title, store.identity.hex, happenings, store.now()).encode()


def _quarters(store: Store, today: dt.date) -> list[Happening]:
    cur, settings = store.cursor(), store.partnership.calendar
    end = (closed_quarters.closed_to(cur) or closed_quarters.due(settings, today)) + closed_quarters.DAY
    planned, found = closed_quarters.planned(cur, settings, today), list[Happening]()
    for n in range(AHEAD):
        end = closed_quarters.quarter_end(end)
        closes = closed_quarters.close_day(end, settings)
        release = planned if n == 0 else closes + settings.release_days * closed_quarters.DAY
        found += [calendar_file.closes(end, closes), calendar_file.released(end, release)]
        end += closed_quarters.DAY
    return found


def _agreement(agreed: Agreement | None) -> list[Happening]:
    return [calendar_file.agreement_ends(agreed.ends)] if agreed and agreed.ends else []
