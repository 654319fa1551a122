"""Months compared like for like: a naive count agrees, and nothing but a change moves the difference."""

from dataclasses import astuple

import numpy as np
import pytest

from metrics.statistics.contrast import Contrast, MonthCounts, contrasts, sides


def made(seed: int, partners: int = 4, months: int = 36, level: float = 0.3) -> MonthCounts:
    rng = np.random.default_rng(seed)
    n = rng.integers(5, 80, (partners, months))
    return MonthCounts(rng.binomial(n, level).astype(float), n.astype(float))


def together(those: list[MonthCounts], length: int, years_back: tuple[int, ...]) -> list[Contrast | None]:
    return contrasts([one for counts in those if (one := sides(counts, length, years_back))])


def compared(counts: MonthCounts, length: int = 12, years_back: tuple[int, ...] = (1,)) -> Contrast:
    (found,) = together([counts], length, years_back)
    assert found
    return found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("length", "years_back"), [(12, (1,)), (12, (1, 2)), (6, (1, 2)), (3, (1,))])
def test_a_naive_count_agrees(seed, length, years_back):
    counts = made(seed)
    counts.count[1, 3:20], counts.people[1, 3:20] = np.nan, np.nan
    top = bottom = squares = 0.0
    for partner in range(4):
        for month in range(36 - length, 36):
            x1, n1 = counts.count[partner, month], counts.people[partner, month]
            before = [month - 12 * years for years in years_back]
            x0 = sum(counts.count[partner, b] for b in before if not np.isnan(counts.people[partner, b]))
            n0 = sum(counts.people[partner, b] for b in before if not np.isnan(counts.people[partner, b]))
            if np.isnan(n1) or not n0:
                continue
            w, p = n1 * n0 / (n1 + n0), (x1 + x0) / (n1 + n0)
            top, bottom, squares = top + w * (x1 / n1 - x0 / n0), bottom + w, squares + w * p * (1 - p)
    found = compared(counts, length, years_back)
    assert found.difference == pytest.approx(top / bottom)
    assert found.error == pytest.approx(np.sqrt(squares) / bottom)


def flat(levels: list[float], sizes: np.ndarray) -> MonthCounts:
    """Partners that never change, without chance."""
    return MonthCounts(np.array(levels)[:, None] * sizes, sizes.astype(float))


def test_a_partner_that_joins_leaves_or_grows_moves_nothing():
    sizes = np.full((3, 36), 100.0)
    sizes[0, :30] = np.nan
    sizes[1, 30:] = np.nan
    sizes[2, 24:] = 900
    assert compared(flat([0.9, 0.1, 0.5], sizes), 12, (1, 2)).difference == pytest.approx(0)


def test_a_season_that_comes_back_moves_nothing():
    sizes = np.full((2, 36), 100.0)
    season = 0.1 * np.cos(np.arange(36) * np.pi / 6)
    counts = MonthCounts((0.4 + season) * sizes, sizes)
    assert compared(counts, 6, (1, 2)).difference == pytest.approx(0)
    assert compared(counts, 3, (1,)).difference == pytest.approx(0)


def test_a_mean_is_compared_with_the_variance_that_was_sent():
    people, spread = np.full((1, 24), 50.0), np.full((1, 24), 289.0)
    level = np.where(np.arange(24) < 12, 134.0, 131.0)
    found = compared(MonthCounts(level * people, people, spread))
    assert found.difference == pytest.approx(-3)
    assert found.error == pytest.approx(np.sqrt(289 * 2 / 600))


def test_nothing_to_compare_with_is_no_comparison():
    counts = made(1, months=12)
    assert sides(counts, 12, (1,)) is None
    apart = np.full((2, 24), np.nan)
    apart[0, :12], apart[1, 12:] = 10, 10
    assert together([MonthCounts(apart / 2, apart)], 12, (1,)) == [None]


def test_many_together_are_each_what_it_is_alone():
    """Rates, a mean, one that has nothing to compare, and tables of other lengths, in one pass."""
    mean = made(1, partners=3)
    those = [
        made(0),
        MonthCounts(mean.count, mean.people, np.full(mean.people.shape, 17.0**2)),
        MonthCounts(np.zeros((1, 36)), np.zeros((1, 36))),
        made(2, partners=1, months=48),
    ]
    alone = [together([counts], 12, (1, 2))[0] for counts in those]
    assert [one is None for one in alone] == [False, False, True, False]
    for found, expected in zip(together(those, 12, (1, 2)), alone, strict=True):
        assert (found and astuple(found)) == (expected and pytest.approx(astuple(expected)))
