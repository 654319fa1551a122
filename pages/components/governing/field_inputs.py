"""A field of the settings as a question: the widget that fits it, and beneath it what was wrong with the answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st
from pydantic import BaseModel

from pages.components.governing import settings_draft
from pages.components.layout import page_frame
from pages.components.wording.settings import field_words
from schemas.policy.settings_places import Place

WIDTH = 460


def ask(model: type[BaseModel], place: Place, value: Any) -> Any:
    """Ask for one field of a model (the last step of its place); the answer as JSON has it."""
    field = place[-1]
    question, more = field_words.asked(model, field)
    key = settings_draft.key("_".join(place))
    choices = field_words.options(model, field)
    answer: Any
    if isinstance(value, bool):
        answer = st.checkbox(question, value, key=key, help=more or None)
    elif choices:
        answer = _choose(question, more, field, choices, value, key, optional=value is None or _optional(model, field))
    elif isinstance(value, int) or "int" in str(model.model_fields[field].annotation):
        number = st.number_input(question, value=value, step=1, key=key, help=more or None, width=WIDTH)
        answer = None if number is None else int(number)
    else:
        answer = st.text_input(question, value or "", key=key, help=more or None, width=WIDTH).strip() or None
    beneath(place)
    return answer


def _optional(model: type[BaseModel], field: str) -> bool:
    return "None" in str(model.model_fields[field].annotation)


def _choose(question: str, more: str, field: str, choices: list[Any], value: Any, key: str, *, optional: bool) -> Any:
    listed = [None, *choices] if optional else choices
    return st.selectbox(
        question, listed, index=listed.index(value), key=key, help=more or None, width=WIDTH,
        format_func=lambda one: field_words.option(field, one) if one is not None else "As the calendar says",
    )  # fmt: skip


def lines(question: str, place: Place, value: Sequence[str], more: str = "", placeholder: str = "") -> list[str]:
    """Ask for a list, one a line."""
    text = st.text_area(
        question, "\n".join(value), key=settings_draft.key("_".join(place)), help=more or None, height=80, width=WIDTH,
        placeholder=placeholder or None,
    )  # fmt: skip
    beneath(place)
    return [line.strip() for line in text.splitlines() if line.strip()]


def date(question: str, place: Place, value: str | None, more: str = "") -> str | None:
    """Ask for a day that may be left blank."""
    found = st.date_input(
        question, dt.date.fromisoformat(value) if value else None, key=settings_draft.key("_".join(place)),
        min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 12, 31), format="YYYY-MM-DD", help=more or None,
        width=WIDTH,
    )  # fmt: skip
    beneath(place)
    return found.isoformat() if isinstance(found, dt.date) else None


def text(question: str, place: Place, value: str | None, more: str = "", longest: int = 80) -> str | None:
    """Ask for some words; blank is nothing."""
    found = st.text_input(
        question, value or "", key=settings_draft.key("_".join(place)), max_chars=longest, help=more or None,
        width=WIDTH,
    )  # fmt: skip
    beneath(place)
    return " ".join(found.split()) or None


def beneath(place: Place) -> None:
    """What was wrong with the answer at a place, as a sentence beneath it."""
    if why := settings_draft.fault(place):
        page_frame.fault(why)


def above(asked: Sequence[Place]) -> None:
    """What was wrong that belongs to no question of this form."""
    for place, why in settings_draft.faults().items():
        if place not in asked:
            page_frame.fault(why)
