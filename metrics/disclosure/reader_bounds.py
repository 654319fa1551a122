"""Bounds: what a reader who subtracts can say of each hidden count, by linear programming.

A reader knows every shown count, that no count is negative, and every relation of `metrics.disclosure.relations`. What
is possible for him is a polytope around the true counts; it is described here by how far the hidden counts may move
together, so that a relation is simply: the signed moves add up to nothing.

Who reads (docs/decisions/006-disclosure-engine.md): the public, and each partner, who knows its own counts besides. All
are taken to be informed: they know which cells are hidden for the sake of others, whose denominators are not small.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from metrics.disclosure.cell_numbers import Book, columns_of, parts, three
from metrics.disclosure.readers import Reader, readers, stand_ins

EPS = 1e-6
_ENOUGH = 20
"""So many leaks are told, at least, of a release that has more."""
THREADS = min(os.cpu_count() or 1, 8)
_REGION = 100
"""Cells looked at in one linear program, at least: below it the overhead of each program rules."""
_DUAL, _PRIMAL = 1, 4
"""The simplex method that goes on where the last question left off: after a change of bounds, and of costs."""


class Wide:
    """Which counts are known to be wide for whom. It stays true when more is hidden."""

    def __init__(self, known: Book) -> None:
        self._size = known.size
        self._found: dict[Reader, np.ndarray] = {}

    def note(self, sight: "Sight") -> None:
        """Keep what a sight has found."""
        mine = self._found.setdefault(sight.reader, np.zeros((self._size, 3), bool))
        mine[sight.region.cells] |= sight.guarded & ~sight.narrow

    def of(self, reader: Reader, cells: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of the cells that need not be looked at again for this reader."""
        found = np.zeros((len(cells), 3), bool)
        for other, wide in list(self._found.items()):  # another thread may add one
            if reader.less(other):
                found |= wide[cells]
        return found


class Region:
    """The linear program of how the counts of some cells (numbers, k) can move together, while all others stand still.

    It is built once for all readers: they differ in which of the cells stand still too, and the simplex method goes on
    from where it was. `hidden` (n): all hidden cells, which say how far denominators may fall (`Book.least`).
    """

    def __init__(self, known: Book, cells: np.ndarray, hidden: np.ndarray, smallest: int) -> None:
        self.known, self.cells, self.smallest = known, cells, smallest
        self.plain, self.value = known.plain[cells], known.counts[cells]
        self.least = known.least(smallest, hidden, cells)
        columns = columns_of(cells)
        rows = known.relations[:, columns]
        self.rows = rows[np.diff(rows.indptr) > 0]
        pair = np.flatnonzero(~self.plain)
        at = np.column_stack([2 * pair, 2 * pair + 1]).ravel()
        shape = (len(pair), len(columns))
        self.sums = csr_matrix((np.ones(len(at)), (np.repeat(np.arange(len(pair)), 2), at)), shape)
        self._low, self._high = -known.value[columns], np.full(len(columns), np.inf)
        self._low[0::2][self.plain] = self.least[self.plain]
        self._high[1::2][self.plain] = 0
        self._programs: dict[float, tuple[highspy.Highs, np.ndarray]] = {}

    def furthest(self, weights: np.ndarray, moving: np.ndarray, cap: float) -> np.ndarray:
        """The move (k, 3) with the greatest weighted sum of free counts (2k), none rising by more than `cap`.

        Other costs go on from the last solution; other bounds start anew, which is sooner done than mending it.
        """
        made, of = self._programs.get(cap) or (self._program(), ~moving)
        numbers = np.arange(len(weights), dtype=np.int32)
        anew = bool((of != moving).any())
        made.setOptionValue("simplex_strategy", _DUAL if anew else _PRIMAL)
        if anew:
            free = np.repeat(moving, 2)
            low, high = np.where(free, self._low, 0), np.where(free, np.minimum(self._high, cap), 0)
            made.changeColsBounds(len(low), numbers, low, high)
            made.clearSolver()
        self._programs[cap] = made, moving
        made.changeColsCost(len(weights), numbers, -weights)
        move = solved(made)
        assert move is not None, "standing still is always possible"
        return three(move)

    def _program(self) -> highspy.Highs:
        none, pairs = np.zeros(self.rows.shape[0]), self.least[~self.plain]
        return program(
            vstack([self.rows, self.sums]).tocsr(), self._low, self._high,
            np.concatenate([none, pairs]), np.concatenate([none, np.full(len(pairs), np.inf)]),
        )  # fmt: skip


