"""A target is clearly met, met within chance, or missed; and a forecast is open unless it is sure."""

import numpy as np
import pytest

from metrics.judging.moved_months import Figure, figures
from metrics.judging.target_met import target_test
from metrics.statistics.contrast import MonthCounts


def figure(rate: float = 0.6, people: int = 300) -> Figure:
    n = np.full((1, 36), float(people))
    return figures([MonthCounts(rate * n, n)], [0.01])[0]


def error(rate: float, people: int = 3600) -> float:
    return float(np.sqrt(rate * (1 - rate) / people))


@pytest.mark.parametrize(
    ("rate", "target", "higher", "met"),
    [
        (0.60, 0.50, True, "clearly met"), (0.60, 0.60, True, "met"), (0.60, 0.59, True, "met"),
        (0.60, 0.61, True, "missed"), (0.60, 0.70, True, "clearly missed"),
        (0.14, 0.20, False, "clearly met"), (0.14, 0.141, False, "met"), (0.14, 0.138, False, "missed"),
        (0.14, 0.11, False, "clearly missed"),
    ],
)  # fmt: skip
def test_the_four_words(rate, target, higher, met):
    found = target_test(figure(rate), rate, error(rate), 3600, target, higher_is_better=higher, years=[rate, rate])
    assert found.met == met
    assert (found.beyond >= 0) == (met in ("met", "clearly met"))


def test_a_forecast_is_open_unless_it_is_sure():
    def forecast(target: float, years: list[float]) -> str | None:
        return target_test(figure(), 0.60, error(0.6), 3600, target, higher_is_better=True, years=years).forecast

    steady, restless = [0.60, 0.601], [0.50, 0.66]
    assert (forecast(0.5, steady), forecast(0.61, steady), forecast(0.7, steady)) == ("on course", "open", "off course")
    assert (forecast(0.5, restless), forecast(0.7, restless)) == ("open", "open")


def test_a_target_further_ahead_is_foretold_less_surely_and_one_that_is_past_not_at_all():
    def forecast(ahead: int) -> str | None:
        found = target_test(figure(), 0.6, error(0.6), 3600, 0.64, higher_is_better=True, years=[0.6, 0.6], ahead=ahead)
        return found.forecast

    assert [forecast(ahead) for ahead in (0, 1, 2, 4)] == [None, "off course", "off course", "open"]


def test_hidden_months_foretell_nothing_and_leave_a_year_far_from_its_target_clear():
    """27 % of 7,600 people is no "within chance" of a target of 20 %, whatever months are hidden."""
    n = np.full((1, 36), 300.0)
    n[0, 30] = np.nan
    (unknown,) = figures([MonthCounts(0.6 * n, n)], [0.01])

    def found(goal: float) -> tuple[str, str | None]:
        test = target_test(unknown, 0.6, error(0.6), 3600, goal, higher_is_better=True, years=[0.6])
        return test.met, test.forecast

    assert [found(goal) for goal in (0.5, 0.58, 0.7)] == [
        ("clearly met", None),
        ("met", None),
        ("clearly missed", None),
    ]
    shown = target_test(figure(), 0.6, error(0.6), 3600, 0.58, higher_is_better=True, years=[0.6])
    assert shown.met == "clearly met", "less is said where less is seen"


def test_a_mean_is_held_against_its_target_in_its_own_unit():
    n = np.full((1, 36), 400.0)
    (one,) = figures([MonthCounts(131.0 * n, n, np.full_like(n, 289.0))], [1.0])
    low, near = (
        target_test(one, 131.0, 17 / np.sqrt(4800), 4800, goal, higher_is_better=False, years=[131.0, 131.2])
        for goal in (135.0, 130.8)
    )
    assert (low.met, low.forecast) == ("clearly met", "on course")
    assert (near.met, near.forecast) == ("missed", "open")
