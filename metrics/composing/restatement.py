"""What an erratum would change of the closed figures, and whether it may: no change may be of a few people.

The difference of two published figures is a published figure. So every count must stay or move by `smallest` or more
people, and what moves must still do so without the changes of any one partner: who pads a table with invented people
learns nothing of the others in it.
"""

import duckdb
import polars as pl

from metrics.composing.closed_counts import KEY
from metrics.counting.input_views import APART, LINKED, MERGED, PARTNERSHIP
from metrics.counting.strata import ALL, JOINED

_PEOPLE = ("denominator", "numerator", "rest", "untold")
_SUMS = ("total", "squares", "expected", "expected_units")
_TOTALS = f"""SELECT indicator, partner_id AS owner,
        CASE date_diff('month', period_start, period_end) WHEN 11 THEN 'year' WHEN 0 THEN 'month' ELSE 'other' END
            AS period_kind, period_start, period_end,
        coalesce(stratifier, '{ALL}') AS stratifier, coalesce(category, '{ALL}') AS category,
        CAST(denominator AS BIGINT) AS denominator, CAST(numerator AS BIGINT) AS numerator
    FROM in_force.indicator_counts WHERE period_end <= (SELECT max(last_day) FROM closing)"""


def closed_cells(cur: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every count of every closed cell as it would be published: KEY, denominator, numerator, rest, untold, total,
    squares, expected, expected_units. Totals that partners sent are in the partnership's cells too."""
    sums = ", ".join(f"coalesce(sum({c}), 0) AS {c}" for c in ("denominator", "numerator", "untold", *_SUMS))
    return cur.execute(
        f"""WITH totals AS ({_TOTALS}), every AS (
                SELECT * EXCLUDE (release) FROM closed_counts UNION ALL BY NAME FROM totals
                UNION ALL BY NAME SELECT * REPLACE ('{PARTNERSHIP}' AS owner) FROM totals)
            SELECT {", ".join(KEY)}, {sums}, denominator - numerator AS rest FROM every GROUP BY ALL""",
    ).pl()


def changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The cells that differ: KEY, and by how much each count moves. Two groupings at once are left out."""
    both = before.join(after, on=KEY, how="full", coalesce=True, suffix="_after")
    moved = (
        both.filter(~pl.col("owner").str.contains(f"^({APART}|{MERGED})"))
        .select(
            *KEY, *((pl.col(f"{c}_after").fill_null(0) - pl.col(c).fill_null(0)).alias(c) for c in (*_PEOPLE, *_SUMS))
        )
        .filter(pl.any_horizontal(pl.col(*_PEOPLE, *_SUMS) != 0))
    )
    return moved.filter(~pl.col("stratifier").str.contains(JOINED, literal=True))


def allowed(moved: pl.DataFrame, smallest: int) -> bool:
    """Whether no change is of 1 to `smallest - 1` people, also without the changes of any one partner.

    `moved`: what `changes` gives. A sum that moves while fewer than `smallest` people come or go may be one reading
    corrected: that is refused too, since nobody can tell.
    """
    partners = moved.filter(~pl.col("owner").is_in([PARTNERSHIP, LINKED]))
    ours = moved.filter(pl.col("owner") == PARTNERSHIP)
    key = [k for k in KEY if k != "owner"]
    # A cell of the partnership may stay as it is because a partner's change and another's cancel out.
    either = partners.join(ours.drop("owner"), on=key, how="left", suffix="_ours")
    without = either.select(*((pl.col(f"{c}_ours").fill_null(0) - pl.col(c)).alias(c) for c in (*_PEOPLE, *_SUMS)))
    return all(not _few(part, smallest).any() for part in (moved, without))


def _few(moved: pl.DataFrame, smallest: int) -> pl.Series:
    """Rows that move by too few people."""
    few = pl.any_horizontal(pl.col(c).abs().is_between(1, smallest - 1) for c in _PEOPLE)
    sums = pl.any_horizontal(pl.col(c) != 0 for c in _SUMS) & (pl.col("denominator").abs() < smallest)
    return moved.select(few | sums).to_series()


def drop_moved_pairs(cur: duckdb.DuckDBPyConnection, before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Take the cells by two groupings at once out of the closed periods in which one of them moves.

    Partners show no figures of their own by two, so nobody can tell what is left of a change without one partner.
    """
    pairs = pl.col("stratifier").str.contains(JOINED, literal=True)
    period = ["indicator", "period_kind", "period_start", "period_end"]
    both = before.filter(pairs).join(after.filter(pairs), on=KEY, how="full", coalesce=True, suffix="_after")
    counts = (*_PEOPLE, *_SUMS)
    moved = both.filter(pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_after")) for c in counts))
    cur.register("moved_periods", moved.select(period).unique().to_arrow())
    cur.execute(
        f"""DELETE FROM closed_counts USING moved_periods m WHERE contains(stratifier, '{JOINED}')
            AND {" AND ".join(f"closed_counts.{name} = m.{name}" for name in period)}"""
    )
    cur.unregister("moved_periods")
