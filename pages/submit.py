"""Submit data: choose a file, mend findings, see the effect, accept."""

from functools import partial
from html import escape
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.ledger.submissions import NotPossible
from pages.components.forms import (
    accept_step,
    appeal_form,
    choose_step,
    fix_step,
    preview_step,
    reason_form,
    repair_receipt,
    upload_draft,
    upload_steps,
)
from pages.components.forms.finding_cards import findings_file
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.sections.sent_files import history
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partner
from schemas.policy.viewer import Viewer
from workflow import reading, releasing


def page() -> None:
    """Draw the page for the person who is looking."""
    viewer, partnership = page_state.viewer(), page_state.store().partnership
    if viewer.role not in ("partner", "backbone") or not partnership.partners:
        _not_for_you()
        return
    if told := st.session_state.pop("told", None):
        st.toast(told, icon=":material/info:")
    at = upload_draft.current(viewer)
    # The same places in every step, with the way on first: so the keyboard stays where it is.
    body, foot, below = st.container(), st.container(horizontal=True, key="steps_foot"), st.container()
    partner = _partner(viewer, at)
    if at is None:
        _choose(viewer, partner, body, foot)
    else:
        _STEPS[at.step](at, partner, body, foot)
    with below:
        history(viewer, partner.id)
        appeal_form.to_answer(viewer)
        if viewer.role == "backbone":
            _release()


def _release() -> None:
    """Backbone staff make a release of what is in force, when that is not done with every acceptance."""
    page_frame.section("Release", "The dashboards and the files for analysts show what was in force when it was made.")
    if st.button("Make a release", key="make_release", icon=":material/publish:"):
        try:
            with st.spinner("Making the release"):
                number = releasing.publish(page_state.store(), actor="backbone")
        except NotPossible as error:
            page_frame.notice(
                "The release was not made", f"{str(error).capitalize()}.", "The one before stays as it is."
            )
            return
        st.session_state["told"] = f"Release {number} is made: the dashboards show it."
        st.rerun()


def _not_for_you() -> None:
    page_frame.title("Files are sent by the partners' data people", "Submit data")
    known = page_state.store().partnership.partners
    how = (
        "Choose your partner, or backbone staff, under “Look as” in the sidebar."
        if known
        else "No partner is named yet: add partners to concord.toml in the data folder and start again."
    )
    page_frame.notice(
        "You can look at the figures, not send files", how, "What each file must hold is on the page Methods."
    )


def _partner(viewer: Viewer, at: Draft | None) -> Partner:
    """The partner whose file it is: the viewer's own, or the one that backbone staff choose."""
    partnership = page_state.store().partnership
    if at or viewer.partner_id:
        return partnership.partner(at.partner_id if at else viewer.partner_id or "")
    names = {p.id: p.name for p in partnership.partners}
    chosen = st.session_state.get("send_for") or page_state.picked("partner", list(names), next(iter(names)))
    return partnership.partner(chosen)


def _head(sentence: str, partner: Partner, step: int, *, finished: bool = False) -> None:
    page_frame.title(sentence, f"Submit data · {escape(partner.name)}")
    upload_steps.stepper(step, finished=finished)


