"""Year totals in which a person known to several partners counts once, and where they may be shown.

The partners' own counts are shown too, so the difference tells how many are counted twice. A partner could send a row
of someone's to see it move. So for each partner that is left out, and for the public, the people whom other
partners share must be `smallest` at least in every count. Two partners that put together what they know defeat this.
"""

import datetime as dt
from collections.abc import Iterable

import polars as pl

from metrics.counting.declaration import Indicator
from metrics.counting.input_views import APART, LINKED, MERGED
from metrics.counting.tally import SUMS
from schemas.policy.result_columns import RESULT_KEY

_YEAR = ["indicator", "period_start", "period_end"]
_COUNTS = ["denominator", "numerator", "rest"]


def linked_totals(counts: pl.DataFrame, indicators: Iterable[Indicator], smallest: int, until: dt.date) -> pl.DataFrame:
    """The totals of everyone once (columns `RESULT_KEY`, SUMS, with the owner as scope).

    Only of indicators of which every year up to `until` may be shown (later ones are shown rounded): a line that counts
    now so and now otherwise would show changes that nobody made.
    """
    kinds = {i.id: i.linked for i in indicators}
    found = counts.filter(
        pl.col("scope") == LINKED, pl.col("indicator").is_in([i for i, k in kinds.items() if k != "no"])
    )
    moved = _moved(counts)
    partners = moved["sharing"].str.split("+").explode().unique().drop_nulls().to_list()
    years = found.filter(pl.col("period_end") <= until).select(_YEAR)
    for left_out in [None, *partners]:
        others = moved.filter(~pl.col("sharing").str.split("+").list.contains(left_out or ""))
        of_others = others.group_by(_YEAR).agg(pl.col(_COUNTS).sum())
        checked = years.join(of_others, on=_YEAR, how="left").with_columns(
            pl.col("denominator", "numerator", "rest").fill_null(0)
        )
        returns = pl.col("indicator").replace_strict(kinds) == "returns"
        enough = pl.when(returns).then(pl.col("numerator").abs() >= smallest).otherwise(
            pl.min_horizontal(pl.col(_COUNTS).abs()) >= smallest
        )  # fmt: skip
        failed = checked.filter(~enough)["indicator"].unique().to_list()
        found = found.filter(~pl.col("indicator").is_in(failed))
    return found.select(*RESULT_KEY, *SUMS)


def _moved(counts: pl.DataFrame) -> pl.DataFrame:
    """By whom the people are shared: how many fewer there are when each counts once."""
    sides = []
    for owner, sign in ((APART, 1), (MERGED, -1)):
        mine = counts.filter(pl.col("scope").str.starts_with(owner))
        sides.append(
            mine.select(
                *_YEAR, sharing=pl.col("scope").str.strip_prefix(owner), denominator=sign * pl.col("denominator"),
                numerator=sign * pl.col("numerator"), rest=sign * (pl.col("denominator") - pl.col("numerator")),
            )
        )  # fmt: skip
    return pl.concat(sides).group_by(*_YEAR, "sharing").agg(pl.col(_COUNTS).sum())
