"""Complement: which further cells are hidden so that no reader can work out the small ones.

Cell by cell, cheapest first: a linear program asks how a count that is known too well could be different, at the least
loss of shown people (a cell that has to move is hidden from then on). Totals are settled first and by themselves, then
the tables of one grouping, while two-way tables are not looked at; then all together, while shown totals stand still;
totals move last, where nothing else helps.

Sequential programs as in Fischetti and Salazar-González (2000), "Models and Algorithms for Optimizing Cell Suppression
in Tabular Data with Linear Constraints"; one program for all cells at once takes minutes for a table of a few hundred.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from metrics.book import Book, Reader, parts, readers, stand_ins, three
from metrics.bounds import EPS, THREADS, Given, Region, Sight, Wide, program, solved, together
from metrics.exchanges import Exchanges

_FAR = 1e6
_DEAR, _AGAIN = 300.0, 4
"""A loss at which a cheaper way is looked for, and in how many programs."""
_MANY = 50
"""Counts not known to be wide for a reader at which those who stand in for several are asked first."""
_FEW = 3
"""So many counts of a table that cannot be kept safe while totals stand: the others will not be either."""


class NotProtectable(Exception):
    """No choice of hidden cells keeps these counts from some reader."""


@dataclass(frozen=True)
class Task:
    """What is to be protected.

    `totals` (n): cells that other tables hang on, to be hidden last. `weight` (n): the loss when a cell is hidden.
    `changed` (n): cells that hang together with anything that is not as the release before had it; of all others the
    hiding is taken over. `exchanges`: of the tables that changed.
    """

    known: Book
    totals: np.ndarray
    weight: np.ndarray
    smallest: int
    changed: np.ndarray
    exchanges: Exchanges


def complement(task: Task) -> np.ndarray:
    """All cells to be hidden (n): those with small counts and what protects them. Raises NotProtectable."""
    engine = _Engine(task)
    engine.settle()
    return engine.hidden


class _Engine:
    def __init__(self, task: Task) -> None:
        known = task.known
        self.known, self.totals, self.weight, self.smallest = known, task.totals, task.weight, task.smallest
        self.changed, self.wide, self.given = task.changed, Wide(known), Given(known, task.smallest)
        primary = known.primary(task.smallest) & known.current
        self.hidden = primary | ~known.published | (~known.current & ~known.known) | (~self.changed & ~known.known)
        self.hidden |= known.bundled(self.hidden & ~known.known)
        self.hidden |= known.bundled(task.exchanges.protect(self.hidden, self.weight) & ~known.known)
        self.proven = task.exchanges.proven(self.hidden)

    def settle(self) -> None:
        self._settle_among(self.totals, self.totals)
        self._settle_among(~self.known.two_way, ~self.known.two_way & (~self.totals | self.hidden))
        self._protect_all(self.known, ~self.totals | self.hidden)
        while open_parts := self._open():
            at_first = int(self.hidden.sum())
            for cells in open_parts:
                before = int(self.hidden.sum())
                if not self._protect(self.known, self._around(cells)) or self.hidden.sum() == before:
                    self._hide_all(cells)
            if self.hidden.sum() == at_first:
                raise NotProtectable

    def _open(self) -> list[np.ndarray]:
        """What is not safe yet of all that hangs together."""
        some = [s for s in together(self._parts(self.known, self.hidden)) if not self._safe(np.concatenate(s))]
        return [cells for several in some for cells in several if not self._safe(cells)]

    def _hide_all(self, cells: np.ndarray) -> None:
        """Hide whatever hangs together with these cells: rarely needed, and only among very small numbers."""
        for place in self.known.apart_with(cells):
            self.hidden[self.known.apart[place]] = True

    def _settle_among(self, members: np.ndarray, moving: np.ndarray) -> None:
        """Protect cells by the relations that hold among `members` alone: a first choice, not yet a proof."""
        outside = abs(self.known.relations) @ np.repeat(~members, 2).astype(float) > 0
        self._protect_all(replace(self.known, relations=self.known.relations[~outside]), moving)
        left_out = abs(self.known.relations).T @ outside.astype(float) > 0
        self._forget(left_out.reshape(-1, 2).any(axis=1))

    def _forget(self, cells: np.ndarray) -> None:
        """What was shown of cells that hang together with these (n) is to be shown anew."""
        doubtful = np.zeros(self.known.size, bool)
        for group in parts(self.known, np.flatnonzero(self.hidden & ~self.known.known)):
            doubtful[group] = cells[group].any()
        self.wide.forget(doubtful)

    def _protect_all(self, known: Book, moving: np.ndarray) -> None:
        """Protect what hangs together, several at once: the solver works outside Python's lock."""
        with ThreadPoolExecutor(THREADS) as pool:
            some = map(np.concatenate, together(self._parts(known, moving)))
            list(pool.map(lambda cells: self._protect(known, cells), some))

    def _parts(self, known: Book, moving: np.ndarray) -> list[np.ndarray]:
        """What hangs together among cells that move and has anything to do with what changed, the largest first."""
        found = parts(known, np.flatnonzero(moving & self.changed & ~known.known))
        return sorted((cells for cells in found if known.current[cells].any()), key=len, reverse=True)

    def _safe(self, cells: np.ndarray) -> bool:
        region = Region(self.known, cells, self.hidden, self.smallest)
        for reader in readers(self.known, cells):
            narrow = self._sight(region, reader, exactly=True).narrow
            if narrow.any() and not self.given.look(reader, cells, narrow)[narrow].all():
                return False
        return True

    def _sight(self, region: Region, reader: Reader, *, exactly: bool = False) -> Sight:
        """The reader's sight of hidden cells; what was shown to be wide once stays so, however much more is hidden."""
        sight = Sight(region, self.hidden, reader, self.wide)
        sight.guarded &= ~self.given.of(reader, region.cells) & ~self.proven[region.cells]
        sight.widen(exactly=exactly)
        self.wide.note(sight)
        return sight

    def _around(self, cells: np.ndarray) -> np.ndarray:
        """The cells and all that stand with them, or with those, in a relation."""
        reached = np.zeros(2 * self.known.size)
        reached[2 * cells] = reached[2 * cells + 1] = 1
        links = abs(self.known.relations)
        for _ in range(2):
            reached = links.T @ ((links @ reached) > 0).astype(float)
            reached = np.repeat(reached.reshape(-1, 2).any(axis=1), 2).astype(float)
        return np.flatnonzero(reached[0::2])

    def _protect(self, known: Book, cells: np.ndarray) -> bool:
        """Hide cells until every hidden one of them is safe; False when that cannot be."""
        hid = cells[self.hidden[cells]]
        if not ((known.counts[hid] > 0) & ~self.proven[hid] & known.published[hid][:, None]).any():
            return True
        while True:
            before = int(self.hidden[cells].sum())
            region = Region(known, cells, self.hidden, self.smallest)
            choice: list[_Choice] = []  # made when first needed
            hidden, looked = cells[self.hidden[cells]], 0
            done, hopeless = True, np.zeros((len(cells), 3), bool)
            for reader in readers(known, hidden):
                if looked < (now := int(self.hidden[cells].sum())) and self._open_to(reader, region) > _MANY:
                    looked = now
                    for other in stand_ins(known, hidden):
                        self._sight(Region(known, other.moving(known, cells), self.hidden, self.smallest), other)
                done = self._protect_from(reader, region, choice, hopeless) and done
            if self.hidden[cells].sum() == before:
                return done

    def _open_to(self, reader: Reader, region: Region) -> int:
        """How many counts are not known to be wide for a reader."""
        return int((Sight(region, self.hidden, reader, self.wide).narrow & ~self.proven[region.cells]).sum())

    def _protect_from(self, reader: Reader, region: Region, choice: "list[_Choice]", hopeless: np.ndarray) -> bool:
        """False when there are counts that cannot be kept from him; `hopeless` (k, 3): nor from anybody."""
        stuck = hopeless.copy()
        while True:
            sight = self._sight(region, reader)
            sight.guarded &= ~stuck
            if not sight.narrow.any():
                return not stuck.any()
            if not choice:
                choice.append(_Choice(region, self.hidden, self.weight[region.cells]))
            choice[0].read_by(reader)
            self._hide_for(sight, choice[0], stuck)
            hopeless |= choice[0].hopeless
            self.wide.note(sight)

    def _hide_for(self, sight: Sight, choice: "_Choice", stuck: np.ndarray) -> None:
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


