"""Equity: who is left behind, whether the gap closes and everyone improves, and what could lie behind it."""

import streamlit as st

from metrics.counting import strata
from metrics.judging.figure_words import upper_first
from metrics.judging.indicator_facts import Situation
from pages.components.charts import area_map
from pages.components.layout import page_frame, page_state
from pages.components.sections import equity_sections, group_intervals
from pages.components.sections.equity_sections import Figures
from pages.components.tables import two_way_table
from pages.components.wording import figure_sentences


def page() -> None:
    """Draw the page for the viewer; the link holds the indicator and the grouping."""
    if page_state.release() is None:
        page_frame.nothing_yet()
        return
    situations = {s.indicator.id: s for s in page_state.situations() if s.now}
    if not situations:
        page_frame.nothing_yet()
        return
    head, controls = st.container(), st.container()
    with controls:
        s = situations[_indicator(situations)]
        stratifier = _grouping(s)
    if stratifier is None:
        with head:
            page_frame.title(f"{s.indicator.title}: no groups to compare", "Equity")
        page_frame.notice("No partner has sent groups", "Sex, race, language and the like come with the patients file.")
        return
    figures = Figures(s, stratifier)
    with head:
        page_frame.title(figures.headline, "Equity", s.indicator.plain)
    assert s.now
    page_frame.section(
        "Is the gap closing, and is everyone improving?",
        f"{s.indicator.title}, {figure_sentences.period(s.now)}, the whole partnership. "
        "Colors allow for the number of groups.",
    )
    equity_sections.groups(figures)
    if figures.of_three_years:
        page_frame.section(
            "How are small groups doing?",
            f"{upper_first(figure_sentences.period(figures.of_three_years[0]))}, added up. "
            "One year is too small for these groups.",
        )
        equity_sections.three_years(figures)
    rate = s.indicator.statistic == "rate"
    if rate and stratifier == "race_ethnicity":
        page_frame.section("Could their ages explain it?", "Each group's rate if all groups had the same ages.")
        equity_sections.ages(figures)
    two_way_table.both(figures)
    area_map.maps(figures)
    if rate:
        page_frame.section(
            "Could missing data explain it?", "The best and the worst case for people whose group is not known."
        )
        equity_sections.missing(figures)
    page_frame.section("How wide is the gap?", "Two ways to say it. A report may ask for either.")
    equity_sections.size(figures)


def _indicator(situations: dict[str, Situation]) -> str:
    ids = list(situations)
    chosen = st.segmented_control(
        "Measure",
        ids,
        default=page_state.picked("indicator", ids, ids[0]),
        required=True,
        key="equity_indicator",
        format_func=lambda i: situations[i].indicator.title,
    )
    page_state.keep("indicator", str(chosen))
    return str(chosen)


def _grouping(s: Situation) -> str | None:
    options = group_intervals.stratifiers(s)
    if not options:
        return None
    chosen = st.segmented_control(
        "Group by", options, default=page_state.picked("by", options, options[0]), required=True,
        key=f"equity_by_{s.indicator.id}", format_func=lambda o: strata.stratum_title(o, s.indicator.own_strata),
    )  # fmt: skip
    page_state.keep("by", str(chosen))
    return str(chosen)
