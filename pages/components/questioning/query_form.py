"""Writing a query: the edition it asks, where to begin, and saving it for others."""

from collections.abc import Callable

import streamlit as st

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from pages.components.layout import page_frame, page_state
from pages.components.questioning import query_words
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow.questioning import asking

_TEXT, _BEGIN = "query_text", "query_begin"


def edition() -> str:
    """The edition to ask: chosen where the viewer may ask more than one."""
    known = asking.editions(page_state.viewer())
    if len(known) == 1:
        return known[0]
    now = page_state.picked("edition", known, known[0], "query_edition")
    chosen = st.segmented_control(
        "What to ask", known, default=now, format_func=query_words.EDITIONS.__getitem__, required=True,
        key="query_edition",
    )  # fmt: skip
    page_state.keep("edition", chosen)
    return chosen or now


def text(chosen: str) -> str | None:
    """The query, once its writer wants it answered."""
    beginnings = _beginnings(chosen)
    st.selectbox(
        "Begin with", list(beginnings), index=None, key=_BEGIN, placeholder="A worked or a saved query",
        on_change=_begin, args=(beginnings,), width=480,
    )  # fmt: skip
    with st.form("query", border=False):
        written = st.text_area(
            "Query", key=_TEXT, height=220, max_chars=asking.LONGEST, placeholder="SELECT * FROM analysis.scorecard"
        )
        asked = st.form_submit_button("Run", type="primary", icon=":material/play_arrow:")
    return written if asked else None


def _beginnings(chosen: str) -> dict[str, str]:
    saved = asking.read_saved(page_state.store(), page_state.viewer())
    worked = {w.title: w.query for w in asking.worked_queries() if w.edition == chosen}
    return worked | {f"{s.name} (saved)": s.query for s in saved if s.edition == chosen}


def _begin(beginnings: dict[str, str]) -> None:
    if picked := st.session_state[_BEGIN]:
        st.session_state[_TEXT] = beginnings[picked]


def keeping(chosen: str) -> None:
    """Save the query for others, or take a saved one away; for those who may."""
    viewer, store = page_state.viewer(), page_state.store()
    if not may(viewer, "save_queries"):
        return
    page_frame.folded("Save a query for others", "query_keep", lambda: _keep(store, viewer, chosen))


def _keep(store: Store, viewer: Viewer, chosen: str) -> None:
    saved = [s for s in asking.read_saved(store, viewer) if s.edition == chosen]
    with st.form("query_save", border=False):
        name = st.text_input("Name", max_chars=asking.LONGEST_NAME, width=480, key="query_name")
        if st.form_submit_button("Save the query above", icon=":material/bookmark_add:"):
            written = st.session_state.get(_TEXT) or ""
            _tried(lambda: asking.save(store, viewer, name, chosen, written, actor=page_state.actor()))
    if saved:
        numbers = {s.number: f"{s.name}, by {s.actor.removeprefix('person:')}" for s in saved}
        picked = st.selectbox(
            "Saved queries", list(numbers), format_func=numbers.__getitem__, key="query_saved", width=480
        )
        if st.button("Remove it", icon=":material/delete:", key="query_remove"):
            _tried(lambda: asking.remove(store, viewer, picked, actor=page_state.actor()))


def _tried(step: Callable[[], object]) -> None:
    try:
        step()
    except NotPossible as error:
        page_frame.fault(str(error))
    else:
        st.rerun()
