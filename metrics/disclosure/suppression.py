"""Disclosure control: which cells of a release are hidden, and whether those hidden are safe. The one place for both.

Primary: a count from 1 to `smallest - 1` in the numerator, the denominator, or their difference (CMS cell size policy;
0 may be shown). A mean has a denominator only, so none is shown of fewer than `smallest` people. Complementary: what
else has to be hidden so that no reader who adds and subtracts can bound a hidden count below `smallest`, or to fewer
than `smallest` values. A hidden cell hides all its statistics (docs/explanation/disclosure.md).
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from metrics.counting.input_views import LINKED, PARTNERSHIP
from metrics.counting.strata import ALL, AT_EACH, JOINED
from metrics.disclosure.adding_up.relations import WITHHELD, Margins, margins
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from metrics.disclosure.cell_numbers import CellNumbers, changed, following
from metrics.disclosure.complementary_suppression import Task, complement
from metrics.disclosure.margin_tables import Keys, tables
from metrics.disclosure.narrow_counts import Narrow, too_narrow
from metrics.disclosure.numbered_margins import number_cells
from metrics.disclosure.swap_proofs import SwapProofs
from metrics.grouping.dimensions import at_rung
from schemas.policy.result_columns import RESULT_KEY

# What a cell is worth to its readers, beside the size of its group: totals most, of years above all, the partnership's
# above a partner's.
_SIZE, _TOTAL, _YEAR, _PARTNERSHIP, _OF_TWO = 0.75, 10.0, 10.0, 6.0, 0.5
_COUNTS = ["denominator", "numerator"]
_PERIOD = ["period_kind", "period_start", "period_end"]
_RULES = 3
"""Number of the rules by which cells are hidden: what an earlier number hid is settled anew."""


@dataclass(frozen=True)
class Leak:
    """A hidden count that some reader knows too well. It names the cell and never its value."""

    reader: str
    cell: str
    count: str
    key: tuple[str, str, dt.date]
    """Of the cell: indicator, scope, last day of the period."""

    def __str__(self) -> str:
        return f"{self.reader} could work out the {self.count} of {self.cell}"


def policy(smallest: int) -> str:
    """What a release was hidden by, to be kept with it."""
    return f"{smallest}, rules {_RULES}"


def hidden(cells: pl.DataFrame, smallest: int, earlier: pl.DataFrame | None = None) -> pl.Series:
    """Which rows are hidden, as booleans.

    `cells`: `margins.KEY`, denominator, numerator (null: a plain count, or a mean's), and counts_only where partners
    send totals. `earlier`: what earlier releases held (`metrics.disclosure.earlier_releases`). Rows with an unknown
    denominator are not hidden: there is nothing to hide. Raises complement.NotProtectable.
    """
    if smallest <= 1:  # a policy under which no count is small
        return pl.repeat(False, len(cells), eager=True)
    sums, known, rows = _book(cells, earlier)
    found = complement(_task(sums, known, rows, smallest))
    flags = rows.with_columns(hidden=pl.Series(found)).filter("current", "published")
    flags = flags.select(*RESULT_KEY, "hidden")
    joined = (
        _named(cells).select(*RESULT_KEY, "denominator").join(flags, on=RESULT_KEY, how="left", maintain_order="left")
    )
    return (joined["hidden"] & joined["denominator"].is_not_null()).fill_null(False)


def leaks(
    cells: pl.DataFrame, smallest: int, earlier: pl.DataFrame | None = None, *, changed_only: bool = False,
    beside: pl.Expr | None = None,
) -> list[Leak]:  # fmt: skip
    """What the release `cells`, with `suppressed` as it was written, lets some reader know too well; some of it.

    Counts that earlier releases hid belong to it, save what a reader would know though this release showed nothing.
    `changed_only`: look only at what hangs together with anything that is not as the release before had it; `beside`:
    or with what stands in a sum with one of these rows.
    """
    if smallest <= 1:
        return []
    _, known, rows = _book(cells, earlier)
    written = rows.join(
        _named(cells).select(*RESULT_KEY, "suppressed"), on=RESULT_KEY, how="left", maintain_order="left"
    )["suppressed"]
    always = ~known.current | ~known.published | known.withheld | known.folded
    suppressed = (always | written.fill_null(True).to_numpy()) & ~known.known
    as_before = rows["last"].to_numpy() & (suppressed | known.known)
    among = changed(known, as_before) if changed_only else None
    if beside is not None:
        among = known.in_sums_with(rows.select(beside).to_series().to_numpy())
    return [_leak(n, rows) for n in too_narrow(known, suppressed, smallest, among)]


def _named(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells by names that tell rungs apart; sums of partners under `ALL`, as the other counts are, and what counts
    everyone once under a name of its own."""
    defaults = {"rung": pl.lit(0), "part_of": pl.lit(None, pl.String), "folded": pl.lit(False)}
    cells = cells.with_columns(**{c: value for c, value in defaults.items() if c not in cells.columns})
    known = cells.select("stratifier", "rung").unique()
    names = [at_rung(stratifier, rung or 0) for stratifier, rung in known.rows()]
    same, at_each = ["indicator", "scope", *_PERIOD], pl.col("stratifier") == AT_EACH
    beside = cells.filter(at_each).select(*same, beside=pl.lit(True)).unique()
    cells = cells.join(known.with_columns(name=pl.Series(names, dtype=pl.String)), on=known.columns, nulls_equal=True,
                       maintain_order="left").join(beside, on=same, how="left", maintain_order="left")  # fmt: skip
    once = (pl.col("stratifier") == ALL) & pl.col("beside").fill_null(False)
    name = pl.when(at_each).then(pl.lit(ALL)).when(once).then(pl.lit(LINKED)).otherwise("name")
    return cells.with_columns(stratifier=name).drop("name", "beside")


def small(cells: pl.DataFrame, smallest: int) -> pl.Series:
    """Rows with a small count in any of the three places (primary suppression)."""

    def few(count: pl.Expr) -> pl.Expr:
        return count.is_between(1, smallest - 1).fill_null(False)

    rest = pl.col("denominator") - pl.col("numerator")
    return cells.select(few(pl.col("denominator")) | few(pl.col("numerator")) | few(rest)).to_series()


def _leak(narrow: Narrow, rows: pl.DataFrame) -> Leak:
    cell = rows.row(narrow.cell, named=True)
    what = f"{cell['indicator']}, {cell['scope']}, {cell['period_kind']} to {cell['period_end']}, {cell['stratifier']}"
    names = ("numerator", "difference of denominator and numerator", "denominator")
    key = cell["indicator"], cell["scope"], cell["period_end"]
    return Leak(str(narrow.reader), f"{what} {cell['category']}", names[narrow.measure], key)


def _book(cells: pl.DataFrame, earlier: pl.DataFrame | None) -> tuple[Margins, CellNumbers, pl.DataFrame]:
    """The cells and those of earlier releases: their relations, as numbers, and as rows in the same order.

    rows have `shown` (by an earlier release) and `last`: held by the release before.
    """
    if "counts_only" not in cells.columns:
        cells = cells.with_columns(counts_only=pl.lit(False))
    columns = [*RESULT_KEY, *_COUNTS, "counts_only", "part_of", "folded"]
    cells = _named(cells).select(columns).with_columns(pl.col(_COUNTS).cast(pl.Int64))
    earlier = None if earlier is None else _named(earlier)
    if earlier is None or earlier.is_empty():
        known = margins(cells.with_columns(state=pl.lit(0)))
        nobody = known.cells.with_columns(shown=pl.lit(False), last=pl.lit(False))
        return known, number_cells(known, nobody["shown"].to_numpy()), nobody
    past = _states(cells, earlier).select(*columns, "state")
    both = pl.concat([cells.with_columns(gone=pl.lit(False)), _gone(cells, earlier).select(*columns, "gone")])
    both = both.with_columns(state=pl.lit(len(past) + 1, pl.Int64))
    known = margins(pl.concat([past.with_columns(gone=pl.lit(True)), both], how="diagonal"))
    settled = pl.col("settled") if "settled" in earlier.columns else pl.lit(True)
    runs = earlier.group_by(*RESULT_KEY, *_COUNTS).agg(
        pl.col("shown").any(),
        last=((pl.col("last_release") == earlier["last_release"].max()) & settled).any(),
    )
    rows = known.cells.join(runs, on=[*RESULT_KEY, *_COUNTS], how="left", nulls_equal=True, maintain_order="left")
    # What a partner left blank follows from what tables hold.
    rows = rows.with_columns(pl.col("shown").fill_null(False), pl.col("last").fill_null(pl.col("category") == WITHHELD))
    numbers = number_cells(known, rows["shown"].to_numpy())
    return known, replace(numbers, known=numbers.known | following(numbers)), rows


def _gone(cells: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Earlier cells that this release has under no name: of coarser or finer rungs, of quarters where it has months.

    They stand beside its own as if it still had them, so that every relation between the two is looked for. Where the
    counts changed meanwhile, none holds.
    """
    newest = earlier.sort("last_release").unique(RESULT_KEY, keep="last", maintain_order=True)
    return newest.join(cells, on=RESULT_KEY, how="anti", nulls_equal=True).with_columns(gone=pl.lit(True))


def _states(cells: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Earlier cells as they stood together: a number `state` for each period and each release that changed it.

    Periods of which every cell is as it was say nothing new. With a year go the months that add up to it.
    """
    gone = earlier.join(cells, on=[*RESULT_KEY, *_COUNTS], how="anti", nulls_equal=True)
    period = ["period_kind", "period_end"]
    changed = gone.select(period).unique()
    adds_up = pl.col("indicator").is_in(MONTHS_ADD_UP)
    moved = gone.filter(adds_up, pl.col("period_kind") == "month").select(day="period_end").unique()
    years = earlier.filter(pl.col("period_kind") == "year").select(first="period_start", year="period_end").unique()
    by_months = years.join_where(moved, pl.col("day") >= pl.col("first"), pl.col("day") <= pl.col("year"))
    by_itself = years.join(changed.filter(pl.col("period_kind") == "year"), left_on="year", right_on="period_end")
    years = pl.concat([by_months.select("first", "year"), by_itself.select("first", "year")]).unique()
    given = pl.concat([
        earlier.filter(pl.col("period_kind") != "year").join(changed, on=period, how="semi"),
        earlier.filter(pl.col("period_kind") == "year").join(years, left_on="period_end", right_on="year", how="semi"),
    ])  # fmt: skip
    of_years = earlier.filter(adds_up, pl.col("period_kind") == "month").join_where(
        years, pl.col("period_start") >= pl.col("first"), pl.col("period_end") <= pl.col("year")
    )
    placed = pl.concat([
        given.with_columns(table=pl.concat_str(*period, separator="|")),
        of_years.select(*given.columns, table=pl.concat_str(pl.lit("year"), "year", separator="|")),
    ])  # fmt: skip
    points = pl.concat([
        placed.select("table", at="first_release"),
        placed.filter(pl.col("last_release") < earlier["last_release"].max()).select(
            "table", at=pl.col("last_release") + 1
        ),
    ]).unique().sort("table", "at").with_row_index("state").with_columns(pl.col("state").cast(pl.Int64))  # fmt: skip
    found = placed.join(points, on="table")
    return found.filter(pl.col("at").is_between(pl.col("first_release"), pl.col("last_release")))


def _task(sums: Margins, known: CellNumbers, rows: pl.DataFrame, smallest: int) -> Task:
    keys = Keys(rows)
    moved = changed(known, rows["last"].to_numpy() & known.current)
    swaps = SwapProofs(known, keys, list(tables(sums, keys, moved)), smallest)
    stratifier, owner = rows["stratifier"], rows["scope"]
    worth = [
        (stratifier == ALL, _TOTAL), ((stratifier == ALL) & (rows["period_kind"] == "year"), _YEAR),
        (owner == PARTNERSHIP, _PARTNERSHIP),
        (stratifier.str.contains(JOINED, literal=True), _OF_TWO),
    ]  # fmt: skip
    weight = (1 + known.counts[:, 2]) ** _SIZE
    for which, factor in worth:
        weight = weight * np.where(which.to_numpy(), factor, 1)
    return Task(known, weight, smallest, moved, swaps)
