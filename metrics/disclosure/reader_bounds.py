"""What a reader who subtracts can say of each hidden count, by linear programming.

A reader knows every shown count, that no count is negative, and every relation of
`metrics.disclosure.adding_up.relations`. What is possible for him is a polytope around the true counts; it is described
here by how far the hidden counts may move together, so that a relation is simply: the signed moves add up to nothing.

Who reads (docs/decisions/006-disclosure-engine.md): the public, and each partner, who knows its own counts besides. All
are taken to be informed: they know which cells are hidden for the sake of others, whose denominators are not small.
"""

from collections.abc import Iterator

import numpy as np

from metrics.counting.input_views import PARTNERSHIP
from metrics.disclosure.cell_numbers import CellNumbers, parts
from metrics.disclosure.linear_program import Region, out_of_reach, together
from metrics.disclosure.readers import Reader, growing

EPS = 1e-6
_PUBLIC = ""


class Wide:
    """Which counts are known to be wide for whom. It stays true when more is hidden.

    A move of some partners' cells is possible for everyone but those partners, whoever it was looked for.
    """

    def __init__(self, known: CellNumbers) -> None:
        self._known = known
        self._place = {name: n for n, name in enumerate([_PUBLIC, *known.owners(np.arange(known.size))])}
        self._found = np.zeros((len(self._place), known.size, 3), bool)

    def note(self, sight: "Sight") -> None:
        """Keep what a sight has found."""
        mine = sight.guarded & ~sight.narrow
        some = mine.any(axis=1)
        if not some.any():
            return
        cells = sight.region.cells
        moved = {PARTNERSHIP, *self._known.owners(cells[sight.moving])}
        at = np.ix_([n for name, n in self._place.items() if name not in moved], cells[some])
        self._found[at] |= mine[some]

    def forget(self, cells: np.ndarray) -> None:
        """Look at these cells (n, as booleans) anew."""
        self._found[:, cells] = False

    def of(self, reader: Reader, cells: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of the cells that need not be looked at again for this reader, or those he stands for."""
        some = [self._place[name] for name in reader.knows or (_PUBLIC,)]
        return np.asarray(self._found[np.array(some)[:, None], cells].all(axis=0))


class Sight:
    """What one reader makes of the hidden cells of a region.

    `moving` (k): cells that he does not know. `guarded` (k, 3): counts that he must not bound narrowly and that are not
    known to be `wide`, nor `proven` (n, 3) to be; never nobody, since 0 may be shown. `hidden`: hidden cells (n).
    `high`, `low` (k, 3): the moves found so far, by earlier sights of his too, since more hidden cells only allow more.
    """

    def __init__(
        self, region: Region, hidden: np.ndarray, reader: Reader, wide: Wide, proven: np.ndarray | None = None
    ) -> None:
        known, cells = region.known, region.cells
        self.region, self.reader = region, reader
        self.moving = hidden[cells] & reader.moving(known, cells)
        self.guarded = known.at_risk(region.smallest)[cells] & (self.moving & region.asked)[:, None]
        self.guarded &= ~wide.of(reader, cells)
        if proven is not None:
            self.guarded &= ~proven[cells]
        if len(reader.knows) == 1 and self.guarded.any():
            (partner,) = reader.knows
            self.guarded &= ~region.people.alone(partner, hidden)
        self.high, self.low = region.ranges(reader)

    @property
    def narrow(self) -> np.ndarray:
        """Guarded counts (k, 3) of which no wide enough range is known yet to be possible."""
        smallest = self.region.smallest
        reaches = self.region.value + self.high >= smallest - EPS
        return self.guarded & ~(reaches & (self.high - self.low >= smallest - 1 - EPS))

    def take(self, move: np.ndarray) -> None:
        """Note how far a possible move (k, 3) goes."""
        np.maximum(self.high, move, out=self.high)
        np.minimum(self.low, move, out=self.low)

    def widen(self, patience: int = 2, *, exactly: bool = False, about: bool = False) -> None:
        """Look for moves that show the counts to be wide, until `patience` programs in a row show nothing new.

        `exactly`: then ask for each count that is left, so that it is surely narrow. `about`: any move that is nearly
        the furthest will do, and none is looked for where bounds rule it out.
        """
        chance = np.random.default_rng(len(self.region.cells))
        sought = self.narrow
        if about and sought.any():
            sought &= ~out_of_reach(self.region, self.moving)
        turn = vain = 0
        left = int(sought.sum())
        while left and vain < patience:
            weights = self._pull(sought, chance, large_up=turn % 2 == 1)
            self.take(self.region.furthest(weights, self.moving, self.region.smallest + 1.0, about=about))
            sought &= self.narrow
            turn, before, left = turn + 1, left, int(sought.sum())
            vain = vain + 1 if left == before else 0
        for cell, measure in np.argwhere(self.narrow) if exactly else ():
            self.ask(cell, measure)

    def ask(self, cell: int, measure: int) -> None:
        """Find out exactly how far a count may move."""
        for sign in (1, -1):
            if self.narrow[cell, measure]:
                weights = np.zeros(2 * len(self.region.cells))
                weights[[2 * cell, 2 * cell + 1] if measure == 2 else [2 * cell + measure]] = sign
                self.take(self.region.furthest(weights, self.moving, 1e6))

    def _pull(self, sought: np.ndarray, chance: np.random.Generator, *, large_up: bool) -> np.ndarray:
        """Weights (2k) that pull the counts sought (k, 3), small ones up, large ones down (or up).

        A denominator is pulled by its parts.
        """
        pulled = sought[:, :2] | sought[:, 2:]
        up = large_up | (self.region.value[:, :2] < self.region.smallest)
        weights = pulled * np.where(up, 1, -1) * chance.uniform(0.5, 1, pulled.shape)
        weights[self.region.plain, 1] = 0
        return weights.ravel()


def sights(
    reader: Reader, known: CellNumbers, cells: np.ndarray, hidden: np.ndarray, wide: Wide, smallest: int,
    proven: np.ndarray | None = None,
) -> Iterator[Sight]:  # fmt: skip
    """A reader's sights of those of the cells that hang together for him, each with a program of its own."""
    moving = cells[hidden[cells] & reader.moving(known, cells)]
    asked = known.at_risk(smallest)[moving] & ~wide.of(reader, moving)
    if not (asked if proven is None else asked & ~proven[moving]).any():
        return
    for group in map(np.concatenate, together(parts(known, moving))):
        yield Sight(Region(known, group, hidden, smallest), hidden, reader, wide, proven)


def few_then_all(sight: Sight, hidden: np.ndarray, wide: Wide, proven: np.ndarray | None = None) -> Iterator[Sight]:
    """What is left narrow in a sight, as those see it who know more than its reader and stand for him, then as he does:
    few partners make a small program, and what they may move is possible for every other reader."""
    region = sight.region
    left = region.cells[sight.narrow.any(axis=1)]
    for reader in growing(region.known, region.cells, sight.reader, left) if len(left) else ():
        yield from sights(reader, region.known, region.cells, hidden, wide, region.smallest, proven)
