"""How far a new partnership has come on its way to the first release."""

from dataclasses import dataclass

from data.ledger.store import Store
from schemas.policy.partnership import Partnership
from workflow import reading


@dataclass(frozen=True)
class Progress:
    """What is done: the name, how many partners there are, how many of them have a file that counts."""

    named: bool
    partners: int
    reporting: int


def progress(store: Store) -> Progress:
    """How far it is; numbers of partners alone, so for every viewer."""
    members = {p.id for p in store.partnership.members}
    sent = {s.partner_id for s in reading.all_submissions(store) if s.state == "accepted"}
    return Progress(store.partnership.name != Partnership().name, len(members), len(members & sent))