def _choose(viewer: Viewer, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        standing = reading.read_standing(page_state.store(), partner.id)
        _head(choose_step.headline(partner, standing, reading.today(page_state.store().partnership)), partner, 1)
        appeal_form.badge(viewer)
        if viewer.role == "backbone":
            choose_step.for_whom(partner)
        tables = choose_step.choose(viewer, partner, standing)
        st.caption("Nothing counts before you accept it in step 4.")
    if foot.button("Check the file", type="primary", key="next", icon=_CHECK, disabled=not tables) and tables:
        with body:
            choose_step.check(viewer, tables)


def _mend(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    with body:
        _head(fix_step.headline(at), partner, 2)
        fix_step.mend(at)
        if at.acceptable and at.report.rows_blocked:
            words = f"Accept the good rows only: {at.report.rows_blocked:,} will not count"
            at.good_rows_only = st.checkbox(words, value=at.good_rows_only, key="good_rows_only")
        if waits := reason_form.missing(reason_form.asked(at)):
            st.caption(reason_form.note(waits))
    again = "Choose another file" if at.checked.known else "Choose a mended file"
    with foot:
        if at.acceptable:
            waits = at.report.rows_blocked > 0 and not at.good_rows_only
            _go("See the effect", at, 3, icon=_ON, key="next", primary=True, disabled=waits)
            st.button(again, key="leave", icon=_CHOOSE, on_click=choose_step.leave, args=(at,))
        else:
            st.button(again, key="next", icon=_CHOOSE, on_click=choose_step.leave, args=(at,), type="primary")
        _back_to_file(at)
        if len(at.report.table) and not at.report.refused:
            _download(at)


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
            _go("Go on to accept", at, 4, icon=_ON, key="next", primary=True)
        if len(at.report.table) or at.report.rows_blocked:
            _go("Back to the findings", at, 2, icon=_BACK, key="back")
        else:
            _back_to_file(at)
        _undecided(at)


def _accept(at: Draft, partner: Partner, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    if at.receipt:
        with body:
            _head(accept_step.headline(at), partner, 4, finished=True)
            accept_step.thank(at)
        if at.waiting:
            _next_table(at, body, foot)
        else:
            foot.button("Send another file", type="primary", key="another", icon=_CHOOSE, on_click=upload_draft.forget)
        return
    with body:
        effect = preview_step.look(at)
        _head(accept_step.headline(at), partner, 4)
        accept_step.ask(at, effect)
        waits = reason_form.still_open(at) if effect else 0
    with foot:
        # The way back takes the place of the button before: the second half of a double click there must not accept.
        _go("Back to the effect", at, 3, icon=_BACK, key="next")
        pressed = effect and st.button(
            "Accept", type="primary", key="accept", icon=":material/check:", disabled=waits > 0
        )
        _undecided(at)
    if pressed:
        with body:
            st.session_state["told"] = accept_step.accept(at)
        if at.receipt and not at.waiting:
            choose_step.let_go()
        st.rerun()


def _next_table(at: Draft, body: DeltaGenerator, foot: DeltaGenerator) -> None:
    """The way on to the file's next table."""
    after = at.waiting[0]
    with body:
        page_frame.notice(f"Next: {after.name}", f"{DATASETS[after.dataset].title}; {len(at.waiting)} still to check.")
    if foot.button("Check the next table", type="primary", key="next", icon=_CHECK):
        with body:
            choose_step.check(at.viewer, at.waiting)


_STEPS = {2: _mend, 3: _look, 4: _accept}
_CHECK, _CHOOSE = ":material/fact_check:", ":material/upload_file:"
_ON, _BACK = ":material/arrow_forward:", ":material/arrow_back:"


def _go(
    label: str,
    at: Draft,
    step: upload_draft.Step,
    *,
    icon: str,
    key: str,
    primary: bool = False,
    disabled: bool = False,
) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, key=key, type=kind, icon=icon, disabled=disabled, on_click=_to, args=(at, step))


def _to(at: Draft, step: upload_draft.Step) -> None:
    at.step = step


def _back_to_file(at: Draft) -> None:
    """The way back to step 1 with the same file: to say something else about it."""
    if at.sent and choose_step.is_held():
        told = "Say what kind of file it is, which dates it covers or what its columns mean, and check it again."
        st.button("Back to the file", key="to_file", icon=_BACK, on_click=upload_draft.leave, args=(at,), help=told)


def _undecided(at: Draft) -> None:
    """Put the file aside, or say no to it."""
    st.button(
        "Decide later",
        key="later",
        type="tertiary",
        icon=":material/schedule:",
        on_click=choose_step.later,
        args=(at,),
        help="It waits for your yes under “What you have sent”; nothing counts and nobody else sees it",
    )
    told = "The checked rows are deleted; nothing counts"
    st.button(
        "Leave it",
        key="leave",
        type="tertiary",
        icon=":material/close:",
        on_click=choose_step.leave,
        args=(at,),
        help=told,
    )


def _download(at: Draft) -> None:
    """The findings as a list, and where the file is still held, the file itself with a message beside each row."""
    one_time_downloads.button(
        "Download the findings", lambda: [findings_file(at.report.table, at.report.findings.rules)],
        f"findings_{at.dataset}.csv", "text/csv",
        key="findings_file", help="Rule, row, column and message; the values stay in your own file.",
    )  # fmt: skip
    for kind in at.checked.kinds_given_back:
        one_time_downloads.button(
            _KINDS[kind], partial(at.checked.given_back, kind), f"{at.dataset}_with_findings.{kind}", _MIMES[kind],
            key=f"give_back_{kind}", icon=":material/table:", help=_GIVEN_BACK,
        )  # fmt: skip


_KINDS = {"xlsx": "Your file with findings (Excel)", "csv": "Your file with findings (CSV)"}
_GIVEN_BACK = (
    "Every row as you sent it, with what to mend beside it. Mend it there and choose it again: the added column "
    "is left out."
)
_MIMES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
