"""Scatter beyond chance: published factors, a level or a season that is no scatter, and what carries over."""

import numpy as np
import pytest
from scipy import stats

from metrics.statistics import excess_scatter
from metrics.statistics.contrast import MonthCounts
from metrics.statistics.excess_scatter import carried_over, inflation, magnified, scatter


@pytest.mark.parametrize(("years_back", "factors"), [((1,), (1, 1.48, 2.28, 3.83)), ((1, 2), (1, 1.50, 2.35, 4.08))])
def test_what_carries_over_weighs_as_the_statistics_document_says(years_back, factors):
    found = [magnified(12, years_back, 3, rho) for rho in (0, 0.2, 0.4, 0.6)]
    assert found == pytest.approx(factors, abs=0.005)


def months(seed: int, years: int = 3, by: np.ndarray | float = 0.0, people: int = 500) -> MonthCounts:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-(-0.8 + by + np.zeros(12 * years))))
    n = np.full((1, 12 * years), people)
    return MonthCounts(rng.binomial(n, p).astype(float), n.astype(float))


def average(by: np.ndarray | float) -> float:
    found = [scatter(months(seed, by=by)) for seed in range(200)]
    return float(np.mean([(one.left**2).sum() / 22 for one in found if one]))


def test_chance_alone_a_season_and_a_new_level_are_no_scatter():
    season = 0.3 * np.cos(np.arange(36) * np.pi / 6)
    level = np.where(np.arange(36) < 24, 0.0, 0.4)
    assert [average(by) for by in (0.0, season, level)] == pytest.approx([1, 1, 1], abs=0.08)


def test_scatter_is_seen_and_shrunken_to_the_usual():
    rng = np.random.default_rng(5)
    found = [scatter(months(seed, by=rng.normal(0, 0.2, 36))) for seed in range(200)]
    seen = np.mean([(one.left**2).sum() / 22 for one in found if one])
    assert seen == pytest.approx(1 + 0.04 * 500 * 0.2139, rel=0.15)
    one = scatter(months(0))
    assert one and one.freedom == 44
    assert one.ratio == pytest.approx((22 * one.usual + (one.left**2).sum()) / 44)
    assert one.usual == pytest.approx(1 + 0.0025 * 500 * 0.2139, rel=0.01)


def test_less_than_two_years_or_a_month_without_anybody_says_nothing():
    assert scatter(months(1, years=1)) is None
    counts = months(1)
    counts.count[0, 20], counts.people[0, 20] = np.nan, np.nan
    assert scatter(counts) is None
    counts = months(1)
    counts.people[0, 2] = 0
    assert scatter(counts) is None


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.7])
def test_what_carries_over_is_found_from_all_figures_together(rho):
    rng = np.random.default_rng(7)

    def series() -> np.ndarray:
        noise = rng.normal(0, 1, 60)
        for m in range(1, 60):
            noise[m] = rho * noise[m - 1] + np.sqrt(1 - rho**2) * noise[m]
        return 0.3 * noise[24:]

    found = carried_over(one for seed in range(300) if (one := scatter(months(seed, by=series()))))
    assert found == pytest.approx(rho, abs=0.08)


def test_without_figures_or_scatter_nothing_carries_over():
    assert carried_over([]) == 0
    assert carried_over(one for seed in range(100) if (one := scatter(months(seed)))) <= 0.3


def test_an_inflation_is_never_below_one():
    one = scatter(months(3))
    assert one
    quiet = excess_scatter.Scatter(0.5, one.freedom, one.usual, one.left)
    assert inflation(quiet, 12, (1,), 0.0) == 1


@pytest.mark.parametrize(("t", "freedom"), [(2.5, 44), (-3.2, 33), (0.0, 55), (4.0, 44)])
def test_a_t_value_becomes_as_rare_a_normal_deviate(t, freedom):
    z = excess_scatter.as_normal(t, freedom)
    assert stats.norm.sf(abs(z)) == pytest.approx(stats.t.sf(abs(t), freedom))
    assert np.sign(z) == np.sign(t)


def test_beyond_what_tails_can_tell_a_deviate_stops():
    assert (excess_scatter.as_normal(40, 44), excess_scatter.as_normal(-40, 44)) == (8, -8)
    assert (excess_scatter.normal_of(0), excess_scatter.normal_of(1)) == (8, 0)
