"""Measures of inequality against statsmodels, published test data, and plain sums over their formulas."""

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from metrics.statistics.disparity import (
    average,
    between_group_variance,
    bounds,
    gap,
    gap_bounds,
    index_of_disparity,
    slope_index,
    theil,
)
from metrics.statistics.intervals import difference_of, newcombe

# The first area of the SII test data of the R package PHEindicatormethods (OHID): ten areas by deprivation.
PEOPLE = [7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534]
VALUES = [
    75.9334590103081, 78.3442382727843, 83.8360631041654, 83.6375399664931, 80.4655031529559, 81.1156759857022,
    81.6930835718562, 84.1900062060987, 80.5955641081472, 86.2894349578624,
]  # fmt: skip
ERRORS = [
    1.638472426358545, 1.578192884542907, 1.5134355059640296, 1.7754906175801293, 1.7013390591981388, 1.56412107376755,
    1.3681148366878566, 1.4001418005940802, 2.4328463975781616, 1.5665181695934678,
]  # fmt: skip


def test_the_slope_index_as_published():
    found = slope_index(VALUES, ERRORS, PEOPLE)
    assert found.sii[0] == pytest.approx(6.934616473668819, abs=1e-9)
    assert found.rii[0] == pytest.approx(1.0888180804446217, abs=1e-9)


def test_its_interval_agrees_with_the_published_simulation():
    found = slope_index(VALUES, ERRORS, PEOPLE)
    assert found.sii[1:] == pytest.approx((3.127594617650817, 10.7586873680794), abs=0.05)
    assert found.rii[1:] == pytest.approx((1.0383690591642838, 1.1412993360251238), abs=0.002)


def ranks(people):
    share = np.array(people) / sum(people)
    return share, np.cumsum(share) - share / 2


def test_the_slope_index_equals_weighted_least_squares():
    share, rank = ranks(PEOPLE)
    fit = sm.WLS(VALUES, sm.add_constant(rank), weights=share).fit()
    found = slope_index(VALUES, ERRORS, PEOPLE)
    assert found.sii[0] == pytest.approx(fit.params[1], abs=1e-9)
    assert found.rii[0] == pytest.approx(fit.params.sum() / fit.params[0], abs=1e-12)
    # The slope is linear in the values: its weights, from the fit itself, give its variance.
    pulls = [sm.WLS(unit, sm.add_constant(rank), weights=share).fit().params[1] for unit in np.eye(10)]
    half = norm.ppf(0.975) * math.sqrt(sum((h * se) ** 2 for h, se in zip(pulls, ERRORS, strict=True)))
    assert found.sii[1:] == pytest.approx((fit.params[1] - half, fit.params[1] + half), abs=1e-9)


def test_the_interval_of_the_ratio_holds_its_share_of_simulated_ratios():
    rng = np.random.default_rng(1)
    drawn = rng.normal(VALUES, ERRORS, (20_000, 10))
    ratios = [slope_index(values, ERRORS, PEOPLE).rii[0] for values in drawn[:4000]]
    assert np.quantile(ratios, [0.025, 0.975]) == pytest.approx(slope_index(VALUES, ERRORS, PEOPLE).rii[1:], abs=0.004)


def test_without_an_order_to_follow_there_is_no_slope():
    for found in (slope_index([0.5], [0.1], [10]), slope_index([0.5, 0.5], [0.1, 0.1], [10, 0])):
        assert np.isnan([*found.sii, *found.rii]).all()


def test_a_line_through_nothing_has_a_slope_and_no_ratio():
    found = slope_index([0.0, 0.0, 0.9], [0.1] * 3, [10] * 3)
    assert found.sii[0] > 0.5 and np.isnan(found.rii).all()


RATES, SIZES = [0.684854, 0.575731, 0.569927, 0.65015], [5975, 2291, 2474, 666]


def test_spread_between_groups_equals_plain_sums():
    mean = sum(r * n for r, n in zip(RATES, SIZES, strict=True)) / sum(SIZES)
    shares = [n / sum(SIZES) for n in SIZES]
    assert average(RATES, SIZES) == pytest.approx(mean, abs=1e-15)
    variance = sum(p * (r - mean) ** 2 for p, r in zip(shares, RATES, strict=True))
    assert between_group_variance(RATES, SIZES) == pytest.approx(variance, abs=1e-15)
    entropy = sum(p * r / mean * math.log(r / mean) for p, r in zip(shares, RATES, strict=True))
    assert theil(RATES, SIZES) == pytest.approx(entropy, abs=1e-15)


