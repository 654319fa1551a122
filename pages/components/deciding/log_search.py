"""What finds in a log, of decisions or of actions: words, a measure, a state; and the log as a file."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.components.deciding import decision_words
from pages.components.deciding.meeting_room import GENERAL
from pages.components.layout import page_state
from pages.components.tables.chart_numbers import neutral

EVERY = "every"


@dataclass(frozen=True)
class Asked:
    """What is looked for."""

    words: str
    measure: str
    state: str

    def fits(self, said: Iterable[str], indicator: str | None, *states: str) -> bool:
        """Whether something with these words, about this measure and in these states is looked for."""
        text = " ".join(said).casefold()
        return (
            all(word in text for word in self.words.casefold().split())
            and self.measure in (EVERY, indicator or GENERAL)
            and self.state in (EVERY, *states)
        )


def ask(name: str, about: Iterable[str | None], states: Mapping[str, str]) -> Asked:
    """Ask for words, measure and state. The address keeps measure and state. `name`: what the keys begin with."""
    measures, known = [EVERY, *dict.fromkeys(one or GENERAL for one in about)], [EVERY, *states]
    left, middle, right = st.columns([2, 2, 1])
    words = left.text_input("Find words, a name or a number", key=f"{name}_words", max_chars=80)
    measure = middle.selectbox(
        "Measure", measures, index=measures.index(page_state.picked("indicator", measures, EVERY, f"{name}_measure")),
        key=f"{name}_measure",
        format_func=_measure,
    )  # fmt: skip
    state = right.selectbox(
        "State", known, index=known.index(page_state.picked("state", known, EVERY, f"{name}_state")),
        key=f"{name}_state", format_func=lambda one: states.get(one, "Every state"),
    )  # fmt: skip
    page_state.keep("indicator", None if measure == EVERY else measure)
    page_state.keep("state", None if state == EVERY else state)
    return Asked(words, measure, state)


def _measure(one: str) -> str:
    return "Every measure" if one == EVERY else decision_words.about(None if one == GENERAL else one)


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file; text that a spreadsheet would take for a formula is made plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
