"""Partners side by side, each figure with its interval, beside all of them together and the target."""

import datetime as dt
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from metrics.judging import figure_words
from metrics.judging.indicator_facts import Situation, declared_smallest
from metrics.judging.outliers import Judging
from metrics.judging.peer_comparison import Comparison, Reported, comparisons
from pages.components.charts import figures, interval_figure
from pages.components.layout import cards, page_state
from pages.components.sections import coverage_badges
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences, outlier_words
from pages.components.wording.count_words import listed

Row = dict[str, Any]
BARS = (
    "A bar is the 95% range: a partner's true figure very probably lies in it. Each is compared with its own kind "
    "alone: the small ring is all of that kind together. The partnership's own figure differs: there, a person of "
    "several partners counts once, and any hospital counts. The order ranks nobody."
)
OWN_EXACT = "Your own figures are exact. Others do not see small ones, so do not pass them on."
OWN_NOTE = f'<p class="c-note">{OWN_EXACT}</p>'


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


def compared(
    situations: Iterable[Situation], results: pl.DataFrame, period_end: dt.date | None = None
) -> dict[str, Comparison]:
    """Indicator -> its partners beside their peers, in its latest whole year or in the one that ends on `period_end`.

    Always of all indicators: a mark allows for everything that is compared.
    """
    figures = {
        s.indicator.id: Reported(
            rows_of(s, results, period_end or s.now["period_end"]),
            Judging(
                s.indicator.better, s.indicator.kind, declared_smallest(s.indicator), bool(s.indicator.partner_means)
            ),
        )
        for s in situations
        if s.now
    }
    return comparisons(figures, page_state.peers())


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
        *marks(s), ("usual", "usual", "alike, or compared with nobody"),
        ("open", "usual", "provisional or few people; small ring: all of its kind together"),
        ("hidden", "usual", "hidden"), *([("target", "target", target)] if target else []),
    )  # fmt: skip


def draw(s: Situation, found: Comparison, key: str, end: dt.date, *, told: bool = True) -> None:
    """The figure of every partner that reports, with its interval, beside all of its kind together and the target.

    Who differs beyond chance is said by the funnel's limits, here as on the Partners page. `told`: not where the page
    has said it above.
    """
    names = names_with_own()
    if not found.rows:
        st.html('<p class="c-note">No partner reports this for the period.</p>')
        return
    text = outlier_words.together(found, names)
    drawn = [(names[p], row, figures.TOKEN[found.stand(p) or "unknown"]) for p, row in found.rows.items()]
    ends = figure_sentences.extremes([(name, row) for name, row, _ in drawn])
    lines, rings = figures.whole_and_target(partner_target(s), None), [centers(found, p) for p in found.rows]
    figure = figures.kept(lambda: interval_figure.dots(drawn, lines, rings), "partners", s.indicator.id, end)
    figures.draw(figure, f"{s.indicator.title} by partner. {ends} {text}".strip(), f"{key}_partners_{s.indicator.id}")
    st.html(
        (cards.facts(text) if told else "")
        + cards.facts(meaning(s))
        + _absent([names[p] for p in names if p not in found.rows])
        + _own_note(page_state.viewer().partner_id, found.rows)
        + coverage_badges.coverage(s, end)
    )
    chart_numbers.behind(
        [(names[p], row) for p, row in found.rows.items()],
        f"{s.indicator.title} by partner", f"{key}_{s.indicator.id}_partners",
    )  # fmt: skip


def centers(found: Comparison, scope: str) -> float | None:
    """The figure of all of a partner's kind together; None where it has no peers."""
    among = found.among(scope)
    return among.center if among else None


def rows_of(s: Situation, results: pl.DataFrame, end: dt.date) -> dict[str, Row]:
    """Partner id -> its row of an indicator and year, in the order of the names."""
    rows = results.filter((pl.col("indicator") == s.indicator.id) & (pl.col("period_end") == end)).to_dicts()
    by_scope = {r["scope"]: r for r in rows}
    return {p: by_scope[p] for p in page_state.partner_names() if p in by_scope}


def _absent(names: list[str]) -> str:
    verb = "do not" if len(names) > 1 else "does not"
    return f'<p class="c-note">{escape(listed(names))} {verb} report this.</p>' if names else ""


def _own_note(own: str | None, by_scope: Mapping[str, Row]) -> str:
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
