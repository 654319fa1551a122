"""Looking at the next release, approving it, and how far it is: the server does it, the page asks every second."""

from collections.abc import Callable
from html import escape

import streamlit as st

from data.ledger.submissions import NotPossible
from metrics.judging.figure_words import upper_first
from pages.components.forms.who_decides import actor, decider
from pages.components.layout import opened_store, page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from pages.components.wording.releases import release_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.status_words import ERRATUM
from workflow import releasing, restating
from workflow.publishing.release_preview import Preview
from workflow.publishing.release_work import Progress, ReleaseWork
from workflow.recovery import backing_up

_TOLD = "release_told"
_ERRATUM = "erratum_told"


def shown_now() -> str:
    """Which release the dashboards show."""
    shown = page_state.release()
    if shown is None:
        return "No release was made yet. Until then the dashboards show nothing."
    return f"The dashboards show release {shown.number}, made on {day(shown.made_at.date())}."


def not_backed_up() -> None:
    """A release that is in no backup is said for as long as it is so."""
    if backing_up.lacks_release(page_state.store()):
        page_frame.notice(
            "The release shown is in no backup yet",
            "If this disk were lost, the next release would not know what this one showed.",
            "Ask whoever runs the server to look at the backup folder, and to run concord backup.",
        )


def ask(words: str = "See what would change", *, primary: bool = True) -> None:
    """The button that begins a look."""
    if st.button(words, key="look", type="primary" if primary else "secondary", icon=":material/difference:"):
        opened_store.release_work().look(page_state.viewer())
        st.rerun()


def under_way(work: Progress, planned: str) -> None:
    """The page while something is under way."""
    made = work.doing == "making"
    page_frame.title(
        "The release is being made" if made else "Working out what would change", "Releases", "" if made else planned
    )
    _steps()
    page_frame.notice(
        "You can leave this page",
        "The server goes on without you. Files can be sent meanwhile.",
        "The release before is shown until this one is whole." if made else "Looking changes nothing.",
    )


_LOOK = {-1: 'class="s-done"', 0: 'class="s-here" aria-current="step"', 1: ""}


def _steps() -> None:
    steps_of(opened_store.release_work())


@st.fragment(run_every=1)
def steps_of(under_way: ReleaseWork) -> None:
    """How far a look or a release is, asked every second until it ends."""
    work = under_way.progress
    if work.doing == "nothing":
        st.rerun()
    here = work.steps.index(work.step) if work.step else 0
    items = "".join(
        f"<li {_LOOK[(n > here) - (n < here)]}><b>{'✓' if n < here else n + 1}</b>"
        f"<span>{escape(release_words.STEPS[step])}</span></li>"
        for n, step in enumerate(work.steps)
    )
    st.html(f'<ol class="s-steps" aria-live="polite">{items}</ol>')


def ended(work: Progress) -> None:
    """How the last work ended: an error, or a release that was made."""
    if work.error:
        page_frame.notice(
            "The release was not made" if work.made is None else "This was not finished",
            work.error,
            "The release before stays as it is.",
        )
    elif work.made and st.session_state.get(_TOLD) != work.made:
        st.session_state[_TOLD] = work.made
        st.toast(f"Release {work.made} is made. The dashboards show it.", icon=":material/check:")


def approve(seen: Preview) -> None:
    """The approval: a name, and the button that makes the release; or, where something came since, to look again."""
    store = page_state.store()
    if releasing.basis_of(store.cursor(), releasing.quarters_due(store)) != seen.basis:
        page_frame.notice(
            "Something changed since you looked", "A file came in, a setting was changed, or a day passed."
        )
        ask("Look again")
        return
    page_frame.section("Do you approve it?", "Your name stands with the release. What it shows cannot be taken back.")
    with st.form("approval", border=False):
        name = decider("approver")
        pressed = st.form_submit_button(
            f"Publish release {seen.release}", type="primary", icon=":material/publish:", key="publish"
        )
    if pressed:
        try:
            opened_store.release_work().make(page_state.viewer(), actor(name), seen.basis)
            st.rerun()
        except NotPossible as error:
            st.html(f'<p class="c-state">{escape(upper_first(str(error)))}.</p>')
    ask("Look again", primary=False)


def errata() -> None:
    """Errata: those that wait for an approval, and a form to propose one."""
    waiting = [e for e in restating.read_proposed(page_state.store(), viewer=page_state.viewer()) if not e.approved_at]
    page_frame.section(
        "Must closed figures be restated?",
        "An erratum restates whole tables, of all partners. Late rows then count. The next release shows it.",
        typed=not waiting,
    )
    if waiting:
        listing(
            release_words.ERRATA, [release_words.errata_row(e) for e in waiting], "Errata that wait for an approval"
        )
        with st.form("erratum_approval", border=False):
            numbers = [e.erratum for e in waiting]
            number = st.selectbox("Erratum", numbers, key="erratum_number", width=360)
            name = decider("erratum_approver")
            pressed = st.form_submit_button("Approve erratum", icon=":material/check:", key="approve_erratum")
        if pressed:
            _tried(lambda: restating.approve(page_state.store(), number, actor(name), viewer=page_state.viewer()))
    with st.expander("Propose an erratum"), st.form("erratum_proposal", border=False):
        dataset = st.selectbox(
            "What is restated", [d for d in DATASETS if DATASETS[d].starts], key="erratum_dataset", width=360,
            format_func=lambda d: DATASETS[d].title,
        )  # fmt: skip
        reason = st.selectbox("Why", list(ERRATUM), key="erratum_reason", format_func=ERRATUM.__getitem__, width=360)
        by = decider("erratum_proposer")
        asked = st.form_submit_button("Propose erratum", key="propose_erratum")
    if asked:
        _tried(lambda: restating.propose(page_state.store(), dataset, reason, actor(by), viewer=page_state.viewer()))
    _told()


def _tried(act: Callable[[], restating.Proposal]) -> None:
    """Do it and keep what it changes to be told once, or why it may not be done."""
    try:
        st.session_state[_ERRATUM] = act()
    except NotPossible as error:
        st.session_state[_ERRATUM] = upper_first(str(error)).rstrip(".") + "."
    st.rerun()


def _told() -> None:
    found = st.session_state.pop(_ERRATUM, None)
    if isinstance(found, str):
        page_frame.notice("The closed figures stay as they are", found)
    elif found is not None:
        st.html(f'<p class="c-fact">Erratum {found.erratum} changes these figures:</p>')
        names = page_state.names_now()
        listing(release_words.MOVES, [release_words.move_row(m, names) for m in restating.moves(found)], "Changes")
