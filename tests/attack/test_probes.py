"""A partner that sends what it likes learns nothing of others' people: probes, totals, and one person's changes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attack.attackers.attacker import Release, attack
from tests.attack.attackers.attacker_dimensions import places, rungs, windows
from tests.attack.probes import probe_changes, probe_linkage, probe_totals
from tests.attack.probes.probe_guesses import NONE, Guesses, Marks, judge
from tests.attack.probes.probe_store import Probed
from tests.attack.probes.probe_world import CONDITIONS, FEW, ZIPS, World, made_world

SEEDS = (1, 2, 3)
SMALLEST = 3
"""In small partnerships little is to be hidden, so that a release is quick."""


@dataclass(frozen=True)
class Base:
    """A small partnership that waits for the prober."""

    world: World
    folder: Path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    world = made_world(4, 300, 16, FEW)
    yield Base(world, probe_linkage.base(tmp_path_factory.mktemp("probed") / "var", world, SMALLEST))


def test_the_rule_finds_the_mark_that_tells():
    chance = random.Random(1)
    has = [chance.random() < 0.5 for _ in range(60)]
    noise: list[Marks] = [{n: chance.randrange(3) for n in range(40)} for _ in has]
    assert not judge(noise, has).telling
    rows: list[Marks] = [{**marks, "row": label or None} for marks, label in zip(noise, has, strict=True)]
    assert judge(rows, has) == Guesses(60, 60, max(sum(has), 60 - sum(has)))


def test_a_place_s_people_are_told_where_they_are_counted_linked(small: Base):
    """What the prober would read, did a place's row count the people that a token links: the rule learns it."""
    seen: list[Marks] = [{("hypertension", "denominator"): int("hypertension" in t.has)} for t in small.world.targets]
    found = probe_linkage.guessed(seen, small.world.targets)["hypertension"]
    assert found.telling and found.right == found.made


def test_targets_are_alike_in_all_that_a_prober_knows(small: Base):
    assert {(t.describes["sex"], t.describes["birth_year"], *t.at) for t in small.world.targets} == {
        ("female", 1960, "first_clinic", "first_hospital", "pantry")
    }
    assert {probe_linkage.invented(n) for n in range(300)}.isdisjoint(ZIPS)


def test_a_prober_guesses_no_better_than_a_constant(small: Base, tmp_path: Path):
    found = probe_linkage.many_at_once(tmp_path / "var", small.folder, small.world, "bare")
    assert {c: g for c, g in found.items() if g.telling} == {}


@pytest.mark.heavy
def test_no_exact_group_hangs_on_who_the_target_is(small: Base, tmp_path: Path):
    world = small.world
    # One who has as much as can be, one who has as little.
    by_number = sorted(world.targets, key=lambda t: len(t.has))
    groups = probe_linkage.groups_of_each(
        tmp_path / "var", small.folder, world, "clinical", [by_number[0], by_number[-1]]
    )
    assert probe_linkage.moved_groups(groups) == 0


@pytest.mark.heavy
def test_no_readmission_by_group_hangs_on_a_return_elsewhere(small: Base, tmp_path: Path):
    """A prober's stays around someone's move the total that counts returns to all hospitals, and no other figure."""
    world, target = small.world, small.world.targets[0]
    (known, linked), (unknown, apart) = (
        probe_linkage.readmissions(tmp_path / name, small.folder, probe_linkage.stays_around(world, target, token))
        for name, token in (("known", target.token), ("unknown", "T-of-nobody"))
    )
    assert not linked.equals(apart), "nothing was linked: nothing was attacked"
    assert known.height > 20 and known.equals(unknown)


@pytest.mark.heavy
def test_no_cell_of_a_closed_period_moves_by_a_correction(tmp_path: Path):
    assert probe_changes.moved(tmp_path / "var", made_world(5, 250, 4, FEW), "correction", SMALLEST)[0] == 0


@pytest.mark.heavy
def test_invented_places_change_nothing(tmp_path: Path):
    world = made_world(6, 200, 4, FEW)
    (_, one, _), (_, many, _) = (
        probe_changes.in_places(tmp_path / f"{number}", world, 60, number, SMALLEST) for number in (1, 5)
    )
    assert one.equals(many)


@pytest.mark.heavy
@pytest.mark.parametrize("probe", probe_linkage.PROBES)
def test_no_prober_guesses_better_in_many_partnerships(tmp_path: Path, probe: str):
    found = dict.fromkeys(CONDITIONS, NONE)
    for seed in SEEDS:
        world = made_world(seed)
        start = probe_linkage.base(tmp_path / f"base{seed}", world)
        for condition, guesses in probe_linkage.many_at_once(tmp_path / "var", start, world, probe).items():
            found[condition] += guesses
        groups = probe_linkage.groups_of_each(tmp_path / "var", start, world, probe, world.targets[:8])
        assert probe_linkage.moved_groups(groups) == 0
    assert {c: g for c, g in found.items() if g.telling} == {}


@pytest.mark.heavy
@pytest.mark.parametrize("when", [probe_totals.LATE, probe_totals.ON_TIME])
def test_totals_tell_of_no_one_who_is_added(tmp_path: Path, when: str):
    found, linked = dict.fromkeys(probe_totals.ASKED, NONE), 0
    for seed in SEEDS:
        guesses, once = probe_totals.attack(tmp_path, seed, when, people=900, targets=12)
        found = {c: found[c] + g for c, g in guesses.items()}
        linked += once
    assert linked, "no total counts people once: nothing was attacked"
    assert {c: g for c, g in found.items() if g.telling} == {}


@pytest.mark.heavy
@pytest.mark.parametrize("kind", probe_changes.CHANGES)
def test_no_cell_of_a_closed_period_moves_by_any_one_change(tmp_path: Path, kind: str):
    assert probe_changes.moved(tmp_path / "var", made_world(7, 1500, 10), kind)[0] == 0


@pytest.mark.heavy
def test_no_reader_bounds_a_hidden_count_by_places_rungs_and_windows(tmp_path: Path):
    probed = Probed(tmp_path / "var")
    probed.send(made_world(9).deliveries())
    release = Release(probed.publish(), probed.exact())
    probed.close()
    assert attack([release], nested=True, outside=(places(ZIPS), rungs, windows)) == []


@pytest.mark.heavy
def test_many_invented_places_cost_nothing(tmp_path: Path):
    world = made_world(8)
    (_, one, usual), (_, many, seconds) = (
        probe_changes.in_places(tmp_path / f"{number}", world, 300, number) for number in (1, 300)
    )
    assert one.equals(many)
    assert seconds < 1.5 * usual + 5
