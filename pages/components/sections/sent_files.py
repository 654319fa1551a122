"""What a partner has sent, and taking it back."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from data.discussing.warning_reasons import Warned
from data.ledger.submissions import Submission
from pages.components.forms import appeal_form, reason_form, upload_draft
from pages.components.forms.steps import accept_step
from pages.components.layout import page_frame, page_state
from pages.components.sections import history_view, unreleased_figures
from pages.components.wording.count_words import dates, day, many
from pages.components.wording.releases import closing_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.status_words import SUBMISSION
from schemas.policy.viewer import Viewer
from workflow import accepting, discussing, reading

_FEW = 8
_STATES = {
    "accepted": "c-badge-ok", "checked": "c-badge-late", "withdrawn": "c-badge-usual", "left": "c-badge-usual",
    "unreleased": "c-badge-provisional",
}  # fmt: skip


def history(viewer: Viewer, partner_id: str) -> None:
    """Draw the partner's submissions, newest first, with their trails and what can be done about each."""
    at = upload_draft.current(viewer)
    busy = at.checked.submission if at and at.acceptable and at.receipt is None else None
    every = reading.read_submissions(page_state.store(), viewer)
    entries = [e for e in every if e.partner_id == partner_id and (e.submission != busy or e.state != "checked")]
    left = [e for e in entries if e.state == "left"]
    entries = [e for e in entries if e.state != "left"]
    if not entries:
        page_frame.section("What you have sent", "Nothing yet. Every file that you check appears here.")
    else:
        page_frame.section(
            "What you have sent",
            "A later file takes over the open days that it covers. Withdrawing it gives them back.",
        )
    unreleased_figures.before_others(viewer, entries)
    whole = len(entries) <= _FEW or st.session_state.get("all_sent", False)
    known = _known(viewer, entries)
    with st.container(key="history"):
        for entry in entries if whole else entries[:_FEW]:
            _row(viewer, entry, known)
    if not whole:
        st.button(
            f"Show all {len(entries)}",
            key="show_all_sent",
            on_click=_show_all,
            type="tertiary",
            icon=":material/expand_more:",
        )

    _left(viewer, left, known)
    appeal_form.of_unkept(viewer, partner_id)


def _show_all() -> None:
    st.session_state["all_sent"] = True


@dataclass(frozen=True)
class _Known:
    """What is told of submissions beside their ledger entry."""

    unreleased: set[int]
    appeals: dict[int, str]
    """Submission -> the state of its newest appeal."""


def _known(viewer: Viewer, entries: list[Submission]) -> _Known:
    appeals = sorted(discussing.read_appeals(page_state.store(), viewer), key=lambda a: a.note.note)
    return _Known(
        {e.submission for e in unreleased_figures.waiting(entries)},
        {a.note.file.submission: a.state for a in appeals if a.note.file.submission},
    )


def _left(viewer: Viewer, left: list[Submission], known: _Known) -> None:
    """Files that were checked and not accepted: only their trail is kept."""
    if not left:
        return
    with st.expander(f"{many(len(left), 'file')} discarded", key="left", type="compact",
                     on_change="rerun") as fold:  # fmt: skip
        if fold.open:
            for entry in left[:MOST_LEFT]:
                _row(viewer, entry, known)


MOST_LEFT = 50


def _row(viewer: Viewer, entry: Submission, known: _Known) -> None:
    with st.container(key=f"sent_{entry.submission}"):
        _line(viewer, entry, known)
        _trail(viewer, entry)


def _badges(entry: Submission, known: _Known) -> str:
    state = "unreleased" if entry.submission in known.unreleased else entry.state
    found = [(SUBMISSION[state], _STATES[state])]
    if entry.submission in known.appeals:
        found.append(appeal_form.STATES[known.appeals[entry.submission]])
    return " ".join(f'<span class="c-badge {kind}">{escape(words)}</span>' for words, kind in found)


def _line(viewer: Viewer, entry: Submission, known: _Known) -> None:
    covered = dates(entry.covers) or "All dates"
    late = discussing.read_late(page_state.store(), viewer, entry.submission)
    asides = [(entry.rows_blocked, "left out"), (late.rows if late else 0, "too late to count")]
    aside = ", ".join(f"{count:,} {words}" for count, words in asides if count)
    left_out = f" <span class='s-quiet'>({aside})</span>" if aside else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"line_{entry.submission}"):
        st.html(
            f'<div class="s-sent"><span><b>{escape(DATASETS[entry.dataset].title)}</b> '
            f'<span class="s-quiet">no. {entry.submission}</span></span><span>{covered}</span>'
            f"<span>{many(entry.rows_kept, 'row')}{left_out}</span>"
            f"<span>{_badges(entry, known)}</span>"
            f'<span class="s-quiet">{_day(entry)}</span></div>',
            width="stretch",
        )
        _actions(viewer, entry)


