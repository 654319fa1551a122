"""The release in the formats of other systems, for those who may take it: a file for each standard."""

import re
from functools import partial

import streamlit as st

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow.exporting import release_export
from workflow.exporting.release_export import Export

_GOOD_FOR = {
    "measure-report": "For systems that read FHIR. A hidden count is marked as masked.",
    "qrda-iii": "For systems that read CDA. A hidden count is left out.",
    "adx": "For DHIS2 and systems like it. A hidden count is left out.",
}


def buttons() -> None:
    """A button for each format; nothing for who may not take it."""
    viewer = page_state.viewer()
    if not may(viewer, "export_figures"):
        return
    page_frame.section(
        "For other systems",
        "Closed years as everyone sees them. What a format leaves out is listed beside its files.",
        typed=True,
    )
    refused = ""
    with st.container(horizontal=True):
        for form, of in release_export.FORMATS.items():
            try:
                made = _made(form, viewer)
            except NotPossible as error:
                refused = str(error)
                continue
            one_time_downloads.button(
                of.title, partial(_zipped, made), _file_name(form, made), "application/zip",
                key=f"export_{form.replace('-', '_')}", help=_GOOD_FOR[form],
            )  # fmt: skip
    if refused:
        page_frame.fault(refused)


def _made(form: str, viewer: Viewer) -> Export:
    now = page_state.kept_under(), page_state.release_number()
    return _export(page_state.store(), *now, form, viewer.role, viewer.partner_id)


@st.cache_resource(show_spinner=False, max_entries=12)
def _export(_store: Store, folder: str, release: int, form: str, role: str, partner_id: str | None) -> Export:
    viewer = Viewer.model_validate({"role": role, "partner_id": partner_id})
    return release_export.export(_store, viewer, form)


def _zipped(made: Export) -> list[bytes]:
    return [made.zipped()]


def _file_name(form: str, made: Export) -> str:
    """Such as kestrel_valley_release_3_qrda_iii.zip."""
    name = re.sub(r"[^a-z0-9]+", "_", made.about["partnership"].lower()).strip("_") or "partnership"
    return f"{name}_release_{made.release}_{form.replace('-', '_')}.zip"
