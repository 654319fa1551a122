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
from itertools import count

import numpy as np

from metrics.disclosure.cell_numbers import CellNumbers, parts
from metrics.disclosure.cheapest_change import Choice
from metrics.disclosure.linear_program import Region, out_of_reach, together
from metrics.disclosure.narrow_counts import THREADS, Given
from metrics.disclosure.reader_bounds import EPS, Sight, Wide, few_then_all, sights
from metrics.disclosure.readers import Reader, beside, many, readers, stand_ins
from metrics.disclosure.swap_proofs import SwapProofs

_MANY = 50
"""Counts not known to be wide for a reader at which those who stand in for several are asked first."""
_AGAIN = 100
"""Those who stand in for several are asked again once one cell more is hidden of so many."""
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
        self._settle_years()
        self.last_resort = True
        while open_parts := self._open():
            at_first = int(self.hidden.sum())
            for cells in open_parts:
                before = int(self.hidden.sum())
                if not self._protect(self.known, self._around(cells), cells) or self.hidden.sum() == before:
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

    def _settle_years(self) -> None:
        """Protect all else while totals stand, as if years that overlap told nothing of each other.

        They seldom tell too much, and while months stand still it would seem so: what they tell is settled last.
        """
        known = self.known
        told = abs(known.relations) @ np.repeat(known.quarters, 2).astype(float) > 0
        self._protect_all(replace(known, relations=known.relations[~told]), ~known.total & ~known.quarters)
        again = np.zeros(known.size, bool)
        for cells in known.apart if told.any() else ():
            again[cells] = known.quarters[cells].any()
        self.wide.forget(again)

    def _protect_all(self, known: CellNumbers, moving: np.ndarray) -> None:
        """Protect what hangs together, several at once: the solver works outside Python's lock."""
        with ThreadPoolExecutor(THREADS) as pool:
            some = map(np.concatenate, together(self._parts(known, moving)))
            list(pool.map(lambda cells: self._protect(known, cells), some))

    def _parts(self, known: CellNumbers, moving: np.ndarray) -> list[np.ndarray]:
        """What hangs together among cells that move and has anything to do with what changed, the largest first."""
        found = parts(known, np.flatnonzero(moving & self.changed & ~known.known))
        return sorted((cells for cells in found if self.known.near_now[cells].any()), key=len, reverse=True)

    def _safe(self, cells: np.ndarray) -> bool:
        region = Region(self.known, cells, self.hidden, self.smallest)
        for reader in readers(self.known, cells):
            sight = Sight(region, self.hidden, reader, self.wide, self.proven)
            if self._narrow_by_bounds(sight):
                return False
            for nearer in few_then_all(sight, self.hidden, self.wide, self.proven):
                self._widen(nearer, exactly=nearer.reader == reader)
            narrow = sight.narrow & ~self.wide.of(reader, cells)
            if narrow.any() and not self.given.look(reader, cells, narrow)[narrow].all():
                return False
        return True

    def _narrow_by_bounds(self, sight: Sight) -> bool:
        """Whether bounds say already that some count is too narrow; after earlier releases it may have been given."""
        narrow = sight.narrow
        return bool(not self.known.known.any() and narrow.any() and (narrow & out_of_reach(sight.region)).any())

    def _widen(self, sight: Sight, *, exactly: bool = False) -> None:
        """Look at what is not shown to be wide; what was shown once stays so, however much more is hidden."""
        sight.guarded &= ~self.given.of(sight.reader, sight.region.cells)
        sight.widen(exactly=exactly)
        self.wide.note(sight)

    def _around(self, cells: np.ndarray) -> np.ndarray:
        """The cells and all that stand with them, or with those, in a relation; and all quarters beside theirs, which
        stand for any counts that fit: only together can they be others."""
        near = np.isin(np.arange(self.known.size), cells)
        for _ in range(2):
            near |= self.known.in_sums_with(near)
        for block in self.known.blocks:
            near[block] |= near[block].any()
        return np.flatnonzero(near)

    def _protect(self, known: CellNumbers, cells: np.ndarray, some: np.ndarray | None = None) -> bool:
        """Hide cells until every hidden one of them is safe; False when that cannot be.

        `some`: numbers of those to be kept safe (None: all). At the edge of what is looked at others seem narrower than
        they are.
        """
        asked = np.ones(len(cells), bool) if some is None else np.isin(cells, some)
        hid = cells[self.hidden[cells] & asked]
        if not (known.at_risk(self.smallest)[hid] & ~self.proven[hid]).any():
            return True
        for turn in count():
            before = int(self.hidden[cells].sum())
            region = Region(known, cells, self.hidden, self.smallest, asked)
            choice: list[Choice] = []  # made when first needed
            hidden = cells[self.hidden[cells]]
            others = stand_ins(known, hidden)
            looked: dict[Reader, int] = {}
            again = len(hidden) // _AGAIN
            # As a last resort tables are hidden whole, which is settled count by count.
            hopeless = np.zeros((len(cells), 3), bool) if self.last_resort else out_of_reach(region)
            done = True
            for reader in readers(known, hidden):
                left = self._open_to(reader, region)
                for other in others:
                    now = int(self.hidden[cells].sum())
                    if left > _MANY and reader.less(other) and now > looked.get(other, -1) + again:
                        looked[other] = now
                        for sight in sights(other, known, cells, self.hidden, self.wide, self.smallest, self.proven):
                            self._widen(sight)
                        left = self._open_to(reader, region)
                if not left:
                    continue
                if not turn:
                    self._protect_beside(reader, region)
                if self.last_resort or not many(known, cells):  # with many, what needs them all waits for the last
                    done = self._protect_from(reader, region, choice, hopeless) and done
            if self.hidden[cells].sum() == before:
                return done
        raise AssertionError("unreachable: counting has no end")

    def _protect_beside(self, reader: Reader, region: Region) -> None:
        """Protect from a reader what can be protected among a few partners: what is left needs all of them."""
        known = region.known
        for mine, among in beside(known, region.cells, reader, all_groupings=self.last_resort):
            narrow = Sight(region, self.hidden, reader, self.wide, self.proven).narrow
            if narrow[mine].any():
                near = Region(known, region.cells[among], self.hidden, self.smallest, region.asked[among])
                self._protect_from(reader, near, [], out_of_reach(near), patient=True)

    def _open_to(self, reader: Reader, region: Region) -> int:
        """How many counts are not known to be wide for a reader."""
        return int(Sight(region, self.hidden, reader, self.wide, self.proven).narrow.sum())

    def _protect_from(
        self, reader: Reader, region: Region, choice: list[Choice], hopeless: np.ndarray, *, patient: bool = False
    ) -> bool:
        """False when there are counts that cannot be kept from him; `hopeless` (k, 3): nor from anybody.

        `patient`: where some of a table are stuck, the others are tried too.
        """
        stuck = np.zeros_like(hopeless)
        while True:
            sight = Sight(region, self.hidden, reader, self.wide, self.proven)
            self._leave(sight, hopeless, stuck, patient=patient)
            sight.guarded &= ~stuck
            self._widen(sight)
            if not sight.narrow.any():
                return not stuck.any()
            if not choice:
                choice.append(Choice(region, self.hidden, self.weight[region.cells]))
            choice[0].read_by(reader)
            self._hide_for(sight, choice[0], stuck, patient=patient)
            hopeless |= choice[0].hopeless
            self.wide.note(sight)

    def _hide_for(self, sight: Sight, choice: Choice, stuck: np.ndarray, *, patient: bool) -> None:
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
                    if self.last_resort and not patient:
                        self._hide_table(cells[cell])
                    choice.note_stuck(cell, int(measure))
                    stuck[cell, measure] = True
                    if not patient:
                        self._give_up(cells, known.table[cells[cell]], stuck)
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

    def _leave(self, sight: Sight, hopeless: np.ndarray, stuck: np.ndarray, *, patient: bool) -> None:
        """Leave for later what this reader cannot be kept from, nor anybody; but not what he was given."""
        cells = sight.region.cells
        found = hopeless & sight.narrow & ~self.given.of(sight.reader, cells)
        stuck |= found
        for table in np.unique(self.known.table[cells[found.any(axis=1)]]) if not patient else ():
            self._give_up(cells, table, stuck)

    def _give_up(self, cells: np.ndarray, table: int, stuck: np.ndarray) -> None:
        """Where a few counts of a table are stuck, leave the others for later too: a total that stands is too small."""
        beside = self.known.table[cells] == table
        if table >= 0 and stuck[beside].sum() >= _FEW:
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
