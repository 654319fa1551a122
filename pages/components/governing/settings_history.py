"""Every change of the settings: who, when, why, what; each is undone with one press, and the file is written."""

from html import escape

import streamlit as st

from data.ledger.settings.settings_versions import Version
from pages.components.forms import who_decides
from pages.components.governing import settings_draft, settings_names
from pages.components.layout import page_frame, page_state
from pages.components.sections import history_view
from pages.components.tables.plain_table import listing
from pages.components.wording.settings import change_words, encryption_words
from workflow.governing import changing_settings, settings_exchange, settings_rights

_MOST = 30
ORIGINS = {
    "file": "from concord.toml", "page": "on this page", "command": "by the command", "undo": "an undo",
}  # fmt: skip


def draw() -> None:
    """The history, the newest first."""
    store = page_state.store()
    versions = changing_settings.history(store, page_state.viewer())
    page_frame.section("Who changed what, when and why?", "An undo is a change like any other, and can be undone too.")
    st.html(f'<p class="c-state">{encryption_words.state(store.encryption)}</p>')
    for note in store.notes:
        st.html(f'<p class="c-state">{escape(note)}.</p>')
    if not settings_rights.may_change(page_state.viewer()):  # an auditor reads
        for version in versions[:_MOST]:
            _one(version)
        return
    name = who_decides.decider("undo_by", "Your name, for an undo", settings_draft.saved_by())
    if why := settings_draft.failed():
        page_frame.fault(f"Not undone. {why}")
    for version in versions[:_MOST]:
        _one(version, name)
    _file()


def _one(version: Version, name: str | None = None) -> None:
    """A change; whoever may undo it has a name."""
    with st.container(border=True, key=f"change_{version.number}"):
        st.html(
            history_view.quoted(
                f"Change {version.number}, {ORIGINS[version.origin]}" if version.number > 1 else "The first settings",
                version.reason,
                f"{history_view.who(version.actor)}, {history_view.moment(version.at)}",
            )
        )
        if version.changed:
            rows = change_words.rows(version.changed, settings_names.names(), settings_names.letters())
            listing(("What", "Before", "After"), rows, f"What change {version.number} changed")
            if name is not None and st.button(
                f"Undo change {version.number}", key=f"undo_{version.number}", icon=":material/undo:"
            ):
                with st.spinner("Undoing"):
                    settings_draft.undo(version.number, name)
                st.rerun()


def _file() -> None:
    page_frame.section(
        "Is concord.toml the same?",
        "The file in the data folder is the way in and out, for example to keep the settings in git.",
    )
    if not settings_exchange.differs_from_file(page_state.store()):
        st.html('<p class="c-fact">The file says what the settings say.</p>')
        return
    st.html('<p class="c-fact">The settings were changed since. While that is so, an edited file is not taken in.</p>')
    if not page_state.store().read_only and st.button(
        "Write concord.toml", key="export_settings", icon=":material/save:"
    ):
        settings_exchange.export_file(page_state.store(), page_state.viewer())
        st.rerun()
