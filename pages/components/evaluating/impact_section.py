"""What was found, its picture, the assumption, and where nothing should be found."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from metrics.acting.arms import Action
from metrics.acting.impact import Impact, Placebo
from metrics.counting.declaration import Indicator
from metrics.judging import figure_words
from pages.components.charts import figures, impact_figure
from pages.components.layout import cards, kept_parts, page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import many
from pages.components.wording.evaluating import impact_words
from workflow.evaluating import reading_impact


def found(action: Action, beside: tuple[str, ...]) -> Impact:
    """What the action changed."""
    store, who = page_state.store(), page_state.viewer()
    return kept_parts.kept(
        lambda: reading_impact.read_impact(store, action, beside, viewer=who), "impact", action, beside
    )


def _placebos(action: Action, beside: tuple[str, ...]) -> list[Placebo]:
    store, who = page_state.store(), page_state.viewer()
    return kept_parts.kept(
        lambda: reading_impact.read_placebo_measures(store, action, beside, viewer=who), "placebos", action, beside
    )


def draw(said: Impact, about: Indicator) -> None:
    """The sentences, the picture and what they rest on."""
    names = page_state.shared_names()
    st.html(cards.facts(*impact_words.found(said, about)))
    if said.picture is not None:
        scale = figure_words.scale_of(about)
        page_frame.section("How did both sides move?", impact_words.course(said))
        key = f"impact_{about.id}_{said.action.start}_{'-'.join(said.taking)}"
        figure = figures.kept(lambda: impact_figure.picture(said, scale), "impact", said.action, said.beside)
        figures.draw(figure, impact_figure.in_words(said, about.title, scale), key)
        impact_figure.legend(said)
    page_frame.section("What does this rest on?")
    st.html(cards.facts(*impact_words.rests_on(said, names)))
    if said.verdict != "not enough data":
        text = " ".join(impact_words.assumption(said))
        st.html(f'<p class="c-fact"><b>The assumption.</b> {escape(text)}</p>')


def tried(said: Impact, beside: tuple[str, ...], known: Mapping[str, Indicator]) -> None:
    """Dates and measures at which nothing should be found."""
    about = known[said.action.indicator]
    measures = _placebos(said.action, beside)
    rows = impact_words.placebo_rows(said.dates, measures, about, known)
    if not rows:
        return
    page_frame.section("Is something found where nothing should be?", "If so, the comparison may mislead.")
    titles = {name: one.title for name, one in known.items()}
    st.html(cards.facts(*impact_words.placebos(said.dates, measures, titles)))
    listing(impact_words.PLACEBO_COLUMNS, rows, "Tried where nothing should be found")


def process(said: Impact, about: Indicator, people: Mapping[str, int]) -> None:
    """How many were counted: what was done, apart from what came of it."""
    if not people:
        return
    names = page_state.shared_names()
    page_frame.section("How many did it reach?", "What was done says nothing of what came of it.")
    rows = [[names.get(p, p), many(n, about.units.removesuffix("s"), about.units)] for p, n in people.items()]
    listing(["Took part", "Counted in its latest whole year"], rows, "People counted by those taking part")
