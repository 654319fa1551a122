"""The summary measures of inequality of every measure and grouping, for those who report them (Methods page)."""

import streamlit as st

from metrics.counting import strata
from metrics.judging import group_inequality
from metrics.judging.indicator_facts import Situation
from pages.components.layout import page_state
from pages.components.sections import group_intervals
from pages.components.sections.equity_sections import Figures
from pages.components.tables.plain_table import listing
from pages.components.wording import gap_words

_HEAD = ("Measure", "Grouping", "Summary", "Value", "95% range", "Groups")


def draw() -> None:
    """The partnership's latest year, behind an expander. A grouping of which fewer than two groups may be shown has no
    row; hidden groups are counted beside the ones that are in it."""
    rows = [
        row for s in page_state.situations() if s.now for by in group_intervals.stratifiers(s) for row in _rows(s, by)
    ]
    if rows:
        with st.expander("Summary measures of inequality for every measure", key="methods_inequality"):
            listing(_HEAD, rows, "Summary measures of inequality")


def _rows(s: Situation, by: str) -> list[list[str]]:
    figures = Figures(s, by, None)
    found = group_inequality.measures(figures.now, by, s.indicator.better)
    if found is None:
        return []
    where = [s.indicator.title, strata.stratum_title(by, s.indicator.own_strata)]
    groups = f"{found.groups}" + (f" ({found.hidden} hidden)" if found.hidden else "")
    return [[*where, name, value, span, groups] for name, value, span, _ in gap_words.inequality(figures.label, found)]
