"""Emergency access ("breaking the glass"): backbone staff see a partner's exact figures for a while, with a reason that
everyone reads. It opens nothing but looking, lives in this process alone, and ends with the sign-in or a restart."""

import datetime as dt
from dataclasses import dataclass

from data.ledger.people import access_history
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import Viewer
from workflow import discussing
from workflow.access.door import Door, Guest
from workflow.access.permitting import require

SHORTEST_REASON, LONGEST_REASON = 15, 300
MINUTES = (15, 30, 60, 120)
_MOMENT = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True)
class Opening:
    """An emergency access that was opened: when and until when (UTC), by whom, to whose figures, why."""

    at: dt.datetime
    until: dt.datetime
    actor: str
    partner_id: str
    reason: str

    @property
    def detail(self) -> str:
        """As the history of access keeps it."""
        return f"{self.partner_id} until {self.until:{_MOMENT}} because: {self.reason}"


def open_up(door: Door, viewer: Viewer, guest: Guest | None, partner_id: str, reason: str, minutes: int) -> Opening:
    """Open a partner's exact figures to a sign-in. Raises NotAllowed, or NotPossible with what to do."""
    require(viewer, "open_emergency")
    reason = " ".join(reason.split())
    if guest is None:
        raise NotPossible("nobody signs in here, so there is nothing to open")
    if partner_id not in {p.id for p in door.store.partnership.members}:
        raise NotPossible("choose a partner of this partnership")
    if minutes not in MINUTES:
        raise NotPossible(f"choose one of {', '.join(map(str, MINUTES))} minutes")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotPossible(f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters: everyone reads it")
    reason = discussing.fit_for_all(door.store, reason)
    now = door.now()
    opened = Opening(now, now + dt.timedelta(minutes=minutes), guest.person.email, partner_id, reason)
    door.record("emergency access opened", opened.actor, guest.person.person, opened.detail)
    door.emergencies[guest.session] = (partner_id, opened.until)
    return opened


def end(door: Door, viewer: Viewer, guest: Guest | None) -> None:
    """End it before its time. Raises NotPossible when there is none."""
    require(viewer, "see_emergency")
    if guest is None or door.emergencies.pop(guest.session, None) is None:
        raise NotPossible("no emergency access of yours is open")
    door.record("emergency access ended", guest.person.email, guest.person.person, "before its time")


def read_openings(door: Door, viewer: Viewer, most: int = 50) -> list[Opening]:
    """Every emergency access that was opened, newest first: for everyone. Raises NotAllowed."""
    require(viewer, "see_emergency")
    rows = access_history.of_kind(door.store.cursor(), "emergency access opened", most)
    return [_read(row) for row in rows]


def _read(row: access_history.AccessEvent) -> Opening:
    partner_id, _, rest = row.detail.partition(" until ")
    until, _, reason = rest.partition(" because: ")
    return Opening(row.at, dt.datetime.strptime(until, _MOMENT), row.actor, partner_id, reason)
