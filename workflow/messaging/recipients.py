"""To whom a message may go: the contacts of a partner, and the people who look after its files or have a role."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from data.ledger import kept_reads
from data.ledger.people import person_records, sign_in_sessions
from data.ledger.people.person_records import Person
from data.ledger.store import Store
from schemas.policy.messages.mail_server import is_address, one_line
from schemas.policy.partner import Partner

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")
_AROUND = " \t<>()[]\"',;:–-"


class Recipient(NamedTuple):
    """Someone who may get a message. `fault`: why nothing can be sent to them; empty when it can."""

    address: str
    name: str
    kind: Literal["contact", "person"]
    of: str
    """The partner whose contact or data person it is; empty for others."""
    fault: str = ""


def of_partner(store: Store, partner: Partner) -> list[Recipient]:
    """The contacts of a partner, then the data people of it; each address once."""
    people = [p for p in _standing(store) if partner.id in p.partners]
    return _each_once([*_contacts(partner), *(_person(p, partner.id) for p in people)])


def of_all(store: Store) -> list[Recipient]:
    """Everyone who reads releases: the people who may, and all partners' contacts."""
    people = [p for p in _standing(store) if p.reaches("see_figures")]
    contacts = [one for partner in store.partnership.members for one in _contacts(partner)]
    return _each_once([*(_person(p, p.partners[0] if p.partners else "") for p in people), *contacts])


def _standing(store: Store) -> list[Person]:
    """Those who may come in today. Their access ends by the real day, whatever the partnership's calendar says."""
    today = sign_in_sessions.utc_now().date()
    return [p for p in kept_reads.read(store, person_records.people) if p.state(today) in ("invited", "active")]


def _contacts(partner: Partner) -> Iterator[Recipient]:
    for contact in partner.contacts:
        found = _ADDRESS.findall(contact)
        address = found[0].strip(".") if found else ""
        name = " ".join(contact.replace(address, " ").strip(_AROUND).split()) if address else contact
        yield _fit(Recipient(address, name, "contact", partner.id), several=len(found) > 1, whole=contact)


def _person(person: Person, partner_id: str) -> Recipient:
    return _fit(Recipient(person.email, person.name, "person", partner_id), several=False, whole=person.name)


def _fit(one: Recipient, *, several: bool, whole: str) -> Recipient:
    if not one_line(whole):  # it could end a header's line; shown without what is not to be seen
        return one._replace(
            name="".join(c for c in one.name if c.isprintable()), fault="a line break stands in the entry"
        )
    if several:
        return one._replace(fault="it has several addresses: write one a line")
    if not one.address:
        return one._replace(fault="it has no e-mail address")
    return one if is_address(one.address) else one._replace(fault="mail cannot be sent to this address")


def _each_once(those: Iterable[Recipient]) -> list[Recipient]:
    kept: dict[str, Recipient] = {}
    for one in those:
        kept.setdefault(one.address.casefold() or f"no address: {one.name}", one)
    return list(kept.values())
