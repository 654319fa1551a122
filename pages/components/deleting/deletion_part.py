"""The part Deletion of the page Settings: what shall go, what that takes and leaves, why, and what went so far."""

from html import escape

import streamlit as st

from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.submissions import NotPossible
from pages.components.deleting import deletion_list
from pages.components.forms import who_decides
from pages.components.governing import field_inputs
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from pages.components.wording.settings import deletion_words
from workflow.deleting import deleting, held_elsewhere
from workflow.deleting.deleting import Asked, Effect

_LOOKED, _FAILED, _DONE = "deletion_looked", "deletion_failed", "deletion_done"


def draw() -> None:
    """Ask; or show what was asked for before it is done; and below, what was deleted so far."""
    if looked := st.session_state.get(_LOOKED):
        _confirm(*looked)
    else:
        deletion_list.done(st.session_state.pop(_DONE, None))
        _ask()
    deletion_list.draw()


def _ask() -> None:
    page_frame.section(
        "What shall be deleted for good?",
        "Nobody can bring it back. You see what it takes before it is done.",
        typed=True,
    )
    kinds = deletion_words.KINDS
    kind = st.segmented_control(
        "What", list(kinds), default="person", format_func=kinds.__getitem__, key="deletion_kind", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    with st.form("deletion_ask", border=False):
        asked = _period() if kind == "period" else _of_partner(kind == "person")
        _fault()
        pressed = st.form_submit_button(
            "See what it takes", type="primary", key="deletion_look", icon=":material/search:"
        )
    if pressed:
        _look(asked)


def _of_partner(person: bool) -> Asked:
    names = {p.id: p.name for p in page_state.store().partnership.partners}
    partner = st.selectbox(
        "Partner", list(names), index=None, format_func=names.__getitem__, key="deletion_partner",
        placeholder="Choose a partner", width=field_inputs.WIDTH,
    )  # fmt: skip
    if not person:
        return Asked("partner", partner)
    local = st.text_input(
        "The id that this partner has for the person", key="deletion_id", max_chars=200, width=field_inputs.WIDTH,
        autocomplete="off", help="As it stands in the partner's files. It is kept nowhere.",
    )  # fmt: skip
    st.caption("At another partner the same person has another id. Ask each of them.")
    return Asked("person", partner, local)


def _period() -> Asked:
    latest = deleting.last_possible(page_state.store())
    chosen = st.date_input(
        "The first day that stays", value=None, max_value=latest, key="deletion_before", width=field_inputs.WIDTH,
    )  # fmt: skip
    if latest:
        st.caption(f"{day(latest)} at the latest: figures to come still rest on later rows.")
    st.caption("Diagnoses without a last day stay, since they may still hold. So do totals, which name nobody.")
    return Asked("period", before=chosen)


def _look(asked: Asked) -> None:
    guest = page_state.guest()
    actor = guest.person.email if guest else "backbone"
    try:
        with st.spinner("Looking. All counts are made anew, so this takes a while"):
            effect = deleting.look(page_state.store(), asked, actor, viewer=page_state.viewer())
        st.session_state[_LOOKED] = (asked, effect)
    except (NotPossible, StoreUnavailable) as error:
        st.session_state[_FAILED] = str(error)
    st.rerun()


def _confirm(asked: Asked, effect: Effect) -> None:
    page_frame.section(f"{_title(asked)}: what goes?", "Nothing is deleted yet.")
    listing(("Kind of file", "Rows"), deletion_words.rows(effect), "Rows that go")
    _say(deletion_words.facts(effect))
    page_frame.subsection("Which figures change?")
    if effect.moved:
        titles = {name: definition.title for name, definition in page_state.definitions().items()}
        listing(
            ("Measure", "Periods counted anew", "Closed, stay"),
            deletion_words.moved(effect, titles), "Figures that change",
        )  # fmt: skip
    else:
        _say(["No figure rests on these rows."])
    page_frame.subsection("What remains?")
    _say(held_elsewhere.remains(page_state.store()))
    page_frame.section("Why?", "The reason and your name are kept. Do not write whose rows they are.")
    with st.form("deletion_why", border=False):
        reason = st.text_area(
            "Reason", key="deletion_reason", height=80, max_chars=deleting.LONGEST_REASON, width=field_inputs.WIDTH,
            placeholder="For example: the person asked for it in writing.",
        )  # fmt: skip
        name = who_decides.decider("deletion_by")
        _fault()
        pressed = st.form_submit_button(
            "Delete for good", type="primary", key="deletion_do", icon=":material/delete_forever:"
        )
    if pressed:
        _do(asked, effect, reason, name)
    if st.button("Leave everything as it is", key="deletion_leave", icon=":material/close:", type="tertiary"):
        del st.session_state[_LOOKED]
        st.rerun()


def _do(asked: Asked, effect: Effect, reason: str, name: str) -> None:
    try:
        with st.spinner("Deleting. The store's file is written anew, so this takes a while"):
            told = deleting.delete(
                page_state.store(), asked, effect, reason=reason, actor=who_decides.actor(name),
                viewer=page_state.viewer(),
            )  # fmt: skip
        del st.session_state[_LOOKED]
        st.session_state[_DONE] = told.deletion
    except (NotPossible, StoreUnavailable) as error:
        st.session_state[_FAILED] = str(error)
    st.rerun()


def _title(asked: Asked) -> str:
    names = {p.id: p.name for p in page_state.store().partnership.partners}
    match asked.kind:
        case "person":
            return f"One person of {names.get(asked.partner_id or '', '')}"
        case "partner":
            return f"All rows of {names.get(asked.partner_id or '', '')}"
        case _:
            return f"All before {day(asked.before) if asked.before else ''}"


def _fault() -> None:
    if why := st.session_state.pop(_FAILED, None):
        page_frame.fault(why)


def _say(lines: list[str]) -> None:
    st.html("".join(f'<p class="c-fact">{escape(line)}</p>' for line in lines))
