"""Shrunken figures and reliability: cases with a closed form, a plain loop, and worlds whose spread is known."""

import numpy as np
import pytest

from metrics.statistics.shrinkage import shrunken, variance_of_means, variance_of_rates


def test_with_equal_variances_it_is_the_one_way_analysis_of_variance():
    # All variances v: w is constant, so between = s^2 - v, with s^2 the variance of the figures (closed form).
    y, v = np.array([0.2, 0.3, 0.4, 0.5]), 0.004
    found = shrunken(y, np.full(4, v))
    between = y.var(ddof=1) - v
    assert found.between == pytest.approx(between)
    assert found.center == pytest.approx(y.mean())
    assert found.reliability == pytest.approx(np.full(4, between / (between + v)))
    assert found.figures == pytest.approx(y.mean() + between / (between + v) * (y - y.mean()))


def test_equal_units_have_no_reliability_and_go_all_the_way():
    found = shrunken([0.3, 0.3, 0.3], [0.01, 0.02, 0.03])
    assert found.between == 0 and not found.reliability.any()
    assert found.figures == pytest.approx([0.3] * 3)


def test_units_closer_than_chance_have_no_variance_between_them():
    assert shrunken([0.30, 0.31], [0.01, 0.01]).between == 0


def test_the_fewer_people_the_further_a_figure_is_moved():
    n = np.array([50, 500, 5000, 800, 900])
    x = np.array([30, 300, 3000, 240, 270])
    found = shrunken(x / n, variance_of_rates(x, n))
    moved = np.abs(found.figures - x / n)[:3]
    assert (np.diff(found.reliability[:3]) > 0).all() and (np.diff(moved) < 0).all()
    assert ((found.reliability > 0) & (found.reliability < 1)).all()


def test_a_unit_without_a_case_is_not_certain():
    assert (variance_of_rates([0, 0], [40, 400]) > 0).all()


def test_one_unit_is_refused():
    with pytest.raises(ValueError, match="two units"):
        shrunken([0.3], [0.01])


def naive(y, variance):
    """Term by term."""
    w = [1 / v for v in variance]
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))
    between = max(0.0, (q - (len(y) - 1)) / (sum(w) - sum(a * a for a in w) / sum(w)))
    star = [1 / (between + v) for v in variance]
    center = sum(a * b for a, b in zip(star, y, strict=True)) / sum(star)
    share = [between / (between + v) for v in variance]
    return center, between, share, [s * b + (1 - s) * center for s, b in zip(share, y, strict=True)]


@pytest.mark.parametrize("seed", range(12))
def test_it_equals_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 3000, rng.integers(2, 30))
    if seed % 2:
        x = rng.binomial(n, rng.beta(20, 60, len(n)))
        y, variance = x / n, variance_of_rates(x, n)
    else:
        y, variance = rng.normal(130, 3, len(n)), variance_of_means(n, 16.0)
    found, (center, between, share, figures) = shrunken(y, variance), naive(y.tolist(), variance.tolist())
    assert (found.center, found.between) == pytest.approx((center, between), rel=1e-9, abs=1e-15)
    assert found.reliability == pytest.approx(share, abs=1e-12)
    assert found.figures == pytest.approx(figures, rel=1e-9)


def test_in_worlds_of_known_spread_the_shrunken_figures_lie_nearer_to_the_truth():
    rng, raw, moved, seen = np.random.default_rng(3), 0.0, 0.0, []
    for _ in range(300):
        n = rng.integers(40, 400, 12)
        truth = 0.6 + 0.05 * rng.standard_normal(12)
        x = rng.binomial(n, truth)
        found = shrunken(x / n, variance_of_rates(x, n))
        raw, moved = raw + ((x / n - truth) ** 2).sum(), moved + ((found.figures - truth) ** 2).sum()
        seen.append(found.between)
    assert np.mean(seen) == pytest.approx(0.05**2, rel=0.1)
    assert moved < 0.85 * raw
