"""What a partner has sent, and taking it back."""

from html import escape

import streamlit as st

import workflow
from pages.components import accepting, draft, shell, state
from pages.components.phrases import dates, day, many
from schemas.datasets import DATASETS
from schemas.viewer import Viewer

_FEW = 8
_STATES = {
    "accepted": ("Accepted", "c-badge-ok"),
    "checked": ("Waits for your yes", "c-badge-late"),
    "withdrawn": ("Withdrawn", "c-badge-usual"),
}
_STYLE = """<style>
.s-sent { display: grid; grid-template-columns: 1.5fr 1.4fr 1.1fr 1fr .7fr;
  gap: .25rem 1.25rem; align-items: baseline; font-variant-numeric: tabular-nums; }
.s-sent b { font-weight: 650; } .s-sent span { font-size: .9375rem; } .s-sent .s-quiet { color: var(--c-muted);
  font-size: .875rem; }
.st-key-history { gap: 0; }
.st-key-history [class*="st-key-sent_"] { border-top: 1px solid var(--c-grid); padding: .2rem 0; }
@media (max-width: 640px) { .s-sent { grid-template-columns: max-content 1fr; gap: .15rem .75rem; }
  .s-sent > :nth-child(-n+3) { grid-column: 1 / -1; } }
</style>"""


def history(viewer: Viewer, partner_id: str) -> None:
    """Draw the partner's submissions, newest first, with what can be done about each."""
    at = draft.current(viewer)
    busy = at.checked.submission if at and at.acceptable and at.receipt is None else None
    every = workflow.read_submissions(state.store(), viewer)
    entries = [e for e in every if e.partner_id == partner_id and (e.submission != busy or e.state != "checked")]
    if not entries:
        shell.section("What you have sent", "Nothing yet. Every file that is checked and held appears here.")
        return
    shell.section("What you have sent", "Later files take over the days they cover. A withdrawn one gives them back.")
    whole = len(entries) <= _FEW or st.session_state.get("all_sent", False)
    st.html(_STYLE)
    with st.container(key="history"):
        for entry in entries if whole else entries[:_FEW]:
            _row(viewer, entry)
    if not whole:
        st.button(
            f"Show all {len(entries)}",
            key="show_all_sent",
            on_click=_show_all,
            type="tertiary",
            icon=":material/expand_more:",
        )


def _show_all() -> None:
    st.session_state["all_sent"] = True


def _row(viewer: Viewer, entry: workflow.Submission) -> None:
    words, kind = _STATES[entry.state]
    covered = dates(entry.covers) or "All dates"
    left_out = f" <span class='s-quiet'>({entry.rows_blocked:,} left out)</span>" if entry.rows_blocked else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"sent_{entry.submission}"):
        st.html(
            f'<div class="s-sent"><span><b>{escape(DATASETS[entry.dataset].title)}</b> '
            f'<span class="s-quiet">no. {entry.submission}</span></span><span>{covered}</span>'
            f"<span>{many(entry.rows_kept, 'row')}{left_out}</span>"
            f'<span><span class="c-badge {kind}">{words}</span></span>'
            f'<span class="s-quiet">{day(entry.at.date())}</span></div>',
            width="stretch",
        )
        _actions(viewer, entry)


def _actions(viewer: Viewer, entry: workflow.Submission) -> None:
    what = f"submission {entry.submission}"
    if entry.state == "accepted":
        pressed = st.button(
            "Withdraw",
            key=f"withdraw_{entry.submission}",
            type="tertiary",
            icon=":material/undo:",
            help=f"Take {what} back",
        )
        if pressed:
            _withdraw(viewer, entry)
        return
    words = "Go on" if entry.state == "checked" else "Use again"
    if st.button(words, key=f"resume_{entry.submission}", type="tertiary", icon=":material/arrow_forward:",
                 help=f"See what {what} would change"):  # fmt: skip
        draft.resume(viewer, entry)
        st.rerun()


@st.dialog("Withdraw this submission?")
def _withdraw(viewer: Viewer, entry: workflow.Submission) -> None:
    covered = dates(entry.covers)
    st.markdown(
        f"**{DATASETS[entry.dataset].title}**, {many(entry.rows_kept, 'row')}{f', {covered}' if covered else ''}. "
        "Its rows stop counting, and what an earlier file had for these days is in force again. "
        "You can use it again later."
    )
    with st.container(horizontal=True):
        if st.button("Withdraw", key="withdraw_yes", type="primary"):
            with st.spinner("Taking the rows out of force"):
                told = take_back(viewer, entry)
            st.session_state["told"] = told
            st.rerun()
        if st.button("Keep it", key="withdraw_no"):
            st.rerun()


def take_back(viewer: Viewer, entry: workflow.Submission) -> str:
    """Withdraw, publish where that is the policy, and say what came of it."""
    store = state.store()
    if why := draft.attempt(lambda: workflow.withdraw(store, entry.submission, draft.actor(viewer))):
        return f"Nothing changed: {why}."
    now = next(e for e in workflow.read_submissions(store, viewer) if e.submission == entry.submission)
    receipt = accepting.released(now, viewer, moved=True)
    shows = f" The dashboards now show release {receipt.release}." if receipt.release else ""
    return f"Submission {entry.submission} is withdrawn.{shows}"
