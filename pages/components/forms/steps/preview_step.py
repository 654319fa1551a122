"""Step 3: what accepting the file would change, before anyone else sees it."""

import streamlit as st

from data.checking.intake_report import Report
from data.ledger.current_rows import Effect
from data.ledger.row_comparison import Compared
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from metrics.results.figure_movement import Movement
from pages.components.forms.upload_draft import Draft, held_until
from pages.components.layout import page_frame, page_state
from pages.components.sections import acceptance_checks
from pages.components.tables import row_changes
from pages.components.tables.plain_table import facts
from pages.components.wording import movement_words, profile_words
from pages.components.wording.count_words import dates, listed, many
from pages.components.wording.releases import closing_words
from schemas.datasets.dataset_catalog import DATASETS
from workflow import previewing, submitting
from workflow.previewing import Preview


def look(at: Draft) -> Effect | None:
    """What would change, worked out once and kept in the draft; None when the submission is no longer there."""
    number, store = at.checked.submission or 0, page_state.store()
    try:
        if at.preview is None:
            with st.spinner("Working out what would change"):
                at.preview = previewing.preview(store, number, at.viewer)
        return submitting.effect(store, number, viewer=page_state.viewer())
    except NotPossible:
        return None


def headline(at: Draft, effect: Effect | None) -> str:
    """The step's finding: the figure that moves most, else the rows; then how much there is to check."""
    if effect is None or at.preview is None:
        return "This check has expired"
    answer = _figures(at.preview) or _rows(at.preview.compared)
    checks = acceptance_checks.count(at.preview)
    return f"{answer}; {many(checks, 'thing')} to check" if checks else answer


def _figures(preview: Preview) -> str:
    known = [m for m in preview.foremost if m.after and m.after.value is not None]
    moved = [
        m
        for m in known
        if movement_words.in_words(m.indicator, m.before) != movement_words.in_words(m.indicator, m.after)
    ]
    if not moved:
        return ""
    most = max(moved, key=_shift)
    name, after = indicators()[most.indicator].title, movement_words.in_words(most.indicator, most.after)
    first = f"{name} would first read {after}"
    answer = (
        f"{name} would move from {movement_words.in_words(most.indicator, most.before)} to {after}"
        if most.before
        else first
    )
    others = len(moved) - 1
    return f"{answer}; " + (f"{many(others, 'other figure')} would move" if others else "nothing else moves")


def _shift(move: Movement) -> tuple[bool, float]:
    """How far a figure moves: shares by their points, and before means, whose units are others."""
    before, after = (side.value if side and side.value is not None else 0.0 for side in (move.before, move.after))
    return bool(move.after and move.after.rate is not None), abs(after - before)


def _rows(compared: Compared) -> str:
    if not compared.moves:
        return "This file changes nothing: no row of it is new or different in an open quarter"
    if not (compared.changed or compared.removed):
        return f"This file would add {many(compared.added, 'row')} and replace none"
    moved = [("add", compared.added), ("change", compared.changed), ("remove", compared.removed)]
    return f"This file would {listed([verb + ' ' + many(count, 'row') for verb, count in moved if count])}"


def show(at: Draft, effect: Effect | None) -> None:
    """Draw the step's body: rows, figures with why, what to check."""
    if effect is None or at.preview is None:
        lapsed()
        return
    page_frame.section("What happens to your rows", "Compared with your current rows.")
    row_changes.rows_changed(at.preview.compared)
    facts(row_facts(at, effect))
    page_frame.section("What happens to your figures, and why", "Rolling 12 months. Only you see this so far.")
    _own_figures(at, at.preview)
    page_frame.section("What to check before you accept", "Compared with your own earlier months.")
    if acceptance_checks.count(at.preview):
        acceptance_checks.things(at.preview)
    else:
        st.markdown("Nothing. The dates have no gap, no month drops and no month is unusual.")


def waits(at: Draft) -> None:
    """Say that this is a preview, for whom, and how long the file waits for its yes."""
    if until := held_until(at):
        alone = "you alone" if at.viewer.partner_id == at.partner_id else "its partner and you"
        st.caption(
            f"This is a preview for {alone}. Nothing counts, and nobody else sees it, before it is accepted. "
            f"You can decide later: the file awaits acceptance until {until}."
        )


def row_facts(at: Draft, effect: Effect) -> list[tuple[str, str]]:
    """What joins and what it replaces, as name and words."""
    people = many(effect.people, "patient") if effect.people is not None else ""
    numbers = listed([f"submission {n}" for n in effect.from_submissions])
    blocked = f"{many(at.report.rows_blocked, 'row')}, as their findings say" if at.report.rows_blocked else ""
    return [
        ("Would join", many(effect.rows, "row") + (f" of {people}" if people else "")),
        ("Dates covered", dates(at.report.covers)),
        ("Compared with", f"{many(effect.replaced, 'row')}, sent in {numbers}" if effect.replaced else _NOTHING),
        ("Will not count", blocked),
        ("Too late to count", closing_words.not_counted(effect.late)),
        ("Left blank", left_blank(at.report)),
        ("Kind of file", DATASETS[at.dataset].title),
        ("Left out", listed(list(at.sent.left_out)) if at.sent else ""),
        ("Read as you said", profile_words.summary(at.sent.said) if at.sent and at.sent.said else ""),
    ]


_NOTHING = "Nothing: it replaces no row"


def left_blank(report: Report) -> str:
    """How many of the rows that join have lost a value; empty when none has."""
    rows = report.rows_left_blank
    return f"A value each, or more, in {many(rows, 'row')} of these; they stay" if rows else ""


def lapsed() -> None:
    """The state after the held rows were let go: by another tab, or a restart of the server."""
    page_frame.notice(
        "Choose the file again",
        "The checked rows are gone. The server was restarted, or the file was discarded in another window.",
        "Nothing else changed.",
    )


def _own_figures(at: Draft, preview: Preview) -> None:
    if at.viewer.partner_id != at.partner_id:
        st.markdown("Only the partner itself sees its figures before they are released.")
    elif not preview.foremost:
        st.markdown("None of your figures changes. Nothing in this file changes who is counted.")
    else:
        movement_words.figures(preview)
