"""The log of decisions: found by words, measure and state, as a table and as a file."""

import csv
import datetime as dt
import io
from collections.abc import Sequence

import streamlit as st

from data.ledger.decisions.decision_steps import Decision
from metrics.indicators import indicators
from pages.components.deciding import decision_words
from pages.components.deciding.meeting_room import GENERAL
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.sections import history_view
from pages.components.tables.chart_numbers import neutral
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day, many
from schemas.policy.status_words import DECISION

LEAD = "Decisions are recorded in a meeting: press “Start meeting” on the scorecard. Nothing is ever overwritten."
_COLUMNS = ("Decided", "Release", "Measure", "Decision", "Who does it", "By when", "State")
_IN_FILE = ("Number", "Step", "What", "Day", "Release", "Measure", "Decision", "Who does it", "By when", "Why", "By")
_EVERY = "every"
KINDS = {"made": "Decided", "revised": "Changed", "done": "Done", "dropped": "Dropped"}


def headline(known: Sequence[Decision]) -> str:
    """How many are open, and how many of these are overdue."""
    today = page_state.store().partnership.day
    is_open, late = sum(d.state == "open" for d in known), sum(d.overdue(today) for d in known)
    if not known:
        return "Nothing was decided yet"
    if not is_open:
        return "No decision is open"
    overdue = "none is overdue" if not late else f"{late} {'is' if late == 1 else 'are'} overdue"
    return f"{many(is_open, 'decision is', 'decisions are')} open, {overdue}"


def title(indicator: str | None) -> str:
    """The measure that a decision is about."""
    found = indicators().get(indicator or "")
    return found.title if found else decision_words.GENERAL if indicator is None else indicator


def choose(known: Sequence[Decision]) -> list[Decision]:
    """Ask for words, measure and state; those that fit, the newest first. The address keeps measure and state."""
    if not known:
        return []
    about = [_EVERY, *dict.fromkeys(d.indicator or GENERAL for d in known)]
    left, middle, right = st.columns([2, 2, 1])
    words = left.text_input("Find words, a name or a number", key="decision_words", max_chars=80)
    measure = middle.selectbox(
        "Measure", about, index=about.index(page_state.picked("indicator", about, _EVERY)), key="decision_measure",
        format_func=lambda one: "Every measure" if one == _EVERY else title(None if one == GENERAL else one),
    )  # fmt: skip
    states = [_EVERY, *DECISION]
    state = right.selectbox(
        "State", states, index=states.index(page_state.picked("state", states, _EVERY)), key="decision_state",
        format_func=lambda one: DECISION.get(one, "Every state"),
    )  # fmt: skip
    page_state.keep("indicator", None if measure == _EVERY else measure)
    page_state.keep("state", None if state == _EVERY else state)
    today = page_state.store().partnership.day
    return [d for d in known if _fits(d, words, today) and measure in (_EVERY, d.indicator or GENERAL)
            and (state in (_EVERY, d.state) or (state == "overdue" and d.overdue(today)))]  # fmt: skip


def _fits(one: Decision, words: str, today: dt.date) -> bool:
    said = " ".join([*row(one, today), *(f"{s.agreed.words} {s.agreed.owner} {s.reason}" for s in one.steps)])
    return all(word in said.casefold() for word in words.casefold().split())


def row(one: Decision, today: dt.date) -> list[str]:
    """A decision as a row."""
    return [
        day(one.first.at.date()), str(one.first.release), title(one.indicator), one.agreed.words, one.agreed.owner,
        day(one.agreed.due), decision_words.state(one, today),
    ]  # fmt: skip


def draw(known: Sequence[Decision], found: Sequence[Decision]) -> None:
    """The table, and the file of the same decisions with every step."""
    if not known:
        return
    if not found:
        page_frame.notice("No decision fits", "Search for other words, or choose every measure and state.")
        return
    today = page_state.store().partnership.day
    listing(_COLUMNS, [row(d, today) for d in found], "Decisions")
    one_time_downloads.button(
        f"Take {many(len(found), 'decision')} along (CSV)", as_csv(found), "decisions.csv", "text/csv",
        key="decisions_csv", help="Every step, with who took it, when and why.",
    )  # fmt: skip


def as_csv(found: Sequence[Decision]) -> bytes:
    """Every step of the decisions; text that a spreadsheet would take for a formula is made plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_IN_FILE)
    for one in found:
        for s in one.steps:
            writer.writerow([neutral(cell) for cell in (
                str(one.number), str(s.step), KINDS[s.kind], s.at.date().isoformat(), str(s.release),
                title(one.indicator), s.agreed.words, s.agreed.owner, s.agreed.due.isoformat(), s.reason,
                history_view.who(s.actor))])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")
