"""Indicator: one figure over time, by partner and by group, and how it is worked out."""

import datetime as dt

import streamlit as st

import workflow
from pages.components import cards, control, definitions, panels, shell, state, words
from workflow import Situation


def page() -> None:
    """Draw the page for the viewer; the link holds the indicator, the year and the grouping."""
    if state.release() is None or not any(s.now for s in panels.situations()):
        shell.nothing_yet()
        return
    _one()


@st.fragment
def _one() -> None:
    """One indicator; choosing another draws only this anew."""
    known = _known()
    s = known[_choose(list(known), known)]
    shell.title(workflow.saying.titled(s.indicator.title, s.facts), s.indicator.measure, s.indicator.plain)
    if s.now is None:
        shell.notice("No figure yet", "No partner has sent data for this indicator.")
        return
    st.html(
        cards.head(s, words.changed(s), words.explained(s), words.target(s), words.benchmark(s)) + panels.standing(s)
    )
    _months(s)
    shell.answer_first("indicator", s.indicator.id)
    _years(s)
    _compared(s.indicator.id)
    definitions.indicator(s.indicator, state.store().partnership)


def _known() -> dict[str, Situation]:
    """Every indicator as it stands now: a part that is drawn anew must not hold an older release beside a newer."""
    return {s.indicator.id: s for s in panels.situations()}


def _choose(ids: list[str], known: dict[str, Situation]) -> str:
    chosen = st.segmented_control(
        "Indicator", ids, default=state.picked("indicator", ids, ids[0]), required=True, key="indicator_choice",
        format_func=lambda i: known[i].indicator.title,
    )  # fmt: skip
    state.keep("indicator", str(chosen))
    return str(chosen)


def _months(s: Situation) -> None:
    """The control chart."""
    shell.section("Is it really changing?", control.kind(s) if control.shown(s) else "")
    if not control.shown(s):
        shell.nothing_shown()
        return
    control.draw(s, f"months_{s.indicator.id}")
    control.legend(s)
    control.dated(s)
    st.html(cards.facts(*control.remarks(s)) + panels.month_coverage(s))


def _years(s: Situation) -> None:
    """The official figure, never on one axis with the months."""
    shell.section("The official figure", "Rolling 12 months, by quarter: neighbours share nine months.")
    panels.official(s, f"years_{s.indicator.id}", height=220)
    goal = workflow.wording.scale_of(s.indicator).value(s.target)
    target = [("target", "target", f"target {goal}")] if s.target is not None else []
    cards.legend(
        ("usual", "primary", "figure"), ("band", "band", "95% interval"), ("open", "primary", "provisional"), *target
    )
    panels.behind(s)


@st.fragment
def _compared(name: str) -> None:
    """Partners and groups in one year; choosing another year draws only this anew."""
    s = _known()[name]
    end = _year(s)
    row = next(y for y in s.years if str(y["period_end"]) == end)
    shell.section(
        "Which partners stand apart?",
        f"{words.upper_first(words.period(row))}. {panels.BARS}",
    )
    panels.partner_legend(s)
    everyone = state.results(stratifier="all", period_kind="year")
    panels.partners(s, everyone, key="detail", period_end=row["period_end"], titled=False)
    shell.section("Who is left behind?", f"{words.upper_first(words.period(row))}, the whole partnership.")
    _groups(name, row["period_end"])
    shell.section("How this is worked out")
    panels.exclusions(s, row)


@st.fragment
def _groups(name: str, end: dt.date) -> None:
    """The groups of one grouping; choosing another draws only this anew."""
    s = _known()[name]
    panels.groups(s, _grouping(s), end, key="detail")


def _year(s: Situation) -> str:
    """Which rolling year the comparisons show."""
    ends = [str(y["period_end"]) for y in reversed(s.years)]
    assert s.now is not None
    labels = {str(y["period_end"]): words.upper_first(words.period(y)) + (" (provisional)" if y["provisional"] else "")
              for y in s.years}  # fmt: skip
    chosen = st.selectbox(
        "Compare partners and groups in the", ends, key=f"year_{s.indicator.id}", format_func=lambda e: labels[e],
        index=ends.index(state.picked("to", ends, str(s.now["period_end"]))), width=320,
    )  # fmt: skip
    state.keep("to", None if chosen == str(s.now["period_end"]) else chosen)
    return str(chosen)


def _grouping(s: Situation) -> str:
    options = panels.stratifiers(s)
    chosen = st.segmented_control(
        "Group by", options, default=state.picked("by", options, options[0]), required=True,
        key=f"by_{s.indicator.id}", format_func=lambda o: workflow.stratum_title(o, s.indicator.own_strata),
    )  # fmt: skip
    state.keep("by", str(chosen))
    return str(chosen)