class _Choice:
    """The linear program of how counts could differ at the least loss. Four columns a cell: each count up, down."""

    def __init__(self, region: Region, hidden: np.ndarray, weight: np.ndarray) -> None:
        self.region = region
        cells, plain = region.cells, region.plain
        count, self._base = 2 * len(cells), region.rows.shape[0]
        at = np.arange(count)
        matrix = vstack([region.rows, csr_matrix((np.ones(count), (at // 2, at)), (len(cells), count))]).tocsr()
        value = np.column_stack([region.value[:, 0], region.value[:, 1]]).ravel()
        self._may_move = ~region.known.known[cells]
        self._up, self._down = np.full(count, _FAR), value
        self._up[1::2][plain] = 0
        self._bounds = np.concatenate([self._up, self._down])
        none = np.zeros(self._base)
        self._program = program(
            hstack([matrix, -matrix]).tocsr(), np.zeros(2 * count), self._bounds,
            np.concatenate([none, region.least]), np.concatenate([none, np.full(len(cells), _FAR)]), costs_stay=True,
        )  # fmt: skip
        room = np.repeat(-region.least, 2)
        capacity = np.clip(np.minimum(value, room), 0.5, region.smallest)
        self._loss = np.where(hidden[cells], 0, weight)
        self._bundle = np.unique(region.known.bundle[cells], return_inverse=True)[1]
        loss = np.repeat(self._loss, 2)
        self._cost = np.concatenate([loss / region.smallest, loss / capacity])
        self._set_costs(np.arange(2 * count))
        self._reader: Reader | None = None
        self.hopeless = np.zeros((len(cells), 3), bool)

    def read_by(self, reader: Reader) -> None:
        """Whose own counts stand still from now on."""
        if reader != self._reader:
            cells = self.region.cells
            moving = self._may_move & ~np.isin(self.region.known.owner[cells], list(reader.knows))
            self._upper = np.where(np.tile(np.repeat(moving, 2), 2), self._bounds, 0)
            count = len(self._upper)
            self._program.changeColsBounds(count, np.arange(count, dtype=np.int32), np.zeros(count), self._upper)
            self._reader = reader

    def note_stuck(self, cell: int, measure: int) -> None:
        """Find out whether a count for which this reader leaves no way is `hopeless` (k, 3): before every reader."""
        reader = self._reader
        assert reader
        self.read_by(Reader())
        self.hopeless[cell, measure] = self.cheapest(cell, measure)[1] is None
        self.read_by(reader)

    def _set_costs(self, columns: np.ndarray) -> None:
        self._program.changeColsCost(len(columns), columns.astype(np.int32), self._cost[columns])

    def _columns(self, place: np.ndarray) -> np.ndarray:
        """The columns of these cells (places in the region)."""
        count = 2 * len(self.region.cells)
        return np.concatenate([2 * place, 2 * place + 1, count + 2 * place, count + 2 * place + 1])

    def hide(self, hidden: np.ndarray) -> None:
        """These cells (k) may move at no loss from now on."""
        place = np.flatnonzero(hidden & (self._loss > 0))
        self._loss[place] = 0
        self._cost[self._columns(place)] = 0
        self._set_costs(self._columns(place))

    def cheapest(self, cell: int, measure: int) -> tuple[float, np.ndarray | None]:
        """The least loss at which one count can be made wide enough, and the move (k, 3) that does it."""
        value, smallest = self.region.value[cell, measure], self.region.smallest
        found = [self._forced(cell, measure, max(smallest - 1, smallest - value))]
        if value >= smallest and not (found[0] and found[0][0] <= EPS):
            found.append(self._forced(cell, measure, 1 - smallest))
        return min((f for f in found if f), key=lambda f: f[0], default=(0.0, None))

    def _forced(self, cell: int, measure: int, amount: float) -> tuple[float, np.ndarray] | None:
        """The cheapest move in which the count moves by `amount`: its loss and the move."""
        count = 2 * len(self.region.cells)
        if measure == 2:
            row, least = self._base + cell, self.region.least[cell]
            if amount < least - EPS:
                return None
            self._program.changeRowBounds(row, amount, amount)
            found = self._solved()
            self._program.changeRowBounds(row, least, _FAR)
        else:
            up, down = 2 * cell + measure, count + 2 * cell + measure
            if amount > self._upper[up] or -amount > self._upper[down]:
                return None
            self._program.changeColBounds(up, max(amount, 0), max(amount, 0))
            self._program.changeColBounds(down, max(-amount, 0), max(-amount, 0))
            found = self._solved()
            self._program.changeColBounds(up, 0, self._upper[up])
            self._program.changeColBounds(down, 0, self._upper[down])
        return found

    def _solved(self) -> tuple[float, np.ndarray] | None:
        """A cheap move: its loss, and the move.

        A cell is lost whole, however few people it gives, and a program only sees losses in proportion. So where a
        move is dear, each cell that it takes is asked again at what it costs for each of the few.
        """
        best, touched = None, np.zeros(0, int)
        for _ in range(_AGAIN):
            columns = solved(self._program)
            if columns is None:
                break
            count = len(columns) // 2
            move = three(columns[:count] - columns[count:])
            people = np.abs(move).max(axis=1)
            gone = np.isin(self._bundle, self._bundle[(people > EPS) & (self._loss > 0)])
            taken = np.flatnonzero(gone & (self._loss > 0))
            loss = float(self._loss[taken].sum())
            if best is None or loss < best[0]:
                best = loss, move
            if loss < _DEAR or loss > best[0] or not len(taken):
                break
            touched = np.union1d(touched, self._columns(taken))
            most = np.zeros(self._bundle.max() + 1)
            np.maximum.at(most, self._bundle, people)
            few = np.minimum(most[self._bundle[taken]], self.region.smallest)
            cost = np.tile(self._loss[taken] / few, 4)
            self._program.changeColsCost(len(cost), self._columns(taken).astype(np.int32), cost)
        if len(touched):
            self._set_costs(touched)
        return best
