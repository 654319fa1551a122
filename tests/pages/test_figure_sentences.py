"""Sentences by rule: each says what its figures say, and no more."""

import datetime as dt
from typing import Any

import pytest

from metrics.indicators import indicators
from metrics.judging import sentences
from metrics.judging.control_chart import LastMonth
from metrics.judging.group_gaps import foremost
from metrics.judging.indicator_facts import Situation, difference
from metrics.judging.sentences import Facts
from metrics.statistics.intervals import newcombe, wilson
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


def situation(
    now: tuple[int, int], ago: tuple[int, int] | None, name: str = "bp_control", target: float | None = None
) -> Situation:
    indicator = indicators()[name]
    rows = [row(*ago, period_end=dt.date(2025, 6, 30))] if ago else []
    rows.append(row(*now))
    change = difference(rows[-1], rows[0], indicator.better) if ago else None
    return Situation(indicator, rows[-1], rows[0] if ago else None, None, change, target, rows)


def test_newcombe_interval_of_a_difference_equals_the_published_value():
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80.
    low, high = newcombe(56, 70, 48, 80)
    assert low == pytest.approx(0.0524, abs=5e-5)
    assert high == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize(
    "name,now,ago,verdict",
    [
        ("bp_control", (700, 1000), (600, 1000), "better"),
        ("bp_control", (600, 1000), (700, 1000), "worse"),
        ("bp_control", (61, 100), (60, 100), "no change"),
        ("readmission_any_hospital", (200, 1000), (150, 1000), "worse"),
        ("readmission_any_hospital", (150, 1000), (200, 1000), "better"),
    ],
)
def test_a_change_is_real_only_when_its_interval_leaves_out_zero(name, now, ago, verdict):
    assert situation(now, ago, name).verdict == verdict


def test_a_change_is_told_with_its_size_and_interval():
    told = figure_sentences.changed(situation((700, 1000), (600, 1000)))
    assert told == "Up 10.0 points from 60.0% the year before (95% range +5.8 to +14.1)."
    told = figure_sentences.changed(situation((61, 100), (60, 100)))
    assert told.startswith("No real change from 60.0% the year before (95% range −")


STEADY = LastMonth("no change", "", False, dt.date(2025, 3, 31), END)


@pytest.mark.parametrize(
    "now,target,name,told",
    [
        ((600, 1000), 0.70, "bp_control", "10.0 points short of the target of 70.0%."),
        ((750, 1000), 0.70, "bp_control", "5.0 points better than the target of 70.0%."),
        ((700, 1000), 0.70, "bp_control", "At the target of 70.0%, give or take chance."),
        ((150, 1000), 0.10, "readmission_any_hospital", "5.0 points above the target of 10.0%."),
        ((600, 1000), None, "bp_control", "The partnership has set no target."),
    ],
)
def test_the_distance_to_the_target_knows_which_way_is_better(now, target, name, told, monkeypatch):
    foreseen = Facts(last_month=STEADY, outlook="hit_and_miss")
    monkeypatch.setattr(Situation, "facts", property(lambda self: foreseen))
    assert figure_sentences.target(situation(now, None, name, target)) == told


def test_the_distance_to_the_target_is_not_said_twice():
    s = situation((600, 1000), None, target=0.70)
    assert figure_sentences.target(s) == ""
    assert "10.0 points short of the 70.0% target" in sentences.sentence(s.facts)


def test_a_hidden_figure_has_no_number_in_its_sentence():
    s = situation((5, 10), None)
    s.now.update(suppressed=True, rate=None, numerator=None, denominator=None)  # type: ignore[union-attr]
    assert sentences.sentence(s.facts) == "Hidden to protect privacy" and s.verdict == "unknown"


def test_an_unknown_figure_is_not_called_zero():
    s = situation((5, 10), None)
    s.now.update(rate=None, numerator=None, denominator=None)  # type: ignore[union-attr]
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


def test_a_gap_between_two_tiny_groups_does_not_beat_a_sure_one():
    groups = [
        row(40, 50, stratifier="language", category="a"), row(25, 50, stratifier="language", category="b"),
        row(7000, 10000, stratifier="race_ethnicity", category="a"),
        row(5500, 10000, stratifier="race_ethnicity", category="b"),
        row(1, 40, stratifier="race_ethnicity", category="unknown"),
    ]  # fmt: skip
    found = foremost(groups, "higher")
    assert found is not None and found[0] == "race_ethnicity"
    assert found[1].behind["category"] == "b"


def test_no_gap_is_named_when_chance_explains_it():
    groups = [row(30, 50, stratifier="sex", category="a"), row(28, 50, stratifier="sex", category="b")]
    assert foremost(groups, "higher") is None


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx"])
def test_no_exported_cell_can_be_a_formula(text):
    assert str(chart_numbers.neutral(text)).startswith("'")
    assert f"'{text}".encode() in chart_numbers.as_csv([(text, row(1, 2))]).replace(b'"', b"") or text in "\rx\tx"
