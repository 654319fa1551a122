"""What may be said of months that moved: cuts that share an error, smallest differences, and rare cases exactly."""

import numpy as np
import pytest
from scipy import stats

from metrics.judging import scorecard_changes, shared_error
from metrics.judging.moved_months import Moved, figures, judged_by, moved
from metrics.judging.scorecard_changes import Changes, changes
from metrics.statistics.contrast import MonthCounts


def months(before: float, now: float, people: int = 500, partners: int = 2, last: int = 12) -> MonthCounts:
    """Two partners' 36 months without chance, of which the last ones have another rate."""
    level = np.where(np.arange(36) < 36 - last, before, now)
    n = np.full((partners, 36), float(people))
    return MonthCounts(level * n, n)


def judged(*counts: MonthCounts, smallest: float = 0.01):
    return changes(figures(list(counts), [smallest] * len(counts)))


def test_a_cut_leaves_all_sentences_together_the_agreed_error():
    for floors in ([0.0] * 7, [1.0, 4.0, 2.0], [0.5]):
        c = shared_error.cut(floors, 0.012)
        assert sum(2 * stats.norm.sf(max(c, floor)) for floor in floors) == pytest.approx(0.012)
    assert shared_error.cut([0.0] * 7, 0.012) == pytest.approx(3.13, abs=0.01)
    assert shared_error.cut([9.0, 9.0], 0.012) == 0
    assert shared_error.cut([], 0.012) == float("inf")


def test_a_clear_change_is_said_of_the_figure_that_changed_and_of_no_other():
    first, second = judged(months(0.6, 0.7), months(0.6, 0.6))
    assert first.claim and first.claim.difference == pytest.approx(0.1)
    assert second.claim is None and second.warning is None


def test_a_change_below_the_smallest_meaningful_difference_is_not_said_however_sure():
    (one,) = judged(months(0.6, 0.628, people=4000), smallest=0.03)
    assert one.year and one.year.z > 4 and not one.year.passed
    (one,) = judged(months(0.6, 0.632, people=4000), smallest=0.03)
    assert one.claim


def test_of_a_small_rate_a_tenth_is_meaningful():
    (one,) = judged(months(0.03, 0.034, people=100_000))
    assert one.claim
    (one,) = judged(months(0.03, 0.0328, people=100_000))
    assert one.claim is None


def test_an_improvement_that_was_lost_again_is_seen_beside_the_year_before_alone():
    level = np.repeat([0.60, 0.66, 0.60], 12)
    n = np.full((2, 36), 2000.0)
    (one,) = judged(MonthCounts(level * n, n))
    assert one.year and one.year.passed and one.year.difference == pytest.approx(-0.06)
    assert one.claim is one.year


def test_a_change_of_the_last_half_year_is_a_warning_until_the_year_says_it():
    (one,) = judged(months(0.60, 0.65, people=110, last=6))
    assert one.warning and one.claim is None
    (one,) = judged(months(0.60, 0.65, people=110, last=12))
    assert one.claim and one.warning is None


@pytest.mark.parametrize("last", [5, 6, 8])
def test_a_step_is_dated_within_two_months(last):
    (one,) = judged(months(0.60, 0.70, people=1000, last=last))
    assert one.early and one.early.passed and abs(one.months - last) <= 2


def test_a_rise_that_goes_on_for_years_and_one_of_a_year_ago_are_not_dated_to_the_first_month_that_is_looked_at():
    n = np.full((2, 36), 1000.0)
    (drift,) = judged(MonthCounts(np.linspace(0.2, 0.6, 36) * n, n))
    (year,) = judged(months(0.60, 0.70, people=1000))
    for one in (drift, year):
        assert one.claim and one.early and one.early.passed and one.months == 0


def test_a_year_that_improved_is_not_dated_by_months_in_which_it_was_lost_again():
    (figure,) = figures([months(0.60, 0.70, people=1000, last=6)], [0.01])
    year, up, down = Moved(0.04, 5.0, True, 1), Moved(0.03, 4.0, True, 2), Moved(-0.03, -4.0, True, 2)
    assert scorecard_changes._dated(figure, Changes(year=year, early=up)) == 6
    assert scorecard_changes._dated(figure, Changes(year=year, early=down)) == 0
    assert scorecard_changes._dated(figure, Changes(early=down)) == 6


