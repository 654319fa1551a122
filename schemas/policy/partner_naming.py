"""Under which name a viewer sees each partner: its own, or a letter until it agrees to be named.

The one place that decides it. Below the screen too a partner that is not named goes by its stand-in: in results,
coverage, the calendar and the shared edition, so that no chart, table, file or link can give it away.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.policy.guessable_letters import guessable
from schemas.policy.partnership import KIND_UNKNOWN, Partner, Partnership
from schemas.policy.viewer import Viewer

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

    `peers`: who may be compared with whom. `figures`: whether the viewer sees figures of other partners.

    The order is that of the settings for named partners, then the stand-ins by letter: it gives no place away. The
    id of a stand-in is none that a partner could have.
    """

    ids: dict[str, str]
    names: dict[str, str]
    peers: tuple[Peers, ...] = ()
    figures: bool = True

    def shown(self, partner_id: str) -> str:
        """The id shown for a partner (or for the partnership, itself)."""
        return self.ids.get(partner_id, partner_id)

    def true(self, shown: str) -> str | None:
        """The partner (or what else is no partner) behind a shown id; None for the id of one that is not named."""
        behind = next((true for true, other in self.ids.items() if other == shown), None)
        return behind or (None if shown in self.ids else shown)


OWN_NAMES = Naming({}, {})
"""Every partner under its own id: for the research edition, and for a partner that looks at itself alone."""


def naming(partnership: Partnership, key: bytes, viewer: Viewer) -> Naming:
    """Who is named to the viewer: those who agreed, all of them to backbone staff, and to a partner itself."""
    signs = _signs((p.id for p in partnership.partners), key)
    named = [p for p in partnership.partners if _sees(viewer, p)]
    others = sorted(signs[p.id] for p in partnership.partners if not _sees(viewer, p))
    ids = {p.id: p.id if p in named else f"partner-{signs[p.id].lower()}" for p in partnership.partners}
    names = {p.id: p.name for p in named} | {f"partner-{sign.lower()}": f"Partner {sign}" for sign in others}
    figures = partnership.policy.partner_figures or viewer.role == "backbone"
    return Naming(ids, names, _peers(partnership, ids, {p.id for p in named}), figures)


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
