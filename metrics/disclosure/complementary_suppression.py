"""Complementary suppression: which further cells are hidden so that no reader can work out the small ones.

Cell by cell, cheapest first: a linear program asks how a count that is known too well could be different, at the least
loss of shown people (a cell that has to move is hidden from then on). Totals are settled first and by themselves, then
all else while totals stand still, so that one grouping has little to do with the next; totals move last, where nothing
else helps.

Sequential programs as in Fischetti and Salazar-González (2000), "Models and Algorithms for Optimizing Cell Suppression
in Tabular Data with Linear Constraints"; one program for all cells at once takes minutes for a table of a few hundred.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from metrics.disclosure.cell_numbers import CellNumbers, parts
from metrics.disclosure.cheapest_change import Choice
from metrics.disclosure.linear_program import Region, together
from metrics.disclosure.narrow_counts import THREADS, Given
from metrics.disclosure.reader_bounds import EPS, Sight, Wide, sights
from metrics.disclosure.readers import Reader, readers, stand_ins
from metrics.disclosure.swap_proofs import SwapProofs

_MANY = 50
"""Counts not known to be wide for a reader at which those who stand in for several are asked first."""
_FEW = 3
"""So many counts of a table that cannot be kept safe while totals stand: the others will not be either."""


class NotProtectable(Exception):
    """No choice of hidden cells keeps these counts from some reader."""


@dataclass(frozen=True)
class Task:
    """What is to be protected.

    `weight` (n): the loss when a cell is hidden. `changed` (n): cells that hang together with anything that is not as
    the release before had it; of all others the hiding is taken over. `swaps`: of the tables that changed.
    """

    known: CellNumbers
    weight: np.ndarray
    smallest: int
    changed: np.ndarray
    swaps: SwapProofs


def complement(task: Task) -> np.ndarray:
    """All cells to be hidden (n): those with small counts and what protects them. Raises NotProtectable."""
    engine = _Engine(task)
    engine.settle()
    return engine.hidden


class _Engine:
    def __init__(self, task: Task) -> None:
        known = task.known
        self.known, self.weight, self.smallest = known, task.weight, task.smallest
        self.changed, self.wide, self.given = task.changed, Wide(known), Given(known, task.smallest)
        self.last_resort = False
        primary = known.primary(task.smallest) & known.current
        not_now = (~known.current | known.folded | ~self.changed) & ~known.known
        self.hidden = primary | ~known.published | not_now
        self.hidden |= known.bundled(self.hidden & ~known.known)
        self.hidden |= known.bundled(task.swaps.protect(self.hidden, self.weight) & ~known.known)
        self.proven, self.at_proof = task.swaps.proven(self.hidden), self.hidden.copy()

    def settle(self) -> None:
        self._settle_totals()
        self._protect_all(self.known, ~self.known.total)
        self.last_resort = True
        while open_parts := self._open():
            at_first = int(self.hidden.sum())
            for cells in open_parts:
                before = int(self.hidden.sum())
                if not self._protect(self.known, self._around(cells)) or self.hidden.sum() == before:
                    self._hide_all(cells)
            if self.hidden.sum() == at_first:
                raise NotProtectable

    def _open(self) -> list[np.ndarray]:
        """What is not safe yet of all that hangs together.

        A proof of a figure behind which a partner is alone holds no longer where another partner's is hidden by now.
        """
        self.proven[self.known.shares @ (self.hidden & ~self.at_proof) > 0] = False
        some = [s for s in together(self._parts(self.known, self.hidden)) if not self._safe(np.concatenate(s))]
        return [cells for several in some for cells in several if not self._safe(cells)]

    def _hide_all(self, cells: np.ndarray) -> None:
        """Hide whatever hangs together with these cells: rarely needed, and only among very small numbers."""
        for place in self.known.apart_with(cells):
            self.hidden[self.known.apart[place]] = True

    def _settle_totals(self) -> None:
        """Protect totals by the relations that hold among them alone: a first choice, and a proof of nothing."""
        outside = abs(self.known.relations) @ np.repeat(~self.known.total, 2).astype(float) > 0
        self._protect_all(replace(self.known, relations=self.known.relations[~outside]), self.known.total)
        self.wide = Wide(self.known)

    def _protect_all(self, known: CellNumbers, moving: np.ndarray) -> None:
        """Protect what hangs together, several at once: the solver works outside Python's lock."""
        with ThreadPoolExecutor(THREADS) as pool:
            some = map(np.concatenate, together(self._parts(known, moving)))
            list(pool.map(lambda cells: self._protect(known, cells), some))

    def _parts(self, known: CellNumbers, moving: np.ndarray) -> list[np.ndarray]:
        """What hangs together among cells that move and has anything to do with what changed, the largest first."""
        found = parts(known, np.flatnonzero(moving & self.changed & ~known.known))
        return sorted((cells for cells in found if known.current[cells].any()), key=len, reverse=True)

    def _safe(self, cells: np.ndarray) -> bool:
        region = Region(self.known, cells, self.hidden, self.smallest)
        for reader in readers(self.known, cells):
            sight = Sight(region, self.hidden, reader, self.wide)
            self._widen(sight, exactly=True)
            narrow = sight.narrow
            if narrow.any() and not self.given.look(reader, cells, narrow)[narrow].all():
                return False
        return True

    def _widen(self, sight: Sight, *, exactly: bool = False) -> None:
        """Look at what is not shown to be wide; what was shown once stays so, however much more is hidden."""
        sight.guarded &= ~self.given.of(sight.reader, sight.region.cells) & ~self.proven[sight.region.cells]
        sight.widen(exactly=exactly)
        self.wide.note(sight)

    def _around(self, cells: np.ndarray) -> np.ndarray:
        """The cells and all that stand with them, or with those, in a relation."""
        reached = np.zeros(2 * self.known.size)
        reached[2 * cells] = reached[2 * cells + 1] = 1
        links = abs(self.known.relations)
        for _ in range(2):
            reached = links.T @ ((links @ reached) > 0).astype(float)
            reached = np.repeat(reached.reshape(-1, 2).any(axis=1), 2).astype(float)
        return np.flatnonzero(reached[0::2])

    def _protect(self, known: CellNumbers, cells: np.ndarray) -> bool:
        """Hide cells until every hidden one of them is safe; False when that cannot be."""
        hid = cells[self.hidden[cells]]
        if not ((known.counts[hid] > 0) & ~self.proven[hid] & known.published[hid][:, None]).any():
            return True
        while True:
            before = int(self.hidden[cells].sum())
            region = Region(known, cells, self.hidden, self.smallest)
            choice: list[Choice] = []  # made when first needed
            hidden = cells[self.hidden[cells]]
            others = stand_ins(known, hidden)
            looked: dict[Reader, int] = {}
            done, hopeless = True, np.zeros((len(cells), 3), bool)
            for reader in readers(known, hidden):
                for other in others:
                    now = int(self.hidden[cells].sum())
                    if reader.less(other) and looked.get(other) != now and self._open_to(reader, region) > _MANY:
                        looked[other] = now
                        for sight in sights(other, known, cells, self.hidden, self.wide, self.smallest):
                            self._widen(sight)
                done = self._protect_from(reader, region, choice, hopeless) and done
            if self.hidden[cells].sum() == before:
                return done

    def _open_to(self, reader: Reader, region: Region) -> int:
        """How many counts are not known to be wide for a reader."""
        return int((Sight(region, self.hidden, reader, self.wide).narrow & ~self.proven[region.cells]).sum())

    def _protect_from(self, reader: Reader, region: Region, choice: list[Choice], hopeless: np.ndarray) -> bool:
        """False when there are counts that cannot be kept from him; `hopeless` (k, 3): nor from anybody."""
        stuck = hopeless.copy()
        while True:
            sight = Sight(region, self.hidden, reader, self.wide)
            sight.guarded &= ~stuck
            self._widen(sight)
            if not sight.narrow.any():
                return not stuck.any()
            if not choice:
                choice.append(Choice(region, self.hidden, self.weight[region.cells]))
            choice[0].read_by(reader)
            self._hide_for(sight, choice[0], stuck)
            hopeless |= choice[0].hopeless
            self.wide.note(sight)

    def _hide_for(self, sight: Sight, choice: Choice, stuck: np.ndarray) -> None:
        """Hide what the sight's narrow counts need, until a few in a row turn out to need nothing more."""
        known, value, cells = sight.region.known, sight.region.value, sight.region.cells
        narrow, needless = sight.narrow, 0
        order = np.argwhere(narrow)
        for cell, measure in order[np.argsort(value[order[:, 0], order[:, 1]], kind="stable")]:
            if not narrow[cell, measure]:
                continue
            loss, move = choice.cheapest(cell, int(measure))
            if move is None or loss > EPS:  # up and down together it may be wide already
                sight.ask(cell, measure)
                narrow = sight.narrow
                if not narrow[cell, measure]:
                    continue
            if move is None:
                if not self._given(sight, cell, measure):
                    if self.last_resort:
                        self._hide_table(cells[cell])
                    choice.note_stuck(cell, int(measure))
                    stuck[cell, measure] = True
                    self._give_up(cells, cell, stuck)
                sight.guarded &= ~stuck
                sight.guarded[cell, measure] = False
                narrow = sight.narrow
                continue
            moved = np.flatnonzero(np.abs(move).max(axis=1) > EPS)
            self.hidden[known.bundled(cells[moved])] = True
            choice.hide(self.hidden[cells])
            sight.take(move)
            narrow = sight.narrow
            needless = needless + 1 if loss <= EPS else 0
            if needless > 2:
                return

    def _give_up(self, cells: np.ndarray, cell: int, stuck: np.ndarray) -> None:
        """Where a few counts of a table are stuck, leave the others for later too: a total that stands is too small."""
        beside = self.known.table[cells] == self.known.table[cells[cell]]
        if self.known.table[cells[cell]] >= 0 and stuck[beside].sum() >= _FEW:
            stuck[beside] = True

    def _given(self, sight: Sight, cell: int, measure: int) -> bool:
        """Whether earlier releases gave a count away."""
        asked = np.zeros_like(sight.guarded)
        asked[cell, measure] = True
        return bool(self.known.known.any() and self.given.look(sight.reader, sight.region.cells, asked).any())

    def _hide_table(self, cell: int) -> None:
        """Hide all groups beside a cell: then nothing tells which of them are small."""
        if self.known.table[cell] >= 0:
            beside = (self.known.table == self.known.table[cell]) & ~self.known.known
            self.hidden[np.flatnonzero(beside)] = True  # and nothing else: other threads hide theirs
