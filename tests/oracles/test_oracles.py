"""Two witnesses: every count of the product equals that of a naive oracle, on seeded random partnerships."""

from itertools import combinations
from pathlib import Path

import pytest

from metrics.disclosure.adding_up.shared_definitions import SAME_COUNT
from metrics.indicators import indicators
from tests.oracles.naive import ORACLES, oracle
from tests.oracles.scope_rows import Counted
from tests.support.drawing.random_rows import MEASURES, random_partnership
from tests.support.partnerships import UNTOLD

# The seeds take the five kinds of measures in turn: 200 partnerships for each; one of two of them in every
# run, beside the traps of each measure.
SEEDS, QUICK = 1000, 2


def differences(product: Counted, expected: Counted) -> list[str]:
    """Keys whose counts differ, a line each."""
    keys = sorted(k for k in product.keys() | expected.keys() if product.get(k) != expected.get(k))
    return [f"{' '.join(map(str, k))}: product {product.get(k)}, oracle {expected.get(k)}" for k in keys]


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEEDS)]
)
def test_every_count_equals_the_oracle(tmp_path: Path, seed: int):
    partnership = random_partnership(tmp_path / "p", seed, list(MEASURES)[seed % len(MEASURES)])
    found = differences(partnership.counts(), oracle(partnership))
    partnership.close()
    assert found == []


def test_every_indicator_has_an_oracle():
    assert set(ORACLES) == set(indicators())


@pytest.mark.heavy
def test_counts_that_are_always_the_same_people_are_declared_for_disclosure(tmp_path: Path):
    """Undeclared, a count hidden under one name comes out under the other, and no attack that was not told finds it."""
    found: dict[tuple[str, str], dict[tuple, float]] = {}
    for seed, measure in enumerate(MEASURES):
        partnership = random_partnership(tmp_path / measure, seed, measure)
        for (indicator, *cell), figures in partnership.counts().items():
            if cell[4] in ("exclusion", UNTOLD) or indicators()[indicator].statistic == "mean":
                continue
            for name, number in zip(("denominator", "numerator"), figures[:2], strict=True):
                found.setdefault((indicator, name), {})[measure, *cell] = number
        partnership.close()
    assert {indicator for indicator, _ in found} == {i for i in indicators() if indicators()[i].statistic == "rate"}
    declared = {frozenset(pair) for pair in SAME_COUNT}
    same = set()
    for one, other in combinations(found, 2):
        both = found[one].keys() & found[other].keys()
        pairs = [(found[one][cell], found[other][cell]) for cell in both]
        if one[0] != other[0] and any(mine for mine, _ in pairs) and all(mine == its for mine, its in pairs):
            same.add(frozenset((one, other)))
    assert same <= declared, (
        "say it in metrics/disclosure/adding_up/shared_definitions.py and tests/attack/attackers/attacker_sums.py"
    )
