"""What is behind a measure's curve and what would turn it, in four parts; and what people who live with it say."""

from html import escape

import streamlit as st

from data.ledger.stories.story_notes import PARTS, Note, Part
from pages.components.actions import known_actions
from pages.components.layout import page_address, page_frame, page_state
from pages.components.stories import known_stories, story_words
from pages.components.tables.plain_table import listing
from workflow.telling.telling_stories import Story


def of_measure(indicator: str) -> None:
    """On the measure's page: the story where it is told, the voices, and the way to the page that holds all of it."""
    story = known_stories.story(indicator)
    page_frame.section(story_words.ASKS, "" if story.told else story_words.NOTHING)
    if story.told:
        parts(story)
    voices(indicator)
    to = page_address.address("turn-the-curve", indicator=indicator)
    st.html(f'<p class="c-fact"><a href="{escape(to)}" target="_self">The story with its history, and voices</a></p>')


def parts(story: Story) -> None:
    """The four parts, side by side where there is room."""
    names = known_actions.names()
    st.html(f'<div class="c-parts">{"".join(_part(part, story.now(part), names) for part in PARTS)}</div>')


def _part(part: Part, note: Note | None, names: dict[str, str]) -> str:
    words = story_words.words(note, names) if note else story_words.NOTHING
    by = f'<p class="c-note">{escape(story_words.byline(note))}</p>' if note else ""
    return f'<div><h3 class="c-h3">{escape(story_words.TITLES[part])}</h3><p>{escape(words)}</p>{by}</div>'


def voices(indicator: str) -> None:
    """What people scored and asked for; nothing where nobody was asked."""
    heard, asked = known_stories.voices(indicator), known_stories.requests(indicator)
    if heard:
        smallest = page_state.store().partnership.policy.smallest_cell
        page_frame.subsection("What people say", story_words.FEW.format(smallest=smallest))
        listing(story_words.VOICE_HEADS, [story_words.voice_row(one) for one in heard], "What people say")
    if asked:
        today = page_state.store().partnership.day
        page_frame.subsection("You said, we did")
        rows = [story_words.request_row(one, today) for one in asked]
        listing(story_words.REQUEST_HEADS, rows, "You said, we did")
