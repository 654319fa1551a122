"""The margins as numbers (`metrics.disclosure.cell_numbers`)."""

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from metrics.counting.input_views import LINKED
from metrics.counting.strata import ALL, EXCLUSION, JOINED
from metrics.disclosure.adding_up.relations import WITHHELD, Margins
from metrics.disclosure.cell_numbers import CellNumbers
from schemas.policy.result_columns import RESULT_KEY


def number_cells(known: Margins, shown: np.ndarray) -> CellNumbers:
    """The margins as numbers; `shown` (n): cells that an earlier release showed."""
    cells, terms = known.cells, known.terms
    plain = cells["numerator"].is_null().to_numpy()
    denominator = cells["denominator"].to_numpy().astype(float)
    numerator = np.where(plain, denominator, cells["numerator"].fill_null(0).to_numpy())
    row = terms["relation"].rank("dense").to_numpy().astype(np.int64) - 1
    cell, sign = terms["cell"].to_numpy(), terms["sign"].to_numpy().astype(float)
    measure = terms["measure"].to_numpy()
    whole = (measure == "denominator") & ~plain[cell]
    columns = np.concatenate([2 * cell + (measure == "rest"), 2 * cell[whole] + 1])
    rows, signs = np.concatenate([row, row[whole]]), np.concatenate([sign, sign[whole]])
    size = len(plain)
    return CellNumbers(
        value=np.column_stack([numerator, denominator - numerator]).ravel(),
        plain=plain,
        owner=cells["scope"].to_numpy().astype(str),
        known=shown,
        current=cells["current"].to_numpy(),
        published=cells["published"].to_numpy(),
        folded=cells["folded"].to_numpy(),
        withheld=(cells["category"] == WITHHELD).to_numpy(),
        totals_only=cells["counts_only"].to_numpy(),
        total=cells["stratifier"].is_in([ALL, EXCLUSION, LINKED]).to_numpy(),
        quarters=(~cells["published"] & (cells["period_kind"] == "quarter")).to_numpy(),
        table=_tables(cells),
        grouping=_groupings(cells),
        relations=csr_matrix((signs, (rows, columns)), (int(rows.max()) + 1 if len(rows) else 0, 2 * size)),
        shares=_pairs(known.shares["whole"], known.shares["part"], size),
        sides=_sides(terms, size),
        twins=_twins(terms, size),
    )


def _tables(cells: pl.DataFrame) -> np.ndarray:
    """Which cells stand side by side in one grouping."""
    of_groups = pl.col("published") & ~pl.col("stratifier").is_in([ALL, EXCLUSION, LINKED])
    number = pl.struct([k for k in RESULT_KEY if k != "category"]).rank("dense").cast(pl.Int64)
    return cells.select(pl.when(of_groups).then(number).otherwise(-1)).to_series().to_numpy()


def _groupings(cells: pl.DataFrame) -> np.ndarray:
    """By what each cell is grouped (n, 2), whatever the rung."""
    sides = cells["stratifier"].str.split_exact(JOINED, 1).struct.unnest()
    names = [sides[f"field_{n}"].str.split("#").list.first() for n in (0, 1)]
    number = pl.concat(names).rank("dense").cast(pl.Int64).fill_null(-1).to_numpy()
    return number.reshape(2, -1).T


def _pairs(rows: pl.Series, columns: pl.Series, size: int) -> csr_matrix:
    return csr_matrix((np.ones(len(rows)), (rows.to_numpy(), columns.to_numpy())), (size, size))


def _sides(terms: pl.DataFrame, size: int) -> csr_matrix:
    """Cell of a two-way table (row) and the groups on either side of it (columns)."""
    mine = terms.filter(pl.col("relation").str.starts_with("two-way|"))
    pairs = mine.filter(pl.col("sign") < 0).join(mine.filter(pl.col("sign") > 0), on="relation")
    pairs = pairs.select("cell", "cell_right").unique()
    return _pairs(pairs["cell"], pairs["cell_right"], size)


def _twins(terms: pl.DataFrame, size: int) -> csr_matrix:
    """Counts that are the same under two indicators, by the place of cell and measure (3n, 3n)."""
    place = 3 * pl.col("cell") + pl.col("measure").replace_strict({"numerator": 0, "rest": 1, "denominator": 2})
    mine = terms.filter(pl.col("relation").str.starts_with("same|"), pl.len().over("relation") == 2)
    both = mine.select("relation", place=place.cast(pl.Int64)).group_by("relation").agg("place")["place"]
    one, other = (both.list.get(i).to_numpy() for i in (0, 1))
    at = np.concatenate([one, other]), np.concatenate([other, one])
    return csr_matrix((np.ones(len(at[0])), at), (3 * size, 3 * size))
