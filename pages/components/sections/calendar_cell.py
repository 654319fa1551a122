"""One cell of the reporting calendar, closer: which one, its files, their history, a reminder."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from data.ledger.submissions import Window
from data.reporting import reporting_calendar
from data.reporting.reporting_calendar import Entry, Facts
from pages.components.layout import cards, page_frame, page_state
from pages.components.tables.calendar_matrix import Days, inside
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording import calendar_words
from pages.components.wording.count_words import dates, day
from pages.components.wording.messages import drafted
from pages.components.wording.settings import agreement_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership
from schemas.policy.status_words import PERIOD, SUBMISSION
from schemas.policy.viewer import Viewer

Asked = tuple[str, dt.date]
"""Partner id and the first day of a column."""


def columns(partnership: Partnership, entries: Sequence[Entry], today: dt.date) -> list[Days]:
    """The periods of the calendar, from the first for which anything was owed; at least one ended and the running."""
    usual = partnership.calendar
    every = reporting_calendar.periods(today, usual.every, usual.periods)
    first = min((e.days.first for e in entries), default=today)
    return [(c.first, c.last) for n, c in enumerate(every) if c.last >= first or n >= len(every) - 2]


def asked(entries: Sequence[Entry], names: dict[str, str], shown: Sequence[Days]) -> Asked:
    """The cell that the link names; else the one of the oldest missing file, else the first partner's last period."""
    gone = calendar_words.overdue(entries)
    partner_id = gone[0].partner_id if gone else next(iter(names))
    column = next((c for c in shown if gone and inside(gone[:1], c)), shown[-2])
    starts = [c[0].isoformat() for c in shown]
    return (
        page_state.picked("partner", list(names), partner_id),
        dt.date.fromisoformat(page_state.picked("period", starts, column[0].isoformat())),
    )


def choose(at: Asked, names: dict[str, str], shown: Sequence[Days]) -> tuple[str, Days]:
    """Let people choose a partner and a period; the choice is kept in the URL."""
    by_start = {c[0].isoformat(): c for c in shown}
    with st.container(horizontal=True):
        partner_id = st.selectbox(
            "Partner", list(names), index=list(names).index(at[0]), format_func=names.__getitem__, key="due_partner",
            width=360, on_change=_keep, args=("partner", "due_partner"),
        )  # fmt: skip
        start = st.selectbox(
            "Period",
            list(by_start),
            index=list(by_start).index(at[1].isoformat()),
            key="due_period",
            width=220,
            format_func=lambda first: calendar_words.period(by_start[first]),
            on_change=_keep,
            args=("period", "due_period"),
        )
    return partner_id, by_start[start]


def _keep(name: str, key: str) -> None:
    page_state.keep(name, st.session_state[key])


def agreements(partnership: Partnership, viewer: Viewer) -> None:
    """Agreements that are over, or soon will be: for backbone staff, and the partner itself."""
    those = [p for p in partnership.members if viewer.role == "backbone" or p.id == viewer.partner_id]
    if notes := [note for p in those if (note := agreement_words.note(p, partnership.day))]:
        st.html(cards.facts(*notes))


def legend() -> None:
    """What the signs mean."""
    st.html(
        '<p class="c-note">✓ on time · L late · ! missing · P expected: overdue, but usually as late as this · '
        "○ still to come · – not asked: does not report this, or not yet. Reporting rate: files in, of those due. "
        "Complete: days covered, of the days due.</p>"
    )


def files(entries: Sequence[Entry]) -> None:
    """The files of the cell: state, due day, day they came, what is usual."""
    rows: list[list[Cell]] = [
        [
            DATASETS[e.dataset].title,
            _kept(calendar_words.period(e.days)),
            _kept(PERIOD[e.state]),
            _kept(day(e.due)),
            _came(e),
            calendar_words.usual(e),
        ]
        for e in entries
    ]
    listing(["File", "Period", "State", "Due", "Came", "How its files usually arrive"], rows, "Files of this cell")


def _came(e: Entry) -> str:
    if e.came:
        return f"{_kept(day(e.came))}, {_kept(calendar_words.apart(e.late_by))}"
    return f"{e.part:.0%} of its days" if e.part and e.state != "to come" else "–"


def _kept(words: str) -> str:
    """Words that stay on one line: the table scrolls instead."""
    return words.replace(" ", "\N{NO-BREAK SPACE}").replace("–", "–\N{WORD JOINER}")


def history(entries: Sequence[Entry], facts: Facts, viewer: Viewer) -> None:
    """Acceptances and withdrawals that touch the period, oldest first; numbers for backbone staff and the partner."""
    rows: list[list[Cell]] = []
    for e in entries:
        own = viewer.role == "backbone" or viewer.partner_id == e.partner_id
        for event in facts.get((e.partner_id, e.dataset), []):
            window = Window(event.first, event.last)
            if event.first and event.last and not (event.first <= e.days.last and e.days.first <= event.last):
                continue
            name = f"{DATASETS[e.dataset].title}{f', no. {event.submission}' if own else ''}"
            rows.append([day(event.on), SUBMISSION[event.state], name, dates(window) or "Without dates"])
    if rows:
        with st.expander("History: what was accepted and withdrawn", key="due_history"):
            listing(["Day", "What", "File", "It covers"], rows, "History of this cell")


def act(entries: Sequence[Entry], partner: str, viewer: Viewer) -> None:
    """What can be done about it: a reminder for backbone staff, the way to the upload for the partner itself."""
    gone = calendar_words.overdue(entries) or calendar_words.of(entries, "to come")
    if not gone:
        st.html(cards.facts("Everything for this period is in. Nobody needs a reminder."))
    elif viewer.role == "backbone":
        partnership = page_state.store().partnership
        page_frame.subsection("A reminder, ready to copy")
        if text := drafted.reminder(entries, partner, partnership):
            st.code(text.whole, language=None, wrap_lines=True)
        page_state.link("partner-messages", "Send messages, and see what was sent", ":material/mail:")
    elif viewer.partner_id == gone[0].partner_id:
        page_state.link("send-data", "Send it now", ":material/upload_file:", dataset=gone[0].dataset)
