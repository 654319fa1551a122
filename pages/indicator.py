"""Indicator: one figure over time, by partner and by group, and how it is worked out."""

import datetime as dt
from functools import partial

import streamlit as st

from metrics.counting import strata
from metrics.judging import sentences
from metrics.judging.indicator_facts import Situation
from metrics.judging.peer_comparison import Comparison
from pages.components.actions import action_log, known_actions
from pages.components.charts import control_panel
from pages.components.forms import measure_choice
from pages.components.governing import first_steps
from pages.components.layout import cards, kept_parts, once_painted, page_frame, page_state
from pages.components.referring import ends_section
from pages.components.sections import coverage_badges, group_intervals, official_figure, partner_intervals
from pages.components.stories import story_section
from pages.components.targets import target_rows
from pages.components.wording import control_words, definition_words, figure_sentences
from workflow import reading


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer; the link holds the indicator, the year and the grouping."""
    if page_state.release() is None or not any(s.now for s in page_state.situations()):
        first_steps.nothing_yet()
        return
    _one()


@st.fragment
@page_frame.of_one_release
def _one() -> None:
    """One indicator; choosing another draws only this anew."""
    known = _known()
    s = known[measure_choice.choose(known, "measure")]
    page_frame.title(sentences.titled(s.indicator.title, s.facts), s.indicator.measure, s.indicator.plain)
    if s.now is None:
        page_frame.notice("No figure yet", "No partner has sent data for this measure.")
        return
    st.html(
        cards.head(
            s,
            figure_sentences.changed(s),
            figure_sentences.explained(s),
            figure_sentences.target(s),
            figure_sentences.benchmark(s),
        )
        + coverage_badges.badges(s)
    )
    _years(s)
    _rest(s.indicator.id)


@st.fragment
@page_frame.of_one_release
def _rest(name: str) -> None:
    """All below the figure's own line: after another choice it waits until that is painted."""
    if not once_painted.ready("measure", name):
        return
    s = _known()[name]
    _months(s)
    target_rows.draw(s)
    ends_section.of_measure(name)
    story_section.of_measure(name)
    action_log.of_measure(name)
    _compared(name)
    definition_words.indicator(s.indicator, page_state.settings(), reading.read_code_lists(page_state.store()))


def _known() -> dict[str, Situation]:
    """Every indicator as it stands now: a part that is drawn anew must not hold an older release beside a newer."""
    return {s.indicator.id: s for s in page_state.situations()}


def _months(s: Situation) -> None:
    """The control chart: what a month says is not what the year says, so it comes second and never on one axis."""
    page_frame.section("Month by month", control_words.kind(s) if control_panel.shown(s) else "")
    if not control_panel.shown(s):
        page_frame.nothing_shown()
        return
    acts = known_actions.of_measure(known_actions.read(), s.indicator.id)
    control_panel.draw(s, f"months_{s.indicator.id}", acts)
    control_panel.legend(s)
    control_panel.dated(s, acts)
    st.html(cards.facts(*control_words.remarks(s)) + coverage_badges.month_coverage(s))


def _years(s: Situation) -> None:
    """The figure's own line: the same measure, scale and target as the number above it."""
    page_frame.section(
        "Twelve months at a time", "One point a quarter. It shares nine months with the next, so the line moves slowly."
    )
    official_figure.draw(s, f"years_{s.indicator.id}")
    official_figure.legend(s)
    official_figure.table(s)


@st.fragment
@page_frame.of_one_release
def _compared(name: str) -> None:
    """Partners and groups in one year; choosing another year draws only this anew."""
    s = _known()[name]
    end = _year(s)
    row = next(y for y in s.years if str(y["period_end"]) == end)
    page_frame.section(
        "Which partners differ from others of their kind?",
        f"{figure_sentences.upper_first(figure_sentences.period(row))}. {partner_intervals.BARS}",
    )
    partner_intervals.legend(s)
    found = kept_parts.kept(partial(_beside, row["period_end"]), "compared", row["period_end"])
    partner_intervals.draw(s, found[name], "detail", row["period_end"])
    page_frame.section(
        "Who is left behind?", f"{figure_sentences.upper_first(figure_sentences.period(row))}, the whole partnership."
    )
    _groups(name, row["period_end"])
    page_frame.section("How this is worked out")
    official_figure.exclusions(s, row)


def _beside(end: dt.date) -> dict[str, Comparison]:
    everyone = page_state.results(stratifier="all", period_kind="year")
    return partner_intervals.compared(_known().values(), everyone, end)


@st.fragment
@page_frame.of_one_release
def _groups(name: str, end: dt.date) -> None:
    """The groups of one grouping; choosing another draws only this anew."""
    s = _known()[name]
    if not group_intervals.stratifiers(s):  # few people: no group of any grouping is published
        page_frame.notice("No groups to compare", "All are hidden to protect privacy, or no partner has sent them.")
        return
    group_intervals.draw(s, _grouping(s), end, key="detail")


def _year(s: Situation) -> str:
    """Which rolling year the comparisons show."""
    # Of open years there are no groups and no ranges to compare.
    ends = [str(y["period_end"]) for y in reversed(s.years) if y["closed"] or y is s.now]
    assert s.now is not None
    labels = {
        str(y["period_end"]): figure_sentences.upper_first(figure_sentences.period(y))
        + (" (provisional)" if y["provisional"] else "")
        for y in s.years
    }
    chosen = st.selectbox(
        "Year to compare", ends, key=f"year_{s.indicator.id}", format_func=lambda e: labels[e],
        index=ends.index(page_state.picked("to", ends, str(s.now["period_end"]), f"year_{s.indicator.id}")), width=320,
    )  # fmt: skip
    page_state.keep("to", None if chosen == str(s.now["period_end"]) else chosen)
    return str(chosen)


def _grouping(s: Situation) -> str:
    options = group_intervals.stratifiers(s)
    key = f"by_{s.indicator.id}"
    chosen = st.segmented_control(
        "Group by", options, default=page_state.picked("by", options, options[0], key), required=True,
        key=key, format_func=lambda o: strata.stratum_title(o, s.indicator.own_strata),
    )  # fmt: skip
    page_state.keep("by", str(chosen))
    return str(chosen)
