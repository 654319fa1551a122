"""The answer of a query: while it comes, and when it is there."""

import csv
import io
from functools import partial
from html import escape

import streamlit as st

from data.releases.questions.asked import Answer, Asked
from pages.components.layout import page_frame
from pages.components.questioning import query_words
from pages.components.routes import one_time_downloads
from pages.components.tables.chart_numbers import neutral
from pages.components.tables.plain_table import listing
from workflow.questioning import asking

_SHOWN = 200


@st.fragment(run_every=0.5)
def coming(asked: Asked) -> None:
    """Until it is answered: that it is under way, and a way to end it."""
    if asked.answer is not None:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html('<p class="c-fact" role="status">The query is being answered.</p>')
        if st.button("Cancel", key="query_cancel", icon=":material/close:"):
            asked.cancel()


def draw(answer: Answer, name: str) -> None:
    """The rows and how to take them along, or why there are none. `name`: of the files."""
    page_frame.section(query_words.headline(answer))
    if answer.rows is None:
        if answer.words:
            st.html(f'<pre class="q-mistake">{escape(answer.words)}</pre>')
        return
    if not answer.rows.num_rows:
        return
    columns, cells = asking.texts(answer)
    with st.container(horizontal=True):
        one_time_downloads.button(
            "CSV", partial(_as_csv, columns, cells), f"{name}.csv", "text/csv", key="query_csv",
            help="For Excel and other programs.",
        )  # fmt: skip
        one_time_downloads.button(
            "Parquet", lambda: [asking.parquet(answer)], f"{name}.parquet", "application/vnd.apache.parquet",
            key="query_parquet", help="Keeps the types of the columns.",
        )  # fmt: skip
    if len(cells) > _SHOWN:
        st.html(f'<p class="c-note">The first {_SHOWN} are shown here. The files hold all of them.</p>')
    listing(columns, cells[:_SHOWN], "Answer of the query")


def _as_csv(columns: list[str], cells: list[list[str]]) -> list[bytes]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([neutral(cell) for cell in row] for row in (columns, *cells))
    return [out.getvalue().encode("utf-8-sig")]
