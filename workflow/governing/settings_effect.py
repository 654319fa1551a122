"""What a change of the settings leads to, worked out before it holds: figures and names aside, which a trial shows."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from data.ledger import closed_quarters, submissions
from data.ledger.store import Store
from data.reporting.arrivals import arrivals
from data.reporting.reporting_calendar import State, calendar
from schemas.policy import release_settings, settings_places
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Change
from schemas.policy.viewer import Viewer
from workflow.governing import listed_places
from workflow.governing.listed_places import Move
from workflow.governing.settings_rights import refuse_others


@dataclass(frozen=True)
class Due:
    """What the calendar says under some settings: the day for which the next release is planned, and how many files
    of each state it has."""

    release: dt.date
    files: Counter[State]


@dataclass(frozen=True)
class Effect:
    """`changes`: what differs. `with_release`: names of settings that take effect with the next release. `due`: the
    calendar now and then; None where it stays. `withdrawn`: partner id -> how many accepted files are withdrawn."""

    changes: list[Change]
    with_release: list[str]
    due: tuple[Due, Due] | None
    withdrawn: dict[str, int]
    places: Move | None = None
    """What another list of places changes; None where it stays."""


def effect(store: Store, viewer: Viewer, before: Partnership, proposed: Partnership) -> Effect:
    """What proposed settings lead to, made from those before. Raises NotPossible for anyone but backbone staff."""
    refuse_others(viewer)
    now, then = _due(store, before), _due(store, proposed)
    return Effect(
        settings_places.differences(before, proposed),
        release_settings.changed(before, proposed),
        (now, then) if now != then else None,
        _withdrawn(store, proposed),
        listed_places.move(store, before, proposed),
    )


def _due(store: Store, settings: Partnership) -> Due:
    cur = store.cursor()
    entries = calendar(settings, arrivals(cur), settings.day)
    return Due(closed_quarters.planned(cur, settings.calendar, settings.day), Counter(e.state for e in entries))


def _withdrawn(store: Store, proposed: Partnership) -> dict[str, int]:
    leaving = [p for p in proposed.partners if p.takes_back(proposed.day)]
    held = Counter(s.partner_id for s in submissions.submissions(store.cursor()) if s.state == "accepted")
    return {p.id: held[p.id] for p in leaving if held[p.id]}


def has_sent(store: Store, viewer: Viewer, partner_id: str) -> bool:
    """Whether a partner has ever sent a file, so that it can leave but not be taken out."""
    refuse_others(viewer)
    return partner_id in submissions.senders(store.cursor())
