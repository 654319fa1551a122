"""Equity: who is left behind, whether the gap closes and everyone improves, and what could lie behind it."""

import streamlit as st

from metrics.counting import strata
from metrics.judging.figure_words import upper_first
from metrics.judging.indicator_facts import Situation
from pages.components.charts import area_map
from pages.components.forms import measure_choice
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.sections import equity_sections, group_intervals
from pages.components.sections.equity_sections import Figures
from pages.components.tables import two_way_table
from pages.components.targets import target_rows
from pages.components.wording import figure_sentences


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer; the link holds the indicator and the grouping."""
    if page_state.release() is None:
        first_steps.nothing_yet()
        return
    situations = {s.indicator.id: s for s in page_state.situations() if s.now}
    if not situations:
        first_steps.nothing_yet()
        return
    head, controls = st.container(), st.container()
    with controls:
        s = situations[measure_choice.choose(situations, "equity", _most_at_stake(situations))]
        stratifier = _grouping(s)
    if stratifier is None:
        with head:
            page_frame.title(f"{s.indicator.title}: no groups to compare", "Equity")
        page_frame.notice(
            "No groups to compare", "All are hidden to protect privacy, or no partner has sent them with its patients."
        )
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
    target_rows.draw(s, partners=False, by=stratifier)
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
        equity_sections.missing(figures)
    page_frame.section("How wide is the gap?", "Two ways to say it. A report may ask for either.")
    equity_sections.size(figures)


def _most_at_stake(situations: dict[str, Situation]) -> str | None:
    widest = max(group_intervals.gaps(list(situations.values())), key=lambda g: g.beside_figure, default=None)
    return widest.situation.indicator.id if widest else None


def _grouping(s: Situation) -> str | None:
    options = group_intervals.stratifiers(s)
    if not options:
        return None
    main = next((g.stratifier for g in page_state.judged_groups() if g.main and g.indicator == s.indicator.id), "")
    first = main if main in options else options[0]
    key = f"equity_by_{s.indicator.id}"
    chosen = st.segmented_control(
        "Group by", options, default=page_state.picked("by", options, first, key), required=True,
        key=key, format_func=lambda o: strata.stratum_title(o, s.indicator.own_strata),
    )  # fmt: skip
    page_state.keep("by", str(chosen))
    return str(chosen)
