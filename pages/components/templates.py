"""A dataset's template and guide, to take along or to read in place."""

import streamlit as st

import workflow
from schemas.datasets import DATASETS


def downloads(dataset: str, place: str) -> None:
    """The two files of a dataset; `place` keeps the keys of several pages apart."""
    with st.container(horizontal=True):
        st.download_button(
            "Template (CSV)", workflow.template(dataset), f"{dataset}_template.csv", "text/csv",
            key=f"{place}_template", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Guide", workflow.guide(dataset).encode(), f"{dataset}_guide.md", "text/markdown",
            key=f"{place}_guide", icon=":material/description:", on_click="ignore",
        )  # fmt: skip


def guide(dataset: str) -> None:
    """The guide in place, one heading level down for each of two levels of the page above it."""
    body = workflow.guide(dataset).split("\n", 1)[1].replace("\n## ", "\n#### ").replace("\n### ", "\n##### ")
    st.markdown(body)


def explained(dataset: str, place: str) -> None:
    """Template, guide and columns of a dataset, folded away until needed."""
    with st.expander(f"Template and guide for {DATASETS[dataset].title.lower()}", icon=":material/menu_book:", key=f"{place}_about"):
        downloads(dataset, place)
        guide(dataset)
