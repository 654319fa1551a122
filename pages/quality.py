"""Data quality: what a partner should fix first, and how good its data has been over time."""

from html import escape

import streamlit as st

from data.reporting.data_quality import Quality
from pages.components.layout import cards, page_frame, page_state, signs_of_probing
from pages.components.tables import bar_table
from pages.components.tables.plain_table import listing
from pages.components.wording import fix_first
from schemas.policy.access.permissions import may_some
from workflow import reading


def page() -> None:
    """Draw the page: a partner sees itself, backbone staff choose a partner, nobody else sees one."""
    viewer, partnership = page_state.viewer(), page_state.store().partnership
    names = {p.id: p.name for p in partnership.members}
    if not may_some(viewer, "see_quality") or not names:
        _not_for_you(bool(names))
        return
    partner_id = viewer.partner_id or page_state.picked("partner", list(names), next(iter(names)))
    found = reading.read_quality(page_state.store(), viewer, partner_id)
    if found is None:
        _not_for_you(True)
        return
    owed = reading.read_calendar(page_state.store(), viewer)
    fixes = fix_first.fixes(found, [e for e in owed if e.partner_id == partner_id], partnership.rules)
    page_frame.title(fix_first.headline(fixes, found, names[partner_id]), f"Data quality · {escape(names[partner_id])}")
    if viewer.role == "backbone":
        _choose(names, partner_id)
    if not found.months:
        page_frame.notice("Nothing counts yet", "The quality of the data appears here with the first accepted file.")
        return
    page_frame.section("What to fix first", fix_first.NOTE)
    fix_first.ranked(fixes)
    page_frame.section(
        "Do all the rows count?", "Rows of the accepted files, by the month in which they were accepted."
    )
    bar_table.months(found.months)
    _findings(found)
    page_frame.section("How old is the data?", "Days from the last day covered to today.")
    listing(["Kind of file", "Current up to", "Days old"], fix_first.ages(found), "Age of the current data")
    _returns(found)
    _people(found, partner_id, own=viewer.role == "partner")
    if viewer.role == "backbone":
        _between(partner_id)
        _probing(partner_id)


def _not_for_you(partners: bool) -> None:
    page_frame.title("Each partner sees the quality of its own data", "Data quality")
    how = page_frame.other_role("Choose your partner, or backbone staff, under “Look as” in the sidebar.")
    none = "No partner is named yet. Backbone staff add the partners on the page Settings."
    page_frame.notice(
        "Only the partner that sent a file sees its findings", how if partners else none,
        "Who has sent what, and when, is on the page Reporting calendar.",
    )  # fmt: skip


def _choose(names: dict[str, str], partner_id: str) -> None:
    st.selectbox(
        "Partner", list(names), index=list(names).index(partner_id), format_func=names.__getitem__,
        key="quality_partner", width=360, on_change=_keep,
    )  # fmt: skip


def _keep() -> None:
    page_state.keep("partner", st.session_state["quality_partner"])


def _findings(found: Quality) -> None:
    page_frame.section(
        "Which findings come back?", "The same check found something in the same column of several accepted files."
    )
    rows = fix_first.recurring(found, page_state.store().partnership.rules)
    if rows:
        listing(["Finding", "File and column", "Files", "Cells", "Last seen", "What to do"], rows, "Findings")
    else:
        st.html('<p class="c-fact">None. No finding is in more than one accepted file.</p>')


def _between(partner_id: str) -> None:
    note = "By shared person tokens, in the current files. Only you see this. Partners do not learn whom others know."
    page_frame.section("Do partners agree about the people they share?", note)
    rows = fix_first.disagreements(
        reading.read_between(page_state.store(), page_state.viewer(), partner_id),
        page_state.names_now(),
        page_state.store().partnership.rules,
    )
    if rows:
        listing(["Finding", "Other partner", "People", "What to do"], rows, "Contradictions with other partners")
    else:
        st.html('<p class="c-fact">Yes. Nothing they sent contradicts another partner.</p>')


def _probing(partner_id: str) -> None:
    note = "Nobody learns of a person this way. But such rows are not meant to count. Only you see this."
    page_frame.section("Is someone trying to learn of other partners' people?", note)
    found = signs_of_probing.of(partner_id)
    st.html(cards.facts(fix_first.probing(found)))
    if found:
        columns = ["Sign", "Here", "Elsewhere", "It may mean no more than"]
        listing(columns, fix_first.probing_rows(found), "Signs of probing")


def _returns(found: Quality) -> None:
    """Nothing for a partner to whom nobody returned."""
    if found.returns:
        note = "Without a word on it, and without procedures and diagnosis, a return counts as not planned."
        page_frame.section("Is it known which returns were planned?", note)
        bar_table.known([found.returns], "Returns within 30 days", "Returns known to be planned or not")


def _people(found: Quality, partner_id: str, *, own: bool) -> None:
    sends = {p.id: p.sends for p in page_state.store().partnership.partners}
    if not found.known and "patients" not in sends.get(partner_id, ()):
        return  # nobody asks it for people
    note = "Share of your current patients. “Unknown” and “declined” count as not known."
    page_frame.section("What is known about the people?", note if own else f"{note} Small counts are hidden.")
    if found.known:
        bar_table.known(found.known)
    else:
        st.html('<p class="c-fact">No patients file is current, so nothing is known about the people.</p>')
