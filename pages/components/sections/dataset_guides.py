"""A dataset's template and guide, to take along or to read in place."""

import streamlit as st

from pages.components.layout import page_state
from schemas.datasets.dataset_catalog import DATASETS
from workflow import reading

# A wide table scrolls inside itself.


def downloads(dataset: str, place: str) -> None:
    """The two files of a dataset; `place` keeps the keys of several pages apart."""
    text = reading.guide(dataset, page_state.store().partnership).encode()
    with st.container(horizontal=True):
        st.download_button(
            "Template (CSV)", reading.template(dataset), f"{dataset}_template.csv", "text/csv",
            key=f"{place}_template", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Guide", text, f"{dataset}_guide.md", "text/markdown",
            key=f"{place}_guide", icon=":material/description:", on_click="ignore",
        )  # fmt: skip


def guide(dataset: str) -> None:
    """The guide in place, its headings one level down: they stand below a heading of the page."""
    body = reading.guide(dataset, page_state.store().partnership).split("\n", 1)[1].replace("\n#", "\n##")
    with st.container(key=f"guide_{dataset}"):
        st.markdown(body)


def explained(dataset: str, place: str) -> None:
    """Template, guide and columns of a dataset, folded away until needed."""
    title = f"Template and guide for {DATASETS[dataset].title.lower()}"
    with st.expander(title, icon=":material/menu_book:", key=f"{place}_about"):
        downloads(dataset, place)
        guide(dataset)
