"""Submit data: choose a file, mend findings, see the effect, accept."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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
    # The same three places in every step, so that the keyboard stays where it is.
    body, foot, below = st.container(), st.container(key="steps_foot"), st.container()
    partner = _partner(viewer, at)
    if at is None:
        _choose(viewer, partner, body, foot)
    else:
        _STEPS[at.step](at, partner, body, foot)
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


def _choose(viewer: Viewer, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        standing = workflow.read_standing(state.store(), partner.id)
        _head(choosing.headline(partner, standing, workflow.today(state.store().partnership)), partner, 1)
        if viewer.role == "backbone":
            choosing.for_whom(partner)
        sent = choosing.choose(partner, standing)
    with foot:
        with st.container(horizontal=True):
            pressed = st.button(
                "Check the file", type="primary", key="next", icon=":material/fact_check:", disabled=sent is None
            )
        st.caption("Nothing counts before you accept it in step 4.")
        if pressed and sent:
            choosing.check(viewer, sent)


def _mend(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        _head(mending.headline(at), partner, 2)
        mending.mend(at)
    with foot:
        if at.acceptable and at.report.rows_blocked:
            words = f"Accept the good rows only: {at.report.rows_blocked:,} will not count"
            at.good_rows_only = st.checkbox(words, value=at.good_rows_only, key="good_rows_only")
        with st.container(horizontal=True):
            if at.acceptable:
                waits = at.report.rows_blocked > 0 and not at.good_rows_only
                st.button(
                    "See the effect",
                    type="primary",
                    key="next",
                    icon=":material/arrow_forward:",
                    disabled=waits,
                    on_click=_to,
                    args=(at, 3),
                )
            st.button(
                "Choose a mended file" if at.checked.known is None else "Choose another file",
                key="back",
                type="secondary" if at.acceptable else "primary",
                icon=":material/upload_file:",
                on_click=draft.leave,
                args=(at,),
            )
            if len(at.report.table) and not at.report.refused:
                st.download_button(
                    "Download the findings",
                    findings_file(at.report.table),
                    f"findings_{at.dataset}.csv",
                    "text/csv",
                    key="findings_file",
                    icon=":material/download:",
                    on_click="ignore",
                    help="Rule, row, column and message; the values stay in your own file.",
                )


def _look(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        effect, moves = effects.look(at)
        _head(effects.headline(effect, moves), partner, 3)
        effects.show(at, effect, moves)
    with foot, st.container(horizontal=True):
        if effect:
            st.button(
                "Go on to accept",
                type="primary",
                key="next",
                icon=":material/arrow_forward:",
                on_click=_to,
                args=(at, 4),
            )
        if len(at.report.table):
            st.button("Back to the findings", key="back", icon=":material/arrow_back:", on_click=_to, args=(at, 2))
        _leave(at)


def _accept(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        effect, _ = (None, []) if at.receipt else effects.look(at)
        _head(accepting.headline(at), partner, 4, finished=at.receipt is not None)
        accepting.thank(at) if at.receipt else accepting.ask(at, effect)
    with foot, st.container(horizontal=True):
        if at.receipt:
            st.button(
                "Send another file",
                type="primary",
                key="another",
                icon=":material/upload_file:",
                on_click=draft.forget,
            )
            return
        # Not the key of the button before: the second half of a double click there must not accept.
        if effect and st.button("Accept", type="primary", key="accept", icon=":material/check:"):
            st.session_state["told"] = accepting.accept(at)
            st.rerun()
        st.button("Back to the effect", key="back", icon=":material/arrow_back:", on_click=_to, args=(at, 3))
        _leave(at)


_STEPS = {2: _mend, 3: _look, 4: _accept}


def _leave(at: Draft) -> None:
    st.button(
        "Leave it",
        key="leave",
        type="tertiary",
        icon=":material/close:",
        on_click=draft.leave,
        args=(at,),
        help="The checked rows are deleted; nothing counts",
    )


def _to(at: Draft, step: draft.Step) -> None:
    at.step = step
