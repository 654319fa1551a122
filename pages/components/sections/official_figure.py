"""The official figure: over time, the numbers behind it, and who was left out of it."""

from typing import Any

from metrics.judging import figure_words
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures, trend_figure
from pages.components.layout import cards, page_frame, page_state
from pages.components.tables import chart_numbers
from pages.components.tables.plain_table import listing
from pages.components.wording import figure_sentences

Row = dict[str, Any]


def draw(s: Situation, key: str) -> None:
    """The official figure over time; in its place a word when none of it may be shown."""
    if not any(y["rate"] is not None for y in s.years):
        page_frame.nothing_shown()
        return
    lines = [figures.Line(s.target, "target")] if s.target is not None else []
    figure = figures.kept(lambda: trend_figure.trend(s.years, lines), "years", s.indicator.id)
    figures.draw(figure, trend_text(s), key)


def legend(s: Situation) -> None:
    """What the marks mean; provisional and the target only where there are such."""
    goal = figure_words.scale_of(s.indicator).value(s.target) if s.target is not None else ""
    cards.legend(
        ("usual", "primary", "12 months, by quarter"), ("band", "band", "95% range"),
        *([("open", "primary", "provisional")] if any(y["provisional"] for y in s.years) else []),
        *([("target", "target", f"target {goal}")] if goal else []),
    )  # fmt: skip


def trend_text(s: Situation) -> str:
    """The official figure over time in words."""
    rows, scale = [y for y in s.years if y["rate"] is not None], figure_words.scale_of(s.indicator)
    if not rows:
        return f"{s.indicator.title}: no figure may be shown yet."
    first, last = rows[0], rows[-1]
    return (
        f"{s.indicator.title}, {len(rows)} points: from {figure_sentences.figure(first)} "
        f"in the {figure_sentences.period(first)} to {figure_sentences.figure(last)} "
        f"in the {figure_sentences.period(last)}."
        + (f" Target {scale.value(s.target)}." if s.target is not None else "")
    )


def table(s: Situation) -> None:
    """The numbers behind an indicator's control chart and its official figure."""
    months = s.signal.months if s.signal else []
    chart_numbers.behind(
        [("Partnership", r) for r in [*reversed(s.years), *reversed(months)]],
        f"{s.indicator.title}: rolling 12 months, and plain months", f"{s.indicator.id}_over_time",
    )  # fmt: skip


def exclusions(s: Situation, row: Row) -> None:
    """Who was left out of one year's figure, and why."""
    rows = page_state.results(
        indicator=s.indicator.id, scope="partnership", period_kind="year", period_end=row["period_end"],
        stratifier="exclusion",
    ).to_dicts()  # fmt: skip
    if not rows:
        return
    sentences = [
        [s.indicator.exclusions.get(r["category"], r["category"]), "hidden" if r["suppressed"] else r["denominator"]]
        for r in sorted(rows, key=lambda r: -(r["denominator"] or 0))
    ]
    page_frame.subsection(f"Left out in the {figure_sentences.period(row)}")
    listing(("Reason", s.indicator.units.capitalize()), sentences, "Left out, by reason")
