"""What is said of a story, of a scored statement and of a request: titles, bylines and lines."""

import datetime as dt
from collections.abc import Mapping

from data.ledger.stories.people_asked import Group
from data.ledger.stories.story_notes import PARTS, Note, Part
from metrics.disclosure.declared_lists.fixed_rungs import Told
from pages.components.actions import action_words
from pages.components.deciding import decision_words
from pages.components.sections import history_view
from pages.components.wording.count_words import day, listed, many
from workflow.telling.hearing_people import Request, Voice
from workflow.telling.telling_stories import Story

TITLES: Mapping[Part, str] = {
    "story": "Why is it so?",
    "partners": "Who has a part in it?",
    "ideas": "What would work?",
    "strategy": "What will we do?",
}
HELP: Mapping[Part, str] = {
    "story": "What drives the curve, good and bad, and how you know.",
    "partners": "Which partner does what, in a few words each.",
    "ideas": "What has worked elsewhere, what costs little, what nobody has tried.",
    "strategy": "What was chosen of it, and why that first.",
}
ASKS = "What is behind it, and what would turn it?"
NOTHING = "Nobody has written this yet."
FEW = "Counts of people. Answers that fewer than {smallest} people gave are hidden."
HIDDEN = "Hidden to protect privacy: too few people gave an answer"
NO_ANSWER = "No answer yet"
VOICE_HEADS = ("Statement", "Who was asked", "Asked", "Agree", "How they answered")
REQUEST_HEADS = ("You said", "Who", "When", "We did", "Days to an answer")
_SAYS = {
    ("agree",): "{n} agree",
    ("unsure",): "{n} unsure",
    ("disagree",): "{n} do not agree",
    ("unsure", "disagree"): "{n} are unsure or do not agree",
}


WHO_SPEAKS = "Statements that people of a group or place scored, and what came of what they asked for."


def headline(story: Story) -> str:
    """How much of the story is told."""
    missing = [TITLES[part].rstrip("?").lower() for part in PARTS if story.now(part) is None]
    if len(missing) == len(PARTS):
        return "nobody has told its story yet"
    return f"its story lacks “{listed(missing)}”" if missing else "its story is told"


def byline(note: Note) -> str:
    """Who wrote it, when, and on which release."""
    return f"{history_view.who(note.actor)}, {day(note.at.date())}, {decision_words.on_release(note.release)}"


def words(note: Note, names: Mapping[str, str]) -> str:
    """What a part says: its words, then each partner with its role, then how many are not named."""
    roles = [f"{names[r.partner_id]}: {r.words.rstrip('.')}." for r in note.roles if r.partner_id in names]
    others = len(note.roles) - len(roles)
    more = [f"And {many(others, action_words.NOT_NAMED, 'partners not named')}."] if others else []
    return " ".join(filter(None, (note.words, *roles, *more)))


def whom(group: Group | None) -> str:
    """Of whom a statement or a request comes."""
    return action_words.group(group) if group else "Everyone"


def agree(answers: Told) -> str:
    """The share that agrees; a word where it is hidden."""
    total = sum(n for _, n in answers)
    return f"{answers[0][1] / total:.0%}" if answers else "Hidden"


def answered(answers: Told) -> str:
    """How many gave which answer."""
    if not answers:
        return HIDDEN
    total = sum(n for _, n in answers)
    return f"Of {many(total, 'person', 'people')}: {listed([_SAYS[which].format(n=f'{n:,}') for which, n in answers])}"


def voice_row(one: Voice) -> list[str]:
    """A statement as a row below `VOICE_HEADS`."""
    return [one.statement, whom(one.group), day(one.asked_on), agree(one.answers), answered(one.answers)]


def line(one: Voice) -> str:
    """A statement's answers in one line, with whose they are."""
    return f"{whom(one.group)}, {day(one.asked_on)}. {answered(one.answers)}"


def request_row(one: Request, today: dt.date) -> list[str]:
    """A request as a row below `REQUEST_HEADS`."""
    asked = one.asked
    done = f"{asked.answer} ({day(asked.answered_on)})" if asked.answered_on else NO_ANSWER
    days = one.days(today)
    return [asked.said, whom(asked.group), day(asked.said_on), done,
            many(days, "day") if asked.answered_on else f"open for {many(days, 'day')}"]  # fmt: skip
