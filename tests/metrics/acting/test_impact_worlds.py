"""What the simulation of bench/ measures, on few worlds each time and on many when asked: intervals hold, nothing is
called a change that is none, and who was chosen for a high figure is not taken for an effect."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import binomtest

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BENCH))
    yield importlib.import_module("impact")
    for place in (BENCH, BENCH / "worlds"):
        sys.path.remove(str(place))
    for name in ("impact", "impact_worlds"):
        sys.modules.pop(name, None)


def over(bench: ModuleType, name: str, worlds: int) -> dict[str, np.ndarray]:
    scenario = next(s for s in bench.ALL if s.name == name)
    found = [bench.judged(scenario, seed) for seed in range(worlds)]
    return {key: np.array([one[key] for one in found]) for key in found[0]}


def test_twenty_two_food_programs_are_not_credited_with_what_comes_down_anyway(bench):
    beside = over(bench, "22 food programs, people chosen high, with a comparison", 2)
    assert beside["before and after"].mean() == pytest.approx(-8.4, abs=0.4)
    assert beside["found"].mean() == pytest.approx(-3.2, abs=0.4) and beside["changed"].all()
    alone = over(bench, "the same people, nobody beside", 2)
    assert alone["no comparison said"].all() and alone["before and after"].mean() == pytest.approx(-8.4, abs=0.4)


@pytest.mark.heavy
def test_a_rise_then_85_a_month_less_breaks_even_in_month_eight(bench):
    found = over(bench, "spending rises, then falls by 85 a month", 6)
    assert np.median(found["break-even month"]) == pytest.approx(8, abs=0.5)
    assert found["85 a month covered"].sum() >= 5


@pytest.mark.heavy
def test_a_large_effect_is_found_and_its_interval_holds_it(bench):
    found = over(bench, "large effect (35 % of the odds)", 8)
    assert found["changed"].sum() >= 7 and np.nansum(found["covered"]) >= 7


@pytest.mark.heavy
@pytest.mark.parametrize("name", [
    "season 10 %, scatter 5 %, 0.4 stays", "season 10 %, scatter 10 %, 0.6 stays", "medium effect (15 % of the odds)",
    "readmission 14 %, nothing", "systolic 134 mmHg, nothing", "quarters, nothing",
])  # fmt: skip
def test_intervals_cover_and_false_alarms_are_few(bench, name):
    found = over(bench, name, 300)
    held = found["covered"][~np.isnan(found["covered"])]
    assert binomtest(int(held.sum()), len(held), 0.93, alternative="less").pvalue > 0.01
    if "effect" not in name:
        assert binomtest(int(found["changed"].sum()), 300, 0.06, alternative="greater").pvalue > 0.01
