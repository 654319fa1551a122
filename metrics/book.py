"""Cells as numbers for linear programs, and who reads them: the public, and each partner, who knows its own counts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from metrics.margins import Margins
from metrics.scene import PARTNERSHIP


@dataclass(frozen=True)
class Book:
    """Cells as numbers. Cell i has two free counts: 2i (numerator) and 2i+1 (rest); a plain count has only 2i.

    `value`: exact counts (2n). `plain`: cells without numerator (n). `owner`: scope (n). `known`: shown by an earlier
    release (n). `published`: has a row of its own (n). `relations`: signed counts, a row each. `shares`: partnership's
    cell (row) and the partners' cells (columns) that make it up. `sides`: cell of a two-way table (row) and the groups
    on either side of it (columns).
    """

    value: np.ndarray
    plain: np.ndarray
    owner: np.ndarray
    known: np.ndarray
    published: np.ndarray
    relations: csr_matrix
    shares: csr_matrix
    sides: csr_matrix

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.plain)

    @cached_property
    def counts(self) -> np.ndarray:
        """Numerator, rest and denominator of each cell (n, 3); of a plain count only the last is meant."""
        return three(self.value)

    @cached_property
    def two_way(self) -> np.ndarray:
        """Cells of two-way tables (n)."""
        return np.diff(self.sides.indptr) > 0

    def primary(self, smallest: int) -> np.ndarray:
        """Cells with a count from 1 to `smallest - 1` (n)."""
        small = (self.counts > 0) & (self.counts < smallest)
        return np.where(self.plain, small[:, 2], small.any(axis=1))


def three(counts: np.ndarray) -> np.ndarray:
    """Free counts (2k) -> numerator, rest, denominator (k, 3)."""
    pair = counts.reshape(-1, 2)
    return np.column_stack([pair, pair.sum(axis=1)])


def book(known: Margins) -> Book:
    """The margins as numbers."""
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
    return Book(
        value=np.column_stack([numerator, denominator - numerator]).ravel(),
        plain=plain,
        owner=cells["scope"].to_numpy().astype(str),
        known=cells["known"].to_numpy() if "known" in cells.columns else np.zeros(size, bool),
        published=cells["published"].to_numpy(),
        relations=csr_matrix((signs, (rows, columns)), (int(rows.max()) + 1 if len(rows) else 0, 2 * size)),
        shares=_links(terms, "partners", size),
        sides=_links(terms, "two-way", size).T.tocsr(),
    )


def _links(terms: pl.DataFrame, tag: str, size: int) -> csr_matrix:
    """Whole (row) and part (column) of the relations of a kind."""
    mine = terms.filter(pl.col("relation").str.starts_with(f"{tag}|"), pl.col("measure") != "rest")
    pairs = mine.filter(pl.col("sign") > 0).join(mine.filter(pl.col("sign") < 0), on="relation")
    pairs = pairs.select("cell", "cell_right").unique()
    at = pairs["cell"].to_numpy(), pairs["cell_right"].to_numpy()
    return csr_matrix((np.ones(len(pairs)), at), (size, size))


@dataclass(frozen=True)
class Reader:
    """Who subtracts: the partners whose own counts he `knows`. None: the public.

    Several stand for each of them: what is wide for one who knew the counts of all is wide for each.
    """

    knows: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return ", ".join(sorted(self.knows)) or "the public"

    def less(self, other: "Reader") -> bool:
        """Whether he knows no more than another."""
        return self.knows <= other.knows


def readers(known: Book, cells: np.ndarray) -> list[Reader]:
    """The readers who know different things of these cells; the public only where no partner knows more of each."""
    partners = _partners(known, cells)
    return [*(Reader(frozenset([p])) for p in partners), *([] if len(partners) > 1 else [Reader()])]


def stand_ins(known: Book, cells: np.ndarray) -> list[Reader]:
    """Readers who each stand for several: all partners at once, and halves such that any two partners are apart in one.

    What they cannot bound need not be asked for each partner.
    """
    partners = _partners(known, cells)
    if len(partners) < 2:
        return []
    halves = []
    for bit in range((len(partners) - 1).bit_length() if len(partners) > 4 else 0):
        for side in (0, 1):
            halves.append(Reader(frozenset(p for n, p in enumerate(partners) if n >> bit & 1 == side)))
    return [Reader(frozenset(partners)), *halves]


def _partners(known: Book, cells: np.ndarray) -> list[str]:
    owners = set(known.owner[cells].tolist())
    return sorted(owners - {PARTNERSHIP}) if (known.owner == PARTNERSHIP).any() else []


def parts(known: Book, cells: np.ndarray) -> list[np.ndarray]:
    """Cells (numbers) that hang together through relations, while all others stand still."""
    if not len(cells):
        return []
    columns = columns_of(cells)
    rows = abs(known.relations[:, columns])
    count_of = csr_matrix((np.ones(len(columns)), (np.arange(len(columns)), np.arange(len(columns)) // 2)))
    joined = rows @ count_of
    _, label = connected_components(joined.T @ joined, directed=False)
    order = np.argsort(label, kind="stable")
    return [cells[group] for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1)]


def columns_of(cells: np.ndarray) -> np.ndarray:
    return np.column_stack([2 * cells, 2 * cells + 1]).ravel()
