"""Intervals against published values and independent software."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from metrics.intervals import difference_interval, mean_interval, wilson


@pytest.mark.parametrize(
    "x,n,low,high",
    [  # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_values(x, n, low, high):
    found = wilson(x, n)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


def test_all_of_all_reaches_exactly_one_and_none_exactly_zero():
    low, high = wilson([20, 0], [20, 20])
    assert high[0] == 1.0 and low[1] == 0.0


def test_no_denominator_has_no_interval():
    assert np.isnan(wilson(0, 0)).all()


def test_the_rate_lies_in_its_interval_for_every_count():
    for n in range(1, 60):
        x = np.arange(n + 1)
        low, high = wilson(x, np.full(n + 1, n))
        assert (low <= x / n).all() and (x / n <= high).all()


def test_the_interval_of_a_mean_is_that_of_statsmodels():
    values = np.random.default_rng(7).normal(132, 14, 57).round(1)
    mean, low, high = mean_interval([57], [values.sum()], [(values**2).sum()])
    peer = DescrStatsW(values)
    assert mean[0] == pytest.approx(peer.mean, abs=1e-9)
    assert (low[0], high[0]) == pytest.approx(peer.tconfint_mean(), abs=1e-9)


def test_a_mean_of_nobody_is_unknown_and_of_one_has_no_interval():
    mean, low, high = mean_interval([0, 1], [0, 120], [0, 14400])
    assert np.isnan(mean[0]) and mean[1] == 120 and np.isnan([low, high]).all()


def test_equal_values_have_an_interval_of_no_width_despite_rounding():
    mean, low, high = mean_interval([3], [0.3], [3 * 0.1**2 - 1e-18])
    assert low[0] == pytest.approx(mean[0]) and high[0] == pytest.approx(mean[0])


def test_the_difference_of_symmetric_intervals_adds_their_squares():
    half = stats.norm.ppf(0.975) * np.sqrt(2**2 + 1.5**2)
    z = stats.norm.ppf(0.975)
    found = difference_interval((131, 131 - 2 * z, 131 + 2 * z), (128, 128 - 1.5 * z, 128 + 1.5 * z))
    assert found == pytest.approx((3 - half, 3 + half), abs=1e-9)
