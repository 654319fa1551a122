"""Kaplan and Meier's estimate against published figures and statsmodels."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.statistics.kaplan_meier import kaplan_meier, quantile

# Freireich et al. 1963, weeks in remission under 6-mercaptopurine, as in Cox & Oakes 1984 and Collett 2003.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_published_example_of_remissions():
    curve = kaplan_meier(WEEKS, RELAPSED)
    assert curve.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.waiting.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert quantile(curve, 0.5) == (23, 13, None)  # R: survfit(conf.type = "log-log") gives 23, 13 to not reached


@pytest.mark.parametrize("seed", range(5))
def test_random_waits_equal_those_of_statsmodels(seed: int):
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 60, 80)
    done = (rng.random(80) < 0.6) & (days < 55)  # statsmodels warns where nobody waits any more
    curve, other = kaplan_meier(days, done), SurvfuncRight(days, done)
    assert curve.days == pytest.approx(other.surv_times)
    assert curve.waiting == pytest.approx(other.surv_prob)
    assert curve.error[curve.waiting > 0] == pytest.approx(other.surv_prob_se[curve.waiting > 0])
    found = quantile(curve, 0.5)
    low, high = other.quantile_ci(0.5)
    assert (found.days, found.low, found.high) == (other.quantile(0.5), low, high)


def test_open_ones_make_the_wait_longer_than_the_mean_of_the_closed():
    days = [2, 4, 6] + [90] * 7
    done = [True] * 3 + [False] * 7
    curve = kaplan_meier(days, done)
    assert quantile(curve, 0.5).days is None
    assert curve.done_by(90) == pytest.approx(0.3)
    assert curve.done_by(3) == pytest.approx(0.1)
    assert curve.done_by(1) == 0


def test_nothing_done_and_nothing_at_all():
    for days in ([5, 6], []):
        curve = kaplan_meier(days, [False] * len(days))
        assert (quantile(curve, 0.5), curve.done_by(10)) == ((None, None, None), 0)
    with pytest.raises(ValueError, match="days from 0"):
        kaplan_meier([-1], [True])


def test_everyone_done():
    curve = kaplan_meier([3, 3, 8], [True, True, True])
    assert curve.waiting.tolist() == [pytest.approx(1 / 3), 0]
    assert quantile(curve, 0.5).days == 3
