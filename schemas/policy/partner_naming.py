"""Under which name a viewer sees each partner: its own, or a letter until it agrees to be named.

The one place that decides it. Below the screen too a partner that is not named goes by its stand-in: in results,
coverage, the calendar and the shared edition, so that no chart, table, file or link can give it away. A partner that
left, or that the settings no longer list, is named to nobody, backbone staff included: nobody can be asked any more.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.policy.guessable_letters import guessable
from schemas.policy.partner import KIND_UNKNOWN, Partner
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import Viewer

EVERYONE_ID = "partnership"
UNKNOWN = "partner-unknown"
"""Stands for an id that neither the settings nor the ledger know."""
NO_LONGER = " (no longer listed)"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word comes out."""


@dataclass(frozen=True)
class Peers:
    """Shown ids of partners of one kind, which may be compared. `kind`: None where one of them goes by a letter, so
    that no kind ever stands beside one."""

    ids: frozenset[str]
    kind: str | None


@dataclass(frozen=True)
class Naming:
    """`ids`: partner id -> the id shown for it; `names`: id shown -> name shown, in the order shown.

    `peers`: who may be compared with whom. `figures`: whether the viewer sees figures of other partners. `gone`: ids
    (true ones) of partners that left or are no longer listed: nothing more is awaited from them. `truly`: every id is
    shown as it is.

    The order is that of the settings for named partners, then the stand-ins by letter: it gives no place away. The
    id of a stand-in is none that a partner could have.
    """

    ids: dict[str, str]
    names: dict[str, str]
    peers: tuple[Peers, ...] = ()
    figures: bool = True
    gone: frozenset[str] = frozenset()
    truly: bool = False

    def shown(self, partner_id: str) -> str:
        """The id shown for a partner (or for the partnership, itself). One that nobody knows is not shown."""
        as_it_is = self.truly or partner_id == EVERYONE_ID
        return self.ids.get(partner_id, partner_id if as_it_is else UNKNOWN)

    def known(self) -> set[str]:
        """Partners that stand under their own names."""
        return {true for true, shown in self.ids.items() if true == shown}

    def members(self) -> dict[str, str]:
        """`names` of the partners that are still in the partnership."""
        left = {self.ids[p] for p in self.gone}
        return {shown: name for shown, name in self.names.items() if shown not in left}

    def true(self, shown: str) -> str | None:
        """The partner (or what else is no partner) behind a shown id; None for the id of one that is not named."""
        behind = next((true for true, other in self.ids.items() if other == shown), None)
        return behind or (None if shown in self.ids else shown)


OWN_NAMES = Naming({}, {}, truly=True)
"""Every partner under its own id: for a partner that looks at itself alone."""


def naming(partnership: Partnership, key: bytes, viewer: Viewer, known: Iterable[str] = ()) -> Naming:
    """Who is named to the viewer: those who agreed, all of them to backbone staff, and to a partner itself.

    `known`: every partner id that the store knows, also those that the settings no longer list.
    """
    listed = {p.id: p for p in partnership.partners}
    unlisted = sorted(set(known) - set(listed))
    signs = _signs((*listed, *unlisted), key)
    named = {p.id: p.name for p in partnership.members if _sees(viewer, p)}
    others = sorted((signs[p], p in listed) for p in signs if p not in named)
    stand_ins = {_stand_in(sign): f"Partner {sign}" + ("" if here else NO_LONGER) for sign, here in others}
    ids = {p: p if p in named else _stand_in(sign) for p, sign in signs.items()}
    figures = partnership.policy.partner_figures or viewer.role == "backbone"
    left = {p.id for p in partnership.partners} - {p.id for p in partnership.members}
    gone = frozenset({*left, *unlisted})
    return Naming(ids, named | stand_ins, _peers(partnership, ids, set(named)), figures, gone)


def _stand_in(sign: str) -> str:
    return f"partner-{sign.lower()}"


def _peers(partnership: Partnership, ids: dict[str, str], named: set[str]) -> tuple[Peers, ...]:
    """Partners by kind, as far as the viewer may know it.

    To be shown among its kind tells the kind. So a letter that this would narrow to fewer than three partners is in no
    group, and neither is a partner whose kind the settings do not give.
    """
    alone = guessable(partnership)
    groups: dict[str, list[str]] = {}
    for p in partnership.partners:
        if p.kind != KIND_UNKNOWN and (p.id in named or p.id not in alone):
            groups.setdefault(p.kind, []).append(p.id)
    return tuple(
        Peers(frozenset(ids[p] for p in those), kind if named.issuperset(those) else None)
        for kind, those in groups.items()
    )


def unnamed(partnership: Partnership, viewer: Viewer) -> list[Partner]:
    """The partners of the settings whose names the viewer may not know."""
    known = {p.id for p in partnership.members if _sees(viewer, p)}
    return [p for p in partnership.partners if p.id not in known]


def _sees(viewer: Viewer, partner: Partner) -> bool:
    return partner.named or viewer.role == "backbone" or viewer.partner_id == partner.id


def _signs(partner_ids: Iterable[str], key: bytes) -> dict[str, str]:
    """Partner id -> a letter, or as many as tell it from the others: from a keyed hash, so it stays and tells nothing.

    All partners have one, also those that are named, so that naming one changes no other's.
    """
    long = {p: "".join(_spelled(key, p)) for p in partner_ids}
    return {p: next(s[:n] for n in range(1, len(s) + 1) if _alone(s[:n], p, long)) for p, s in long.items()}


def _spelled(key: bytes, partner_id: str) -> Iterator[str]:
    number = int.from_bytes(hmac.digest(key, f"partner's letter: {partner_id}".encode(), hashlib.sha256))
    while number:
        number, place = divmod(number, len(_LETTERS))
        yield _LETTERS[place]


def _alone(start: str, partner_id: str, long: dict[str, str]) -> bool:
    return not any(s.startswith(start) for p, s in long.items() if p != partner_id)
