"""Counts by the finest groups -> counts by coarser ones."""

import polars as pl

from metrics.counting.strata import JOINED, PLACE
from metrics.counting.tally import SUMS
from metrics.grouping.dimensions import PAIR_FACTOR, coarser, shown_as
from metrics.grouping.places import Places

_WITHOUT_GROUP = ["indicator", "scope", "period_kind", "period_start", "period_end"]


def fold(counts: pl.DataFrame, grouping: str, rung: int, places: Places) -> pl.DataFrame:
    """The counts of one grouping (or two at once), at a rung: the groups of the results, with `rung` and `part_of`.

    `counts`: columns `_WITHOUT_GROUP`, category (the finest), SUMS. What is not known of a part is not known of the
    whole.
    """
    known = counts["category"].unique().to_list()
    groups = [_group(grouping, rung, category, places) for category in known]
    named = pl.DataFrame(
        {"category": known, "group": [g for g, _ in groups], "part_of": [p for _, p in groups]},
        schema={"category": pl.String, "group": pl.String, "part_of": pl.String},
    )
    whole = [pl.when(pl.col(c).is_null().any()).then(None).otherwise(pl.col(c).sum()).alias(c) for c in SUMS]
    return (
        counts.join(named, on="category").drop("category")
        .group_by(*_WITHOUT_GROUP, category="group", maintain_order=True).agg(*whole, pl.col("part_of").first())
        .with_columns(stratifier=pl.lit(shown_as(grouping, rung)), rung=pl.lit(rung, pl.Int32))
    )  # fmt: skip


def _group(grouping: str, rung: int, category: str, places: Places) -> tuple[str, str | None]:
    """The group, and of a place that is no county what holds it."""
    if JOINED in grouping:
        names, rungs = grouping.split(JOINED), divmod(rung, PAIR_FACTOR)
        sides = [
            _group(name, at, one, places) for name, at, one in zip(names, rungs, category.split(JOINED), strict=True)
        ]
        return JOINED.join(group for group, _ in sides), sides[1][1]
    if grouping != PLACE:
        return coarser(grouping, category, 0, rung), None
    place, county = places.of(category)
    return (place, county) if rung == 0 else (county, None)


def add_months(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts of plain months -> those of the calendar quarters that lie between the first and the last of them."""
    quarter, whose = pl.col("period_end").dt.truncate("1q"), ["indicator", "scope"]
    last = quarter.dt.offset_by("3mo").dt.offset_by("-1d")
    whole = quarter >= pl.col("period_start").min().over(whose), last <= pl.col("period_end").max().over(whose)
    return (
        counts.filter(*whole).with_columns(period_start=quarter)
        .group_by("indicator", "scope", "period_start", "stratifier", "category", maintain_order=True)
        .agg(pl.col(c).sum() for c in SUMS)
        .with_columns(
            period_kind=pl.lit("quarter"), period_end=pl.col("period_start").dt.offset_by("3mo").dt.offset_by("-1d")
        )
    )  # fmt: skip
