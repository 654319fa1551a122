"""Reasons: why a partner's figure moves, unit by unit, from its unit rows before and after a change.

A unit is a person (or a stay). The reasons are apart and complete: their pieces add up to the movement of numerator
and denominator.
"""

from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import polars as pl


class Part(NamedTuple):
    """Units that come or go for one reason, and those of them that are in the numerator."""

    units: int = 0
    hits: int = 0


NONE = Part()


@dataclass(frozen=True)
class Reasons:
    """Why numerator and denominator move. `more` and `left` were, or are, not considered at all on the other side."""

    more: Part = NONE
    left: Part = NONE
    gained: int = 0
    """Counted before and after, and now in the numerator."""
    lost: int = 0
    """Counted before and after, and no longer in the numerator."""
    excluded: dict[str, Part] = field(default_factory=dict)
    """Exclusion reason newly met -> the units that were counted before."""
    lifted: dict[str, Part] = field(default_factory=dict)
    """Exclusion reason no longer met -> the units that are counted now."""

    @property
    def denominator(self) -> int:
        """By how much the denominator moves."""
        return self.more.units - self.left.units + _sum(self.lifted).units - _sum(self.excluded).units

    @property
    def numerator(self) -> int:
        """By how much the numerator moves."""
        come = self.more.hits + self.gained + _sum(self.lifted).hits
        return come - self.left.hits - self.lost - _sum(self.excluded).hits

    def shares(self, before: float, after: float, denominator: int) -> tuple[float, float]:
        """The rate's movement (0 to 1; `denominator`: after): what changed outcomes bring, and who is counted."""
        outcomes = (self.gained - self.lost) / denominator
        return outcomes, after - before - outcomes


def _sum(parts: dict[str, Part]) -> Part:
    return reduce(lambda a, b: Part(a.units + b.units, a.hits + b.hits), parts.values(), Part())


_NO_ROWS = pl.DataFrame(schema={"unit": pl.String, "counted": pl.Boolean, "reason": pl.String, "hit": pl.Boolean})


def reasons(before: pl.DataFrame | None, after: pl.DataFrame | None) -> Reasons:
    """Unit rows on both sides (None: no figure there) -> why the figure moves."""
    was, now = (_NO_ROWS if side is None else side for side in (before, after))
    both = was.join(now, on="unit", how="full", coalesce=True, suffix="_now")
    counted, excluded, absent = _states("counted")
    counted_now, excluded_now, absent_now = _states("counted_now")
    stays = both.filter(counted & counted_now)
    return Reasons(
        more=_part(both.filter(absent & counted_now), "hit_now"),
        left=_part(both.filter(counted & absent_now), "hit"),
        gained=len(stays.filter(~pl.col("hit") & pl.col("hit_now"))),
        lost=len(stays.filter(pl.col("hit") & ~pl.col("hit_now"))),
        excluded=_by_reason(both.filter(counted & excluded_now), "reason_now", "hit"),
        lifted=_by_reason(both.filter(excluded & counted_now), "reason", "hit_now"),
    )


def _states(column: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Whether a unit is counted, excluded, or not considered at all on one side."""
    held = pl.col(column)
    return held.fill_null(False), ~held.fill_null(True), held.is_null()


def _part(rows: pl.DataFrame, hit: str) -> Part:
    return Part(len(rows), int(rows[hit].sum()))


def _by_reason(rows: pl.DataFrame, reason: str, hit: str) -> dict[str, Part]:
    grouped = rows.group_by(reason).agg(pl.len().alias("units"), pl.col(hit).sum().alias("hits"))
    ordered = grouped.sort(["units", reason], descending=[True, False])
    return {str(name): Part(units, hits) for name, units, hits in ordered.iter_rows()}
