"""Intervals against published values and independent software."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from metrics.statistics.intervals import (
    byar,
    difference_interval,
    difference_of,
    mean_interval,
    newcombe,
    observed_to_expected,
    ratio,
    wilson,
)

ALARM = 3.090232306167813


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


def test_wilson_equals_statsmodels():
    for x, n in [(0, 7), (1, 29), (81, 263), (445, 1000), (19, 20)]:
        assert np.allclose(wilson(x, n), proportion_confint(x, n, method="wilson"), rtol=0, atol=1e-12)


def test_a_difference_equals_statsmodels():
    for x1, n1, x2, n2 in [(56, 70, 48, 80), (0, 10, 0, 20), (9, 10, 3, 10), (10, 10, 0, 20), (5, 56, 0, 29)]:
        theirs = confint_proportions_2indep(x1, n1, x2, n2, compare="diff", method="newcomb")
        assert newcombe(x1, n1, x2, n2) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(
    "x,z,low,high",
    [  # the test data of the R package PHEindicatormethods (OHID), whose interval below 10 is exact as well
        (65, 1.959963984540054, 50.163187710459454, 82.84913854593984),
        (1045, 1.959963984540054, 982.5932018073325, 1110.33121298565),
        (10, ALARM, 2.916318374695686, 24.193724927880535),
        (65, ALARM, 42.8802614714802, 94.00029084431802),
        (9, ALARM, 0.0029339306550682617 * 835.8835612311743, 0.02710589651469021 * 835.8835612311743),
        (9, 1.959963984540054, 0.004923380825095776 * 835.8835612311743, 0.02043921455549973 * 835.8835612311743),
    ],
)
def test_counts_as_published(x, z, low, high):
    found = byar(x, z)
    assert (float(found[0]), float(found[1])) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize(("x", "low", "high"), [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683)])
def test_few_events_as_in_the_table_of_exact_limits(x, low, high):
    found = byar(x)  # Garwood 1936, as in every table of Poisson limits
    assert (float(found[0]), float(found[1])) == pytest.approx((low, high), abs=5e-5)


def test_below_ten_the_interval_is_that_of_the_chi_squared_and_from_ten_on_it_is_not():
    x = np.arange(12)
    low, high = byar(x)
    exact_low, exact_high = np.nan_to_num(chi2.ppf(0.025, 2 * x) / 2), chi2.ppf(0.975, 2 * x + 2) / 2
    assert np.allclose(low[:10], exact_low[:10], atol=1e-9) and np.allclose(high[:10], exact_high[:10], atol=1e-9)
    assert not np.isclose(low[10:], exact_low[10:], atol=1e-9).any()
    assert np.allclose(low[10:], exact_low[10:], atol=0.01), "the two meet at the border"


def test_a_count_that_is_no_count_has_no_interval():
    assert np.isnan(byar([-1, np.nan])).all()


def test_observed_to_expected_as_published():
    found = [float(v) for v in observed_to_expected(895, 835.8835612311743)]
    assert found == pytest.approx([1.0707232939020275, 1.0017147712553987, 1.143233287249895], rel=1e-9)
    few = [float(v) for v in observed_to_expected(9, 835.8835612311743)]
    assert few == pytest.approx([0.010767049882813684, 0.004923380825095776, 0.02043921455549973], rel=1e-9)


def test_nothing_expected_has_no_ratio():
    assert np.isnan(observed_to_expected([3, 0], [0, 0])).all()


def test_a_ratio_equals_statsmodels():
    for x1, n1, x2, n2 in [(56, 70, 48, 80), (1319, 2291, 4092, 5975), (1, 10, 9, 10)]:
        theirs = Table2x2(np.array([[x1, n1 - x1], [x2, n2 - x2]]))
        expected = (theirs.riskratio, *theirs.riskratio_confint())
        assert ratio(x1, n1, x2, n2) == pytest.approx(expected, rel=1e-9)


def test_a_ratio_with_nobody_has_no_interval_and_to_nobody_none_at_all():
    assert ratio(0, 10, 3, 10)[0] == 0 and np.isnan(ratio(0, 10, 3, 10)[1:]).all()
    assert np.isnan(ratio(3, 10, 0, 10)).all()
    assert ratio(10, 10, 10, 10) == (1, 1, 1), "all of all on both sides: no chance is left"


def test_a_difference_of_two_wilson_intervals_is_newcombes():
    x1, n1, x2, n2 = 56, 70, 48, 80
    spans = []
    for x, n in ((x1, n1), (x2, n2)):
        low, high = wilson(x, n)
        spans.append((x / n, float(low), float(high)))
    assert difference_of(spans[0], spans[1])[1:] == pytest.approx(newcombe(x1, n1, x2, n2), abs=1e-12)