class _Silent(highspy.Highs):
    """The solver without the banner that it prints when it is made."""

    def enableCallbacks(self) -> None:
        """Called while it is made: the first moment at which it can be silenced."""
        self.silent()
        super().enableCallbacks()


def program(
    matrix: csr_matrix, lower: np.ndarray, upper: np.ndarray, row_low: np.ndarray, row_high: np.ndarray,
) -> highspy.Highs:  # fmt: skip
    """A linear program with no costs yet, for the dual simplex method: from one question to the next bounds change."""
    if not matrix.nnz:  # no program to the solver: it gets a row that says nothing
        matrix = csr_matrix(([1.0], ([0], [0])), (1, matrix.shape[1]))
        row_low, row_high = np.full(1, -np.inf), np.full(1, np.inf)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_, model.col_upper_, model.row_lower_, model.row_upper_ = lower, upper, row_low, row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    made = _Silent()
    made.setOptionValue("threads", 1)
    made.setOptionValue("simplex_primal_edge_weight_strategy", 1)
    made.setOptionValue("simplex_strategy", _DUAL)
    made.passModel(model)
    return made


def solved(asked: highspy.Highs) -> np.ndarray | None:
    """The solution's columns; None when there is none. An unbounded program is an error of ours."""
    asked.run()
    if asked.getModelStatus() == highspy.HighsModelStatus.kUnknown:  # lost its way from where it was: start anew
        asked.clearSolver()
        asked.run()
    status = asked.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"a linear program of disclosure control ended as {status}")
    return np.array(asked.getSolution().col_value)


