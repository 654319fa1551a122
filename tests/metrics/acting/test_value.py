"""What a change is worth: its interval, its sign, and that nothing is worth anything without a comparison."""

import datetime as dt

import numpy as np
import pytest
from pydantic import ValidationError

from metrics.acting.arms import Action
from metrics.acting.impact import Impact
from metrics.acting.value import as_sure, fineness, product, value
from schemas.policy.worth.unit_value import UnitValue

ACTION = Action("readmission_same_hospital", dt.date(2025, 1, 1), ("a",))
UNIT = UnitValue(
    indicator="readmission_same_hospital", result="a readmission avoided", low=9000, central=15000, high=18000,
    source="An example", year=2025, benefits="Health plans",
)  # fmt: skip
FALL = Impact(ACTION, "month", "changed", found=(-0.02, -0.03, -0.01))


def test_a_fall_of_what_is_unwanted_is_worth_its_number_times_the_unit_value_less_costs():
    found = value(FALL, UNIT, 1000, {"Hospital": 40_000, "City": 10_000}, lower_is_better=True)
    assert found is not None
    assert found.results == pytest.approx((20, 10, 30))
    assert found.gross[0] == pytest.approx(300_000) and found.net[0] == pytest.approx(250_000)
    assert found.gross[1] < 300_000 < found.gross[2] and found.surely


def test_the_same_fall_of_what_is_wanted_is_a_loss():
    found = value(FALL, UNIT, 1000, {}, lower_is_better=False)
    assert found is not None and found.gross[2] < 0


@pytest.mark.parametrize("verdict", ["no comparison", "not enough data"])
def test_a_before_and_after_is_worth_nothing_that_is_known(verdict):
    assert (
        value(Impact(ACTION, "month", verdict, found=(-0.02, -0.03, -0.01)), UNIT, 1000, {}, lower_is_better=True)
        is None
    )


def test_the_interval_of_a_product_is_that_of_its_simulation():
    rng = np.random.default_rng(1)
    drawn = rng.normal(20, 10 / 1.96, 400_000) * rng.normal(15_000, 3000 / 1.96, 400_000)
    _, low, high = product((20, 10, 30), (15_000, 12_000, 18_000))
    assert [low, high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), rel=0.02)


def test_a_value_that_is_known_exactly_leaves_the_interval_of_the_rate():
    assert product((20, 10, 30), (100, 100, 100)) == pytest.approx((2000, 1000, 3000), rel=0.03)


def test_amounts_out_of_order_or_without_a_source_are_refused():
    for wrong in ({"low": 20_000.0}, {"source": ""}):
        with pytest.raises(ValidationError):
            UnitValue(**{**UNIT.model_dump(), **wrong})


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ((123_456.0, 34_567.0, 223_456.0), (120_000, 30_000, 220_000)),  # 188,889 wide: to ten thousands
        ((12_345.0, 11_999.0, 12_691.0), (12_340, 12_000, 12_690)),  # 692 wide: to tens
        ((-1_234_567.0, -2_500_000.0, 40_000.0), (-1_200_000, -2_500_000, 40_000)),  # an end near 0 is not said to be 0
        ((5.0, 5.0, 5.0), (5, 5, 5)),
        ((0.0, -80_000.0, 80_000.0), (0, -80_000, 80_000)),
    ],
)
def test_a_sum_is_said_to_two_significant_digits_of_its_range(span, said):
    assert as_sure(span) == pytest.approx(said) and fineness(span) >= 1


def test_what_is_more_than_nothing_is_not_rounded_to_nothing():
    """A trap: from $400 to $90,000, said as "$0 to $90,000. That is more than nothing"."""
    assert as_sure((45_000.0, 400.0, 90_000.0)) == pytest.approx((45_000, 400, 90_000))
