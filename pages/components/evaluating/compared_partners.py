"""Who can be compared for a measure, and who usually is: found once for a release and each who asks."""

import datetime as dt

from data.ledger.store import Store
from metrics.acting.arms import Action
from pages.components.layout import page_state
from pages.components.layout.at_hand import at_hand
from workflow.evaluating import reading_impact


def reporting(indicator: str) -> list[str]:
    """The partners with published figures of a measure whose agreements let them be judged."""
    return list(_reporting(page_state.store(), *_now(), indicator))


def beside(action: Action) -> list[str]:
    """Partners that did not take part, whom an action is usually compared with."""
    return list(_beside(page_state.store(), *_now(), action))


def _now() -> tuple[str, int, dt.date, str, str | None]:
    """What it hangs on: the settings, the release, the day, on which an agreement may end, and who asks."""
    who = page_state.viewer()
    day = page_state.store().partnership.day
    return page_state.kept_under(), page_state.release_number(), day, who.role, who.partner_id


@at_hand(500)
def _reporting(
    _store: Store, folder: str, number: int, day: dt.date, role: str, partner_id: str | None, indicator: str
) -> list[str]:
    return reading_impact.read_partners(_store, indicator, viewer=page_state.viewer())


@at_hand(500)
def _beside(
    _store: Store, folder: str, number: int, day: dt.date, role: str, partner_id: str | None, action: Action
) -> list[str]:
    return reading_impact.read_beside(_store, action, viewer=page_state.viewer())
