"""Why a partner's figure moves, unit by unit, from its unit rows before and after a change.

A unit is a person (or a stay). The reasons do not overlap and are complete: their pieces add up to the
movement of numerator and denominator.
"""

from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import polars as pl


class Part(NamedTuple):
    """Units that come or go for one reason, and what they add: how many are in the numerator, or a mean's total."""

    units: int = 0
    amount: float = 0


NONE = Part()


@dataclass(frozen=True)
class Reasons:
    """Why numerator (or total) and denominator move. `more` and `left`: not considered on the other side."""

    more: Part = NONE
    left: Part = NONE
    gained: int = 0
    """Units counted before and after that are in the numerator now, or whose value is higher."""
    lost: int = 0
    """Units counted before and after that no longer are, or whose value is lower."""
    changed: float = 0
    """What gained and lost make together."""
    excluded: dict[str, Part] = field(default_factory=dict)
    """Exclusion reason newly met -> the units that were counted before."""
    lifted: dict[str, Part] = field(default_factory=dict)
    """Exclusion reason no longer met -> the units that are counted now."""

    @property
    def denominator(self) -> int:
        """By how much the denominator moves."""
        return self.more.units - self.left.units + _sum(self.lifted).units - _sum(self.excluded).units

    @property
    def numerator(self) -> float:
        """By how much the numerator (or total) moves."""
        come = self.more.amount + self.changed + _sum(self.lifted).amount
        return come - self.left.amount - _sum(self.excluded).amount

    def shares(self, before: float, after: float, denominator: int) -> tuple[float, float]:
        """The movement of the figure (`denominator`: after): what changed outcomes bring, and who is counted."""
        outcomes = self.changed / denominator
        return outcomes, after - before - outcomes


def _sum(parts: dict[str, Part]) -> Part:
    return reduce(lambda a, b: Part(a.units + b.units, a.amount + b.amount), parts.values(), NONE)


_NO_ROWS = pl.DataFrame(schema={"unit": pl.String, "counted": pl.Boolean, "reason": pl.String, "amount": pl.Float64})


def reasons(before: pl.DataFrame | None, after: pl.DataFrame | None) -> Reasons:
    """Unit rows (see `metrics.results.own_results`) on both sides (None: no figure there) -> why the figure moves."""
    was, now = (_NO_ROWS if side is None else side for side in (before, after))
    both = was.join(now, on="unit", how="full", coalesce=True, suffix="_now")
    counted, excluded, absent = _states("counted")
    counted_now, excluded_now, absent_now = _states("counted_now")
    grown = both.filter(counted & counted_now).select(pl.col("amount_now") - pl.col("amount")).to_series()
    return Reasons(
        more=_part(both.filter(absent & counted_now), "amount_now"),
        left=_part(both.filter(counted & absent_now), "amount"),
        gained=int((grown > 0).sum()),
        lost=int((grown < 0).sum()),
        changed=float(grown.sum()),
        excluded=_by_reason(both.filter(counted & excluded_now), "reason_now", "amount"),
        lifted=_by_reason(both.filter(excluded & counted_now), "reason", "amount_now"),
    )


def _states(column: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Whether a unit is counted, excluded, or not considered at all on one side."""
    held = pl.col(column)
    return held.fill_null(False), ~held.fill_null(True), held.is_null()


def _part(rows: pl.DataFrame, amount: str) -> Part:
    return Part(len(rows), float(rows[amount].sum()))


def _by_reason(rows: pl.DataFrame, reason: str, amount: str) -> dict[str, Part]:
    grouped = rows.group_by(reason).agg(pl.len().alias("units"), pl.col(amount).sum().alias("amount"))
    ordered = grouped.sort(["units", reason], descending=[True, False])
    return {str(name): Part(units, added) for name, units, added in ordered.iter_rows()}
