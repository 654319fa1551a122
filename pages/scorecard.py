"""Scorecard: where the partnership stands, whether it really changes, beside what, and on whose data."""

from html import escape

import polars as pl
import streamlit as st

from metrics.judging import sentences
from metrics.judging.indicator_facts import Situation
from pages.components.layout import cards, page_frame, page_state
from pages.components.sections import coverage_badges, group_intervals, official_figure, partner_intervals
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import day
from pages.components.wording.releases import hiding_words


def page() -> None:
    """Draw the page for the viewer."""
    shown, made = page_state.release(), page_state.release_day()
    if shown is None or made is None:
        page_frame.nothing_yet()
        return
    situations = [s for s in page_state.situations() if s.now]
    if not situations:
        page_frame.nothing_yet()
        return
    name = page_state.store().partnership.name
    text = sentences.headline([(s.indicator.title, s.facts) for s in situations])
    page_frame.title(text, f"{name} · release {shown.number}, {day(made)}")
    official_figure.legend(*situations)
    with st.grid(3, min_column_width=300, gap=20, key="cards"):
        for situation in situations:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{situation.indicator.id}"):
                _card(situation)
    _partners(situations, page_state.results(stratifier="all", period_kind="year"))
    _gap(situations)
    smallest = page_state.store().partnership.policy.smallest_cell
    st.html(f'<p class="c-note">{escape(hiding_words.hidden(page_state.hiding(), smallest))}</p>')


def _card(s: Situation) -> None:
    """One indicator: where, whether it changed, beside target and benchmark, its line, on whose data."""
    page_frame.subsection(s.indicator.title)
    st.html(
        cards.figure(s)
        + cards.badges(cards.variation(s), cards.assurance(s))
        + cards.sentence(sentences.sentence(s.facts))
    )
    official_figure.draw(s, f"years_{s.indicator.id}", height=140, small=True)
    st.html(
        cards.facts(
            figure_sentences.changed(s),
            figure_sentences.explained(s),
            figure_sentences.target(s),
            figure_sentences.benchmark(s),
        )
        + coverage_badges.badges(s)
    )
    page_state.link("measure", "Look closer", ":material/arrow_forward:", indicator=s.indicator.id)
    official_figure.table(s)


def _partners(situations: list[Situation], results: pl.DataFrame) -> None:
    """All partners by all indicators, in one order of partners."""
    page_frame.section("How do the partners compare?", partner_intervals.BARS)
    partner_intervals.legend()
    found = partner_intervals.compared(situations, results)
    with st.grid(3, min_column_width=300, gap=20, key="partners"):
        for s in situations:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"partners_{s.indicator.id}"):
                assert s.now
                partner_intervals.draw(s, found[s.indicator.id], "scorecard", s.now["period_end"])


def _gap(situations: list[Situation]) -> None:
    """The widest real gap between groups, over all indicators."""
    page_frame.section("Who is left behind?", "The widest gap beyond chance, over all measures and groups.")
    widest = max(group_intervals.gaps(situations), key=lambda g: g.beside_figure, default=None)
    if widest is None:
        st.html('<p class="c-fact">No two groups differ beyond chance.</p>')
        return
    s, now = widest.situation, widest.situation.now
    assert now is not None
    page_frame.subsection(figure_sentences.gap(s, widest.stratifier, widest.judged, figure_sentences.period(now)))
    group_intervals.draw(s, widest.stratifier, now["period_end"], key="widest")
    page_state.link(
        "equity-gaps", "Look closer", ":material/arrow_forward:", indicator=s.indicator.id, by=widest.stratifier
    )
