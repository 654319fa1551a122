"""The parts of the room Settings that ask field after field: the name, choices, policy, the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import BaseModel

from metrics.indicators import indicators
from pages.components.governing import field_inputs, settings_draft
from pages.components.layout import page_frame
from pages.components.wording.settings import field_words
from schemas.policy import settings_places
from schemas.policy.partnership import SCORECARD_COLUMNS, Calendar, Choices, Policy
from schemas.policy.settings_places import Place

PREVIEW = "See what it changes"


@dataclass(frozen=True)
class Part:
    """A part of the room: the settings' section that it asks for, and without which fields."""

    section: str
    model: type[BaseModel]
    question: str
    note: str
    without: tuple[str, ...] = ()


PARTS = {
    "choices": Part(
        "choices", Choices, "What is settled differently elsewhere?",
        "Each is a rule that reasonable partnerships settle differently. Measures are counted anew by it.",
    ),
    "policy": Part(
        "policy", Policy, "What is hidden, and what is kept?",
        "What protects people, and what the server takes and keeps.",
        ("research_group",),
    ),
    "calendar": Part(
        "calendar", Calendar, "When are files due, and when do quarters close?",
        "What is late, and when the next release is planned, follows from it.",
    ),
}  # fmt: skip


def draw(name: str) -> None:
    """Draw one part and take its answers."""
    part = PARTS[name]
    page_frame.section(part.question, part.note, typed=True)
    held = settings_places.places(settings_draft.shown())
    asked: list[Place] = [(part.section, field) for field in part.model.model_fields if field not in part.without]
    with st.form(settings_draft.key(name), border=False):
        field_inputs.above(asked)
        told: dict[Place, Any] = {place: field_inputs.ask(part.model, place, held.get(place)) for place in asked}
        pressed = st.form_submit_button(PREVIEW, type="primary", key=f"preview_{name}", icon=":material/difference:")
    if pressed:
        settings_draft.propose(name, told)
        st.rerun()


def name_of_partnership() -> None:
    """What the partnership is called, and which columns and measures its scorecard does without."""
    page_frame.section("What is the partnership called?", "Every page and every release carries its name.", typed=True)
    shown = settings_draft.shown()
    asked: Sequence[tuple[str, ...]] = [("name",), ("scorecard", "leave_out"), ("scorecard", "own_pages")]
    with st.form(settings_draft.key("name_form"), border=False):
        field_inputs.above(asked)
        called = field_inputs.text("Name of the partnership", ("name",), shown.name)
        left_out = st.multiselect(
            "Columns that the scorecard does without", SCORECARD_COLUMNS, list(shown.scorecard.leave_out),
            key=settings_draft.key("leave_out"), format_func=lambda c: field_words.option("leave_out", c),
            width=field_inputs.WIDTH,
        )  # fmt: skip
        apart = st.multiselect(
            "Measures that have their own page alone", list(indicators()), list(shown.scorecard.own_pages),
            key=settings_draft.key("own_pages"), format_func=lambda m: field_words.option("own_pages", m),
            width=field_inputs.WIDTH,
        )  # fmt: skip
        pressed = st.form_submit_button(PREVIEW, type="primary", key="preview_name", icon=":material/difference:")
    if pressed:
        settings_draft.propose(
            "name",
            {
                ("name",): called or "",
                ("scorecard", "leave_out"): left_out,
                ("scorecard", "own_pages"): apart,
            },
        )
        st.rerun()
