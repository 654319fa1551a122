"""The linear program of how hidden counts can move together, for a solver that goes on from question to question."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from metrics.disclosure.cell_numbers import CellNumbers, OwnPeople, columns_of, three

_REGION = 100
"""Cells looked at in one linear program, at least: below it the overhead of each program rules."""
_DUAL, _PRIMAL = 1, 4
"""The simplex method that goes on where the last question left off: after a change of bounds, and of costs."""


class Region:
    """The linear program of how the counts of some cells (numbers, k) can move together, while all others stand still.

    It is built once for all readers: they differ in which of the cells stand still too, and the simplex method goes on
    from where it was. `hidden` (n): all hidden cells, which say how far denominators may fall (`CellNumbers.least`).
    """

    def __init__(self, known: CellNumbers, cells: np.ndarray, hidden: np.ndarray, smallest: int) -> None:
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

    @cached_property
    def people(self) -> OwnPeople:
        """Whose people are behind the counts."""
        return OwnPeople(self.known, self.cells)

    def furthest(self, weights: np.ndarray, moving: np.ndarray, cap: float) -> np.ndarray:
        """The move (k, 3) with the greatest weighted sum of free counts (2k), none rising by more than `cap`.

        Other costs go on from the last solution; other bounds start anew, which is sooner done than fixing it.
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
