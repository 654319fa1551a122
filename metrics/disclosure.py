"""Disclosure control: which cells of a release are hidden. The one place that decides it.

Primary: a count from 1 to `smallest - 1` in the numerator, the denominator, or their difference (CMS cell size
policy; 0 may be shown). Complementary: where exactly one cell of a sum is hidden, the next smallest is hidden
too, since the sum would give it away; until no sum of the table has a single hidden cell.
A hidden cell hides all its statistics (STATISTICS.md).
"""

import polars as pl

from metrics.strata import ALL, EXCLUSION, JOINED

PARTNERSHIP = "partnership"
_PERIOD = ["indicator", "period_kind", "period_start", "period_end"]
_MAX_ROUNDS = 60


def hidden(cells: pl.DataFrame, smallest: int) -> pl.Series:
    """Which rows are hidden, as booleans.

    `cells`: indicator, scope, period_kind, period_start, period_end, stratifier, category, denominator, numerator
    (numerator null: a plain count). Rows with an unknown denominator are never hidden: there is nothing to hide.
    """
    frame = cells.with_row_index("cell").with_columns(hidden=primary(cells, smallest))
    sums = [[*_PERIOD, "scope", "stratifier"], [*_PERIOD, "stratifier", "category"]]
    for _ in range(_MAX_ROUNDS):
        before = frame["hidden"].sum()
        for keys in sums:
            frame = _complete(frame, keys)
        for side in (0, 1):
            frame = _complete_two_way(frame, side)
        frame = _whole_hides_parts_of_one(frame)
        if frame["hidden"].sum() == before:
            break
    return frame.sort("cell")["hidden"]


def primary(cells: pl.DataFrame, smallest: int) -> pl.Series:
    """Cells with a small count in any of the three places."""

    def small(count: pl.Expr) -> pl.Expr:
        return count.is_between(1, smallest - 1).fill_null(False)

    rest = pl.col("denominator") - pl.col("numerator")
    return cells.select(small(pl.col("denominator")) | small(pl.col("numerator")) | small(rest)).to_series()


def _complete(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Hide the smallest shown cell of every sum that has exactly one hidden cell.

    Parts of a sum: the groups of a stratifier (their total is the row 'all'), or the partners of one figure (their
    total is the partnership's). Cells that are zero hide nothing and are not taken. The total itself is not a
    part, and when no part is left to take, it is hidden.
    """
    parts = frame.filter((pl.col("stratifier") != EXCLUSION) & _is_part(keys))
    lone = parts.group_by(keys).agg(pl.col("hidden").sum().alias("n")).filter(pl.col("n") == 1)
    takeable = parts.join(lone, on=keys, how="semi").filter(~pl.col("hidden") & (pl.col("denominator") > 0))
    taken = takeable.sort("denominator", "numerator", "cell").unique(keys, keep="first", maintain_order=True)["cell"]
    return frame.with_columns(hidden=pl.col("hidden") | pl.col("cell").is_in(taken.implode()))


def _complete_two_way(frame: pl.DataFrame, side: int) -> pl.DataFrame:
    """The same for the rows (side 0) and the columns (side 1) of two-way tables, whose totals are groups of their own.

    A group that is hidden while all its cells are shown would be their sum, so its smallest cell goes too; where no
    cell is left to take, the group goes.
    """
    pairs = frame.filter(pl.col("stratifier").str.contains(JOINED, literal=True)).with_columns(
        of=pl.col("stratifier").str.split(JOINED).list.get(side),
        group=pl.col("category").str.split(JOINED).list.get(side),
    )
    totals = frame.select(*_PERIOD, "scope", of="stratifier", group="category", total="cell", total_hidden="hidden")
    cells = pairs.join(totals, on=[*_PERIOD, "scope", "of", "group"], how="left")
    keys = [*_PERIOD, "scope", "stratifier", "group"]
    unknown = pl.col("hidden").sum() + pl.col("total_hidden").first().fill_null(False).cast(pl.UInt32)
    lone = cells.join(cells.group_by(keys).agg(n=unknown).filter(pl.col("n") == 1), on=keys, how="semi")
    takeable = lone.filter(~pl.col("hidden") & (pl.col("denominator") > 0)).sort("denominator", "numerator", "cell")
    taken = takeable.unique(keys, keep="first", maintain_order=True)
    groups = lone.join(taken, on=keys, how="anti")["total"].drop_nulls()
    gone = pl.col("cell").is_in(taken["cell"].implode()) | pl.col("cell").is_in(groups.implode())
    return frame.with_columns(hidden=pl.col("hidden") | gone)


def _is_part(keys: list[str]) -> pl.Expr:
    return pl.col("stratifier") != ALL if "scope" in keys else pl.col("scope") != PARTNERSHIP


def _whole_hides_parts_of_one(frame: pl.DataFrame) -> pl.DataFrame:
    """Where a partner is alone behind a hidden cell, the partnership's same cell would give it away: hide it."""
    keys = [*_PERIOD, "stratifier", "category"]
    lone = (
        frame.filter((pl.col("scope") != PARTNERSHIP) & (pl.col("denominator") > 0))
        .group_by(keys)
        .agg(pl.col("hidden").sum().alias("n"))
        .filter(pl.col("n") == 1)
    )
    return (
        frame.join(lone.select(keys).with_columns(lone=True), on=keys, how="left", maintain_order="left")
        .with_columns(hidden=pl.col("hidden") | ((pl.col("scope") == PARTNERSHIP) & pl.col("lone").fill_null(False)))
        .drop("lone")
    )
