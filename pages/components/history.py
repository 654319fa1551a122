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
    "checked": ("Checked, waits for your yes", "c-badge-late"),
    "withdrawn": ("Withdrawn", "c-badge-usual"),
}
_STYLE = """<style>
.s-sent { display: grid; grid-template-columns: minmax(9rem, 1.2fr) minmax(10rem, 1.4fr) minmax(7rem, .8fr) minmax(8rem, 1fr);
  gap: .25rem 1.25rem; align-items: baseline; font-variant-numeric: tabular-nums; }
.s-sent b { font-weight: 650; } .s-sent span { font-size: .9375rem; } .s-sent .s-quiet { color: var(--c-muted); font-size: .875rem; }
.st-key-history [data-testid="stVerticalBlock"] { gap: .25rem; }
.st-key-history [class*="st-key-sent_"] { border-top: 1px solid var(--c-grid); padding-top: .35rem; }
@media (max-width: 640px) { .s-sent { grid-template-columns: 1fr; gap: .1rem; } }
</style>"""


def history(viewer: Viewer, partner_id: str) -> None:
    """Draw the partner's submissions, newest first, with what can be done about each."""
    entries = [e for e in workflow.read_submissions(state.store(), viewer) if e.partner_id == partner_id]
    if not entries:
        shell.section("What you have sent", "Nothing yet. Every file that is checked and held appears here.")
        return
    shell.section("What you have sent", "Later files take over the days they cover. A withdrawn one gives them back.")
    every = len(entries) <= _FEW or st.session_state.get("all_sent", False)
    st.html(_STYLE)
    with st.container(key="history"):
        for entry in entries if every else entries[:_FEW]:
            _row(viewer, entry)
    if not every:
        st.button(f"Show all {len(entries)}", key="show_all_sent", on_click=_show_all, type="tertiary", icon=":material/expand_more:")


def _show_all() -> None:
    st.session_state["all_sent"] = True


def _row(viewer: Viewer, entry: workflow.Submission) -> None:
    words, kind = _STATES[entry.state]
    covered = dates(entry.covers) or "All dates"
    left_out = f" <span class='s-quiet'>({many(entry.rows_blocked, 'row')} left out)</span>" if entry.rows_blocked else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"sent_{entry.submission}"):
        st.html(
            f'<div class="s-sent"><span><b>{escape(DATASETS[entry.dataset].title)}</b> '
            f'<span class="s-quiet">no. {entry.submission}</span></span><span>{covered}</span>'
            f"<span>{many(entry.rows_kept, 'row')}{left_out}</span>"
            f'<span><span class="c-badge {kind}">{words}</span> <span class="s-quiet">{day(entry.at.date())}</span></span></div>',
            width="stretch",
        )
        _actions(viewer, entry)


def _actions(viewer: Viewer, entry: workflow.Submission) -> None:
    what = f"submission {entry.submission}"
    if entry.state == "accepted":
        if st.button("Withdraw", key=f"withdraw_{entry.submission}", type="tertiary", icon=":material/undo:", help=f"Take {what} back"):
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
        "Its rows stop counting, and what an earlier file had for these days is in force again. You can use it again later."
    )
    with st.container(horizontal=True):
        if st.button("Withdraw", key="withdraw_yes", type="primary"):
            with st.spinner("Taking the rows out of force"):
                told = _take_back(viewer, entry)
            st.session_state["told"] = told
            st.rerun()
        if st.button("Keep it", key="withdraw_no"):
            st.rerun()


def _take_back(viewer: Viewer, entry: workflow.Submission) -> str:
    store = state.store()
    if why := draft.attempt(lambda: workflow.withdraw(store, entry.submission, draft.actor(viewer))):
        return f"Nothing changed: {why}."
    now = next(e for e in workflow.read_submissions(store, viewer) if e.submission == entry.submission)
    receipt = accepting.released(now, viewer)
    shows = f" The dashboards now show release {receipt.release}." if receipt.release else ""
    return f"Submission {entry.submission} is withdrawn.{shows}"
