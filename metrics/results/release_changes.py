"""What a release changes against the one before, from what everyone may see of both. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, AT_EACH, EXCLUSION
from metrics.judging.indicator_facts import headline_year
from schemas.policy.result_columns import RESULT_KEY

Row = dict[str, Any]
Kind = Literal["years", "months", "groups", "partner_years", "partner_months", "partner_groups", "left_out"]
KINDS: tuple[Kind, ...] = (
    "years", "months", "groups", "partner_years", "partner_months", "partner_groups", "left_out",
)  # fmt: skip
_VALUES = ("rate", "denominator", "numerator", "low", "high")


@dataclass(frozen=True)
class Headline:
    """The figure of the partnership that pages show first, before and after; None where there is none."""

    indicator: str
    before: Row | None
    after: Row | None

    @property
    def moved(self) -> bool:
        """Whether people read another figure afterwards: another value, or another year."""
        return _read(self.before) != _read(self.after)


def _read(row: Row | None) -> tuple[Any, ...]:
    return (row["period_end"], row["suppressed"], *(row[name] for name in _VALUES)) if row else ()


@dataclass(frozen=True)
class CellChanges:
    """How many cells of a kind a release shows and hides, and how these differ from the release before.

    `new`: shown, of a period or group that was not there; `changed`: shown before and after, with another figure;
    `newly_shown`: hidden before; `newly_hidden`: shown before; `dropped`: shown before, not there any more.
    """

    kind: Kind
    shown: int
    hidden: int
    new: int
    changed: int
    newly_shown: int
    newly_hidden: int
    dropped: int


def headlines(indicators: Iterable[str], before: pl.DataFrame, after: pl.DataFrame) -> tuple[Headline, ...]:
    """The headline of each indicator that has one. Both: columns of `published_results`."""
    found = (Headline(name, _headline(name, before), _headline(name, after)) for name in indicators)
    return tuple(h for h in found if h.before or h.after)


def _headline(indicator: str, results: pl.DataFrame) -> Row | None:
    whole = (pl.col("scope") == PARTNERSHIP) & (pl.col("period_kind") == "year") & (pl.col("stratifier") == ALL)
    return headline_year(results.filter(whole & (pl.col("indicator") == indicator)).sort("period_end").to_dicts())


def cell_changes(before: pl.DataFrame, after: pl.DataFrame) -> tuple[CellChanges, ...]:
    """By kind, those that there are. Both: columns of `published_results`."""
    kept = [*RESULT_KEY, "suppressed", *_VALUES]
    both = before.select(kept).join(
        after.select(kept), on=RESULT_KEY, how="full", coalesce=True, nulls_equal=True, suffix="_after"
    )
    was, now = ~pl.col("suppressed"), ~pl.col("suppressed_after")
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_after")) for name in _VALUES)
    there = pl.col("suppressed").is_not_null()
    counted = both.group_by(_kind().alias("kind")).agg(
        shown=now.sum(),
        hidden=(~now).sum(),
        new=(now & ~there).sum(),
        changed=(was & now & other).sum(),
        newly_shown=(~was & now).sum(),
        newly_hidden=(was & ~now).sum(),
        dropped=(was & pl.col("suppressed_after").is_null()).sum(),
    )
    found = {row["kind"]: CellChanges(**row) for row in counted.to_dicts()}
    return tuple(found[kind] for kind in KINDS if kind in found)


def _kind() -> pl.Expr:
    whole = pl.col("stratifier").is_in([ALL, AT_EACH])
    lengths = pl.when(pl.col("period_kind") == "year").then(pl.lit("years")).otherwise(pl.lit("months"))
    what = pl.when(whole).then(lengths).otherwise(pl.lit("groups"))
    of_all = pl.col("scope") == PARTNERSHIP
    return (
        pl.when(pl.col("stratifier") == EXCLUSION).then(pl.lit("left_out"))
        .when(of_all).then(what).otherwise(pl.concat_str(pl.lit("partner_"), what))
    )  # fmt: skip
