"""The log of decisions: found by words, measure and state, as a table and as a file."""

import datetime as dt
from collections.abc import Sequence

from data.ledger.decisions.decision_steps import Decision
from pages.components.deciding import decision_words, log_search
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.sections import history_view
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day, many
from schemas.policy.status_words import DECISION

LEAD = "Decisions are recorded in a meeting: press “Start meeting” on the scorecard. Nothing is ever overwritten."
_COLUMNS = ("Decided", "Release", "Measure", "Decision", "Who does it", "By when", "State")
_IN_FILE = ("Number", "Step", "What", "Day", "Release", "Measure", "Decision", "Who does it", "By when", "Why", "By")
KINDS = {"made": "Decided", "revised": "Changed", "done": "Done", "dropped": "Dropped"}


def headline(known: Sequence[Decision]) -> str:
    """How many are open, and how many of these are overdue."""
    today = page_state.store().partnership.day
    is_open, late = sum(d.state == "open" for d in known), sum(d.overdue(today) for d in known)
    if not known:
        return "Nothing was decided yet"
    if not is_open:
        return "No decision is open"
    opened = f"{many(is_open, 'decision is', 'decisions are')} open"
    if late == is_open:
        return f"{opened} and overdue"
    return f"{opened}, {late or 'none'} of them overdue"


def choose(known: Sequence[Decision]) -> list[Decision]:
    """Ask for words, measure and state; those that fit, the newest first."""
    if not known:
        return []
    asked = log_search.ask("decision", [d.indicator for d in known], DECISION)
    today = page_state.store().partnership.day
    return [
        d
        for d in known
        if asked.fits(_said(d, today), d.indicator, d.state, *(["overdue"] if d.overdue(today) else []))
    ]


def _said(one: Decision, today: dt.date) -> list[str]:
    return [*row(one, today), *(f"{s.agreed.words} {s.agreed.owner} {s.reason}" for s in one.steps)]


def row(one: Decision, today: dt.date) -> list[str]:
    """A decision as a row."""
    release = str(one.first.release) if one.first.release else "None yet"
    return [
        day(one.first.at.date()), release, decision_words.about(one.indicator), one.agreed.words, one.agreed.owner,
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
        f"Download {many(len(found), 'decision')} (CSV)", as_csv(found), "decisions.csv", "text/csv",
        key="decisions_csv", help="Every step, with who took it, when and why.",
    )  # fmt: skip


def as_csv(found: Sequence[Decision]) -> bytes:
    """Every step of the decisions."""
    return log_search.as_csv(_IN_FILE, (
        [str(one.number), str(s.step), KINDS[s.kind], s.at.date().isoformat(), str(s.release),
         decision_words.about(one.indicator), s.agreed.words, s.agreed.owner, s.agreed.due.isoformat(), s.reason,
         history_view.who(s.actor)]
        for one in found for s in one.steps
    ))  # fmt: skip
