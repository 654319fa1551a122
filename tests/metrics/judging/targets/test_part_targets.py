"""A target for one partner or group rests on its own figure; what is hidden is said, and a gap is not closed from above."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from metrics.judging.target_met import target_test
from metrics.judging.targets.part_targets import Progress, progress
from schemas.policy.partnership import Partnership
from schemas.policy.targets.target_for import TargetFor
from tests.metrics.judging.test_target_met import figure
from tests.pages.test_figure_sentences import END, row, situation

START = dt.date(2025, 6, 30)
BLACK: dict[str, Any] = {
    "indicator": "bp_control", "by": "race_ethnicity", "group": "black", "target": 0.65, "start": START,
    "until": dt.date(2027, 12, 31), "owner": "Nurse lead",
}  # fmt: skip
GAP = BLACK | {"beside": "white", "target": 0.05}


def held(said: dict[str, Any], **groups: list[tuple[int | None, int]]) -> Progress:
    """Groups with their (numerator, people) in the year before and now."""
    rows = {
        name: [
            row(x, n, category=name, period_end=end, suppressed=x is None)
            for (x, n), end in zip(years, (START, END), strict=True)
        ]
        for name, years in groups.items()
    }
    s = replace(situation((12_000, 20_000), None), figure=figure(0.6, 1600))
    return progress(TargetFor(**said), s, rows)


@pytest.mark.parametrize(
    ("now", "met", "forecast"),
    [
        (3600, "clearly met", "on course"),
        (3260, "met", "open"),
        (3240, "missed", "open"),
        (2750, "clearly missed", "off course"),
    ],
)
def test_a_groups_own_figure_is_held_against_its_own_target(now, met, forecast):
    found = held(BLACK, black=[(now - 10, 5000), (now, 5000)])
    assert found.tested and (found.tested.met, found.tested.forecast) == (met, forecast)
    assert found.then and found.then[0] == pytest.approx((now - 10) / 5000)
    low, high = found.tested.expected or (1.0, 0.0)
    assert low < now / 5000 < high


def test_it_cannot_be_met_by_what_another_group_does():
    """The whole partnership is far beyond 65 %, the best group beyond 90 %: it says nothing of this one."""
    alone = held(BLACK, black=[(2900, 5000), (2900, 5000)])
    with_others = held(BLACK, black=[(2900, 5000), (2900, 5000)], white=[(3500, 5000), (4600, 5000)])
    assert alone == with_others and alone.tested and alone.tested.met == "clearly missed"


@pytest.mark.parametrize(
    ("black", "white", "met", "fell_back"),
    [
        ([(2900, 5000), (3300, 5000)], [(3500, 5000), (3500, 5000)], "met", False),
        ([(2900, 5000), (2900, 5000)], [(3500, 5000), (3100, 5000)], "met", False),  # no worse, though no better
        ([(2900, 5000), (2800, 5000)], [(3500, 5000), (2900, 5000)], "missed", True),
        ([(None, 5000), (2900, 5000)], [(3500, 5000), (2950, 5000)], "missed", True),  # how it was is not known
        ([(2900, 5000), (2900, 5000)], [(3500, 5000), (4600, 5000)], "clearly missed", False),
        ([(2900, 5000), (3600, 5000)], [(3500, 5000), (3000, 5000)], "clearly met", False),  # it is ahead now
    ],
)
def test_a_gap_is_not_closed_by_the_other_groups_getting_worse(black, white, met, fell_back):
    found = held(GAP, black=black, white=white)
    assert found.tested and (found.tested.met, found.fell_back) == (met, fell_back)
    assert found.tested.forecast is None, "a gap is not foretold"


def test_what_is_not_published_is_said_and_nothing_is_judged():
    hidden = held(BLACK, black=[(2900, 5000), (None, 5000)])
    assert (hidden.missing, hidden.tested, hidden.now) == ("hidden", None, None) and hidden.then
    assert held(BLACK).missing == "no figure"
    assert held(GAP, black=[(2900, 5000), (2900, 5000)]).missing == "no figure", "the other one is not there"


def test_a_day_that_is_past_is_not_foretold():
    found = held(BLACK | {"until": dt.date(2026, 3, 31)}, black=[(2900, 5000), (2900, 5000)])
    assert found.is_past and found.tested and found.tested.forecast is None


def test_the_range_of_a_forecast_holds_the_year_that_comes():
    """1,000 worlds in which log-odds walk by 0.05 a year, as is usual: 95 % ranges hold 93 to 98 % of the years."""
    rng, n, inside = np.random.default_rng(7), 3600, 0
    seen = figure()
    for _ in range(1000):
        walk = np.cumsum([rng.normal(np.log(1.5), 0.2), *rng.normal(0, 0.05, 4)])
        *before, now, later = rng.binomial(n, 1 / (1 + np.exp(-walk))) / n
        test = target_test(
            seen, now, float(np.sqrt(now * (1 - now) / n)), n, 0.6, higher_is_better=True, years=before, ahead=1
        )
        assert test.expected
        inside += test.expected[0] <= later <= test.expected[1]
    assert 930 <= inside <= 980, inside


@pytest.mark.parametrize(
    "told",
    [
        {"partner": "alder"}, {"by": None}, {"group": None}, {"by": "hair"}, {"beside": "black"}, {"target": 0},
        {"until": START}, {"owner": ""},
    ],
)  # fmt: skip
def test_a_target_that_is_for_nobody_or_for_two_is_refused(told):
    with pytest.raises(ValidationError):
        TargetFor(**(BLACK | told))


def test_two_for_the_same_and_one_for_a_stranger_are_refused():
    with pytest.raises(ValidationError, match="same partner or group"):
        Partnership(targets_for=(TargetFor(**BLACK), TargetFor(**(BLACK | {"target": 0.7}))))
    stranger = BLACK | {"by": None, "group": None, "partner": "nobody"}
    with pytest.raises(ValidationError, match="not listed"):
        Partnership(targets_for=(TargetFor(**stranger),))
