"""Sentences by rule: each says what its figures say, and no more."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from metrics.indicators import indicators
from metrics.judging import sentences
from metrics.judging.indicator_facts import Situation, difference
from metrics.judging.moved_months import Figure
from metrics.judging.sentences import Facts
from metrics.judging.target_met import TargetTest
from metrics.statistics.contrast import MonthCounts
from metrics.statistics.intervals import newcombe, wilson
from pages.components.layout import cards
from pages.components.sections import official_figure
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences

END = dt.date(2026, 6, 30)


def row(numerator: int | None, denominator: int | None, **more: Any) -> dict[str, Any]:
    rate = low = high = None
    if numerator is not None and denominator:
        rate = numerator / denominator
        low, high = (float(end) for end in wilson(numerator, denominator))
    return {
        "indicator": "bp_control", "scope": "partnership", "period_kind": "year", "period_start": dt.date(2025, 7, 1),
        "period_end": END, "stratifier": "all", "category": "all", "denominator": denominator, "numerator": numerator,
        "rate": rate, "low": low, "high": high, "suppressed": False,
        "unreliable": False, "provisional": False, "partners_reporting": 3, "counts_only_partners": 0, **more,
    }  # fmt: skip


def months_of(many: int) -> Figure:
    """So many months of which nothing is known, too few to be judged."""
    unknown = np.full((1, many), np.nan)
    return Figure(MonthCounts(unknown, unknown), 0.01, None)


def situation(
    now: tuple[int, int], ago: tuple[int, int] | None, name: str = "bp_control", target: float | None = None
) -> Situation:
    indicator = indicators()[name]
    rows = [row(*ago, period_end=dt.date(2025, 6, 30))] if ago else []
    rows.append(row(*now))
    change = difference(rows[-1], rows[0]) if ago else None
    p, n = now[0] / now[1], now[1]
    test = TargetTest((p - target) * (1 if indicator.better == "higher" else -1), "met", None) if target else None
    facts = Facts(year_end=END, target=target, tested=test, why_not="few", lower_is_better=indicator.better == "lower")
    return Situation(
        indicator, rows[-1], rows[0] if ago else None, None, change, target, rows, facts, figure=months_of(min(n, 9))
    )


def test_newcombe_interval_of_a_difference_equals_the_published_value():
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80.
    low, high = newcombe(56, 70, 48, 80)
    assert low == pytest.approx(0.0524, abs=5e-5)
    assert high == pytest.approx(0.3339, abs=5e-5)


def test_the_year_before_is_told_with_the_difference_and_its_range_and_no_verdict():
    said = figure_sentences.changed(situation((700, 1000), (600, 1000)))
    assert said == "The year before it was 60.0%: a difference of +10.0 points (95% range +5.8 to +14.1)."
    said = figure_sentences.changed(situation((61, 100), (60, 100)))
    assert said.startswith("The year before it was 60.0%: a difference of +1.0 points (95% range −")
    assert figure_sentences.changed(situation((61, 100), None)) == "There is no year before to compare with."


def test_why_something_cannot_be_judged_is_told():
    s = situation((600, 1000), None)
    assert figure_sentences.explained(s) == "A verdict needs 24 settled months. So far there are 9."
    cases: Any = (
        ("hidden", "depends on their values"),
        ("partners", "mix of partners changed"),
        ("mix", "cannot be seen"),
        ("", ""),
    )
    for why_not, words in cases:
        found = figure_sentences.explained(replace(s, facts=replace(s.facts, why_not=why_not)))
        assert words in found and bool(words) == bool(found)


def test_that_there_is_no_target_is_told():
    assert figure_sentences.target(situation((600, 1000), None)) == "The partnership has set no target."
    assert figure_sentences.target(situation((600, 1000), None, target=0.7)) == ""


def test_a_hidden_figure_has_no_number_in_its_sentence():
    s = situation((5, 10), None)
    s = replace(s, facts=replace(s.facts, shown="hidden"))
    assert sentences.sentence(s.facts) == "Hidden to protect privacy" and s.verdict == "unknown"
    assert cards.variation(s) == cards.assurance(s) == figure_sentences.explained(s) == ""


def test_an_unknown_figure_is_not_called_zero():
    s = situation((5, 10), None)
    s = replace(s, facts=replace(s.facts, shown="not known"))
    assert sentences.sentence(s.facts).startswith("Not known")


@pytest.mark.parametrize(
    "difference,told",
    [(0.034, "3.4 points"), (0.01, "1.0 point"), (0.0001, "less than 0.1 points"), (-0.02, "2.0 points")],
)
def test_points(difference, told):
    assert figure_sentences.points(difference) == told


def test_a_chart_of_dots_is_told_by_its_ends_and_what_is_hidden():
    hidden = row(None, None, suppressed=True)
    assert figure_sentences.extremes([("A", row(5, 10)), ("B", row(1, 10)), ("C", hidden)]) == (
        "From B 10.0% to A 50.0%. 1 hidden to protect privacy."
    )
    assert figure_sentences.extremes([("A", row(5, 10))]) == "A 50.0%."
    assert figure_sentences.extremes([("C", hidden)]) == "1 hidden to protect privacy."


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx"])
def test_no_exported_cell_can_be_a_formula(text):
    assert str(chart_numbers.neutral(text)).startswith("'")
    assert f"'{text}".encode() in chart_numbers.as_csv([(text, row(1, 2))]).replace(b'"', b"") or text in "\rx\tx"


def test_a_measure_of_which_no_year_may_be_shown_is_read_out_without_an_end_by_traceback():
    shown = situation((600, 1000), (500, 1000), target=0.7)
    assert official_figure.trend_text(shown) == (
        f"{shown.indicator.title}, 2 points: from 50.0% in the year to Jun 2025 to 60.0% in the year to Jun 2026. "
        "Target 70.0%."
    )
    hidden = replace(shown, years=[y | {"rate": None, "suppressed": True} for y in shown.years])
    assert official_figure.trend_text(hidden) == f"{shown.indicator.title}: no figure may be shown yet."
