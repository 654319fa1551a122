"""Zeros and Fisher's noncentral hypergeometric distribution against SciPy's."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import nchypergeom_fisher

from metrics.statistics.crossing import crossing, share_at_most


@pytest.mark.parametrize("seed", range(5))
def test_a_zero_is_found_where_scipy_finds_it(seed: int):
    chance = np.random.default_rng(seed)
    for rises in (1, -1):
        where, steep = chance.normal(), chance.uniform(0.1, 5)

        def function(x: float, rises: int = rises, where: float = where, steep: float = steep) -> float:
            return float(rises * np.tanh(steep * (x - where)))

        assert crossing(function, -9, 9, 1e-9) == pytest.approx(brentq(function, -9, 9), abs=1e-8)


def test_no_zero_between_the_ends_is_an_error():
    with pytest.raises(ValueError, match="does not cross"):
        crossing(np.exp, -1, 1, 1e-9)


@pytest.mark.parametrize("odds", [0.01, 0.7, 1.0, 1.9, 300.0])
def test_the_shares_are_scipy_s(odds: float):
    chance = np.random.default_rng(7)
    for _ in range(6):
        total = int(chance.integers(2, 400))
        marked, drawn = (int(n) for n in chance.integers(1, total + 1, 2))
        first, last = max(0, drawn + marked - total), min(drawn, marked)
        expected = nchypergeom_fisher(total, marked, drawn, odds).cdf(np.arange(first, last + 1))
        found = [share_at_most(n, total, marked, drawn, odds) for n in range(first, last + 1)]
        assert found == pytest.approx(expected, abs=1e-9)
        assert share_at_most(first - 1, total, marked, drawn, odds) == 0