def test_the_variance_between_groups_is_that_of_a_one_way_analysis():
    met = [np.repeat([1, 0], [x, n - x]) for x, n in ((30, 100), (50, 80), (10, 90))]
    everyone = np.concatenate(met)
    within = sum(((group - group.mean()) ** 2).sum() for group in met) / len(everyone)
    found = between_group_variance([0.3, 0.625, 1 / 9], [100, 80, 90])
    assert found == pytest.approx(everyone.var() - within, abs=1e-12)


def test_the_two_indices_of_disparity_are_not_the_same():
    mean = average(RATES, SIZES)
    who = 100 / 4 * sum(abs(r - mean) for r in RATES) / mean
    keppel = 100 / 3 * sum(abs(r - 0.684854) for r in RATES) / 0.684854
    assert index_of_disparity(RATES, SIZES) == pytest.approx(who, abs=1e-12)
    assert index_of_disparity(RATES, SIZES, "best") == pytest.approx(keppel, abs=1e-12)
    lowest = 100 / 3 * sum(abs(r - 0.569927) for r in RATES) / 0.569927
    assert index_of_disparity(RATES, SIZES, "best", better="lower") == pytest.approx(lowest, abs=1e-12)
    assert abs(who - keppel) > 1


def test_groups_alike_lie_nowhere_apart():
    alike = [0.4, 0.4, 0.4], [10, 200, 3000]
    assert between_group_variance(*alike) == pytest.approx(0, abs=1e-15)
    assert theil(*alike) == pytest.approx(0, abs=1e-15)
    assert index_of_disparity(*alike) == pytest.approx(0, abs=1e-12)


def test_nobody_anywhere_has_no_relative_measure():
    assert np.isnan(theil([0, 0], [5, 5])) and np.isnan(index_of_disparity([0, 0], [5, 5]))
    assert np.isnan(index_of_disparity([0.3], [5], "best")), "one group has no others"
    assert theil([0.0, 0.5], [5, 5]) == pytest.approx(math.log(2), abs=1e-12), "a group at 0 adds nothing"


def test_the_gap_has_newcombes_interval():
    found = gap(4092, 5975, 1319, 2291)
    assert found == (4092 / 5975 - 1319 / 2291, *newcombe(4092, 5975, 1319, 2291))


def test_a_change_of_the_gap_is_surer_than_the_sum_of_both_and_less_sure_than_either():
    now, then = gap(684, 1000, 575, 1000), gap(640, 1000, 604, 1000)
    change = difference_of(now, then)
    width = change[2] - change[1]
    assert change[0] == pytest.approx(0.109 - 0.036)
    assert max(now[2] - now[1], then[2] - then[1]) < width < now[2] - now[1] + then[2] - then[1]


def test_a_change_of_the_gap_holds_its_share_of_true_changes():
    rng = np.random.default_rng(2)
    n, p = 150, [0.7, 0.5, 0.65, 0.6]
    held = 0
    for _ in range(2000):
        a, b, c, d = rng.binomial(n, p)
        _, low, high = difference_of(gap(a, n, b, n), gap(c, n, d, n))
        held += low <= 0.15 <= high
    assert 0.935 < held / 2000 < 0.97


def every_split(unknown):
    """All ways in which the unknown (met, missed) may fall to the first group, the second and the others."""
    met, missed = unknown
    parts = [(a, b) for a in range(met + 1) for b in range(met + 1 - a)]
    return itertools.product(parts, [(a, b) for a in range(missed + 1) for b in range(missed + 1 - a)])


def test_bounds_are_the_ends_of_every_way_to_fill_in_what_is_missing():
    first, second, unknown = (5, 9), (3, 8), (2, 3)
    rates, gaps = [], []
    for (m1, m2), (f1, f2) in every_split((unknown[0], unknown[1] - unknown[0])):
        one = (first[0] + m1) / (first[1] + m1 + f1)
        rates.append(one)
        gaps.append(one - (second[0] + m2) / (second[1] + m2 + f2))
    assert bounds(*first, *unknown) == pytest.approx((min(rates), max(rates)), abs=1e-12)
    assert gap_bounds(first, second, unknown) == pytest.approx((min(gaps), max(gaps)), abs=1e-12)


def test_nobody_unknown_leaves_the_rate_itself():
    assert bounds(3, 10, 0, 0) == (0.3, 0.3)
    assert gap_bounds((3, 10), (1, 10), (0, 0)) == pytest.approx((0.2, 0.2))


def test_a_group_of_nobody_may_be_anything_or_nothing():
    assert bounds(0, 0, 2, 5) == (0.0, 1.0)
    assert np.isnan(bounds(0, 0, 0, 0)).all()