class Sight:
    """What one reader makes of the hidden cells of a region.

    `moving` (k): cells that he does not know. `guarded` (k, 3): counts that he must not bound narrowly and that are not
    known to be `wide`; never nobody, since 0 may be shown. `hidden`: hidden cells (n).
    """

    def __init__(self, region: Region, hidden: np.ndarray, reader: Reader, wide: Wide) -> None:
        known, cells = region.known, region.cells
        self.region, self.reader = region, reader
        self.moving = hidden[cells] & reader.moving(known, cells)
        self.guarded = np.repeat((self.moving & known.published[cells])[:, None], 3, axis=1)
        self.guarded[region.plain, :2] = False
        self.guarded &= (region.value > 0) & ~wide.of(reader, cells)
        if len(reader.knows) == 1 and self.guarded.any():
            self.guarded &= ~self._own_alone(hidden)
        self.high, self.low = np.zeros((len(cells), 3)), np.zeros((len(cells), 3))

    def _own_alone(self, hidden: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of the partnership that are of this partner's people alone, or of them and shown ones."""
        known, cells = self.region.known, self.region.cells
        (partner,) = self.reader.knows
        own = np.zeros((known.size, 3), bool)
        own[cells] = known.of_one(partner, hidden, cells) | (known.sides[cells] @ known.of_one_entirely(partner) > 0)
        return known.same_people(own)[cells]

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

    def widen(self, patience: int = 2, *, exactly: bool = False) -> None:
        """Look for moves that show the counts to be wide, until `patience` programs in a row show nothing new.

        `exactly`: then ask for each count that is left, so that it is surely narrow.
        """
        chance = np.random.default_rng(len(self.region.cells))
        turn = vain = 0
        left = int(self.narrow.sum())
        while left and vain < patience:
            weights = self._pull(chance, large_up=turn % 2 == 1)
            self.take(self.region.furthest(weights, self.moving, self.region.smallest + 1.0))
            turn, before, left = turn + 1, left, int(self.narrow.sum())
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

    def _pull(self, chance: np.random.Generator, *, large_up: bool) -> np.ndarray:
        """Weights (2k) that pull narrow counts, small ones up, large ones down (or up); a denominator by its parts."""
        pulled = self.narrow[:, :2] | self.narrow[:, 2:]
        up = large_up | (self.region.value[:, :2] < self.region.smallest)
        weights = pulled * np.where(up, 1, -1) * chance.uniform(0.5, 1, pulled.shape)
        weights[self.region.plain, 1] = 0
        return weights.ravel()


def sights(
    reader: Reader, known: Book, cells: np.ndarray, hidden: np.ndarray, wide: Wide, smallest: int
) -> Iterator[Sight]:
    """A reader's sights of those of the cells that hang together for him, each with a program of its own."""
    moving = cells[hidden[cells] & reader.moving(known, cells)]
    for group in map(np.concatenate, together(parts(known, moving))):
        yield Sight(Region(known, group, hidden, smallest), hidden, reader, wide)


class Given:
    """What a reader would know though this release showed nothing: from earlier releases and what he sent himself.

    No choice of hidden cells keeps it from him, so no release is to blame for it.
    """

    def __init__(self, known: Book, smallest: int) -> None:
        self._known, self._smallest, self._hidden = known, smallest, ~known.known
        self._found: dict[Reader, np.ndarray] = {}
        self._regions: dict[int, Region] = {}
        self._lock = Lock()

    def of(self, reader: Reader, cells: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of the cells that were found to be given."""
        return self._found[reader][cells] if reader in self._found else np.zeros((len(cells), 3), bool)

    def look(self, reader: Reader, cells: np.ndarray, narrow: np.ndarray) -> np.ndarray:
        """Find out which of the counts `narrow` (k, 3) of the cells are given (k, 3)."""
        known = self._known
        asked = np.zeros((known.size, 3), bool)
        asked[cells] = narrow
        with self._lock:  # a region answers one at a time
            found = self._found.setdefault(reader, np.zeros((known.size, 3), bool))
            for place in known.apart_with(cells[narrow.any(axis=1)]):
                group = known.apart[place]
                if place not in self._regions:
                    self._regions[place] = Region(known, group, self._hidden, self._smallest)
                sight = Sight(self._regions[place], self._hidden, reader, Wide(known))
                sight.guarded &= asked[group]
                sight.widen(exactly=True)
                found[group] |= sight.narrow
            return narrow & found[cells]


@dataclass(frozen=True)
class Narrow:
    """A hidden count that a reader knows too well: `cell`, which of numerator, rest, denominator, and its range."""

    reader: Reader
    cell: int
    measure: int
    low: float
    high: float


def too_narrow(known: Book, hidden: np.ndarray, smallest: int, among: np.ndarray | None = None) -> list[Narrow]:
    """Hidden counts that some reader can bound more narrowly than is allowed: `_ENOUGH` of them, or all there are.

    Empty: the release is safe. `among` (n): only what hangs together with one of these cells.
    """
    wide, given = Wide(known), Given(known, smallest)

    all_found: list[Narrow] = []

    def look(cells: np.ndarray) -> None:
        if len(all_found) >= _ENOUGH:
            return
        for reader in stand_ins(known, cells):
            for sight in sights(reader, known, cells, hidden, wide, smallest):
                sight.widen()
                wide.note(sight)
        region = Region(known, cells, hidden, smallest)
        for reader in readers(known, cells):
            sight = Sight(region, hidden, reader, wide)
            sight.widen(4, exactly=True)
            wide.note(sight)
            narrow = sight.narrow
            if narrow.any():
                narrow &= ~given.look(reader, cells, narrow)
            for c, m in np.argwhere(narrow):
                low, high = (float(region.value[c, m] + end[c, m]) for end in (sight.low, sight.high))
                all_found.append(Narrow(reader, int(cells[c]), int(m), low, high))

    # What hangs together without a cell of this release was looked at when it was released.
    at = known.current if among is None else known.current & among
    of_now = (g for g in parts(known, np.flatnonzero(hidden & ~known.known)) if at[g].any())
    with ThreadPoolExecutor(THREADS) as pool:
        groups = sorted(map(np.concatenate, together(of_now)), key=len, reverse=True)
        list(pool.map(look, groups))
    return all_found


def together(groups: Iterable[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Small groups of cells (see `parts`), several at a time, to be looked at in one program."""
    waiting: list[np.ndarray] = []
    for group in groups:
        waiting.append(group)
        if sum(map(len, waiting)) >= _REGION:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
