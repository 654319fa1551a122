"""Query: a DuckDB query of the release that is shown, answered where it can read nothing else."""

import streamlit as st

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases.questions.asked import Asked
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.questioning import answer_view, query_form, query_words
from pages.components.tables.plain_table import listing
from schemas.policy.viewer import Viewer
from workflow.access.door import door_of
from workflow.questioning import asking

_ASKED = "query_asked"


def page() -> None:
    """Draw the page for the viewer."""
    shown = page_state.release()
    if shown is None:
        first_steps.nothing_yet()
        return
    page_frame.title(f"Query release {shown.number}", "Query", query_words.LEAD)
    edition = query_form.edition()
    st.html(f'<p class="c-note">{query_words.WHAT[edition]}</p>')
    written = query_form.text(edition)
    if written is not None:
        _ask(edition, written)
    _answer(edition, shown.number)
    query_form.keeping(edition)
    _tables(edition)


def _for_whom(edition: str) -> tuple[object, ...]:
    """What an answer is kept by: it is never shown to somebody else, nor beside another release."""
    return (page_state.kept_under(), page_state.release(), page_state.viewer(), edition)


def _ask(edition: str, written: str) -> None:
    if before := st.session_state.pop(_ASKED, None):
        before[1].cancel()
    try:
        asked = asking.ask(door_of(page_state.store()), page_state.viewer(), page_state.guest(), edition, written)
    except NotPossible as error:
        page_frame.fault(str(error))
        return
    st.session_state[_ASKED] = (_for_whom(edition), asked)


def _answer(edition: str, release: int) -> None:
    kept = st.session_state.get(_ASKED)
    if kept is None or kept[0] != _for_whom(edition):
        return
    asked: Asked = kept[1]
    if asked.answer is None:
        answer_view.coming(asked)
    else:
        answer_view.draw(asked.answer, f"release_{release}_{edition}")


def _tables(edition: str) -> None:
    page_frame.section("What can be asked?", "Every table and column of this edition, and what it means.")
    try:
        columns, cells = _known(edition)
    except NotPossible as error:
        page_frame.fault(str(error))
        return
    names = list(dict.fromkeys(row[0] for row in cells))
    chosen = st.selectbox("Table", names, key="query_table", width=480)
    listing(columns[1:], [row[1:] for row in cells if row[0] == chosen], f"Columns of {chosen}")


def _known(edition: str) -> tuple[list[str], list[list[str]]]:
    viewer, number = page_state.viewer(), page_state.release_number()
    return _tables_of(page_state.store(), page_state.kept_under(), number, viewer.role, viewer.partner_id, edition)


@st.cache_resource(show_spinner="Reading what it holds…", max_entries=8)
def _tables_of(
    _store: Store, folder: str, release: int, role: str, partner: str | None, edition: str
) -> tuple[list[str], list[list[str]]]:
    answer = asking.tables(_store, Viewer.model_validate({"role": role, "partner_id": partner}), edition)
    if answer.rows is None:  # raised, so that it is not kept: the next step asks again
        raise NotPossible(query_words.headline(answer))
    return asking.texts(answer)
