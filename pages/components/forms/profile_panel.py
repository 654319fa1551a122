"""How a partner's files are read: what was said before, shown before each check, with the way back and out of it."""

import streamlit as st

from data.ledger.profiles.saved_profiles import Version
from data.ledger.submissions import NotPossible
from pages.components.layout import page_state
from pages.components.sections.history_view import moment, who
from pages.components.tables.plain_table import listing
from pages.components.wording import profile_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.presets.system_presets import PRESETS
from workflow import submitting

_NOTHING = "-"


def panel(partner_id: str, dataset: str) -> None:
    """Draw it, folded, in step 1: one sentence, and inside all that was said of the files of this kind."""
    store, viewer = page_state.store(), page_state.viewer()
    try:
        versions = submitting.profile_versions(store, partner_id, dataset, viewer=viewer)
    except NotPossible as error:
        st.warning(f"{str(error)[:1].upper()}{str(error)[1:]}.", icon=":material/info:")
        return
    current = versions[0].profile if versions else None
    said = profile_words.summary(current) if current else ""
    label = f"Your files are read as last time: {said}" if said else "How your files are read: as the guide says"
    with st.expander(label, icon=":material/tune:", key=f"profile_{dataset}", type="compact"):
        if current and said:
            listing(["What", "In your file", "Read as"], profile_words.lines(current, dataset), "What you said before")
            st.caption("A file that shows otherwise is asked about again, such as by its dates.")
        else:
            st.caption("You have said nothing yet. Answers about a file are kept here for the next one.")
        _presets(partner_id, dataset)
        if len(versions) > 1 or said:
            _back(partner_id, dataset, versions)


def _presets(partner_id: str, dataset: str) -> None:
    known = [name for name, preset in PRESETS.items() if dataset in preset.datasets]
    if not known:
        return
    system = st.selectbox(
        "Which system writes your files?", [_NOTHING, *known], key=f"preset_{dataset}", width=360,
        format_func=lambda name: PRESETS[name].title if name in PRESETS else "Not said",
        help="Adds what is published of the system's columns and codes. What you said yourself stays.",
    )  # fmt: skip
    if system != _NOTHING:
        st.caption(PRESETS[system].about)
        st.button(
            f"Read files as {PRESETS[system].title} writes them", key=f"use_preset_{dataset}", icon=":material/add:",
            on_click=_use, args=(partner_id, dataset, system),
        )  # fmt: skip


def _use(partner_id: str, dataset: str, system: str) -> None:
    submitting.use_preset(
        page_state.store(), partner_id, dataset, system, page_state.actor(), viewer=page_state.viewer()
    )
    st.session_state["toast"] = (
        f"Files of {DATASETS[dataset].title.lower()} are now read as {PRESETS[system].title} writes them."
    )


def _back(partner_id: str, dataset: str, versions: list[Version]) -> None:
    """The versions, each with a way back to it, and the way to forget all."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"versions_{dataset}"):
        chosen = st.selectbox(
            "Versions", versions, key=f"version_{dataset}", width=360,
            format_func=_named,
        )  # fmt: skip
        st.button(
            "Go back to this version", key=f"restore_{dataset}", icon=":material/undo:",
            disabled=chosen.number == versions[0].number, on_click=_restore, args=(partner_id, dataset, chosen.number),
        )  # fmt: skip
        st.button(
            "Forget all", key=f"forget_{dataset}", type="tertiary", icon=":material/close:",
            disabled=not profile_words.summary(versions[0].profile), on_click=_restore, args=(partner_id, dataset, 0),
            help="The next file is asked about as if it were the first. Accepted files stay as they are.",
        )  # fmt: skip


def _named(version: Version) -> str:
    said = profile_words.summary(version.profile) or "nothing said"
    return f"{version.number}: {said} ({moment(version.at)}, {who(version.actor)})"


def _restore(partner_id: str, dataset: str, number: int) -> None:
    submitting.restore_profile(
        page_state.store(), partner_id, dataset, number, page_state.actor(), viewer=page_state.viewer()
    )
    st.session_state["toast"] = f"Files are read as in version {number}." if number else "What was said is forgotten."
