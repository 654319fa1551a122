"""The ZIP codes that releases show: the list, where it comes from, and another one, line by line."""

from typing import Any

import streamlit as st

from pages.components.governing import field_inputs, settings_draft
from pages.components.governing.model_form import PREVIEW
from pages.components.layout import cards, page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import many
from pages.components.wording.settings import place_words
from schemas.policy.settings_places import Place
from workflow.governing import listed_places
from workflow.governing.listed_places import Listed

_LONGEST = 30_000
_MOST_FAULTS = 8


def draw() -> None:
    """Draw the list and take another one."""
    found = listed_places.read(page_state.store(), page_state.viewer())
    page_frame.section(
        "Which ZIP codes do releases show?", "Who lives elsewhere counts as “elsewhere”. So no place can be made up."
    )
    st.html(cards.facts(*place_words.source(found)))
    if found.held or found.declared:
        columns = place_words.columns(found)
        listing(columns, place_words.rows(found), "ZIP codes that releases show", columns)
    if found.counties:
        st.html(f'<p class="c-note">Counties by themselves: {place_words.some(sorted(found.counties))}.</p>')
    _form(found)


def _form(found: Listed) -> None:
    """No form of Streamlit: one press adds lines to what was typed, so that has to be known before."""
    page_frame.subsection("Propose another list", typed=True)
    key = settings_draft.key("place_lines")
    held = settings_draft.shown().places or found.held
    text = st.text_area(
        "ZIP code, county: one a line", listed_places.lines(held), key=key, height=240, max_chars=_LONGEST,
        width=field_inputs.WIDTH, help="Such as 01211, 25003. Leave the county out where you do not know it.",
    )  # fmt: skip
    listed, faults = listed_places.read_lines(text or "")
    _faults(faults)
    if more := {z: c for z, c in found.qualify.items() if z not in listed}:
        st.html(
            f'<p class="c-note">{many(len(more), "more ZIP code has", "more ZIP codes have")} '
            f"{found.smallest} people or more at two partners each today: {place_words.some(sorted(more))}.</p>"
        )
        words = f"Put {'it' if len(more) == 1 else f'these {len(more):,}'} on the proposed list"
        st.button(words, key="places_add", icon=":material/add:", on_click=_add, args=(key, listed_places.lines(more)))
    field_inputs.above([])
    if st.button(PREVIEW, key="preview_places", type="primary", icon=":material/difference:", disabled=bool(faults)):
        told: dict[Place, Any] = {("places", z): None for z in settings_draft.opened()[1].places}
        settings_draft.propose("places", told | {("places", z): county for z, county in listed.items()})
        st.rerun()


def _add(key: str, lines: str) -> None:
    before = str(st.session_state.get(key) or "").rstrip()
    st.session_state[key] = "\n".join(filter(None, [before, lines]))


def _faults(faults: dict[int, str]) -> None:
    for number, why in list(faults.items())[:_MOST_FAULTS]:
        page_frame.fault(f"line {number}: {why}")
    if len(faults) > _MOST_FAULTS:
        page_frame.fault(f"{len(faults) - _MOST_FAULTS:,} more lines are not right yet")