def test_of_33_months_nothing_is_said_of_two_years_before():
    counts = months(0.6, 0.7)
    (one,) = judged(MonthCounts(counts.count[:, 3:], counts.people[:, 3:]))
    assert one.two_years is None and one.claim and one.claim.years == 1
    (one,) = judged(months(0.6, 0.7))
    assert one.two_years and one.two_years.years == 2


def test_a_figure_of_nobody_never_changes_and_can_be_judged():
    (one,) = judged(months(0.0, 0.0))
    assert one.year and not one.year.passed and one.claim is None


def test_months_that_cannot_be_judged_say_nothing():
    hidden = months(0.6, 0.8)
    hidden.count[:, 30], hidden.people[:, 30] = np.nan, np.nan
    short = MonthCounts(months(0.6, 0.8).count[:, -20:], months(0.6, 0.8).people[:, -20:])
    for counts in (hidden, short):
        (one,) = judged(counts)
        assert (one.year, one.two_years, one.early) == (None, None, None)


@pytest.mark.parametrize(("before", "now"), [(40, 12), (40, 38), (6, 20), (0, 9), (3, 4)])
def test_rare_cases_are_tested_exactly(before, now):
    count, people = np.zeros((1, 36)), np.full((1, 36), 1000.0)
    count[0, 12:24] = np.bincount(np.arange(before) % 12, minlength=12)
    count[0, 24:] = np.bincount(np.arange(now) % 12, minlength=12)
    (figure,) = figures([MonthCounts(count, people)], [0.01])
    assert figure.rare
    (found,) = moved([figure], 12, 1, 0.012)
    assert found
    tails = stats.binom(before + now, 0.5)
    p = min(1.0, 2 * min(tails.cdf(now), tails.sf(now - 1)))
    assert abs(found.z) == pytest.approx(stats.norm.isf(p / 2), abs=1e-6)
    assert found.passed == (p < 0.012 and abs(now - before) > before / 4)


def test_a_rare_figure_takes_its_own_share_of_the_error_and_no_more():
    count = np.zeros((1, 36))
    count[0, 12:24] = 2
    rare = MonthCounts(count, np.full((1, 36), 1000.0))
    alone = moved(figures([months(0.6, 0.645, people=200)], [0.01]), 12, 1, 0.012)
    beside = moved(figures([months(0.6, 0.645, people=200), rare], [0.01, 0.01]), 12, 1, 0.012)
    assert alone[0] and beside[0] and alone[0].z == pytest.approx(beside[0].z, rel=0.05)
    assert beside[1] and beside[1].passed


def yearly(*rates: float, people: int = 6000, partners: int = 2) -> MonthCounts:
    level = np.tile(rates, (partners, 1))
    n = np.full(level.shape, float(people))
    return MonthCounts(level * n, n, year=1)


def hidden_months() -> MonthCounts:
    counts = months(0.6, 0.6)
    counts.count[0, 20] = counts.people[0, 20] = np.nan
    counts.people[1, 20] = 0.0
    return counts


def test_whole_years_are_judged_where_months_are_hidden_but_they_cannot_warn():
    (figure,) = figures([hidden_months()], [0.01])
    assert figure.scatter is None and changes([figure])[0].year is None
    (one,) = changes([judged_by(figure, yearly(0.60, 0.60, 0.66))])
    assert one.claim and one.claim.difference == pytest.approx(0.06) and one.early is None
    (one,) = changes([judged_by(figure, yearly(0.60, 0.60, 0.62))])
    assert one.claim is None, "as much scatter is assumed as of people who recur"


def test_of_two_years_nothing_is_said_of_two_years_before():
    (figure,) = figures([hidden_months()], [0.01])
    (one,) = changes([judged_by(figure, yearly(0.60, 0.66))])
    assert one.year and one.year.passed and one.two_years is None


def test_a_partner_that_joined_drops_out_of_the_year_it_was_not_there():
    (figure,) = figures([hidden_months()], [0.01])
    years = yearly(0.60, 0.60, 0.60)
    years.count[1] = [np.nan, np.nan, 5400.0]
    years.people[1, :2] = np.nan
    (one,) = changes([judged_by(figure, years)])
    assert one.year and one.year.difference == pytest.approx(0.0)