def _day(entry: Submission) -> str:
    """The day of its last step; the last day of a file that waits."""
    return (
        f"until {day(discussing.awaits_until(page_state.store(), entry))}"
        if entry.state == "checked"
        else day(entry.at.date())
    )


def _actions(viewer: Viewer, entry: Submission) -> None:
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
    if entry.state == "left":
        return
    words = "Go on" if entry.state == "checked" else "Use again"
    if st.button(words, key=f"resume_{entry.submission}", type="tertiary", icon=":material/arrow_forward:",
                 help=f"See what {what} would change"):  # fmt: skip
        upload_draft.resume(viewer, entry)
        st.rerun()


def _trail(viewer: Viewer, entry: Submission) -> None:
    """What happened to a submission, and what can still be said about it; read only when it is opened."""
    number = entry.submission
    with st.expander("History and comments", key=f"trail_{number}", type="compact", on_change="rerun") as fold:
        if not fold.open:
            return
        store = page_state.store()
        late = closing_words.not_counted(discussing.read_late(store, viewer, number))
        st.html(history_view.trail_html(discussing.read_history(store, viewer, number), entry, late))
        if entry.state == "left":
            return
        warned = discussing.read_warned(store, viewer, number)
        if entry.state == "accepted":
            _explain(viewer, entry, [w for w in warned if w.reason is None])
        _say(viewer, entry)


def _explain(viewer: Viewer, entry: Submission, open_ones: list[Warned]) -> None:
    """Warnings of a file that a job sent wait for their reason here."""
    if open_ones:
        st.markdown(f"**{many(len(open_ones), 'warning has', 'warnings have')} no reason yet.** The rows count all "
                    "the same.")  # fmt: skip
    for warned in open_ones:
        reason_form.titled(warned)
        reason_form.ask(viewer, entry.partner_id, warned)


def _say(viewer: Viewer, entry: Submission) -> None:
    """A comment, or an appeal, on a submission."""
    number, ways = entry.submission, ["Comment"]
    if viewer.partner_id == entry.partner_id:
        ways.append("Appeal")
    chosen = st.segmented_control(
        "Say something about this file", ways, key=f"say_{number}", help="Only you and backbone staff see it."
    )
    if chosen == "Appeal":
        table = discussing.read_awaiting(page_state.store(), viewer, number).report.table
        appeal_form.about_entry(viewer, entry, [(str(r), c) for r, c in table.select("rule", "column").unique().rows()])
    elif chosen == "Comment":
        st.text_area("Your comment", key=f"comment_{number}", height=80, max_chars=reason_form.LONGEST)
        st.button("Add the comment", key=f"add_{number}", on_click=_comment, args=(viewer, number))
        reason_form.answer(f"comment_told_{number}")


def _comment(viewer: Viewer, number: int) -> None:
    words = st.session_state.get(f"comment_{number}", "")
    why = upload_draft.attempt(
        lambda: discussing.comment(page_state.store(), page_state.viewer(), number, words, page_state.actor())
    )
    if why:
        st.session_state[f"comment_told_{number}"] = why
    else:
        st.session_state[f"comment_{number}"] = ""


@st.dialog("Withdraw this submission?")
def _withdraw(viewer: Viewer, entry: Submission) -> None:
    covered = dates(entry.covers)
    st.markdown(
        f"**{DATASETS[entry.dataset].title}**, {many(entry.rows_kept, 'row')}{f', {covered}' if covered else ''}. "
        "Its rows stop counting. What an earlier file had for these days counts again. "
        "You can use it again later. Closed quarters stay as they are."
    )
    with st.container(horizontal=True):
        if st.button("Withdraw", key="withdraw_yes", type="primary"):
            with st.spinner("Withdrawing the rows"):
                text = take_back(viewer, entry)
            st.session_state["toast"] = text
            st.rerun()
        if st.button("Keep it", key="withdraw_no"):
            st.rerun()


def take_back(viewer: Viewer, entry: Submission) -> str:
    """Withdraw, publish where that is the policy, and say what came of it."""
    store = page_state.store()
    who, actor = page_state.viewer(), page_state.actor()
    if why := upload_draft.attempt(lambda: accepting.withdraw(store, entry.submission, actor, viewer=who)):
        return f"Nothing changed: {why}."
    now = next(e for e in reading.read_submissions(store, viewer) if e.submission == entry.submission)
    receipt = accept_step.released(now, viewer, moved=True)
    shows = f" The dashboards now show release {receipt.release}." if receipt.release else ""
    return f"Submission {entry.submission} is withdrawn.{shows}"
