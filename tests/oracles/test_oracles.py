"""Two witnesses: every count of the product equals that of a naive oracle, on seeded random partnerships."""

from pathlib import Path

import pytest

from tests.oracles.naive import oracle
from tests.oracles.scope_rows import Counted
from tests.support.random_rows import MEASURES, random_partnership

# The seeds take the three measures in turn: 200 partnerships for each; a few of each in every run.
SEEDS, QUICK = 600, 30


def differences(product: Counted, expected: Counted) -> list[str]:
    """Keys whose counts differ, a line each."""
    keys = sorted(k for k in product.keys() | expected.keys() if product.get(k) != expected.get(k))
    return [f"{' '.join(map(str, k))}: product {product.get(k)}, oracle {expected.get(k)}" for k in keys]


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEEDS)]
)
def test_every_count_equals_the_oracle(tmp_path: Path, seed: int):
    partnership = random_partnership(tmp_path / "p", seed, list(MEASURES)[seed % 3])
    found = differences(partnership.counts(), oracle(partnership))
    partnership.close()
    assert found == []
