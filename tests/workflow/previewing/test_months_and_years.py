"""Which year's movement is shown first, and which months are unusual."""

import datetime as dt

import pytest

from metrics.indicators import indicators
from metrics.results.figure_movement import Figure, foremost
from metrics.results.unusual_months import unusual, usual_range
from tests.oracles.scope_rows import DAY


def figure(x: int, n: int, complete: bool = True) -> Figure:
    return Figure(x, n, complete)


MARCH, JUNE = dt.date(2025, 3, 31), dt.date(2025, 6, 30)


def test_the_year_that_stands_moves_on_only_when_the_next_is_complete():
    known = {"a": indicators()["bp_control"]}
    before = {("a", MARCH): figure(6, 10), ("a", JUNE): figure(3, 9, complete=False)}
    moved = {**before, ("a", JUNE): figure(4, 10, complete=False)}
    assert [(m.period_end, m.before_end) for m in foremost(before, moved, known)] == [(JUNE, None)]
    whole = {**before, ("a", JUNE): figure(7, 11)}
    (move,) = foremost(before, whole, known)
    assert (move.period_end, move.before_end, move.before) == (JUNE, MARCH, figure(6, 10))
    assert foremost(before, before, known) == []


USUAL = [(62, 100), (65, 100), (60, 100), (63, 100), (66, 100), (61, 100), (64, 100), (62, 100), (63, 100), (65, 100),
         (60, 100), (64, 100)]  # fmt: skip
SPREAD = [(x, 100) for x in (50, 75, 52, 77, 48, 74, 55, 72, 49, 76, 51, 73)]
STEPS = [(30 + 3 * n, 100) for n in range(12)]
# history, the month's numerator and denominator, whether it is unusual
MONTHS = {
    "92_percent_of_410_where_63_is_usual": (USUAL, 377, 410, True),
    "a_fall_as_far": (USUAL, 140, 410, True),
    "within_what_chance_brings": (USUAL, 280, 410, False),
    "all_of_3_people": (USUAL, 3, 3, False),
    "none_of_3_people": (USUAL, 0, 3, False),
    "all_of_5_people": (USUAL, 5, 5, False),
    "none_of_20_people": (USUAL, 0, 20, True),
    "a_month_like_its_own_wide_spread": (SPREAD, 80, 100, False),
    "a_month_beyond_even_its_wide_spread": (SPREAD, 400, 400, True),
    "a_step_more_of_a_steady_climb": (STEPS, 66, 100, False),
    "a_leap_out_of_a_steady_climb": (STEPS, 390, 400, True),
    "the_first_of_all": ([(0, 30)] * 12, 1, 30, False),
    "many_where_there_were_none": ([(0, 30)] * 12, 8, 30, True),
    "a_small_history_says_little": ([(1, 2)] * 12, 10, 10, False),
    "eleven_months_are_too_few": (USUAL[:11], 377, 410, False),
    "a_month_without_anyone_is_no_month": ([*USUAL[:11], (0, 0)], 377, 410, False),
}


@pytest.mark.parametrize("name", MONTHS)
def test_months_against_the_partner_s_own(name):
    history, x, n, expected = MONTHS[name]
    low, high = usual_range(history, n)
    assert (not low <= x / n <= high) == expected, (low, high)


def months(figures: list[tuple[int, int]]) -> dict[tuple[str, dt.date], Figure]:
    ends = [dt.date(2024 + n // 12, n % 12 + 1, 1) - DAY for n in range(1, len(figures) + 1)]
    return {("bp_control", end): figure(x, n) for end, (x, n) in zip(ends, figures, strict=True)}


def test_a_month_is_told_when_the_file_moves_it_out_of_its_range_and_only_then():
    before = months([*USUAL, (63, 100)])
    end = max(e for _, e in before)
    told = unusual(before, before | {("bp_control", end): figure(92, 100)})
    assert [(u.month_end, u.figure.numerator) for u in told] == [(end, 92)]
    odd_before = before | {("bp_control", end): figure(91, 100)}
    assert unusual(odd_before, odd_before | {("bp_control", end): figure(92, 100)}) == []
    assert unusual(before, before | {("bp_control", end): figure(92, 100, complete=False)}) == []
    assert unusual(before, before) == []
