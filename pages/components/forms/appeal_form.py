"""Appeals: a partner disagrees in words, backbone staff answer."""

from collections.abc import Mapping

import streamlit as st

from data.checking.intake_report import Report
from data.discussing.appeals import About, Appeal
from data.discussing.notes import File
from data.ledger.submissions import Submission
from pages.components.forms import upload_draft
from pages.components.forms.reason_form import LONGEST, answer, said_html
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_frame, page_state
from pages.components.sections.history_view import about
from pages.components.wording.count_words import listed, many
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.rule import Rule
from schemas.policy.status_words import APPEAL
from schemas.policy.viewer import Viewer
from workflow import discussing, reading

STATES = {
    "open": (APPEAL["open"], "c-badge-late"),
    "upheld": (APPEAL["upheld"], "c-badge-ok"),
    "not upheld": (APPEAL["not upheld"], "c-badge-usual"),
}
Place = tuple[str, str | None]
_WHOLE: Place = ("", None)
"""In place of a rule and a column: the file as a whole, or a figure."""


def about_draft(at: Draft) -> None:
    """In step 2: the way to backbone staff when a partner thinks that its file is right and the findings are not."""
    report, number = at.report, at.checked.submission
    if at.viewer.partner_id != at.partner_id or not report.sha256 or at.checked.known or at.receipt:
        return
    if report.refused is None and not len(report.table):
        return
    file = File(at.partner_id, at.dataset, report.sha256, number)
    places = [(str(rule), column) for rule, column in report.table.select("rule", "column").unique().iter_rows()]
    of_file = [a for a in discussing.read_appeals(page_state.store(), at.viewer) if _same(a, file)]
    label = f"{STATES[of_file[0].state][0]}" if of_file else "Are the findings wrong? Ask backbone staff"
    with st.expander(label, icon=":material/gavel:", key="appeal", type="compact"):
        for appeal in of_file:
            _told(appeal)
        kept = "" if at.acceptable else " The file is not kept: they see only its kind, counts and findings."
        st.caption(f"They read your words and answer here.{kept}")
        _form(at.viewer, file, _about(report), places)


def _about(report: Report) -> About:
    return About(report.rows_in, report.rows_unusable, tuple(sorted(set(report.table["rule"]))))


def _same(appeal: Appeal, file: File) -> bool:
    one = appeal.note.file
    return (one.partner_id, one.dataset, one.sha256) == (file.partner_id, file.dataset, file.sha256)


def about_entry(viewer: Viewer, entry: Submission, places: list[Place]) -> None:
    """In the trail of a submission: the partner's way to backbone staff."""
    facts = About(entry.rows_in, entry.rows_blocked, tuple(sorted({rule for rule, _ in places})))
    _form(viewer, File.of(entry), facts, places)


def _form(viewer: Viewer, file: File, facts: About, places: list[Place]) -> None:
    key = f"appeal_{file.submission or file.sha256[:12]}"
    # A finding about a column of the file's own may name anything: its name is not kept.
    options: list[Place] = [_WHOLE, *sorted({p for p in places if p[0] != "extra_column"}, key=str)]
    st.selectbox("About", options, format_func=_option, key=f"{key}_about", width=480)
    st.text_area(
        "We disagree:", key=f"{key}_words", height=80, max_chars=LONGEST,
        placeholder="Say what is right, and how backbone staff can check it. No names, no patient ids.",
    )  # fmt: skip
    st.button("Send the appeal", key=f"{key}_send", icon=":material/gavel:", on_click=_send,
              args=(viewer, file, facts, key))  # fmt: skip
    answer(f"{key}_told")


def _option(place: Place) -> str:
    if place == _WHOLE:
        return "The file or a figure"
    return _rules()[place[0]].title + (f" in {place[1].replace('_', ' ')}" if place[1] else "")


def _send(viewer: Viewer, file: File, facts: About, key: str) -> None:
    rule, column = st.session_state.get(f"{key}_about", _WHOLE)
    words = st.session_state.get(f"{key}_words", "")
    why = upload_draft.attempt(
        lambda: discussing.appeal(
            page_state.store(),
            page_state.viewer(),
            file,
            facts,
            words,
            page_state.actor(),
            rule=rule or None,
            column=column,
        )
    )
    _after(key, why, "Your appeal is sent. The answer will appear here.")


def _after(key: str, why: str | None, done: str) -> None:
    """Say what came of it; words that were kept leave their field."""
    if why:
        st.session_state[f"{key}_told"] = why
    else:
        st.session_state[f"{key}_words"] = ""
        st.session_state["toast"] = done


