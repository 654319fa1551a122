"""Every indicator does what the tables of traps in its folder say."""

import functools
from pathlib import Path

import pytest

from metrics.indicators import indicators
from tests.spec.spec_table import OfTraps, Trap, read_specs

FOLDER = Path(__file__).parents[2] / "metrics" / "indicators"
SPECS = {
    (page.parent.name, number): spec
    for page in sorted(FOLDER.glob("*/spec.md"))
    for number, spec in enumerate(read_specs(page))
}
CASES = [
    pytest.param(key, trap, id=f"{key[0]}-{'otherwise-' if spec.choices else ''}{trap.name}")
    for key, spec in SPECS.items()
    for trap in spec.traps
]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory):
    """The counts of a page's traps, worked out once."""

    @functools.cache
    def counts(key: tuple[str, int]) -> OfTraps:
        return SPECS[key].counts(tmp_path_factory.mktemp("spec") / "p")

    return counts


@pytest.mark.parametrize(("key", "trap"), CASES)
def test_trap(key: tuple[str, int], trap: Trap, counted):
    SPECS[key].holds(trap, counted(key))


def test_every_indicator_has_traps():
    assert {i for spec in SPECS.values() for names in spec.short.values() for i in names} == set(indicators())


def test_every_reason_for_leaving_out_is_in_a_trap():
    """But for those that only another choice of the partnership, or another indicator's page, shows."""
    shown = {word for spec in SPECS.values() for trap in spec.traps for word in trap.expected.replace(",", "").split()}
    assert {reason for i in indicators().values() for reason in i.exclusions} - shown == set()
