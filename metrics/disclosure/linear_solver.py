"""The solver of linear programs (HiGHS), which goes on from question to question."""

import highspy
import numpy as np
from scipy.sparse import csr_matrix

DUAL, PRIMAL = 1, 4
"""The simplex method that goes on where the last question left off: after a change of bounds, and of costs."""


_EXACT = 1e-7
"""How far a solution may be from holding every row, in people."""


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
    made.setOptionValue("simplex_strategy", DUAL)
    made.passModel(model)
    return made


def inside(asked: highspy.Highs) -> np.ndarray | None:
    """A best solution from inside of what is possible, by the interior-point method: of large programs it takes a
    fraction of the time, begins anew with each question, and ends near a corner in place of at one. None: not found."""
    asked.clearSolver()
    for option, value in (("solver", "ipm"), ("run_crossover", "off")):
        asked.setOptionValue(option, value)
    asked.run()
    info, found = asked.getInfo(), None
    if asked.getModelStatus() == highspy.HighsModelStatus.kOptimal and info.max_primal_infeasibility <= _EXACT:
        found = np.array(asked.getSolution().col_value)
    for option, value in (("solver", "choose"), ("run_crossover", "on")):
        asked.setOptionValue(option, value)
    asked.clearSolver()
    return found


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
