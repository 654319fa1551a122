"""Who can be compared for a measure, from when on, and who usually is."""

import datetime as dt

from metrics.acting.arms import Action
from pages.components.layout import kept_parts, page_state
from workflow.evaluating import reading_impact


def reporting(indicator: str) -> list[str]:
    """The partners with published figures of a measure whose agreements let them be judged."""
    store, who = page_state.store(), page_state.viewer()
    found = kept_parts.kept(lambda: reading_impact.read_partners(store, indicator, viewer=who), "reporting", indicator)
    return list(found)


def starts(indicator: str) -> list[dt.date]:
    """The months at which an action on a measure may be taken to have started."""
    store, who = page_state.store(), page_state.viewer()
    return list(kept_parts.kept(lambda: reading_impact.read_starts(store, indicator, viewer=who), "starts", indicator))


def beside(action: Action) -> list[str]:
    """Partners that did not take part, whom an action is usually compared with."""
    store, who = page_state.store(), page_state.viewer()
    return list(kept_parts.kept(lambda: reading_impact.read_beside(store, action, viewer=who), "beside", action))
