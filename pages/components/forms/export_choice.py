"""A FHIR export that was sent: which kinds of file are in it, and which of them are to be checked."""

import streamlit as st

from data.checking.file_tables import FoundTable
from data.receiving.fhir.export_contents import Contents
from pages.components.layout import page_frame
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import listed, many
from schemas.datasets.dataset_catalog import DATASETS

_NOT_USED = "Not used"
_NOT_READ = "No resource: told with its line in the check"
_UNKNOWN = "Not a resource of FHIR R4"


def choose(found: list[FoundTable]) -> list[FoundTable]:
    """Draw what the export holds; the tables that are to be checked, in the order in which they should be."""
    contents = found[0].export
    assert contents
    page_frame.subsection(
        f"{many(len(found), 'kind')} of file in this FHIR export",
        "Each is checked and accepted by itself, one after the other. Untick what you do not send.",
    )
    ticked = [st.checkbox(_label(f), value=True, key=f"export_{f.dataset}") for f in found]
    with st.expander(f"{many(contents.lines, 'line')}, and what becomes of each", key="export_lines"):
        listing(["Resource", "Lines", "Goes into"], rows(contents), "What the export holds")
        if contents.not_read:
            st.caption(f"Beside them, not read: {listed(list(contents.not_read))}.")
    return [f for f, wanted in zip(found, ticked, strict=True) if wanted]


def rows(contents: Contents) -> list[tuple[str, str, str]]:
    """A line for each kind of resource: its lines, and which kinds of file they go into; they add up to the export."""
    shown = [(kind, f"{count:,}", _becomes(contents, kind, count)) for kind, count in contents.by_kind.most_common()]
    rest = (("Damaged lines", contents.no_resource, _NOT_READ), ("Others", contents.unknown, _UNKNOWN))
    return shown + [(name, f"{count:,}", words) for name, count, words in rest if count]


def _becomes(contents: Contents, kind: str, count: int) -> str:
    used = {name: n for (name, source), n in contents.used.items() if source == kind and n}
    words = [f"{DATASETS[name].title} ({n:,})" if n < count else DATASETS[name].title for name, n in used.items()]
    return listed(words) if words else _NOT_USED


def _label(found: FoundTable) -> str:
    assert found.table
    return f"{DATASETS[found.dataset or ''].title}: {many(found.table.lines - 1, 'row')}"
