"""The linear program of how hidden counts can move together, for a solver that goes on from question to question."""

from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from metrics.disclosure.cell_numbers import CellNumbers, OwnPeople, columns_of, three
from metrics.disclosure.linear_solver import DUAL, PRIMAL, inside, program, solved

_REGION = 100
"""Cells looked at in one linear program, at least: below it the overhead of each program rules."""
_LARGE = 2500
"""Moving cells from which on a move that is nearly the furthest is sought from inside (`linear_solver.inside`)."""
_ROUNDS = 8
"""How often bounds are drawn from relation to relation, at most: seldom more than a few times."""
_ALMOST = 1e-6


class Region:
    """The linear program of how the counts of some cells (numbers, k) can move together, while all others stand still.

    It is built once for all readers: they differ in which of the cells stand still too, and the simplex method goes on
    from where it was. `hidden` (n): all hidden cells, which say how far denominators may fall (`CellNumbers.least`).
    `asked` (k): the cells that are to be kept safe; the others are there for what they can do for them. (None: all.)
    """

    def __init__(
        self, known: CellNumbers, cells: np.ndarray, hidden: np.ndarray, smallest: int, asked: np.ndarray | None = None
    ) -> None:
        self.known, self.cells, self.smallest = known, cells, smallest
        self.asked = np.ones(len(cells), bool) if asked is None else asked
        self.plain, self.value = known.plain[cells], known.counts[cells]
        self.least = known.least(smallest, hidden, cells)
        columns = columns_of(cells)
        rows = known.relations_of[:, columns].tocsr()
        self.rows = rows[np.diff(rows.indptr) > 0]
        pair = np.flatnonzero(~self.plain)
        at = np.column_stack([2 * pair, 2 * pair + 1]).ravel()
        shape = (len(pair), len(columns))
        self.sums = csr_matrix((np.ones(len(at)), (np.repeat(np.arange(len(pair)), 2), at)), shape)
        self._low, self._high = -known.value[columns], np.full(len(columns), np.inf)
        self._low[0::2][self.plain] = self.least[self.plain]
        self._high[1::2][self.plain] = 0
        self._programs: dict[float, tuple[highspy.Highs, np.ndarray]] = {}
        self._ranges: dict[Hashable, tuple[np.ndarray, np.ndarray]] = {}

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """How far each free count (2k) may fall and rise, before any relation."""
        return self._low, self._high

    def ranges(self, reader: Hashable) -> tuple[np.ndarray, np.ndarray]:
        """How far each count (k, 3) was found to rise, and to fall, for a reader: the caller adds to it."""
        if reader not in self._ranges:
            shape = (len(self.cells), 3)
            self._ranges[reader] = np.zeros(shape), np.zeros(shape)
        return self._ranges[reader]

    @cached_property
    def people(self) -> OwnPeople:
        """Whose people are behind the counts."""
        return OwnPeople(self.known, self.cells)

    def furthest(self, weights: np.ndarray, moving: np.ndarray, cap: float, *, about: bool = False) -> np.ndarray:
        """The move (k, 3) with the greatest weighted sum of free counts (2k), none rising by more than `cap`.

        `about`: nearly the greatest will do. It is possible all the same.

        Other costs go on from the last solution; other bounds start anew, which is sooner done than fixing it.
        """
        made, of = self._programs.get(cap) or (self._program(), ~moving)
        numbers = np.arange(len(weights), dtype=np.int32)
        anew = bool((of != moving).any())
        made.setOptionValue("simplex_strategy", DUAL if anew else PRIMAL)
        if anew:
            free = np.repeat(moving, 2)
            low, high = np.where(free, self._low, 0), np.where(free, np.minimum(self._high, cap), 0)
            made.changeColsBounds(len(low), numbers, low, high)
            made.clearSolver()
        self._programs[cap] = made, moving
        made.changeColsCost(len(weights), numbers, -weights)
        move = inside(made) if about and moving.sum() >= _LARGE else None
        move = solved(made) if move is None else move
        assert move is not None, "standing still is always possible"
        return three(move)

    def _program(self) -> highspy.Highs:
        none, pairs = np.zeros(self.rows.shape[0]), self.least[~self.plain]
        return program(
            vstack([self.rows, self.sums]).tocsr(), self._low, self._high,
            np.concatenate([none, pairs]), np.concatenate([none, np.full(len(pairs), np.inf)]),
        )  # fmt: skip


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


def out_of_reach(region: Region, moving: np.ndarray | None = None) -> np.ndarray:
    """Counts (k, 3) of a region that could not be made wide for anybody though all of its cells were hidden.

    `moving` (k): that are not wide while only these cells move.

    By bounds alone, each relation in turn: a part can rise by no more than the other parts can fall and their whole can
    rise. It finds nearly all of them, which linear programs would find count by count; for others a bound allows more
    than there is.
    """
    low, high = _reach(region, moving)
    low, high = low.reshape(-1, 2), high.reshape(-1, 2)
    low = np.column_stack([low, np.maximum(low.sum(axis=1), region.least)])
    high = np.column_stack([high, high.sum(axis=1)])
    reaches = region.value + high >= region.smallest - _ALMOST
    return ~(reaches & (high - low >= region.smallest - 1 - _ALMOST))


def _reach(region: Region, moving: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest move of each free count (2k)."""
    low, high = region.bounds
    if moving is not None:
        low, high = (np.where(np.repeat(moving, 2), end, 0) for end in (low, high))
    for _ in range(_ROUNDS):
        at_least, at_most = _by_relation(region.rows, low, high)
        if (at_least <= low).all() and (at_most >= high).all():
            break
        low, high = np.maximum(low, at_least), np.minimum(high, at_most)
    return low, high


def _by_relation(rows: csr_matrix, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What relations, whose signed moves add up to nothing, leave to each count when all others are within bounds."""
    row, column = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), rows.indices
    signed = np.where(rows.data > 0, (low[column], high[column]), (-high[column], -low[column]))
    most, least = (-_others(row, end) for end in signed)  # all others at their least: it can be at its most
    upward, downward = np.where(rows.data > 0, (most, least), (-least, -most))
    at_most, at_least = high.copy(), low.copy()
    np.minimum.at(at_most, column, upward)
    np.maximum.at(at_least, column, downward)
    return at_least, at_most


def _others(row: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The sum of all other values of the same row; what cannot be bounded stays so."""
    endless = np.isinf(values)
    finite = np.where(endless, 0, values)
    sums, without_end = np.bincount(row, finite)[row] - finite, np.bincount(row, endless)[row] - endless
    side = np.inf if (values[endless] > 0).any() else -np.inf
    return np.where(without_end > 0, side, sums)
