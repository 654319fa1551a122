"""The forms of the story: each part's next version, and its versions so far."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from data.ledger.stories.story_notes import PARTS, Part, Role
from pages.components.actions import action_words
from pages.components.deciding import step_tried
from pages.components.layout import page_frame, page_state
from pages.components.stories import story_words
from pages.components.tables.plain_table import listing
from workflow.telling import telling_stories
from workflow.telling.telling_stories import Story

TOLD = "story_told"


def write(indicator: str, story: Story, names: Mapping[str, str]) -> None:
    """A form for each part; what stands there is what it begins with."""
    for part in PARTS:
        draw = partial(_write, indicator, story, part, names)
        page_frame.folded(f"Write: {story_words.TITLES[part]}", f"story_{part}", draw)


def _write(indicator: str, story: Story, part: Part, names: Mapping[str, str]) -> None:
    """Its key names the version that was looked at, so that nothing is written over another."""
    now, seen = story.now(part), story.seen(part)
    key = f"story_{indicator}_{part}_{seen}"
    chosen = _who(key, names, now.roles if now else ()) if part == "partners" else ()
    with st.form(key, border=False):
        words = st.text_area(
            story_words.TITLES[part], now.words if now else "", key=f"{key}_words",
            max_chars=telling_stories.LONGEST, help=story_words.HELP[part], height=110,
        )  # fmt: skip
        roles = tuple(_role(key, role, names) for role in chosen)
        st.caption(action_words.NO_PATIENT)
        pressed = st.form_submit_button("Keep this version", key=f"{key}_go")
    if pressed:
        store, who, actor = page_state.store(), page_state.viewer(), page_state.actor()
        step_tried.tried(
            TOLD, lambda: telling_stories.write(store, who, indicator, part, seen, words, roles, actor=actor)
        )


def _who(key: str, names: Mapping[str, str], roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Which partners have a role. It stands above the form: the form asks for each one's."""
    before = {r.partner_id: r for r in roles if r.partner_id}
    chosen = st.multiselect(
        "Which partners have a part in it?", list(names), [p for p in before if p in names], key=f"{key}_who",
        format_func=names.__getitem__,
    )  # fmt: skip
    return tuple(before.get(p, Role(p, "")) for p in chosen)


def _role(key: str, role: Role, names: Mapping[str, str]) -> Role:
    words = st.text_input(
        f"What does {names[role.partner_id]} do?", role.words, key=f"{key}_{role.partner_id}",
        max_chars=telling_stories.LONGEST_ROLE,
    )  # fmt: skip
    return Role(role.partner_id, words)


def history(story: Story, names: Mapping[str, str]) -> None:
    """Every version of every part, the newest first."""
    rows = [
        [story_words.TITLES[part], story_words.words(note, names) or "Taken back", story_words.byline(note)]
        for part in PARTS
        for note in reversed(story.versions.get(part, ()))
    ]
    if rows:
        page_frame.section("Who wrote what, and when?", "Every version stays, with the release that was shown then.")
        listing(("Part", "What it said", "Written"), rows, "Versions of the story")
