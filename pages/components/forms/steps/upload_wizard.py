"""The four steps of an upload, each with its head, its body and the ways on and back."""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components.forms import appeal_form, findings_download, reason_form, repair_receipt, upload_draft
from pages.components.forms.steps import accept_step, choose_step, fix_step, preview_step, step_buttons, stepper
from pages.components.forms.steps.step_buttons import BACK, CHECK, CHOOSE, ON
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame, page_state
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import Partner
from schemas.policy.viewer import Viewer
from workflow import reading


def draw(viewer: Viewer, partner: Partner, at: Draft | None) -> None:
    """Draw the step that an upload has reached; without one, the first."""
    # The same places in every step, with the way on first: so the keyboard stays where it is.
    body, foot = st.container(), st.container(horizontal=True, key="steps_foot")
    if at is None:
        _choose(viewer, partner, body, foot)
    else:
        _STEPS[at.step](at, partner, body, foot)


def _head(sentence: str, partner: Partner, step: int, *, finished: bool = False) -> None:
    page_frame.title(sentence, f"Submit data · {escape(partner.name)}")
    stepper.stepper(step, finished=finished)


def _choose(viewer: Viewer, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        standing = reading.read_current_rows(page_state.store(), partner.id, viewer=page_state.viewer())
        _head(choose_step.headline(partner, standing, reading.today(page_state.store().partnership)), partner, 1)
        appeal_form.badge(viewer)
        if viewer.role == "backbone":
            choose_step.for_whom(partner)
        tables = choose_step.choose(viewer, partner, standing)
        st.caption("Nothing counts before you accept it in step 4.")
    with foot.container(horizontal=True, vertical_alignment="center", key="choose_foot"):
        pressed = st.button("Check the file", type="primary", key="next", icon=CHECK, disabled=not tables)
        if waits := choose_step.why_not(tables):
            st.caption(waits)
    if pressed and tables:
        with body:
            choose_step.check(viewer, tables)


def _fix(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        _head(fix_step.headline(at), partner, 2)
        fix_step.fix(at)
        if at.acceptable and at.report.rows_blocked:
            words = f"Accept only the good rows: {at.report.rows_blocked:,} will not count"
            at.good_rows_only = st.checkbox(words, value=at.good_rows_only, key="good_rows_only")
        if waits := reason_form.missing(reason_form.asked(at)):
            st.caption(reason_form.note(waits))
    again = "Choose another file" if at.checked.known else "Choose the fixed file"
    with foot:
        if at.acceptable:
            waits = at.report.rows_blocked > 0 and not at.good_rows_only
            step_buttons.go("Preview", at, 3, icon=ON, key="next", primary=True, disabled=waits)
            st.button(again, key="leave", icon=CHOOSE, on_click=choose_step.leave, args=(at,))
        else:
            st.button(again, key="next", icon=CHOOSE, on_click=choose_step.leave, args=(at,), type="primary")
        step_buttons.back_to_file(at)
        if len(at.report.table) and not at.report.refused:
            findings_download.buttons(at)


def _look(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        effect = preview_step.look(at)
        _head(preview_step.headline(at, effect), partner, 3)
        preview_step.show(at, effect)
        if effect:
            preview_step.waits(at)
        if not len(at.report.table):
            repair_receipt.receipt(at)
    with foot:
        if effect:
            step_buttons.go("Go on to accept", at, 4, icon=ON, key="next", primary=True)
        if len(at.report.table) or at.report.rows_blocked:
            step_buttons.go("Back to the findings", at, 2, icon=BACK, key="back")
        else:
            step_buttons.back_to_file(at)
        step_buttons.undecided(at)


def _accept(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    if at.receipt:
        with body:
            _head(accept_step.headline(at), partner, 4, finished=True)
            accept_step.thank(at)
        if at.waiting:
            _next_table(at, body, foot)
        else:
            foot.button(
                "Send another file",
                type="primary",
                key="another",
                icon=CHOOSE,
                on_click=upload_draft.forget,
            )
        return
    with body:
        effect = preview_step.look(at)
        _head(accept_step.headline(at), partner, 4)
        accept_step.ask(at, effect)
        waits = reason_form.still_open(at) if effect else 0
    with foot:
        # The way back takes the place of the button before: the second half of a double click there must not accept.
        step_buttons.go("Back to the preview", at, 3, icon=BACK, key="next")
        pressed = effect and st.button(
            "Accept", type="primary", key="accept", icon=":material/check:", disabled=waits > 0
        )
        step_buttons.undecided(at)
    if pressed:
        with body:
            st.session_state["toast"] = accept_step.accept(at)
        if at.receipt and not at.waiting:
            choose_step.let_go()
        st.rerun()


def _next_table(at: Draft, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    """The way on to the file's next table."""
    after = at.waiting[0]
    with body:
        page_frame.notice(f"Next: {after.name}", f"{DATASETS[after.dataset].title}; {len(at.waiting)} still to check.")
    if foot.button("Check the next table", type="primary", key="next", icon=CHECK):
        with body:
            choose_step.check(at.viewer, at.waiting)


_STEPS = {2: _fix, 3: _look, 4: _accept}
