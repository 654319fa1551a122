"""The units of the research edition, and the rows that decided about them, equal those of the naive oracle."""

from pathlib import Path

import pytest

from tests.oracles.edition_rows import Edition
from tests.support.drawing.random_rows import MEASURES, random_partnership

SEEDS, QUICK = 60, 1


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEEDS)]
)
def test_units_and_their_deciding_rows_are_those_of_the_oracle(tmp_path: Path, seed: int):
    partnership = random_partnership(tmp_path / "p", seed, list(MEASURES)[seed % len(MEASURES)])
    edition = Edition(partnership)
    expected, shown, deciding = dict(edition.expected()), edition.units(), edition.deciding()
    compared = {key for key in shown if (key.indicator, key.scope) != ("readmission_any_hospital", "linked")}
    partnership.close()
    assert compared == expected.keys()
    for key, unit in expected.items():
        met = None if unit.value is not None else unit.met
        assert shown[key] == (unit.reason is None, unit.reason, met), key
    named = {(key, fact) for key, unit in expected.items() for fact, rows in unit.rows.items() if rows}
    assert {(key, fact) for key, fact in deciding if key in expected} == named
    for key, fact in named:
        assert deciding[key, fact] in {edition.row(row) for row in expected[key].rows[fact]}, (key, fact)
