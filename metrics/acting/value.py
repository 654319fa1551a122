"""What a change is worth: what would not have been, times what the partnership says one is worth; less costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, log10

import numpy as np
from scipy.special import ndtri

from metrics.acting.impact import Impact
from metrics.statistics.intervals import Z95, Span
from metrics.statistics.spc import Floats
from schemas.policy.worth.unit_value import UnitValue

_PARTS = 199
"""Into so many equally likely values each of the two unknowns is parted: their products' ends are good to 1 %."""


@dataclass(frozen=True)
class Value:
    """Dollars. `results`: how many more (or fewer unwanted) there were, with the interval of the rate; `gross`: what
    they are worth, with the interval of both; `costs`: who pays -> how much."""

    unit: UnitValue
    people: float
    results: Span
    gross: Span
    costs: Mapping[str, float] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """All costs together."""
        return float(sum(self.costs.values()))

    @property
    def net(self) -> Span:
        """Worth less costs."""
        middle, low, high = self.gross
        return middle - self.cost, low - self.cost, high - self.cost

    @property
    def surely(self) -> bool:
        """Whether the sign of the net value is beyond the interval."""
        return self.net[1] > 0 or self.net[2] < 0


def value(
    said: Impact, unit: UnitValue, people: float, costs: Mapping[str, float], *, lower_is_better: bool
) -> Value | None:
    """Of an impact with a comparison; None without one, for a before and an after are worth nothing that is known.

    `people`: how many people or stays the change holds for; the difference is a share of them.
    """
    if said.found is None or said.verdict not in ("changed", "no detectable change"):
        return None
    middle, low, high = (v * people for v in said.found)
    results = (-middle, -high, -low) if lower_is_better else (middle, low, high)
    return Value(unit, people, results, product(results, (unit.central, unit.low, unit.high)), dict(costs))


def product(one: Span, other: Span) -> Span:
    """Two unknowns multiplied, each given as (middle, low, high) of 95 %: normal on either side of its middle.

    Every pair of their equally likely values is multiplied, and the ends are read off; no chance in it.
    """
    products = np.sort(np.outer(_likely(one), _likely(other)).ravel())
    low, high = np.quantile(products, [0.025, 0.975])
    return one[0] * other[0], float(low), float(high)


def fineness(span: Span) -> float:
    """The step, a power of ten and 1 at least, to which an estimate (middle, low, high) may be said: two significant
    digits of its range. A sum said to the dollar whose range is 90,000 wide claims to know what it does not."""
    width = span[2] - span[1]
    return float(10 ** max(floor(log10(width)) - 1, 0)) if width >= 1 else 1.0


def as_sure(span: Span) -> Span:
    """An estimate rounded to its `fineness`. What is not nothing is not rounded to nothing."""
    step = fineness(span)
    middle, low, high = (_rounded(v, step) for v in span)
    return middle, low, high


def _rounded(amount: float, step: float) -> float:
    while step > 1 and amount and not round(amount / step):
        step /= 10
    return round(amount / step) * step


def _likely(span: Span) -> Floats:
    z = ndtri((np.arange(_PARTS) + 0.5) / _PARTS) / Z95
    middle, low, high = span
    return np.asarray(middle + np.where(z < 0, z * (middle - low), z * (high - middle)))
