"""The audit: what it asks for many readers at once, or finds from inside, it says of nobody of whom it is not so."""

import itertools

import numpy as np
import pytest

from metrics.disclosure import linear_program, narrow_counts, readers
from metrics.disclosure.linear_program import Region, out_of_reach
from metrics.disclosure.numbered_margins import number_cells
from metrics.disclosure.reader_bounds import Sight, Wide
from metrics.disclosure.readers import Reader
from tests.metrics.disclosure.test_complementary_suppression import PARTNERS, SMALLEST, known_of, narrow, partnership
from tests.support.whole_run.every_run import some_of

MEASURES = ("numerator", "rest", "denominator")


def numbers_of(cells):
    known = known_of(cells)
    return known, number_cells(known, np.zeros(len(known.cells), bool))


def told(cells, more: int) -> tuple[set[tuple[str, str, str, str]], dict]:
    """What the audit says of the small counts hidden alone, and some that chance adds; and what was hidden."""
    known, numbers = numbers_of(cells)
    hidden = numbers.primary(SMALLEST) & numbers.published
    chance = np.random.default_rng(more)
    hidden |= (chance.random(numbers.size) < 0.2 * more) & numbers.published
    rows = known.cells.rows(named=True)
    shown = {(r["scope"], r["category"]): bool(hidden[n]) for n, r in enumerate(rows) if r["published"]}
    found = {
        (str(one.reader), rows[one.cell]["scope"], rows[one.cell]["category"], MEASURES[one.measure])
        for one in narrow_counts.too_narrow(numbers, hidden, SMALLEST)
    }
    return found, shown


@pytest.mark.parametrize("more", some_of(range(3), 3))
@pytest.mark.parametrize("seed", range(3))
def test_some_at_a_time_and_from_inside_it_finds_what_one_reader_at_a_time_does(seed, more, monkeypatch):
    """A move for many readers that is none for one of them, or holds the sums only nearly, would hide a leak."""
    monkeypatch.setattr(narrow_counts, "_ENOUGH", 1000)
    cells = partnership(seed)
    monkeypatch.setattr(narrow_counts, "auditors", lambda *_: [])
    monkeypatch.setattr(readers, "_GROWING", ())
    one_by_one, hidden = told(cells, more)
    monkeypatch.undo()
    monkeypatch.setattr(narrow_counts, "_ENOUGH", 1000)
    monkeypatch.setattr(readers, "_BLOCK", 1)
    monkeypatch.setattr(readers, "_GROWING", (1,))
    monkeypatch.setattr(linear_program, "_LARGE", 0)
    assert told(cells, more)[0] == one_by_one
    if more == 0:
        assert one_by_one, "nothing is kept from anybody"
    # The attacker of this folder knows less: what he finds is there too, if of another reader who knows as much of it.
    for own in PARTNERS:
        assert set(narrow(cells, hidden, own)) <= {one[1:] for one in one_by_one}


@pytest.mark.parametrize("partners", [5, 8, 9, 50])
def test_any_partner_moves_with_people_that_any_other_does_not_know(partners):
    """Else a proof for one reader would have to be looked for among all cells; one of two is not enough for both."""
    names = [f"p{n}" for n in range(partners)]
    halves, pairs = list(readers._halves(names)), list(readers._pairs(names))
    for one, other in itertools.permutations(names, 2):
        assert any(one in half and other not in half for half in halves), (one, other)
        assert any(one in pair and other not in pair for pair in pairs), (one, other)


def test_few_counts_are_looked_at_among_partners_whom_the_reader_is_none_of():
    """A stand-in who did not know the reader's own counts would take them for moving."""
    _, numbers = numbers_of(partnership(0))
    left = np.flatnonzero(numbers.of(["birch"], np.arange(numbers.size)))
    for name in PARTNERS:
        reader = Reader(frozenset([name]))
        found = list(readers.growing(numbers, np.arange(numbers.size), reader, left))
        assert found[-1] == reader
        assert all(reader.knows <= several.knows for several in found)


def test_bounds_of_a_reader_rule_out_only_what_he_can_bound():
    """Two readers see a part differently: what stands still for one, and only for him, narrows what is beside it."""
    ruled_out: dict[Reader, int] = {}
    for seed in range(4):
        _, numbers = numbers_of(partnership(seed, (0, 1, 3, 5, 12)))
        everything = np.ones(numbers.size, bool)
        region = Region(numbers, np.flatnonzero(~numbers.total), everything, SMALLEST)
        for reader in (Reader(), *(Reader(frozenset([p])) for p in PARTNERS)):
            sight = Sight(region, everything, reader, Wide(numbers))
            for cell, measure in np.argwhere(out_of_reach(region, sight.moving) & sight.guarded):
                sight.ask(cell, measure)
                assert sight.narrow[cell, measure], (seed, reader)
                ruled_out[reader] = ruled_out.get(reader, 0) + 1
    assert len(set(ruled_out.values())) > 1 and min(ruled_out.values()) > 5
