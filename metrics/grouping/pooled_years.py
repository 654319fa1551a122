"""Three years added up, once every three years: groups that a year is too small to show do not vanish.

No year is in two of them. Sums that overlap give the years away: whoever knows y1+y2+y3 and y2+y3+y4 knows how far y1
is from y4, and after some years there is but one way to choose counts from zero up.
"""

import datetime as dt

import duckdb
import polars as pl

from metrics.counting.periods import year_ending, year_ends
from metrics.counting.strata import ALL
from metrics.counting.tally import SUMS

KIND = "three_years"
YEARS = 3
GROUPINGS = ("race_ethnicity", "language")
"""What is shown by three years, at a finer rung than a year's."""


def step(grouping: str) -> str:
    """What the ladder calls a grouping by three years."""
    return f"{grouping} by {YEARS} years"


def ends(last_day: dt.date) -> list[dt.date]:
    """The last days of the three years that end on a day, which is a quarter's last; the newest first."""
    return year_ends(last_day, YEARS)


def read_pooled(cur: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The last day of the newest three years that are shown together."""
    return cur.execute("SELECT max(last_day) FROM pooled_years").fetchall()[0][0]


def keep_pooled(cur: duckdb.DuckDBPyConnection, last_day: dt.date) -> None:
    """Show the three years that end on a day from now on."""
    cur.execute("INSERT INTO pooled_years VALUES (?)", [last_day])


def settle_pooled(known: dt.date | None, counts: pl.DataFrame, closed_to: dt.date) -> dt.date | None:
    """The last day of the newest three years: those `known`, unless three others have closed since.

    `counts`: of periods that are over, among them the years.
    """
    years = counts.filter(pl.col("period_kind") == "year")["period_end"].unique().to_list()
    wanted = ends(closed_to)
    apart = known is None or year_ending(wanted[-1]).start > known
    return closed_to if set(wanted) <= set(years) and apart else known


def add_years(counts: pl.DataFrame, last_day: dt.date) -> pl.DataFrame:
    """Counts of years -> those of the three that end on a day, of the indicators that have all three.

    Someone who counts in each of them is in the sum three times. What is not known of a year is not known of the sum.
    """
    years = counts.filter(pl.col("period_kind") == "year", pl.col("period_end").is_in(ends(last_day)))
    whole = years.filter(pl.col("stratifier") == ALL).group_by("indicator").agg(pl.col("period_end").n_unique())
    whole = whole.filter(pl.col("period_end") == YEARS)
    sums = [pl.when(pl.col(c).is_null().any()).then(None).otherwise(pl.col(c).sum()).alias(c) for c in SUMS]
    return (
        years.join(whole, on="indicator", how="semi")
        .group_by("indicator", "scope", "stratifier", "category", maintain_order=True).agg(*sums)
        .with_columns(
            period_kind=pl.lit(KIND), period_end=pl.lit(last_day),
            period_start=pl.lit(year_ending(ends(last_day)[-1]).start),
        )
    )  # fmt: skip
