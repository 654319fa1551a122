"""The linear program of an attacker: how far each hidden count may lie, given all that adds up."""

from typing import Protocol

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

_FAR = 1e6


class Facts(Protocol):
    """What the program reads of the facts (`tests.attack.attackers.attacker`)."""

    plain: np.ndarray
    free: np.ndarray
    matrix: csr_matrix
    smallest: int


class Asking(Protocol):
    """Who asks: bounds found so far (n, 3), how many people are in each cell at least, and what is not yet wide."""

    @property
    def facts(self) -> Facts:
        """What the cells and their sums are."""

    high: np.ndarray
    low: np.ndarray
    least: np.ndarray

    def open(self) -> np.ndarray:
        """Counts (n, 3) that are not shown to be wide."""


class Program:
    """The linear program of some cells that hang together: a column for the numerator and the rest of each."""

    def __init__(self, attacker: Asking, cells: np.ndarray) -> None:
        facts = attacker.facts
        self.attacker, self.cells, self.plain = attacker, cells, facts.plain[cells]
        self.columns = np.column_stack([2 * cells, 2 * cells + 1]).ravel()
        self.true = facts.free[self.columns]
        rows = facts.matrix[:, self.columns]
        rows = rows[np.diff(rows.indptr) > 0]
        least = attacker.least[cells]
        people = np.flatnonzero(~self.plain & (least > 0))
        low = np.zeros(len(self.columns))
        low[0::2] = np.where(self.plain, least, 0)
        self.closed = np.zeros(len(self.columns), bool)
        self.closed[1::2] = self.plain
        at = np.column_stack([2 * people, 2 * people + 1]).ravel()
        both = csr_matrix(
            (np.ones(len(at)), (np.repeat(np.arange(len(people)), 2), at)), (len(people), len(self.columns))
        )
        matrix = vstack([rows, both]).tocsr()
        right = rows @ self.true
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.zeros(matrix.shape[1])
        model.col_lower_, model.col_upper_ = low, np.where(self.closed, 0.0, _FAR)
        model.row_lower_ = np.concatenate([right, least[people]])
        model.row_upper_ = np.concatenate([right, np.full(len(people), np.inf)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = (
            matrix.indptr,
            matrix.indices,
            matrix.data,
        )
        self.low = low
        self.solver = highspy.Highs()
        self.solver.silent()
        self.solver.setOptionValue("threads", 1)
        self.solver.setOptionValue("simplex_strategy", 4)
        self.solver.passModel(model)

    def settle(self) -> None:
        """Show as many counts as can be to be wide, many at a time; ask for each that is left."""
        chance, vain = np.random.default_rng(5), 0
        size = self.attacker.facts.smallest
        self._cap(self.true + 2 * size)
        turn = 0
        while (left := int(self._open().sum())) and vain < 4:
            pulled = self._open()
            pulled = pulled[:, :2] | pulled[:, 2:]
            # Small counts are pulled up, large ones down; every other time all go one way.
            way = np.where(self.true.reshape(-1, 2) < size, 1, -1) if turn % 3 == 0 else (-1) ** turn
            self._furthest((pulled * way * chance.uniform(0.5, 1, pulled.shape)).ravel())
            turn, vain = turn + 1, vain + 1 if int(self._open().sum()) == left else 0
        self._cap(np.full(len(self.columns), _FAR))
        for cell, measure in np.argwhere(self._open()):
            for sign in (1, -1):
                if self._open()[cell, measure]:
                    weights = np.zeros(len(self.columns))
                    weights[[2 * cell, 2 * cell + 1] if measure == 2 else [2 * cell + measure]] = sign
                    self._furthest(weights)

    def _open(self) -> np.ndarray:
        return self.attacker.open()[self.cells]

    def _cap(self, upper: np.ndarray) -> None:
        numbers = np.arange(len(self.columns), dtype=np.int32)
        self.solver.changeColsBounds(len(numbers), numbers, self.low, np.where(self.closed, 0.0, upper))

    def _furthest(self, weights: np.ndarray) -> None:
        numbers = np.arange(len(self.columns), dtype=np.int32)
        weights = np.where(self.closed, 0.0, weights)
        self.solver.changeColsCost(len(numbers), numbers, -weights)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.solver.clearSolver()
            self.solver.run()
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, self.solver.getModelStatus()
        point = np.array(self.solver.getSolution().col_value).reshape(-1, 2)
        found = np.column_stack([point, point.sum(axis=1)])
        high, low = self.attacker.high, self.attacker.low
        high[self.cells] = np.maximum(high[self.cells], found)
        low[self.cells] = np.minimum(low[self.cells], found)
