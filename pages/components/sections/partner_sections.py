"""Blocks of the Partners page: the funnel, the ages, and one partner beside the partnership."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from metrics.counting import strata
from metrics.judging import figure_words, outliers
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, funnel_figure, interval_figure
from pages.components.layout import cards, page_frame, page_state
from pages.components.sections import coverage_badges, partner_intervals
from pages.components.tables import chart_numbers
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording import figure_sentences, outlier_words
from pages.components.wording.count_words import listed
from schemas.policy.status_words import FIGURE

Row = dict[str, Any]
_LEGEND = (
    ("usual", "usual", "alike"), ("line", "usual", "all partners shown, together"),
    ("target", "usual", "95% limits"), ("limit", "usual", "99.8% limits"),
)  # fmt: skip


def period(s: Situation) -> str:
    """Which figure and which year is compared."""
    return f"{s.indicator.title}, {figure_sentences.period(s.now)}." if s.now else ""


def found(s: Situation, results: pl.DataFrame) -> outliers.Funnel | None:
    """The funnel of an indicator in its latest whole year; None when there is nothing to compare."""
    assert s.now
    return outliers.partner_funnel(
        partner_intervals.rows_of(s, results, s.now["period_end"]).values(), s.indicator.better, s.indicator.kind
    )


def own_changes(s: Situation) -> None:
    """Whose own figure changed, in a sentence."""
    st.html(cards.facts(outlier_words.own_changes(s.own_changes, page_state.shared_names(), s.indicator.kind)))


def funnel(s: Situation, results: pl.DataFrame) -> None:
    """The funnel with its sentence, legend and table."""
    names, seen = partner_intervals.names_with_own(), found(s, results)
    if seen is None:
        page_frame.notice("Nothing to compare", "Fewer than two partners have a figure here that may be shown.")
        return
    shown, scale = [names[r["scope"]] for r in seen.shown], figure_words.scale_of(s.indicator)
    sentences = outlier_words.together(seen, names)
    st.html(cards.facts(sentences))
    cards.legend(*partner_intervals.marks(s), *_LEGEND)
    figures.draw(
        funnel_figure.funnel(seen, shown),
        f"{funnel_figure.in_words(seen, shown)} {sentences}",
        f"funnel_{s.indicator.id}",
    )
    st.html(f'<p class="c-note">Left to right: {s.indicator.units} counted. {outlier_words.limits(seen, scale)}</p>')
    hidden = [names[r["scope"]] for r in seen.hidden if r["suppressed"]]
    assert s.now
    coverage_badges.foot(
        f"Hidden to protect privacy, so not drawn: {listed(hidden)}." if hidden else "",
        coverage_badges.coverage(s, s.now["period_end"]),
    )
    chart_numbers.behind(
        [(names[r["scope"]], r) for r in [*seen.shown, *seen.hidden]], f"{s.indicator.title} by partner",
        f"funnel_{s.indicator.id}",
    )  # fmt: skip


def ages(s: Situation, results: pl.DataFrame) -> None:
    """Observed beside expected by age, for each partner that reports the indicator."""
    assert s.now
    rows = page_state.results(
        indicator=s.indicator.id, period_kind="year", period_end=s.now["period_end"], stratifier="age_band"
    ).to_dicts()
    by_scope: dict[str, list[Row]] = {}
    for row in rows:
        by_scope.setdefault(row["scope"], []).append(row)
    whole, names = by_scope.get("partnership", []), partner_intervals.names_with_own()
    bands = {r["category"]: strata.category_label("age_band", r["category"]) for r in whole}
    found = {names[p]: outliers.age_adjusted(by_scope[p], whole) for p in names if p in by_scope}
    why = {outlier_words.not_adjusted(seen, bands) for seen in found.values() if not seen.ratio}
    if not any(seen.ratio for seen in found.values()):
        st.html(f'<p class="c-note">{escape(next(iter(why), "No partner has sent ages"))}.</p>')
        return
    without = [names[p] for p in partner_intervals.rows_of(s, results, s.now["period_end"]) if p not in by_scope]
    sentences = [_age_line(name, seen, bands) for name, seen in found.items()]
    listing(("Partner", "Observed", "Expected", "Observed ÷ expected", "95% range", "In words"), sentences, "By age")
    st.html(
        '<p class="c-note">1.00 is as many as expected. More than age differs, so this alone does not measure '
        f"care.{f' Without ages: {escape(listed(without))}.' if without else ''}</p>"
    )


def _age_line(name: str, seen: outliers.AgeAdjusted, bands: dict[str, str]) -> list[Cell]:
    if not seen.ratio:
        return [name, "", "", "", "", outlier_words.not_adjusted(seen, bands)]
    ratio, low, high = seen.ratio
    return [
        name,
        seen.observed,
        round(seen.expected),
        f"{ratio:.2f}",
        f"{low:.2f} to {high:.2f}",
        outlier_words.expected(seen),
    ]


def profile(partner_id: str, situations: list[Situation], results: pl.DataFrame) -> None:
    """One partner beside the others in every indicator that it reports, each on a scale of its own."""
    name = partner_intervals.names_with_own()[partner_id]
    rows = [(s, partner_intervals.rows_of(s, results, s.now["period_end"])) for s in situations if s.now]
    own = [(s, mine[partner_id], found(s, results)) for s, mine in rows if partner_id in mine]
    if not own:
        page_frame.notice(f"{name} has no figure yet", "Its figures appear here with its first accepted file.")
        return
    stands = [(s.indicator.title, partner_intervals.stand(seen, partner_id)) for s, _, seen in own]
    st.html(cards.facts(outlier_words.profile(name, stands)))
    partner_intervals.legend()
    with st.grid(3, min_column_width=300, gap=20, key="profile"):
        for s, row, seen in own:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"profiled_{s.indicator.id}"):
                page_frame.subsection(s.indicator.title)
                sentences, token = (
                    _beside_words(row, s, seen),
                    figures.TOKEN[partner_intervals.stand(seen, partner_id)],
                )
                lines = figures.whole_and_target(partner_intervals.partner_target(s), seen.center if seen else None)
                figures.draw(
                    interval_figure.dots([(name, row, token)], lines),
                    f"{name}: {sentences}",
                    f"profile_{s.indicator.id}",
                )
                st.html(cards.facts(sentences))
    absent = [f"“{s.indicator.title}”" for s in situations if s.indicator.id not in {o.indicator.id for o, _, _ in own}]
    if absent:
        st.html(f'<p class="c-note">{escape(name)} does not report {escape(listed(absent))}.</p>')
    if partner_id == page_state.viewer().partner_id:
        st.html(partner_intervals.OWN_NOTE)
    chart_numbers.behind([(s.indicator.title, row) for s, row, _ in own], "One partner in every measure", "profile")


def _beside_words(row: Row, s: Situation, seen: outliers.Funnel | None) -> str:
    if row["rate"] is None:
        return f"{FIGURE['hidden' if row['suppressed'] else 'not known']}."
    scale = figure_words.scale_of(s.indicator)
    rest = [f"{scale.value(seen.center)} for all partners together"] if seen else []
    goal = partner_intervals.partner_target(s)
    rest += [f"target {scale.value(goal)}"] if goal is not None else []
    sentences = "; ".join(
        part for part in (f"{figure_sentences.figure(row)} ({figure_sentences.interval(row)})", ", ".join(rest)) if part
    )
    return f"{sentences}. {partner_intervals.meaning(s)}".rstrip()
