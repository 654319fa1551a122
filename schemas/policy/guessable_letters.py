"""Which letters can be guessed: a letter hides nobody where too few partners go by one.

Whoever knows the partnership takes away those that are named. What a partner reports tells its kind (only hospitals
have readmissions), so the partners of one kind must be enough by themselves.
"""

from dataclasses import dataclass

from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership

FEWEST = 3
"""Fewer partners behind letters, in all or of one kind, can be told apart by elimination."""


@dataclass(frozen=True)
class Guessable:
    """A partner whose letter can be guessed: how many go by a letter, in all and of its kind, itself included."""

    partner: Partner
    in_all: int
    of_kind: int


def guessable(partnership: Partnership) -> dict[str, Guessable]:
    """Partner id -> why its letter can be guessed; partners that are named, or one of enough others, are absent.

    Judged by who is named to leaders, whoever is looking: nobody can learn less than leaders do.
    """
    behind = [p for p in partnership.partners if not p.named or p.has_left(partnership.day)]
    found = [Guessable(p, len(behind), sum(other.kind == p.kind for other in behind)) for p in behind]
    return {g.partner.id: g for g in found if min(g.in_all, g.of_kind) < FEWEST}
