"""Submit data: choose a file, mend findings, see the effect, accept."""

import streamlit as st

import workflow
from pages.components import accepting, choosing, draft, effects, mending, shell, state, stepper
from pages.components.draft import Draft
from pages.components.findings import findings_file
from pages.components.history import history
from schemas.partnership import Partner
from schemas.viewer import Viewer


def page() -> None:
    """Draw the page for the person who is looking."""
    viewer, partnership = state.viewer(), state.store().partnership
    if viewer.role not in ("partner", "backbone") or not partnership.partners:
        _not_for_you(partnership.demo)
        return
    if told := st.session_state.pop("told", None):
        st.toast(told, icon=":material/info:")
    at = draft.current(viewer)
    head, body, foot, below = st.container(), st.container(), st.container(key="steps_foot"), st.container()
    partner = _partner(viewer, at)
    if at is None:
        _choose(viewer, partner, head, body, foot)
    else:
        _go_on(at, partner, head, body, foot)
    with below:
        history(viewer, partner.id)


def _not_for_you(demo: bool) -> None:
    shell.title("Files are sent by the partners' data people", "Submit data")
    how = (
        "Choose a partner, or backbone staff, under “Look as” in the sidebar to try it."
        if demo
        else "Signing in is not set up on this server: send files with the command `concord submit`."
    )
    shell.notice("You can look at the figures, not send files", how, "What each file must hold is on the page Methods.")


def _partner(viewer: Viewer, at: Draft | None) -> Partner:
    """The partner whose file it is: the viewer's own, or the one that backbone staff choose."""
    partnership = state.store().partnership
    if at or viewer.partner_id:
        return partnership.partner(at.partner_id if at else viewer.partner_id or "")
    names = {p.id: p.name for p in partnership.partners}
    chosen = st.session_state.get("send_for") or state.picked("partner", list(names), next(iter(names)))
    return partnership.partner(chosen)


def _head(sentence: str, partner: Partner, step: int, *, finished: bool = False) -> None:
    shell.title(sentence, f"Submit data · {partner.name}")
    stepper.stepper(step, finished=finished)


def _choose(viewer: Viewer, partner: Partner, head: st.delta_generator.DeltaGenerator, body, foot) -> None:
    standing = workflow.read_standing(state.store(), partner.id)
    with head:
        _head(choosing.headline(partner, standing, workflow.today(state.store().partnership)), partner, 1)
        if viewer.role == "backbone":
            choosing.for_whom(partner)
    with body:
        sent = choosing.choose(partner, standing)
    with foot:
        pressed = st.button("Check the file", type="primary", key="next", icon=":material/fact_check:", disabled=sent is None)
        st.caption("Nothing counts before you accept it in step 4.")
        if pressed and sent:
            choosing.check(viewer, sent)
