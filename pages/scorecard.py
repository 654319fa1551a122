"""Scorecard: where the partnership stands, whether it really changes, beside what, and on whose data."""

from html import escape

import polars as pl
import streamlit as st

import workflow
from pages.components import cards, control, panels, shell, state, words
from pages.components.phrases import day
from workflow import Situation


def page() -> None:
    """Draw the page for the viewer."""
    shown, made = state.release(), state.release_day()
    if shown is None or made is None:
        shell.nothing_yet()
        return
    situations = [s for s in panels.situations() if s.now]
    if not situations:
        shell.nothing_yet()
        return
    name = state.store().partnership.name
    told = workflow.saying.headline([(s.indicator.title, s.facts) for s in situations])
    shell.title(told, f"{name} · release {shown.number}, {day(made)}")
    control.legend(*situations)
    with st.grid(3, min_column_width=300, gap=20, key="cards"):
        for situation in situations:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{situation.indicator.id}"):
                _card(situation)
    _partners(situations, state.results(stratifier="all", period_kind="year"))
    _gap(situations)


def _card(s: Situation) -> None:
    """One indicator: where, really changing?, beside target and benchmark, month by month, on whose data."""
    shell.subsection(s.indicator.title)
    st.html(
        cards.figure(s)
        + cards.badges(cards.variation(s), cards.assurance(s))
        + cards.told(workflow.saying.sentence(s.facts))
    )
    if control.shown(s):
        control.draw(s, f"months_{s.indicator.id}", small=True)
        if means := control.means(s):
            st.html(f'<p class="c-note">{escape(means)}</p>')
    else:
        panels.official(s, f"years_{s.indicator.id}", height=140, small=True)
        st.html('<p class="c-note">Rolling 12 months: too few months may be shown.</p>')
    st.html(cards.facts(words.changed(s), words.explained(s), words.target(s), words.benchmark(s)) + panels.standing(s))
    state.link("detail", "Look closer", ":material/arrow_forward:", indicator=s.indicator.id)
    panels.behind(s)


def _partners(situations: list[Situation], results: pl.DataFrame) -> None:
    """All partners by all indicators, in one order of partners."""
    shell.section("How do the partners compare?", panels.BARS)
    panels.partner_legend()
    with st.grid(3, min_column_width=300, gap=20, key="partners"):
        for s in situations:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"partners_{s.indicator.id}"):
                panels.partners(s, results, key="scorecard")


def _gap(situations: list[Situation]) -> None:
    """The widest real gap between groups, over all indicators."""
    shell.section(
        "Who is left behind?", "Of all figures and groupings the widest gap beyond chance, for the size of the figure."
    )
    widest = max(panels.gaps(situations), key=lambda g: g.beside_figure, default=None)
    if widest is None:
        st.html('<p class="c-fact">No two groups differ beyond what chance alone would show.</p>')
        return
    s, now = widest.situation, widest.situation.now
    assert now is not None
    shell.subsection(words.gap(s, widest.stratifier, widest.gap, words.period(now)))
    panels.groups(s, widest.stratifier, now["period_end"], key="widest")
    state.link("fair", "Look closer", ":material/arrow_forward:", indicator=s.indicator.id, by=widest.stratifier)
