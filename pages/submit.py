"""Submit data: the four steps of an upload, and what was sent before."""

import streamlit as st

from metrics.judging.figure_words import upper_first
from pages.components.forms import appeal_form, upload_draft
from pages.components.forms.steps import choose_step, upload_wizard
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame, page_state
from pages.components.sections.sent_files import history
from pages.components.wording.settings import agreement_words
from schemas.policy.access.permissions import may_some
from schemas.policy.partner import Partner
from schemas.policy.viewer import Viewer


def page() -> None:
    """Draw the page for the person who is looking."""
    viewer, partnership = page_state.viewer(), page_state.store().partnership
    if not may_some(viewer, "send_files") or not partnership.members:
        _not_for_you()
        return
    if text := st.session_state.pop("toast", None):
        st.toast(text, icon=":material/info:")
    at = upload_draft.current(viewer)
    partner = _partner(viewer, at)
    if why := partner.refusal(partnership.day):
        _not_taken(viewer, partner, why)
    else:
        upload_wizard.draw(viewer, partner, at)
    history(viewer, partner.id)
    appeal_form.to_answer(viewer)


def _partner(viewer: Viewer, at: Draft | None) -> Partner:
    """The partner whose file it is: the viewer's own, or the one that backbone staff choose."""
    partnership = page_state.store().partnership
    if at or viewer.partner_id:
        return partnership.partner(at.partner_id if at else viewer.partner_id or "")
    names = {p.id: p.name for p in partnership.members}
    chosen = st.session_state.get("send_for") or page_state.picked("partner", list(names), next(iter(names)))
    return partnership.partner(chosen)


def _not_taken(viewer: Viewer, partner: Partner, why: str) -> None:
    """In place of the four steps: nothing is even received."""
    page_frame.title(agreement_words.headline(partner, page_state.store().partnership.day), "Submit data")
    if viewer.role == "backbone":
        choose_step.for_whom(partner)
    page_frame.notice("No file can be sent now", f"{upper_first(why)}.", agreement_words.NEXT)


def _not_for_you() -> None:
    page_frame.title("Files are sent by the partners' data people", "Submit data")
    known = page_state.store().partnership.members
    how = (
        page_frame.other_role("Choose your partner, or backbone staff, under “Look as” in the sidebar.")
        if known
        else "No partner is named yet. Backbone staff add the partners on the page Settings."
    )
    page_frame.notice(
        "You can look at the figures, but not send files", how, "What each file must hold is on the page Methods."
    )
