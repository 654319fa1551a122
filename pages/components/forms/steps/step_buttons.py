"""The buttons that lead from one step of an upload to the next, back, or out of it."""

from typing import Literal

import streamlit as st

from pages.components.forms import upload_draft
from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft

CHECK, CHOOSE = ":material/fact_check:", ":material/upload_file:"
ON, BACK = ":material/arrow_forward:", ":material/arrow_back:"


def go(
    label: str,
    at: Draft,
    step: upload_draft.Step,
    *,
    icon: str,
    key: str,
    primary: bool = False,
    disabled: bool = False,
) -> None:
    """A button that leads to a step of the upload under way."""
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, key=key, type=kind, icon=icon, disabled=disabled, on_click=_to, args=(at, step))


def _to(at: Draft, step: upload_draft.Step) -> None:
    at.step = step


def back_to_file(at: Draft) -> None:
    """The way back to step 1 with the same file: to say something else about it."""
    if at.sent and choose_step.is_held():
        text = "Change the kind of file, its dates or what its columns mean. Then check it again."
        st.button("Back to the file", key="to_file", icon=BACK, on_click=upload_draft.leave, args=(at,), help=text)


def undecided(at: Draft) -> None:
    """Put the file aside, or say no to it."""
    st.button(
        "Decide later",
        key="later",
        type="tertiary",
        icon=":material/schedule:",
        on_click=choose_step.later,
        args=(at,),
        help="It awaits acceptance under “What you have sent”. Nothing counts, and nobody else sees it.",
    )
    text = "The checked rows are deleted. Nothing counts."
    st.button(
        "Discard",
        key="leave",
        type="tertiary",
        icon=":material/close:",
        on_click=choose_step.leave,
        args=(at,),
        help=text,
    )
