"""Partners side by side, each figure with its interval, beside all of them together and the target."""

import datetime as dt
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from metrics.judging import figure_words, outliers
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, interval_figure
from pages.components.layout import cards, page_frame, page_state
from pages.components.sections import coverage_badges
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences, outlier_words
from pages.components.wording.count_words import listed

Row = dict[str, Any]
BARS = (
    "A bar is the 95% range: a partner's true figure very probably lies in it. The dotted line is all these partners "
    "together. The partnership's own figure differs: there, a person of several partners counts once, and any hospital "
    "counts. The order ranks nobody."
)
OWN_NOTE = '<p class="c-note">Your own figures are exact. Others do not see small ones, so do not pass them on.</p>'


def names_with_own() -> dict[str, str]:
    """Partner id -> name as the viewer may see it, its own marked."""
    own = page_state.viewer().partner_id
    return {p: f"{name} (you)" if p == own else name for p, name in page_state.partner_names().items()}


def marks(s: Situation | None) -> tuple[tuple[str, str, str], ...]:
    """What the mark of a partner that differs means: of need nobody is better or worse."""
    if s and s.indicator.kind == "need":
        return (("better", "usual", "higher, beyond chance"), ("worse", "usual", "lower, beyond chance"))
    return (
        ("better", "better", "better, beyond chance"), ("worse", "worse", "worse, beyond chance"),
        ("better", "usual", "may differ"),
    )  # fmt: skip


def legend(s: Situation | None = None) -> None:
    """What the marks of `draw` mean; with the target's value for one indicator."""
    goal = partner_target(s) if s else None
    target = (
        "target"
        if s is None
        else f"target {figure_words.scale_of(s.indicator).value(goal)}"
        if goal is not None
        else ""
    )
    cards.legend(
        *marks(s), ("usual", "usual", "alike"),
        ("open", "usual", "provisional or few people"), ("hidden", "usual", "hidden"),
        ("line", "usual", "all partners together"), *([("target", "target", target)] if target else []),
    )  # fmt: skip


def draw(
    s: Situation, results: pl.DataFrame, key: str, period_end: dt.date | None = None, *, titled: bool = True
) -> None:
    """The figure of every partner that reports, with its interval, beside all of them together and the target.

    Who differs beyond chance is said by the funnel's limits, here as on the Partners page.
    """
    assert s.now is not None
    end = period_end or s.now["period_end"]
    names, by_scope = names_with_own(), rows_of(s, results, end)
    if titled:
        page_frame.subsection(s.indicator.title)
    if not by_scope:
        st.html('<p class="c-note">No partner reports this for the period.</p>')
        return
    funnel = outliers.partner_funnel(by_scope.values(), s.indicator.better, s.indicator.kind)
    text = outlier_words.together(funnel, names)
    drawn = [(names[p], row, figures.TOKEN[stand(funnel, p)]) for p, row in by_scope.items()]
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines = figures.whole_and_target(partner_target(s), funnel.center if funnel else None)
    figure = figures.kept(lambda: interval_figure.dots(drawn, lines), "partners", s.indicator.id, end)
    figures.draw(figure, f"{s.indicator.title} by partner. {ends} {text}".strip(), f"{key}_partners_{s.indicator.id}")
    when = f"{figure_sentences.upper_first(figure_sentences.period(next(iter(by_scope.values()))))}: " if titled else ""
    st.html(
        cards.facts(f"{when}{text}")
        + cards.facts(meaning(s))
        + _absent([names[p] for p in names if p not in by_scope])
        + _own_note(page_state.viewer().partner_id, by_scope)
        + coverage_badges.coverage(s, end)
    )
    chart_numbers.behind(
        [(names[p], row) for p, row in by_scope.items()],
        f"{s.indicator.title} by partner", f"{key}_{s.indicator.id}_partners",
    )  # fmt: skip


def rows_of(s: Situation, results: pl.DataFrame, end: dt.date) -> dict[str, Row]:
    """Partner id -> its row of an indicator and year, in the order of the names."""
    rows = results.filter((pl.col("indicator") == s.indicator.id) & (pl.col("period_end") == end)).to_dicts()
    by_scope = {r["scope"]: r for r in rows}
    return {p: by_scope[p] for p in page_state.partner_names() if p in by_scope}


def stand(funnel: outliers.Funnel | None, partner_id: str) -> str:
    """Where a partner stands among the others; unknown without a figure, or without others."""
    return funnel.by_scope.get(partner_id, "unknown") if funnel else "unknown"


def _absent(names: list[str]) -> str:
    verb = "do not" if len(names) > 1 else "does not"
    return f'<p class="c-note">{escape(listed(names))} {verb} report this.</p>' if names else ""


def _own_note(own: str | None, by_scope: dict[str, Row]) -> str:
    """A partner sees its own small counts; it should know that nobody else does."""
    return OWN_NOTE if own in by_scope else ""


def partner_target(s: Situation) -> float | None:
    """The target, where a partner's figure can be held against it."""
    return None if s.indicator.partner_means else s.target


def meaning(s: Situation) -> str:
    """What a partner's figure says, where it is not the partnership's in small; else empty."""
    if not s.indicator.partner_means:
        return ""
    return f"A partner's figure counts {s.indicator.partner_means}, so the target is not drawn here."
