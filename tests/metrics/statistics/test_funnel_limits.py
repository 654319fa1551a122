"""Funnel limits and overdispersion against published limits, scipy, and a plain loop over the formulas."""

import math
from statistics import quantiles

import numpy as np
import pytest
from scipy.stats import norm

from metrics.statistics.funnel_limits import (
    ALARM,
    CHANCE_ALONE,
    WARNING,
    center,
    limits,
    limits_of_means,
    pooled_deviation,
    spread,
    spread_of_means,
)


def test_the_levels_are_95_and_998_in_1000():
    assert pytest.approx((norm.ppf(0.975), norm.ppf(0.999)), abs=1e-6) == (WARNING, ALARM)


def test_plain_limits_by_hand():
    low, high = limits(0.2, [100, 400], WARNING)
    assert high == pytest.approx([0.2 + 1.959964 * 0.04, 0.2 + 1.959964 * 0.02], abs=1e-15)
    assert low == pytest.approx([0.2 - 1.959964 * 0.04, 0.2 - 1.959964 * 0.02], abs=1e-15)


def test_limits_stay_within_none_and_all():
    for tau2 in (0.0, 0.3):
        low, high = limits(0.02, [1, 5, 1000], ALARM, tau2)
        assert (low >= 0).all() and (high <= 1).all() and (low <= 0.02).all() and (high >= 0.02).all()
    assert [float(end[0]) for end in limits(0.5, [1], ALARM, 0.3)] == [0, 1]


def naive(x, n):
    """phi and tau squared, term by term, with the inclusive (type 7) quantiles of the standard library."""
    middle = math.asin(math.sqrt(sum(x) / sum(n)))
    scores = [(math.asin(math.sqrt(a / b)) - middle) * 2 * math.sqrt(b) for a, b in zip(x, n, strict=True)]
    tenths = quantiles(scores, n=10, method="inclusive")
    held = [min(max(score, tenths[0]), tenths[-1]) for score in scores]
    phi = sum(score**2 for score in held) / len(x)
    w = [4 * b for b in n]
    between = (len(x) * phi - (len(x) - 1)) / (sum(w) - sum(v * v for v in w) / sum(w))
    return phi, max(0.0, between) if phi > 1 else 0.0


@pytest.mark.parametrize("seed", range(20))
def test_overdispersion_equals_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(30, 3000, rng.integers(2, 40))
    x = rng.binomial(n, rng.beta(60, 90, len(n)) if seed % 2 else 0.4)
    assert spread(x, n) == pytest.approx(naive(x.tolist(), n.tolist()), rel=1e-9, abs=1e-12)


def test_limits_with_spread_equal_the_formula():
    found = limits(0.4, [200, 800], ALARM, 0.002)
    for n, low, high in zip([200, 800], *found, strict=True):
        half = ALARM * math.sqrt(1 / (4 * n) + 0.002)
        angle = math.asin(math.sqrt(0.4))
        assert (low, high) == pytest.approx((math.sin(angle - half) ** 2, math.sin(angle + half) ** 2), abs=1e-12)


def test_chance_alone_leaves_the_plain_limits():
    found = spread([40, 80, 120], [100, 200, 300])
    assert found.phi == pytest.approx(0, abs=1e-12) and found.tau2 == 0
    assert spread([40], [100]) == CHANCE_ALONE


def test_partners_that_differ_widen_the_limits_and_one_that_stands_apart_alone_hardly_does():
    n = [400] * 20
    differing = spread([int(400 * p) for p in np.linspace(0.3, 0.5, 20)], n)
    one_apart = spread([160 + k % 5 for k in range(19)] + [360], n)
    assert differing.phi > 4 and differing.tau2 > 0
    assert one_apart.phi < 1.5, "winsorizing keeps one unit from hiding itself"


def test_small_units_all_of_whom_meet_it_are_no_error():
    assert np.isfinite(spread([0, 5, 3], [5, 5, 6])).all()


def test_the_center_is_everyone_together():
    assert center([1, 30], [10, 90]) == 0.31
    assert np.isnan(center([], []))


@pytest.mark.parametrize(
    ("n", "published"),
    [  # per cent, around 80.642448 %: the funnel test data of the R package PHEindicatormethods (OHID)
        (908, (78.072571, 83.212324, 76.59058, 84.694316)),
        (1008, (78.203374, 83.081521, 76.796814, 84.488082)),
        (99_108, (80.396467, 80.888428, 80.254616, 81.03028)),
    ],
)
def test_plain_limits_as_published(n, published):
    found = [100 * float(end) for z in (WARNING, ALARM) for end in limits(0.80642448, n, z)]
    assert found == pytest.approx(published, abs=6e-7)


def test_the_deviation_within_units_is_that_of_a_one_way_analysis():
    rng = np.random.default_rng(3)
    values = [rng.normal(mean, 14, size) for mean, size in ((130, 40), (133, 90), (128, 25))]
    errors = [float(v.std(ddof=1) / np.sqrt(len(v))) for v in values]
    within = sum(((v - v.mean()) ** 2).sum() for v in values) / sum(len(v) - 1 for v in values)
    assert pooled_deviation([len(v) for v in values], errors) == pytest.approx(math.sqrt(within), abs=1e-9)


def test_limits_of_means_by_hand_and_their_spread_as_that_of_rates():
    low, high = limits_of_means(130, [100], WARNING, 14)
    assert (low[0], high[0]) == pytest.approx((130 - 1.959964 * 1.4, 130 + 1.959964 * 1.4), abs=1e-12)
    n, means = np.array([400] * 12), np.linspace(120, 140, 12)
    found = spread_of_means(means, n, 14.0)
    scores = sorted((m - 130) / 0.7 for m in means)
    tenths = quantiles(scores, n=10, method="inclusive")
    held = [min(max(score, tenths[0]), tenths[-1]) for score in scores]
    phi = sum(score**2 for score in held) / 12
    assert found.phi == pytest.approx(phi, rel=1e-12)
    w = 400 / 14**2
    assert found.tau2 == pytest.approx((12 * phi - 11) / (12 * w - w), rel=1e-12)
