"""Two releases between which a year began: the ladder is chosen anew, and whoever keeps the first reads both.

Attacked with all that lies outside a release: the public table of ZIP codes by county, groups within groups, windows
that overlap, and the other release's tables at other rungs.
"""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from data.ledger.data_folder import make_folder
from metrics.grouping import ladder
from tests.attack.attackers.attacker import NAIVE, Known, Release, attack
from tests.attack.attackers.attacker_dimensions import places, quarters_of_groups, remembered, rungs, windows
from tests.attack.attackers.written_releases import written
from tests.attack.probes.probe_store import Probed, settings
from tests.attack.probes.probe_world import FEW, QUARTERS, ZIPS, World, made_world

FIRST, SECOND = dt.date(2025, 12, 20), dt.date(2026, 4, 5)
"""The first closes a year of four quarters, the second the quarter after it. A quarter closes after 30 days."""
SMALLEST = 3
"""In a small partnership little is to be hidden, so that a release is quick."""


def two_choices(
    folder: Path, world: World, monkeypatch: pytest.MonkeyPatch, most: tuple[float, float], smallest: int
) -> list[Release]:
    """Releases of two calendar years: each ladder takes the finest rungs of which at most such a share of the cells is
    small."""
    fit = ladder._fit
    text = settings({p for p, _ in world.rows}, FIRST, smallest)
    make_folder(folder, text.replace("[choices]", "[calendar]\ncloses_after_days = 30\n[choices]"))
    probed = Probed(folder, smallest=smallest)
    made: list[Release] = []
    for share, quarters in zip(most, (range(QUARTERS - 1), range(QUARTERS - 1, QUARTERS)), strict=True):
        if made:
            probed.settle(today=str(SECOND))
        probed.send(world.deliveries(quarters=quarters))
        monkeypatch.setattr(
            ladder, "_fit", lambda cells, few, usual, share=share: fit(cells, few, share if usual else 0.0)
        )
        probed.publish()
        made.append(written(probed.store))
    probed.close()
    return made


def changed_tables(first: Release, second: Release) -> int:
    """Tables of closed periods that are in both and show other groups."""
    table = ["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier"]
    both = [r.published.group_by(table).agg(pl.col("category").sort()) for r in (first, second)]
    return both[0].join(both[1], on=table).filter(pl.col("category") != pl.col("category_right")).height


def told(releases: list[Release], smallest: int, attackers: list[str] | None = None) -> list[Known]:
    """Hidden counts that some reader bounds too narrowly, the small ones and those hidden for their sake."""
    outside = (quarters_of_groups, remembered(), places(ZIPS), rungs, windows)
    return attack(releases, attackers, smallest, nested=True, outside=outside)


@pytest.mark.heavy
@pytest.mark.parametrize("most", [(0.04, 0.3), (0.3, 0.0)], ids=["finer", "coarser"])
def test_a_change_of_rungs_between_two_years_gives_no_hidden_count_away(tmp_path: Path, monkeypatch, most):
    releases = two_choices(tmp_path / "var", made_world(4, 300, 16, FEW), monkeypatch, most, SMALLEST)
    finer = most[1] > most[0]
    assert changed_tables(*releases) == 0 if finer else changed_tables(*releases) > 10
    assert sum(int(r.published["suppressed"].sum()) for r in releases) > 10
    assert told(releases, SMALLEST, [NAIVE, "first_clinic"]) == []


@pytest.mark.heavy
@pytest.mark.parametrize("most", [(0.04, 0.15), (0.15, 0.04)], ids=["finer", "coarser"])
def test_no_reader_of_whole_releases_gains_a_hidden_count_by_a_change_of_rungs(tmp_path: Path, monkeypatch, most):
    releases = two_choices(tmp_path / "var", made_world(9), monkeypatch, most, 11)
    assert sum(int(r.published["suppressed"].sum()) for r in releases) > 10
    assert told(releases, 11) == []
