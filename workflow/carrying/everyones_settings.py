"""The settings and names of a release as everyone may know them: nothing in them tells who goes by a letter.

Partners that are named keep their ids. Each other one has an id made of its letter, so that whatever belongs to it
still does, and nothing else of it but what its row of the reporting calendar shows.
"""

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import Any

from schemas.policy.agreements.agreement import Agreement
from schemas.policy.partner import KIND_UNKNOWN, Partner
from schemas.policy.partner_naming import Naming, Peers
from schemas.policy.partnership import Partnership

TOLD = (
    "annotations", "baselines", "calendar", "choices", "demo", "gaps", "limits", "maps", "name", "owners", "places",
    "plans", "rebases", "scorecard", "spc", "target_dates", "targets", "values",
)  # fmt: skip
"""Settings that are carried as they are: pages say them to everyone."""
CHANGED = ("partners", "policy", "targets_for", "today")
NOT_TOLD = ("hosts", "mail", "readmission_lists", "recovery", "sign_in")
"""Settings of the server that made the release."""


@dataclass(frozen=True)
class Everyones:
    """`ids`: partner -> the id that it has in all that is carried."""

    settings: Partnership
    naming: Naming
    ids: dict[str, str]


def of_everyone(settings: Partnership, naming: Naming) -> Everyones:
    """The settings of a release, by how everyone sees the partners in it."""
    ids = {true: true if true == shown else _unnamed(shown, naming) for true, shown in naming.ids.items()}
    peers = tuple(Peers(frozenset(group.ids), group.kind) for group in naming.peers)
    carried = replace(
        naming,
        ids={ids[true]: shown for true, shown in naming.ids.items()}, peers=peers,
        gone=frozenset(ids[true] for true in naming.gone),
    )  # fmt: skip
    order, by_id = {shown: n for n, shown in enumerate(naming.names)}, {p.id: p for p in settings.partners}
    listed = sorted((true for true in naming.ids if true in by_id), key=lambda true: order[naming.ids[true]])
    return Everyones(
        Partnership(
            **{name: getattr(settings, name) for name in TOLD},
            partners=tuple(_partner(by_id[true], ids[true], naming, settings.day) for true in listed),
            policy=settings.policy.model_copy(update={"leaders_record": False, "research_group": None}),
            # A target's owner and day would tell whose letter it is.
            targets_for=tuple(t for t in settings.targets_for if not t.partner or ids.get(t.partner) == t.partner),
            today=settings.day,
        ),
        carried,
        ids,
    )


def _unnamed(shown: str, naming: Naming) -> str:
    """An id for a partner that goes by a letter, which no partner has."""
    made = shown.replace("-", "_")
    while made in naming.ids:
        made = f"{made}_x"
    return made


def _partner(one: Partner, known_as: str, naming: Naming, today: dt.date) -> Partner:
    """A partner as everyone may know it. What its agreement allows decides what is said of its figures."""
    named, said = known_as == one.id, one.agreement
    agreement = (
        Agreement(purposes=said.purposes, ended=today if said.state(today) == "ended" else None) if said else None
    )
    return Partner(
        id=known_as, name=naming.names[naming.ids[one.id]], kind=one.kind if named else KIND_UNKNOWN, named=named,
        sends=one.sends, every=one.every, due_days=one.due_days, reports_since=one.reports_since,
        left=today - dt.timedelta(days=1) if one.has_left(today) else None, agreement=agreement,
    )  # fmt: skip


def written(naming: Naming) -> str:
    """A naming as text."""
    said: dict[str, Any] = {
        "ids": naming.ids, "names": naming.names, "figures": naming.figures, "gone": sorted(naming.gone),
        "peers": [[sorted(group.ids), group.kind] for group in naming.peers],
    }  # fmt: skip
    return json.dumps(said)


def read(text: str) -> Naming:
    """A naming from its text. Raises ValueError, KeyError or TypeError for another."""
    said = json.loads(text)
    peers = tuple(Peers(frozenset(ids), kind) for ids, kind in said["peers"])
    return Naming(said["ids"], said["names"], peers, said["figures"], frozenset(said["gone"]))
