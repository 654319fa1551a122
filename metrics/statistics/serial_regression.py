"""A straight regression on months whose errors carry over from one month to the next.

How much the months scatter beyond chance, and how much of that stays, is not known and is not taken for known: each
possibility counts as much as the months bear it out, and the interval is that of all possibilities together. An
estimate put in their place would make intervals too narrow where few months tell little of it.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import logsumexp, stdtr

from metrics.statistics.crossing import crossing
from metrics.statistics.intervals import Span
from metrics.statistics.spc import Floats

PRIOR_FREEDOM = 4
"""What is assumed of the scatter beforehand weighs as much as so many months: few, since the months themselves tell."""
LEAST_LEFT = 6
"""Fewer months beyond what is estimated tell nothing of the scatter."""
POSSIBLE = ((0.0, 0.0), *product((0.5, 1.0, 1.5, 2.2, 3.3, 5.0), (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)))
"""How many times the usual scatter, and the part of it that is still there a month later."""


@dataclass(frozen=True)
class Fitted:
    """Coefficients under every possibility. `weights`: how far the months bear each out, shape (possibilities,);
    `coefficients`: (possibilities, terms); `spread`: their scale matrices, (possibilities, terms, terms); `freedom`: of
    the Student's t that each follows."""

    weights: Floats
    coefficients: Floats
    spread: Floats
    freedom: float

    def of(self, contrast: Floats, level: float = 0.95) -> Span:
        """A combination of the coefficients (shape (terms,)) with its interval, as likely to miss on either side."""
        centers = self.coefficients @ contrast
        errors = np.sqrt(np.maximum(np.einsum("i,pij,j->p", contrast, self.spread, contrast), 1e-300))
        middle, widest = float(self.weights @ centers), float(errors.max())
        reach = 60 * widest + float(np.ptp(centers))

        def below(part: float) -> float:
            """The value below which this part of the probability lies."""

            def beyond(value: float) -> float:
                return float(self.weights @ stdtr(self.freedom, (value - centers) / errors)) - part

            return crossing(beyond, middle - reach, middle + reach, widest * 1e-6)

        return middle, below((1 - level) / 2), below((1 + level) / 2)


def fitted(series: Floats, terms: Floats, chance: Floats, usual: Floats, borne: Floats | None = None) -> Fitted | None:
    """Of series of months (shape (series, months)), independent of each other, on their terms (series, months, terms).

    `chance`: the variance of each month by chance (as `series`); `usual`: the usual variance beyond it of each series.
    The errors have the covariance s2 (chance + m2 usual R(r)), R(r) that of a first-order autoregression: m and r are
    the `POSSIBLE`, s2 has a scaled inverse chi-squared prior around 1. Integrated over s2 each coefficient is a
    Student's t, over the possibilities a mixture of these, weighted by the restricted likelihood (Harville 1974,
    Biometrika 61:383; Zellner and Tiao 1964, JASA 59:763, for regression with autocorrelated errors). `borne`: what
    else is known of the possibilities, as logarithms of weights, in place of what these series say. None where fewer
    than `LEAST_LEFT` months are left beyond the terms, or where the terms cannot be told apart.
    """
    many, months, width = terms.shape
    left = many * months - width
    if left < LEAST_LEFT or np.linalg.matrix_rank(terms.reshape(-1, width)) < width:
        return None
    apart = np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    carried = np.array([size**2 * kept**apart for size, kept in POSSIBLE])
    covariance = np.eye(months) * chance[:, :, None] + carried[:, None] * usual[:, None, None]
    roots = np.linalg.cholesky(covariance)
    both = np.linalg.solve(roots, np.concatenate([terms, series[:, :, None]], axis=2)[None])
    whole = both.reshape(len(POSSIBLE), many * months, width + 1)
    x, y = whole[:, :, :width], whole[:, :, width]
    crossed = np.swapaxes(x, 1, 2) @ x
    spread = np.linalg.inv(crossed)
    found = np.einsum("pij,pkj,pk->pi", spread, x, y, optimize=True)
    squares = ((y - np.einsum("pki,pi->pk", x, found)) ** 2).sum(axis=1)
    freedom = PRIOR_FREEDOM + left
    if borne is None:
        log_roots = np.log(np.diagonal(roots, axis1=2, axis2=3)).sum(axis=(1, 2))
        borne = -log_roots - 0.5 * (np.linalg.slogdet(crossed)[1] + freedom * np.log(PRIOR_FREEDOM + squares))
    weights = np.exp(borne - logsumexp(borne))
    scale = (PRIOR_FREEDOM + squares) / freedom
    return Fitted(weights, found, spread * scale[:, None, None], float(freedom))
