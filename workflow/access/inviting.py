"""Inviting people, changing what they may do, ending it, and looking all of it over twice a year."""

import datetime as dt
from dataclasses import dataclass, replace

from data.ledger.people import access_history, history_head, person_records
from data.ledger.people.access_history import AccessEvent
from data.ledger.people.history_head import Head
from data.ledger.people.person_records import Person
from data.ledger.people.sign_in_sessions import Session
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import PersonRole, Viewer
from workflow.access.door import Door
from workflow.access.permitting import require

REVIEW_DAYS = 182
"""Access is looked over twice a year."""


@dataclass(frozen=True)
class Invitation:
    """What somebody is to be: for a data person which partners, and the last day, None for no end."""

    role: PersonRole
    partners: tuple[str, ...] = ()
    expires_on: dt.date | None = None


def read_people(door: Door, viewer: Viewer) -> list[Person]:
    """Everyone who was ever invited. Raises NotAllowed."""
    require(viewer, "see_people")
    return list(door.people.values())


def read_sessions(door: Door, viewer: Viewer) -> list[Session]:
    """The sign-ins that last, oldest first. Raises NotAllowed."""
    require(viewer, "see_people")
    return door.sessions()


def read_history(door: Door, viewer: Viewer) -> list[AccessEvent]:
    """The newest of what happened at the door, newest first. Raises NotAllowed."""
    require(viewer, "read_access_history")
    return access_history.events(door.store.cursor())


def history_broken_at(door: Door, viewer: Viewer) -> int | None:
    """The first line of that history which is not as it was written; None when all is whole. Raises NotAllowed."""
    require(viewer, "read_access_history")
    return access_history.first_broken(door.store.cursor(), door.store.key)


def history_head_now(door: Door, viewer: Viewer) -> Head:
    """Where that history ends now, to be printed and kept outside. Raises NotAllowed."""
    require(viewer, "read_access_history")
    return history_head.head(door.store.cursor())


def invite(door: Door, viewer: Viewer, email: str, what: Invitation, actor: str) -> Person:
    """Invite somebody by e-mail address. Raises NotAllowed, or NotPossible when the address or the role will not do.

    Whoever was invited before and whose access ended is invited anew, as somebody who has not signed in yet.
    """
    require(viewer, "change_people")
    _refuse_unfit(door, what)
    try:
        address = person_records.plain_email(email)
    except ValueError as error:
        raise NotPossible(f"{error}: write it as name@example.org") from None
    known = next((p for p in door.people.values() if p.email == address), None)
    if known and not known.ended:
        raise NotPossible("this address is on the list already: change it there")
    number = known.person if known else person_records.next_person(door.store.cursor())
    person = Person(number, address, "", what.role, what.partners, what.expires_on)
    door.record("invited", actor, number, _words(person), person)
    return person


def change(door: Door, viewer: Viewer, number: int, what: Invitation, actor: str) -> Person:
    """Change what somebody may do; it holds from their next step on. Raises as `invite` does."""
    require(viewer, "change_people")
    _refuse_unfit(door, what)
    before = _one(door, number)
    person = replace(before, role=what.role, partners=what.partners, expires_on=what.expires_on)
    if person == before:
        raise NotPossible("nothing was changed")
    _refuse_last(door, person)
    door.record("role changed", actor, number, f"{_words(person)} (before: {_words(before)})", person)
    return person


def end(door: Door, viewer: Viewer, number: int, reason: str, actor: str) -> None:
    """End somebody's access, and their sign-ins, at once. Raises NotAllowed, or NotPossible without a reason."""
    require(viewer, "change_people")
    if not reason.strip():
        raise NotPossible("say why first: the history keeps it")
    gone = replace(_one(door, number), ended=True)
    _refuse_last(door, gone)
    door.record("access ended", actor, number, reason.strip()[:300], gone)
    door.leave_everywhere(number, "access ended", actor)


def forget_account(door: Door, viewer: Viewer, number: int, actor: str) -> None:
    """Let somebody come in with another account of theirs: the next to sign in with their e-mail address is them."""
    require(viewer, "change_people")
    person = replace(_one(door, number), account=None)
    door.record("account forgotten", actor, number, "the next sign-in with this address counts as theirs", person)
    door.leave_everywhere(number, "ended by staff", actor)


def end_sessions(door: Door, viewer: Viewer, number: int, actor: str) -> int:
    """Sign somebody out everywhere; how many sign-ins there were. Raises NotAllowed."""
    require(viewer, "change_people")
    return door.leave_everywhere(_one(door, number).person, "ended by staff", actor)


def review(door: Door, viewer: Viewer, actor: str) -> None:
    """Put down that everyone on the list was looked at, and is rightly on it. Raises NotAllowed."""
    require(viewer, "change_people")
    standing = [p for p in door.people.values() if p.state(door.now().date()) in ("active", "invited")]
    door.record("access reviewed", actor, None, f"{len(standing)} on the list")


def review_due(door: Door, viewer: Viewer) -> dt.date:
    """The day by which access is to be looked over again; past when it is late. Raises NotAllowed."""
    require(viewer, "see_people")
    cur = door.store.cursor()
    first = min((e.at for e in access_history.events(cur, 1_000_000) if e.kind == "invited"), default=door.now())
    last = access_history.last_kind(cur, "access reviewed") or first
    return last.date() + dt.timedelta(days=REVIEW_DAYS)


def _one(door: Door, number: int) -> Person:
    person = door.people.get(number)
    if person is None or person.ended:
        raise NotPossible("nobody on the list has this number")
    return person


def _refuse_unfit(door: Door, what: Invitation) -> None:
    members = {p.id for p in door.store.partnership.members}
    if what.role == "partner" and not (what.partners and set(what.partners) <= members):
        raise NotPossible("a data person needs one or several partners of this partnership")
    if what.role != "partner" and what.partners:
        raise NotPossible("only a data person belongs to partners")
    if what.expires_on and what.expires_on < door.now().date():
        raise NotPossible("the last day is over already")


def _refuse_last(door: Door, changed: Person) -> None:
    """Somebody must be left who can invite others."""
    today = door.now().date()
    others = [p for p in door.people.values() if p.person != changed.person]
    if not any(p.role == "backbone" and p.state(today) in ("active", "invited") for p in (*others, changed)):
        raise NotPossible("nobody of the backbone staff would be left: invite another one first")


def _words(person: Person) -> str:
    """What somebody may do, for the history."""
    until = f", until {person.expires_on}" if person.expires_on else ""
    return f"{person.email}: {person.role}{' of ' + ', '.join(person.partners) if person.partners else ''}{until}"
