"""Indicator: one figure over time, by partner and by group, and how it is worked out."""

import streamlit as st

import workflow
from pages.components import cards, charts, definitions, panels, shell, state, tables, words
from pages.components.charts import Line
from workflow import Situation


def page() -> None:
    """Draw the page for the viewer; the link holds the indicator, the year and the grouping."""
    if state.release() is None:
        shell.nothing_yet()
        return
    everyone = state.results(stratifier="all", period_kind="year")
    known = {s.indicator.id: s for s in panels.situations(everyone)}
    if not any(s.now for s in known.values()):
        shell.nothing_yet()
        return
    s = known[_choose(list(known), known)]
    shell.title(words.indicator_sentence(s), s.indicator.measure, s.indicator.plain)
    if s.now is None:
        shell.notice("No figure yet", "No partner has sent data for this indicator.")
        return
    _facts(s)
    _over_time(s)
    end = _year(s)
    row = next(y for y in s.years if str(y["period_end"]) == end)
    shell.section(
        "Which partners stand apart?",
        f"{words.upper_first(words.period(row))}. A person known to several partners counts once in the partnership's "
        "figure, so the partners do not add up to it.",
    )
    panels.partner_legend(s)
    panels.partners(s, everyone, key="detail", period_end=row["period_end"], titled=False)
    shell.section("Who is left behind?", f"{words.upper_first(words.period(row))}, the whole partnership.")
    stratifier = _grouping(s)
    panels.groups(s, stratifier, row["period_end"], key="detail")
    shell.section("How this is worked out")
    panels.exclusions(s, row)
    definitions.indicator(s.indicator, state.store().partnership)


def _choose(ids: list[str], known: dict[str, Situation]) -> str:
    chosen = st.segmented_control(
        "Indicator", ids, default=state.picked("indicator", ids, ids[0]), required=True, key="indicator_choice",
        format_func=lambda i: known[i].indicator.title,
    )  # fmt: skip
    state.keep("indicator", str(chosen))
    return str(chosen)


def _facts(s: Situation) -> None:
    facts = words.changed(s), words.since(s), words.target(s), words.benchmark(s)
    st.html(cards.head(s, *facts) + panels.standing(s))


def _over_time(s: Situation) -> None:
    """The official figure and the plain months, never on one axis."""
    shell.section("Is it really changing?")
    lines = [Line(s.target, "target")] if s.target is not None else []
    years = [y for y in s.years if y["rate"] is not None]
    months = state.results(
        indicator=s.indicator.id, scope="partnership", stratifier="all", period_kind="month"
    ).to_dicts()
    shown = [m for m in months if m["rate"] is not None]
    with st.grid(2, min_column_width=340, gap="large", key="over_time"):
        with st.container(key="years"):
            shell.subsection("The official figure", "Rolling 12 months, by quarter: neighbours share nine months.")
            if years:
                charts.draw(charts.trend(s.years, lines), panels.trend_text(s, years), "chart_years")
            else:
                shell.nothing_shown()
            tables.behind([("Partnership", y) for y in s.years], "Rolling 12 months", f"{s.indicator.id}_years")
        with st.container(key="months"):
            shell.subsection("Month by month", "Each month by itself: it moves more, and chance moves it too.")
            if shown:
                charts.draw(charts.trend(months, lines), panels.trend_text(s, shown), "chart_months")
            else:
                shell.nothing_shown()
            tables.behind([("Partnership", m) for m in months], "Plain months", f"{s.indicator.id}_months")
    cards.legend(
        ("usual", "primary", "rate"), ("band", "band", "95% interval"), ("open", "primary", "provisional"),
        *([("target", "target", f"target {words.percent(s.target)}")] if lines else []),
    )  # fmt: skip


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
