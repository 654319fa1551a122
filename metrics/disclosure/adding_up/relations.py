"""Every linear relation between the published counts. The one place that declares them.

A cell is a row of the results: a denominator and, unless it is a plain count, a numerator. Whoever knows the relations
can work out a hidden cell from shown ones, so the engine that hides (`metrics.disclosure.complementary_suppression`)
and the audit (`metrics.disclosure.reader_bounds`) both read them here. docs/explanation/disclosure.md
tells them in words.

Groups, places and stretches of time are those of `metrics.grouping.dimensions`. A relation counts where it holds
exactly: where a partner's totals leave some people out, nobody who reads a release can know how many
(docs/decisions/006-disclosure-engine.md).
"""

from dataclasses import dataclass

import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.disclosure.adding_up import overlapping_years, shared_definitions
from metrics.disclosure.adding_up.shared_definitions import sum_of_terms
from metrics.disclosure.adding_up.sums_of_parts import PERIOD, STATE_KEY, is_part, sums
from schemas.policy.result_columns import RESULT_KEY

_COUNTS = ["denominator", "numerator"]
WITHHELD = "withheld"
"""Category of what a partner left blank in its totals."""


@dataclass(frozen=True)
class Margins:
    """`cells`: each cell once for each pair of counts that it had, with a running number `cell`, whether it is
    `current` (of the newest state), and whether it is `published`: counts that no table holds may stand in a relation
    too.
    `folded`: counts that only a coarser group of some table holds (`metrics.composing.release_cells`).
    `terms`: relation, cell, measure, sign. `shares`: the partnership's cell (whole) and a partner's cell of the same
    group at the same time (part).

    The signed counts of a relation add up to nothing. measure: denominator, numerator, or rest (their difference).
    """

    cells: pl.DataFrame
    terms: pl.DataFrame
    shares: pl.DataFrame


def margins(cells: pl.DataFrame) -> Margins:
    """All relations between `cells`: columns `RESULT_KEY`, denominator, numerator (null: a plain count),
    counts_only, which says that a partner sent the cell as a total, state: the release whose tables hold the cell, the
    newest highest; and, where there are several, gone: cells of earlier releases, also where they stand in the newest.

    A cell that has the same counts in two states is the same cell: what was true of it then is true now. Cells come out
    in the order of their keys, whatever order they came in, so that the same cells are hidden each time.
    """
    cells = cells if "gone" in cells.columns else cells.with_columns(gone=pl.lit(False))
    known = (
        _with_withheld(cells)
        .sort([*STATE_KEY, "published", *_COUNTS, "gone"])
        .with_row_index("cell")
        .with_columns(pl.col("cell").cast(pl.Int64))
    )
    others, nested = shared_definitions.nested(known)
    same, screened = shared_definitions.same_counts(known), shared_definitions.screened(known)
    terms = pl.concat([sums(known), same, screened, nested])
    cells = pl.concat([known, others])
    of_quarters, inside = overlapping_years.quarters(cells)
    cells, terms = pl.concat([cells, of_quarters]), pl.concat([terms, inside])
    return _as_versions(cells, _exact(cells, terms))


def _exact(cells: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The relations that hold. Where one does not, nobody knows by how much: who is shared, who was left out."""
    exact = sum_of_terms(cells, terms).filter(pl.col("sum") == 0).select("relation")
    # Where numerators and rest add up, denominators do by themselves.
    follows = pl.all_horizontal(
        pl.col("relation").str.replace(r"\|denominator$", f"|{part}").is_in(exact["relation"].implode())
        for part in ("numerator", "rest")
    )
    exact = exact.filter(~(pl.col("relation").str.ends_with("|denominator") & follows))
    return terms.join(exact, on="relation", how="semi")


def _as_versions(cells: pl.DataFrame, terms: pl.DataFrame) -> Margins:
    """Cells with the same counts in several states become one, and so do the relations between them."""
    version = [*RESULT_KEY, "published", "denominator", "numerator"]
    newest = pl.lit(cells["state"].max(), pl.Int64)
    once = cells.group_by(version, maintain_order=True).agg(
        current=((pl.col("state") == newest) & ~pl.col("gone")).any(),
        counts_only=pl.col("counts_only").first(),
        folded=pl.col("folded").all(),
    )
    once = once.with_row_index("version").with_columns(pl.col("version").cast(pl.Int64))
    numbers = cells.join(once, on=version, nulls_equal=True).select("cell", "version")
    terms = terms.join(numbers, on="cell").select("relation", "measure", "sign", cell="version")
    shares = _shares(cells.join(numbers, on="cell"))
    alike = terms.group_by("relation").agg(
        pl.struct("cell", "measure", "sign").hash().sort().alias("terms"),
    )
    kept = alike.unique("terms").select("relation") if cells["state"].n_unique() > 1 else alike.select("relation")
    return Margins(once.rename({"version": "cell"}), terms.join(kept, on="relation", how="semi"), shares)


def _shares(cells: pl.DataFrame) -> pl.DataFrame:
    same, whole = ["published", *(k for k in STATE_KEY if k != "scope")], pl.col("scope") == PARTNERSHIP
    one, other = (cells.filter(which).select(*same, cell="version") for which in (whole, ~whole))
    return one.join(other, on=same).select(whole="cell", part="cell_right").unique()


def _with_withheld(cells: pl.DataFrame) -> pl.DataFrame:
    """Add groups that a partner's totals withhold, which no table holds."""
    columns = [*STATE_KEY, "denominator", "numerator", "counts_only", "part_of", "folded", "gone", "added", "published"]
    known = pl.col("denominator").is_not_null() & pl.col("numerator").is_not_null()
    cells = cells.with_columns(published=True, added=pl.col("counts_only") & known & (pl.col("scope") != PARTNERSHIP))
    given = cells.filter(pl.col("denominator").is_not_null())
    return pl.concat([given.select(columns), _withheld(cells).select(columns)])


def _withheld(cells: pl.DataFrame) -> pl.DataFrame:
    """Groups that a partner left blank in its totals: together they are what its other groups lack of its total."""
    keys = ["indicator", "scope", *PERIOD, "stratifier"]
    blank = cells.filter(pl.col("denominator").is_null() & is_part()).select(keys).unique()
    parts = cells.filter(pl.col("denominator").is_not_null()).join(blank, on=keys, how="semi").group_by(keys).agg(
        pl.col("denominator").sum().alias("shown"), pl.col("numerator").sum().alias("shown_numerator")
    )  # fmt: skip
    return (
        cells.filter(pl.col("stratifier") == ALL).drop("stratifier", "category")
        .join(parts, on=keys[:-1])
        .with_columns(
            category=pl.lit(WITHHELD),
            added=False, part_of=pl.lit(None, pl.String), folded=pl.lit(False),
            denominator=pl.col("denominator") - pl.col("shown"),
            numerator=pl.col("numerator") - pl.col("shown_numerator"),
        )
        .filter(pl.col("denominator") > 0, pl.col("numerator").is_between(0, pl.col("denominator")))
    )  # fmt: skip
