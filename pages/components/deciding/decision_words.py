"""What is said of a decision: when it was made, who does it by when, and what became of it."""

import datetime as dt

from data.ledger.decisions.decision_steps import Decision, Step
from metrics.indicators import indicators
from metrics.judging.figure_words import upper_first
from pages.components.wording.count_words import day
from schemas.policy.status_words import DECISION

NO_PATIENT = "Name no patient. Everyone in the partnership reads it, and it stands in the board pack."
GENERAL = "The partnership as a whole"
_BECAME = {"revised": "Changed on {day}: {why}", "done": "Done on {day}: {why}", "dropped": "Dropped on {day}: {why}"}


def about(indicator: str | None) -> str:
    """The measure that a decision or an action is about."""
    found = indicators().get(indicator or "")
    return found.title if found else GENERAL if indicator is None else indicator


def matters(one: Decision, release: int) -> bool:
    """Whether a meeting on a release speaks of it: it is open, or it ended on this release or the one before."""
    return one.state == "open" or one.last.release >= release - 1


def when(one: Decision, release: int) -> str:
    """When it was made. `release`: the one that is shown; what was made on an earlier one is of a meeting before."""
    made = day(one.first.at.date())
    return f"Last time, on {made}" if one.first.release < release else f"Decided on {made}"


def who_by(one: Decision) -> str:
    """Who does it, and by which day."""
    return f"{one.agreed.owner}, by {day(one.agreed.due)}."


def state(one: Decision, today: dt.date) -> str:
    """The one word for how it stands."""
    return DECISION["overdue" if one.overdue(today) else one.state]


def became(step: Step) -> str:
    """What became of it by a later step; empty for the first."""
    if step.kind not in _BECAME:
        return ""
    return _BECAME[step.kind].format(day=day(step.at.date()), why=step.reason).rstrip(".") + "."


def on_release(number: int) -> str:
    """Which release was shown when a step was taken."""
    return f"on release {number}" if number else "before the first release"


def sentence(error: Exception) -> str:
    """Why something was not kept, as a sentence."""
    return upper_first(str(error)).rstrip(".") + "."
