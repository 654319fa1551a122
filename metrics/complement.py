"""Complement: which further cells are hidden so that no reader can work out the small ones.

Cell by cell, cheapest first: a linear program asks how a count that is known too well could be different, at the least
loss of shown people (a cell that has to move is hidden from then on). Totals are settled first and by themselves, then
the tables of one grouping, while two-way tables are not looked at; then all together, while shown totals stand still;
totals move last, where nothing else helps.

Sequential programs as in Fischetti and Salazar-González (2000), "Models and Algorithms for Optimizing Cell Suppression
in Tabular Data with Linear Constraints"; one program for all cells at once takes minutes for a table of a few hundred.
"""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from metrics.book import Book, Reader, parts, readers, stand_ins, three
from metrics.bounds import EPS, Region, Sight, Wide, program, solved

_MOST_SWEEPS = 30
_FAR = 1e6


class NotProtectable(Exception):
    """No choice of hidden cells keeps these counts from some reader."""


def complement(known: Book, primary: np.ndarray, totals: np.ndarray, weight: np.ndarray, smallest: int) -> np.ndarray:
    """All cells to be hidden (n): the `primary` ones and what protects them.

    `totals` (n): cells that other tables hang on, to be hidden last. `weight` (n): the loss when a cell is hidden.
    """
    engine = _Engine(known, primary | ~known.published, primary, totals, weight, smallest)
    engine.settle()
    return engine.hidden


class _Engine:
    def __init__(
        self,
        known: Book,
        hidden: np.ndarray,
        primary: np.ndarray,
        totals: np.ndarray,
        weight: np.ndarray,
        smallest: int,
    ) -> None:
        self.known, self.hidden, self.primary = known, hidden, primary
        self.totals, self.weight, self.smallest = totals, weight, smallest
        self.wide = Wide(known)
        # A zero may be shown; but that nobody, or everybody, of a few meets the indicator is kept where that costs
        # no total. Not in two-way tables, most of which are zeros.
        self.zeros = (known.counts == 0) & ~known.two_way[:, None]

    def settle(self) -> None:
        self._settle_among(self.totals, self.totals)
        self._settle_among(~self.known.two_way, ~self.known.two_way & (~self.totals | self.hidden))
        for cells in parts(self.known, np.flatnonzero(~self.totals | self.hidden)):
            self._protect(self.known, cells)
        self.zeros[:] = False
        for _ in range(_MOST_SWEEPS):
            open_parts = [p for p in parts(self.known, np.flatnonzero(self.hidden)) if not self._safe(p)]
            if not open_parts:
                return
            for cells in open_parts:
                if not self._protect(self.known, self._around(cells)):
                    raise NotProtectable
        raise NotProtectable

    def _settle_among(self, members: np.ndarray, moving: np.ndarray) -> None:
        """Protect cells by the relations that hold among `members` alone: a first choice, not yet a proof."""
        known = replace(self.known, relations=_within(self.known.relations, members))
        for cells in parts(known, np.flatnonzero(moving)):
            self._protect(known, cells)
        self.wide = Wide(self.known)

    def _safe(self, cells: np.ndarray) -> bool:
        region = Region(self.known, cells, self.primary, self.smallest)
        return not any(self._sight(region, r, exactly=True).narrow.any() for r in readers(self.known, cells))

    def _sight(self, region: Region, reader: Reader, *, exactly: bool = False) -> Sight:
        """The reader's sight of hidden cells; what was shown to be wide once stays so, however much more is hidden."""
        sight = Sight(region, self.hidden, reader, self.zeros)
        sight.guarded &= ~self.wide.of(reader, region.cells)
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
        if not self.hidden[cells].any():
            return True
        region = Region(known, cells, self.primary, self.smallest)
        choice = _Choice(region, self.hidden, self.weight[cells])
        count, done = -1, True
        while count != self.hidden[cells].sum():
            count, done = self.hidden[cells].sum(), True
            hidden = cells[self.hidden[cells]]
            for reader in stand_ins(known, hidden):
                self._sight(region, reader)
            for reader in readers(known, hidden):
                done = self._protect_from(reader, region, choice) and done
        return done

    def _protect_from(self, reader: Reader, region: Region, choice: "_Choice") -> bool:
        stuck = np.zeros((len(region.cells), 3), bool)
        while True:
            sight = self._sight(region, reader)
            sight.guarded &= ~stuck
            if not sight.narrow.any():
                return not stuck.any()
            choice.read_by(reader)
            self._hide_for(sight, choice, stuck)
            self.wide.note(sight)

    def _hide_for(self, sight: Sight, choice: "_Choice", stuck: np.ndarray) -> None:
        """Hide what the sight's narrow counts need, until a few in a row turn out to need nothing more."""
        value, cells = sight.region.value, sight.region.cells
        order, needless = np.argwhere(sight.narrow), 0
        for cell, measure in order[np.argsort(value[order[:, 0], order[:, 1]], kind="stable")]:
            if not sight.narrow[cell, measure]:
                continue
            loss, move = choice.cheapest(cell, int(measure))
            if move is None:
                stuck[cell, measure] = value[cell, measure] > 0
                self.zeros[cells[cell], measure] = False
                sight.guarded[cell, measure] = False
                continue
            moved = np.flatnonzero(np.abs(move).max(axis=1) > EPS)
            self.hidden[cells[moved]] = True
            choice.hide(moved)
            sight.take(move)
            needless = needless + 1 if loss <= EPS else 0
            if needless > 2:
                return


def _within(relations: csr_matrix, cells: np.ndarray) -> csr_matrix:
    """The relations that hold among these cells alone."""
    outside = abs(relations) @ np.repeat(~cells, 2).astype(float)
    return relations[outside == 0]


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
        loss = np.repeat(np.where(hidden[cells], 0, weight), 2)
        self._cost = np.concatenate([loss / region.smallest, loss / capacity])
        self._set_costs(np.arange(2 * count))
        self._reader: Reader | None = None

    def read_by(self, reader: Reader) -> None:
        """Whose own counts stand still from now on."""
        if reader != self._reader:
            cells = self.region.cells
            moving = self._may_move & ~np.isin(self.region.known.owner[cells], list(reader.knows))
            self._upper = np.where(np.tile(np.repeat(moving, 2), 2), self._bounds, 0)
            count = len(self._upper)
            self._program.changeColsBounds(count, np.arange(count, dtype=np.int32), np.zeros(count), self._upper)
            self._reader = reader

    def _set_costs(self, columns: np.ndarray) -> None:
        self._program.changeColsCost(len(columns), columns.astype(np.int32), self._cost[columns])

    def hide(self, place: np.ndarray) -> None:
        """These cells (places in the region) may move at no loss from now on."""
        count = 2 * len(self.region.cells)
        columns = np.concatenate([2 * place, 2 * place + 1, count + 2 * place, count + 2 * place + 1])
        self._cost[columns] = 0
        self._set_costs(columns)

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
            move = solved(self._program)
            self._program.changeRowBounds(row, least, _FAR)
        else:
            up, down = 2 * cell + measure, count + 2 * cell + measure
            if amount > self._upper[up] or -amount > self._upper[down]:
                return None
            self._program.changeColBounds(up, max(amount, 0), max(amount, 0))
            self._program.changeColBounds(down, max(-amount, 0), max(-amount, 0))
            move = solved(self._program)
            self._program.changeColBounds(up, 0, self._upper[up])
            self._program.changeColBounds(down, 0, self._upper[down])
        if move is None:
            return None
        return float(self._cost @ move), three(move[:count] - move[count:])