def _told(appeal: Appeal) -> None:
    st.html(said_html(f"Appeal: {about(appeal.note)}", appeal.note))
    if appeal.answer:
        st.html(said_html(STATES[appeal.state][0], appeal.answer))


def of_unkept(viewer: Viewer, partner_id: str) -> None:
    """Below the history: the partner's appeals about files of which nothing was kept, with their answers."""
    found = [
        a for a in discussing.read_appeals(page_state.store(), viewer)
        if a.note.file.partner_id == partner_id and a.note.file.submission is None
    ]  # fmt: skip
    if not found or viewer.role == "backbone":
        return
    with st.expander(f"{many(len(found), 'appeal')} about files that were not kept", key="unkept", type="compact"):
        for appeal in found:
            st.markdown(f"**{_file_words(appeal)}** · {STATES[appeal.state][0]}")
            _told(appeal)
            if appeal.state == "upheld" and appeal.may_lift_limit:
                st.caption("Choose the very same file again. Its good rows may now be accepted.")


def waiting(viewer: Viewer) -> list[Appeal]:
    """The open appeals, for backbone staff; none for others."""
    if viewer.role != "backbone":
        return []
    return [a for a in discussing.read_appeals(page_state.store(), viewer) if a.answer is None]


def badge(viewer: Viewer) -> None:
    """For backbone staff: that partners wait for an answer, which is given below."""
    if found := waiting(viewer):
        st.badge(f"{many(len(found), 'open appeal')}: answer below", icon=":material/gavel:", color="orange")


def to_answer(viewer: Viewer) -> None:
    """Draw the open appeals for backbone staff, each with its answer's form."""
    found = waiting(viewer)
    if viewer.role != "backbone":
        return
    page_frame.section("Open appeals", "These partners disagree with a finding or a figure. Only they see your answer.")
    if not found:
        st.html('<p class="c-fact">None. Every appeal has its answer.</p>')
    naming = reading.read_naming(page_state.store(), viewer)
    for appeal in found:
        with st.container(border=True, key=f"to_answer_{appeal.note.note}"):
            partner = naming.names[naming.shown(appeal.note.file.partner_id)]
            st.markdown(f"**{partner}** · {_file_words(appeal)}")
            _told(appeal)
            if appeal.about.rules:
                st.caption(f"Found in it: {listed([f'“{_rules()[r].title}”' for r in appeal.about.rules])}.")
            _answer(viewer, appeal)


def _file_words(appeal: Appeal) -> str:
    file, facts = appeal.note.file, appeal.about
    kind = DATASETS[file.dataset].title if file.dataset in DATASETS else file.dataset
    which = f"submission {file.submission}" if file.submission else f"a file not kept, known as {file.sha256[:12]}"
    rows = f"{facts.rows_blocked:,} of {many(facts.rows_in, 'row')} blocked"
    return f"{kind}, {which}, {rows}"


def _answer(viewer: Viewer, appeal: Appeal) -> None:
    key = f"answer_{appeal.note.note}"
    st.caption(f"If you uphold it: {_consequence(appeal)}")
    st.text_area("Your answer", key=f"{key}_words", height=80, max_chars=LONGEST)
    with st.container(horizontal=True):
        for upheld, words in ((True, "Uphold"), (False, "Do not uphold")):
            st.button(words, key=f"{key}_{upheld}", on_click=_answered, args=(viewer, appeal, key, upheld))
    answer(f"{key}_told")


def _rules() -> Mapping[str, Rule]:
    """The catalog, with the limits of the partnership in its words."""
    return page_state.store().partnership.rules


def _consequence(appeal: Appeal) -> str:
    rule, kept = appeal.note.rule, appeal.note.file.submission is not None
    if kept and rule and _rules()[rule].needs_reason:
        return "your words become the reason for this warning."
    if appeal.may_lift_limit:
        return "the good rows of this file may be accepted, however many are blocked."
    return "your words are kept in the file's history. Nothing else changes."


def _answered(viewer: Viewer, appeal: Appeal, key: str, upheld: bool) -> None:
    words = st.session_state.get(f"{key}_words", "")
    why = upload_draft.attempt(
        lambda: discussing.answer_appeal(
            page_state.store(), page_state.viewer(), appeal.note.note, words, page_state.actor(), upheld=upheld
        )
    )
    _after(key, why, "Your answer is kept. The partner sees it on this page.")
