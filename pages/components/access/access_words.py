"""What is said of people and of what happened at the door."""

import datetime as dt

from data.ledger.people.access_history import AccessEvent
from data.ledger.people.history_head import Head
from data.ledger.people.person_records import Person
from data.ledger.people.sign_in_sessions import Session
from pages.components.access import who_looks
from pages.components.wording.count_words import day, many
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import PersonRole

ROLES: dict[PersonRole, str] = {
    "leader": "Partnership leader", "partner": "Data person", "analyst": "Analyst", "backbone": "Backbone staff",
    "auditor": "Auditor",
}  # fmt: skip
STATES = {"invited": "Invited", "active": "May sign in", "expired": "Time is over", "ended": "Access ended"}
EVENTS = {
    "invited": "Invited", "role changed": "Role changed", "access ended": "Access ended",
    "account forgotten": "Another account allowed", "signed in": "Signed in", "sign-in refused": "Sign-in refused",
    "signed out": "Signed out", "sign-in ended": "Sign-in ended", "access reviewed": "Access looked over",
    "emergency access opened": "Emergency access opened", "emergency access ended": "Emergency access ended",
    "rows queried": "Rows of a release queried",
    "deletion looked at": "Deletion looked at", "rows deleted": "Rows deleted for good",
    "encryption key change begun": "Change of the encryption key begun",
    "edition key printed": "Key of an edition printed", "edition handed over": "Edition handed over without encryption",
}  # fmt: skip
SOON = dt.timedelta(days=30)


def headline(people: list[Person], sessions: list[Session], today: dt.date) -> str:
    """The page's title: who may, and who is."""
    standing = [p for p in people if p.state(today) in ("active", "invited")]
    if not standing:
        return "Nobody is invited yet"
    waiting = sum(p.state(today) == "invited" for p in standing)
    inside = len({s.person for s in sessions})
    new = f", {waiting} of them for the first time" if waiting else ""
    verb = "is" if inside == 1 else "are"
    return f"{many(len(standing), 'person', 'people')} may sign in{new}; {inside or 'none'} {verb} in now"


def lead(partnership: Partnership) -> str:
    """How people come in."""
    if who_looks.way(partnership) == "chooser":
        return "This is a demo: nobody signs in, so invitations can be tried without consequence."
    names = " or ".join(p.name for p in partnership.sign_in.providers)
    return f"People sign in with {names}. Concord sends no invitation by itself: write to them."


def role(person: Person, names: dict[str, str]) -> str:
    """What somebody is, and of which partners."""
    of = ", ".join(names.get(p, "a partner of before") for p in person.partners)
    return f"{ROLES[person.role]}{f', {of}' if of else ''}"


def review_due(due: dt.date, today: dt.date) -> str:
    """When access is to be looked over, in a sentence."""
    if due < today:
        return f"Access should have been looked over by {day(due)}. Go through the list below."
    return f"Look over who has access by {day(due)}. It is due twice a year."


def head(now: Head) -> str:
    """Where the history ends, in words to be printed."""
    later = f"“concord check --head {now}” tells when lines are missing."
    return f"This history ends at {now}. Print this now and then. {later}"


def what(event: AccessEvent, people: dict[int, Person]) -> str:
    """Who it was about, with what is known."""
    person = people.get(event.person) if event.person else None
    about = event.detail if person is None or person.email in event.detail else f"{person.email}: {event.detail}"
    return about[:1].upper() + about[1:] if "@" not in about.split()[0] else about
