"""The recorded actions with what each changed: those that can be judged first, beside whom is usual."""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.acting.impact import Impact
from metrics.counting.declaration import Indicator
from pages.components.actions import known_actions
from pages.components.evaluating import compared_partners, impact_section
from pages.components.layout import kept_parts, page_state
from pages.components.wording.evaluating import impact_words
from workflow.evaluating import reading_impact
from workflow.evaluating.reading_impact import Recorded


@dataclass(frozen=True)
class Judged:
    """An action as it was recorded. `said`: what it changed, None where it cannot be tried; `why_not`: why it cannot be
    judged, or nothing."""

    recorded: Recorded
    said: Impact | None
    why_not: str


def judged(known: Mapping[str, Indicator]) -> list[Judged]:
    """Every action that has begun, as far as the viewer may know it."""
    store, who = page_state.store(), page_state.viewer()
    steps = known_actions.mark(known_actions.read())
    recorded = kept_parts.kept(lambda: reading_impact.read_recorded(store, viewer=who), "recorded", steps)
    return sorted((_judged(one, known) for one in recorded), key=lambda one: bool(one.why_not))


def _judged(one: Recorded, known: Mapping[str, Indicator]) -> Judged:
    if one.action is None or one.action.indicator not in known:
        return Judged(one, None, impact_words.NOT_NAMED)
    said = impact_section.found(one.action, tuple(compared_partners.beside(one.action)))
    return Judged(one, said, impact_words.WHY_NOT[said.verdict])
