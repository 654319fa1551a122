"""Standardized rates against the test data of the R package PHEindicatormethods (OHID, the English health department),
which implements the published technical guide, and against a naive sum."""

import numpy as np
import pytest

from metrics.statistics.intervals import observed_to_expected, share_to_expected, wilson
from metrics.statistics.standardization import direct, direct_of_repeated, direct_of_shares, expected

ALARM = 3.090232306167813
EUROPEAN_2013 = [
    5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000,
]  # fmt: skip
PEOPLE = [636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207]
BIG = [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91]
SMALL = [12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4]
TINY = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 2, 3]
REFERENCE = [
    10303, 2824, 0, 3615, 3641, 3490, 3789, 3213, 3031, 2771, 3089, 3490, 3595, 4745, 5514, 7125, 5694, 6210, 5757,
]  # fmt: skip
REFERENCE_PEOPLE = [
    50520, 57173, 60213, 54659, 44345, 50128, 62163, 67423, 62899, 55463, 60479, 49974, 44140, 40888, 37239, 30819,
    18136, 15325, 13918,
]  # fmt: skip
# People with one, two, three and four events, by age.
REPEATED = [
    [7, 4, 3, 0, 3, 4, 5, 2, 2, 3, 4, 5, 3, 5, 5, 3, 5, 5, 4],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0],
    [0] * 19,
]


def per_100000(found):
    return [100_000 * value for value in found]


def test_a_standardized_rate_as_published():
    assert per_100000(direct(BIG, PEOPLE, EUROPEAN_2013)) == pytest.approx(
        [10430.247991469423, 9717.709067985681, 11178.94091547925], rel=1e-9
    )
    assert per_100000(direct(SMALL, PEOPLE, EUROPEAN_2013)) == pytest.approx(
        [1103.212025300104, 877.455767536709, 1367.0882227251795], rel=1e-9
    )


def test_at_another_level_as_published():
    found = per_100000(direct(BIG, PEOPLE, EUROPEAN_2013, ALARM))
    assert found[1:] == pytest.approx([9323.287880219903, 11620.595999522058], rel=1e-9)


def test_fewer_than_ten_events_have_no_interval():
    found = direct(TINY, PEOPLE, EUROPEAN_2013)
    assert found.rate > 0 and np.isnan([found.low, found.high]).all()


def test_repeated_events_as_published():
    found = per_100000(direct_of_repeated(REPEATED, PEOPLE, EUROPEAN_2013))
    assert found == pytest.approx([1082.95419841, 817.68609755, 1393.55884927], rel=1e-10)
    found = per_100000(direct_of_repeated(REPEATED, PEOPLE, EUROPEAN_2013, ALARM))
    assert found[1:] == pytest.approx([684.16751792, 1585.49645593], rel=1e-10)


def test_events_that_come_together_are_less_certain_than_as_many_that_do_not():
    events = np.arange(1, 5) @ np.array(REPEATED)
    alone, together = direct(events, PEOPLE, EUROPEAN_2013), direct_of_repeated(REPEATED, PEOPLE, EUROPEAN_2013)
    assert together.rate == pytest.approx(alone.rate)
    assert together.low < alone.low and together.high > alone.high


def test_its_own_population_as_the_standard_gives_the_crude_rate():
    assert direct(BIG, PEOPLE, PEOPLE).rate == pytest.approx(sum(BIG) / sum(PEOPLE), abs=1e-15)


def test_a_naive_sum_gives_the_same():
    rng = np.random.default_rng(4)
    for _ in range(50):
        n = rng.integers(1, 500, 6)
        x, w = rng.binomial(n, 0.4), rng.integers(0, 900, 6) + 1
        rate = sum(w[i] * x[i] / n[i] for i in range(6)) / sum(w)
        assert direct(x, n, w).rate == pytest.approx(rate, abs=1e-12)


def test_a_stratum_without_people_leaves_no_rate_unless_nobody_stands_for_it():
    assert np.isnan(direct([20, 0], [50, 0], [1, 1])).all()
    assert direct([20, 0], [50, 0], [1, 0]).rate == 0.4
    assert np.isnan(direct([20], [50], [0])).all()


def test_expected_events_as_published():
    found = expected(PEOPLE, REFERENCE, REFERENCE_PEOPLE)
    assert found == pytest.approx(835.8835612311743, rel=1e-12)
    ratio = [float(v) for v in observed_to_expected(sum(SMALL), found)]
    assert ratio == pytest.approx([0.10886683770400503, 0.08765040101829405, 0.1336657632841891], rel=1e-9)


def test_a_reference_without_people_of_an_age_expects_nothing_known():
    assert np.isnan(expected([10, 5], [3, 0], [30, 0]))
    assert expected([10, 0], [3, 0], [30, 0]) == 1.0


# Shares: a person counts once at most, so Poisson's variance is too wide.


def test_a_share_by_its_own_population_has_wilsons_interval_when_it_is_the_same_everywhere():
    low, high = wilson([700], [1000])
    assert direct_of_shares([350, 140, 210], [500, 200, 300], [5, 2, 3])[1:] == pytest.approx(
        (low[0], high[0]), abs=1e-12
    )


def test_of_rare_cases_both_intervals_agree():
    people = [100_000 * n for n in PEOPLE]
    rare, events = (f(SMALL, people, EUROPEAN_2013) for f in (direct_of_shares, direct))
    assert rare.rate == events.rate and rare[1:] == pytest.approx(events[1:], rel=0.02)


def test_fewer_than_ten_cases_all_or_an_empty_age_have_no_interval():
    for x in ([2, 3], [50, 50]):
        assert np.isnan(direct_of_shares(x, [50, 50], [1, 1])[1:]).all()
    assert np.isnan(direct_of_shares([20, 0], [50, 0], [1, 1])).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_standardized_shares_hold_their_share_of_true_rates(share):
    """Dobson's own interval holds 99.9 of 100 at a share of 0.7."""
    chance, people, weights = np.random.default_rng(2), np.array([400, 250, 100]), np.array([1, 2, 1])
    rates = share + np.array([-0.05, 0.0, 0.05])
    true, held = float(weights @ rates / weights.sum()), 0
    for _ in range(2000):
        found = direct_of_shares(chance.binomial(people, rates), people, weights)
        held += found.low <= true <= found.high
    assert 1860 <= held <= 1940


def test_observed_over_expected_of_shares_is_wilsons_and_not_byars():
    found, wide = share_to_expected(750, 1000, 700.0), observed_to_expected(750, 700.0)
    low, high = wilson([750], [1000])
    assert found == pytest.approx((750 / 700, low[0] / 0.7, high[0] / 0.7))
    assert found[1] > 1 > wide[1], "Byar's would call it as expected"
    assert np.isnan(share_to_expected(3, 10, 0.0)).all()
