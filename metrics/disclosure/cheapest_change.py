"""The cheapest way in which a count could be different, by linear programming over what may be hidden."""

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from metrics.disclosure.cell_numbers import three
from metrics.disclosure.linear_program import Region
from metrics.disclosure.linear_solver import program, solved
from metrics.disclosure.reader_bounds import EPS
from metrics.disclosure.readers import Reader

_FAR = 1e6
_DEAR, _AGAIN = 300.0, 4
"""A loss at which a cheaper way is looked for, and in how many programs."""


class Choice:
    """The linear program of how counts could differ at the least loss. Four columns a cell: each count up, down."""

    def __init__(self, region: Region, hidden: np.ndarray, weight: np.ndarray) -> None:
        self.region = region
        cells, plain = region.cells, region.plain
        count, self._base = 2 * len(cells), region.rows.shape[0]
        at = np.arange(count)
        matrix = vstack([region.rows, csr_matrix((np.ones(count), (at // 2, at)), (len(cells), count))]).tocsr()
        value = np.column_stack([region.value[:, 0], region.value[:, 1]]).ravel()
        self._up, self._down = np.full(count, _FAR), value
        self._up[1::2][plain] = 0
        self._bounds = np.concatenate([self._up, self._down])
        none = np.zeros(self._base)
        self._program = program(
            hstack([matrix, -matrix]).tocsr(), np.zeros(2 * count), self._bounds,
            np.concatenate([none, region.least]), np.concatenate([none, np.full(len(cells), _FAR)]),
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
            moving = reader.moving(self.region.known, cells)
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
