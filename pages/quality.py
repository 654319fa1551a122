"""Data quality: what a partner should mend first, and how good its data has been over time."""

from html import escape

import streamlit as st

import workflow
from pages.components import bars, mendfirst, shell, state
from pages.components.listing import listing


def page() -> None:
    """Draw the page: a partner sees itself, backbone staff choose a partner, nobody else sees one."""
    viewer, partnership = state.viewer(), state.store().partnership
    names = {p.id: p.name for p in partnership.partners}
    if viewer.role not in ("partner", "backbone") or not names:
        _not_for_you(bool(names))
        return
    partner_id = viewer.partner_id or state.picked("partner", list(names), next(iter(names)))
    found = workflow.read_quality(state.store(), viewer, partner_id)
    if found is None:
        _not_for_you(True)
        return
    owed = workflow.read_calendar(state.store(), viewer)
    fixes = mendfirst.fixes(found, [e for e in owed if e.partner_id == partner_id], partnership.rules)
    shell.title(mendfirst.headline(fixes, found, names[partner_id]), f"Data quality · {escape(names[partner_id])}")
    if viewer.role == "backbone":
        _choose(names, partner_id)
    if not found.months:
        shell.notice("Nothing is in force yet", "What can be said of the data appears with the first accepted file.")
        return
    shell.section("What to mend first", mendfirst.NOTE)
    mendfirst.ranked(fixes)
    shell.section("Do all the rows count?", "Rows of the accepted files, by the month in which they were accepted.")
    bars.months(found.months)
    _findings(found)
    shell.section("How old is the data?", "Days from the last day that is covered until today.")
    listing(["Kind of file", "In force up to", "Days old"], mendfirst.ages(found), "Age of the data in force")
    _people(found, own=viewer.role == "partner")
    if viewer.role == "backbone":
        _between(partner_id, names)


def _not_for_you(partners: bool) -> None:
    shell.title("Each partner sees the quality of its own data", "Data quality")
    how = "Choose your partner, or backbone staff, under “Look as” in the sidebar."
    none = "No partner is named yet: add partners to concord.toml in the data folder and start again."
    shell.notice(
        "Findings belong to the partner that sent the file", how if partners else none,
        "Who has sent what, and when, is on the page Reporting calendar.",
    )  # fmt: skip


def _choose(names: dict[str, str], partner_id: str) -> None:
    st.selectbox(
        "Partner", list(names), index=list(names).index(partner_id), format_func=names.__getitem__,
        key="quality_partner", width=360, on_change=_keep,
    )  # fmt: skip


def _keep() -> None:
    state.keep("partner", st.session_state["quality_partner"])


def _findings(found: workflow.Quality) -> None:
    shell.section("Which findings come back?", "The same rule in the same column of more than one accepted file.")
    rows = mendfirst.recurring(found, state.store().partnership.rules)
    if rows:
        listing(["Finding", "File and column", "Files", "Cells", "Last seen", "How to mend it"], rows, "Findings")
    else:
        st.html('<p class="c-fact">None: no finding is in more than one accepted file.</p>')


def _between(partner_id: str, names: dict[str, str]) -> None:
    note = "By shared person tokens, over what is in force. You alone see this: partners are not told whom others know."
    shell.section("Do partners agree about the people they share?", note)
    rows = mendfirst.disagreements(
        workflow.read_between(state.store(), state.viewer(), partner_id), names, state.store().partnership.rules
    )
    if rows:
        listing(["Finding", "Other partner", "People", "What to do"], rows, "Contradictions with other partners")
    else:
        st.html('<p class="c-fact">Yes: nothing of theirs contradicts another partner.</p>')


def _people(found: workflow.Quality, *, own: bool) -> None:
    note = "Share of the patients in force. Words that mean unknown or declined are not known."
    shell.section("What is known about the people?", note if own else f"{note} Small counts are hidden.")
    if found.known:
        bars.known(found.known)
    else:
        st.html('<p class="c-fact">No patients file is in force, so nothing is known about the people.</p>')
