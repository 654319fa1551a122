"""Warnings that are fixed or justified in words: the question beside each, and what was answered."""

import streamlit as st

from data.discussing.notes import Note
from data.discussing.warning_reasons import Warned
from data.ledger.submissions import NotPossible
from pages.components.forms import upload_draft
from pages.components.forms.finding_cards import Group
from pages.components.forms.upload_draft import Draft
from pages.components.layout import page_state
from pages.components.sections.history_view import moment, quoted, who
from pages.components.wording.count_words import many
from schemas.policy.viewer import Viewer
from workflow import discussing

LONGEST = 500
_TOLD = "reason_told"


def asked(at: Draft) -> list[Warned]:
    """The warnings of the file on its way that need a reason; none while it cannot be accepted anyway."""
    number = at.checked.submission
    if number is None or not at.acceptable or at.receipt:
        return []
    try:
        return discussing.read_warned(page_state.store(), at.viewer, number)
    except NotPossible:
        return []


def missing(warned: list[Warned]) -> int:
    """How many have no reason yet."""
    return sum(w.reason is None for w in warned)


def note(count: int) -> str:
    """What is still to do before the yes, in a sentence."""
    return f"{many(count, 'warning needs', 'warnings need')} a reason before you can accept."


def beside(at: Draft, group: Group) -> None:
    """The question in a warning's card, one for each column that it names."""
    of_rule = [w for w in asked(at) if w.rule == group.rule.id]
    for warned in of_rule:
        ask(at.viewer, at.partner_id, warned, named=len(of_rule) > 1)


def still_open(at: Draft) -> int:
    """Draw, before the yes, the warnings that have no reason yet; returns how many."""
    open_ones = [w for w in asked(at) if w.reason is None]
    if open_ones:
        st.markdown(f"**{note(len(open_ones))}** Say why it is right, or fix the file.")
    for warned in open_ones:
        with st.container(border=True, key=f"open_{_key(warned)}"):
            titled(warned)
            ask(at.viewer, at.partner_id, warned)
    return len(open_ones)


def titled(warned: Warned) -> None:
    """A warning's title, its column and how often it was found."""
    column = f" in {_words(warned.column)}" if warned.column else ""
    st.markdown(f"**{page_state.store().partnership.rules[warned.rule].title}**{column} · {many(warned.cells, 'time')}")


def ask(viewer: Viewer, partner_id: str, warned: Warned, *, named: bool = False) -> None:
    """The question why a warning is right as it is, or its answer. `named`: say the column."""
    key, given = _key(warned), warned.reason
    if given and not st.session_state.get(f"change_{key}"):
        st.html(said_html("Upheld by backbone staff" if given.kind == "upheld" else "Reason given", given))
        st.button("Change the reason", key=f"reopen_{key}", type="tertiary", icon=":material/edit:", on_click=_reopen,
                  args=(key,))  # fmt: skip
        return
    used = discussing.read_used_reasons(page_state.store(), viewer, partner_id, warned.dataset, warned.place)
    column = f" ({_words(warned.column)})" if named and warned.column else ""
    st.text_area(
        f"Fix it in the file, or say why it is right{column}", value=used[0] if used else "",
        key=f"reason_{key}", height=80, max_chars=LONGEST, placeholder=_PLACEHOLDER,
    )  # fmt: skip
    if used:
        st.caption("This is your reason from last time. Keep it only if it is true of this file too.")
    if len(used) > 1:
        st.pills("Other reasons used before", used[1:4], key=f"used_{key}", on_change=_use, args=(key,))
    st.button(
        "Keep this reason", key=f"keep_reason_{key}", icon=":material/check:", on_click=_keep, args=(viewer, warned)
    )
    answer(f"{_TOLD}_{key}")


_PLACEHOLDER = "For example: these people came only for a screening and are not our patients. No names, no ids."


def answer(key: str) -> None:
    """Why the words just sent were not kept, if they were not."""
    if why := st.session_state.pop(key, None):
        st.warning(f"Not kept: {why}.", icon=":material/info:")


def said_html(what: str, note: Note) -> str:
    """A note as a quotation, with who and when."""
    return quoted(what, note.words, f"{who(note.actor)}, {moment(note.at)}")


def _keep(viewer: Viewer, warned: Warned) -> None:
    key = _key(warned)
    words = st.session_state.get(f"reason_{key}", "")
    why = upload_draft.attempt(
        lambda: discussing.justify(
            page_state.store(),
            page_state.viewer(),
            warned.submission,
            warned.rule,
            warned.column,
            words,
            page_state.actor(),
        )
    )
    if why:
        st.session_state[f"{_TOLD}_{key}"] = why
    else:
        st.session_state.pop(f"change_{key}", None)


def _reopen(key: str) -> None:
    st.session_state[f"change_{key}"] = True


def _use(key: str) -> None:
    if chosen := st.session_state.get(f"used_{key}"):
        st.session_state[f"reason_{key}"] = chosen


def _key(warned: Warned) -> str:
    return f"{warned.submission}_{warned.rule}_{warned.column or 'row'}"


def _words(column: str | None) -> str:
    return (column or "").replace("_", " ")
