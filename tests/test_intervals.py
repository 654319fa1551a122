"""Wilson intervals against published values."""

import numpy as np
import pytest

from metrics.intervals import wilson


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
