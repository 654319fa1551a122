"""The stories and voices that the viewer reads, by measure, and what a picture that shows them is kept by."""

from pages.components.layout import page_state
from workflow.telling import hearing_people, telling_stories
from workflow.telling.hearing_people import Request, Voice
from workflow.telling.telling_stories import NONE, Story


def story(indicator: str) -> Story:
    """The story of a measure, as far as it is told."""
    return telling_stories.read_stories(page_state.store(), page_state.viewer()).get(indicator, NONE)


def voices(indicator: str) -> list[Voice]:
    """What people scored about a measure, the newest first."""
    found = hearing_people.read_voices(page_state.store(), page_state.viewer())
    return [one for one in found if one.indicator == indicator]


def requests(indicator: str) -> list[Request]:
    """What people asked for about a measure, those without an answer first."""
    found = hearing_people.read_requests(page_state.store(), page_state.viewer())
    return [one for one in found if one.asked.indicator == indicator]


def mark() -> tuple[int, ...]:
    """What tells one state of them from another: steps are only ever added, and one taken back leaves the count."""
    store, who = page_state.store(), page_state.viewer()
    told = telling_stories.read_stories(store, who).values()
    heard = hearing_people.read_voices(store, who)
    asked = hearing_people.read_requests(store, who)
    return (
        sum(len(those) for one in told for those in one.versions.values()),
        *(one.number for one in heard), 0, *(n for one in asked for n in (one.number, one.step)),
    )  # fmt: skip
