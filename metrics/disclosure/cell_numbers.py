"""Cells as numbers for linear programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class CellNumbers:
    """Cells as numbers. Cell i has two free counts: 2i (numerator) and 2i+1 (rest); a plain count has only 2i.

    `value`: exact counts (2n). Of each cell (n): `plain`, without a numerator; `owner`, its scope; `known`, shown
    by an earlier release, or following from those; `current`, of this release and not only of an earlier one;
    `published`, with a row of its own; `folded`, a count that only a coarser row holds; `withheld`, left blank by
    the partner; `totals_only`, sent by a partner as a total; `total`, of everyone or of an exclusion; `table`, a
    number for groups side by side, -1 for a figure by itself. `grouping` (n, 2): numbers of what it is grouped by,
    the second -1 unless by two. `relations`: signed counts, a row each. `shares`: partnership's cell (row) and the
    partners' cells (columns) of the same group. `sides`: cell of a two-way table (row) and the groups on either
    side of it (columns). `twins`: counts (3n, three a cell) of the same people under two indicators.
    """

    value: np.ndarray
    plain: np.ndarray
    owner: np.ndarray
    known: np.ndarray
    current: np.ndarray
    published: np.ndarray
    folded: np.ndarray
    withheld: np.ndarray
    totals_only: np.ndarray
    total: np.ndarray
    quarters: np.ndarray
    table: np.ndarray
    grouping: np.ndarray
    relations: csr_matrix
    shares: csr_matrix
    sides: csr_matrix
    twins: csr_matrix

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.plain)

    @cached_property
    def counts(self) -> np.ndarray:
        """Numerator, rest and denominator of each cell (n, 3); of a plain count only the last is meant."""
        return three(self.value)

    @cached_property
    def relations_of(self) -> csc_matrix:
        """The relations by column: those of a few cells among very many are found without a look at the others."""
        return self.relations.tocsc()

    @cached_property
    def two_way(self) -> np.ndarray:
        """Cells of two-way tables (n)."""
        return np.diff(self.sides.indptr) > 0

    @cached_property
    def bundle(self) -> np.ndarray:
        """A number for each cell (n), the same for those that are hidden together or not at all.

        Where one hides a count that another shows, it hides nothing.
        """
        counts = self.twins.multiply((self.counts.ravel() > 0)[:, None]).tocoo()
        one, other = counts.row // 3, counts.col // 3
        free = ~self.known[one] & ~self.known[other]
        links = csr_matrix((np.ones(free.sum()), (one[free], other[free])), (self.size, self.size))
        return connected_components(links, directed=False)[1]

    def bundled(self, cells: np.ndarray) -> np.ndarray:
        """Whether each cell (n) is hidden where these are (n, or their numbers)."""
        some = np.zeros(self.bundle.max(initial=0) + 1, bool)
        some[self.bundle[cells]] = True
        return some[self.bundle] & ~self.known

    @cached_property
    def apart(self) -> list[np.ndarray]:
        """Cells (numbers) that hang together when none is shown, but for those that earlier releases showed."""
        return parts(self, np.flatnonzero(~self.known))

    @cached_property
    def blocks(self) -> list[np.ndarray]:
        """Quarters (numbers) that hang together."""
        return parts(self, np.flatnonzero(self.quarters))

    @cached_property
    def near_now(self) -> np.ndarray:
        """Cells (n) of this release, and those of earlier ones that stand in a relation with what it may newly show.

        What earlier releases hid could come out through that, though no cell of this release is hidden with it.
        """
        return np.asarray(self.current | self.in_sums_with(self.current & ~self.known))

    def in_sums_with(self, cells: np.ndarray) -> np.ndarray:
        """Cells (n) that stand in a relation with one of these (n), these among them where they stand in any."""
        links = abs(self.relations)
        beside = links.T @ ((links @ np.repeat(cells, 2).astype(float)) > 0).astype(float) > 0
        return np.asarray(beside.reshape(-1, 2).any(axis=1))

    def apart_with(self, cells: np.ndarray) -> list[int]:
        """Which of `apart` hold any of these cells (numbers)."""
        return sorted(set(self._place_apart[cells].tolist()) - {-1})

    @cached_property
    def _place_apart(self) -> np.ndarray:
        place = np.full(self.size, -1)
        for n, group in enumerate(self.apart):
            place[group] = n
        return place

    @cached_property
    def _entirely(self) -> dict[str, np.ndarray]:
        return {}

    def of_one_entirely(self, partner: str) -> np.ndarray:
        """Counts (n, 3) that are of this partner's people alone but for totals of others, as ones and noughts."""
        if partner not in self._entirely:
            people = OwnPeople(self, np.arange(self.size))
            found = people.of_one(partner, ~self.totals_only)
            self._entirely[partner] = people.same_people(found).astype(float)
        return self._entirely[partner]

    def of(self, owners: Iterable[str], cells: np.ndarray) -> np.ndarray:
        """Which of the cells (numbers, k) are of these owners. Names are compared once, not for each cell."""
        names, number = self._owners
        return np.isin(names, list(owners))[number[cells]]

    def owners(self, cells: np.ndarray) -> list[str]:
        """Who owns any of the cells (numbers), in order."""
        names, number = self._owners
        found: list[str] = names[np.unique(number[cells])].tolist()
        return found

    @cached_property
    def _owners(self) -> tuple[np.ndarray, np.ndarray]:
        return np.unique(self.owner, return_inverse=True)

    def near(self, grouping: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Which of the cells (numbers) change where people change groups of one grouping: those of tables of it and
        another too; or of this table of two, where both sides stand."""
        one, other = grouping
        at = self.grouping[cells]
        return (at == (one, other)).all(axis=1) if other >= 0 else (at == one).any(axis=1)

    def primary(self, smallest: int) -> np.ndarray:
        """Cells (n) with a count from 1 to `smallest - 1`, and those withheld, which nobody may take for large."""
        if smallest not in self._primary:
            small = (self.counts > 0) & (self.counts < smallest)
            self._primary[smallest] = np.where(self.plain, small[:, 2], small.any(axis=1)) | self.withheld
        return self._primary[smallest]

    @cached_property
    def _primary(self) -> dict[int, np.ndarray]:
        return {}

    def at_risk(self, smallest: int) -> np.ndarray:
        """Counts (n, 3) that are not to be bounded narrowly where they are hidden.

        Nobody may be known to be none; and a count that no table holds is no secret for its own sake, only a small one.
        """
        if smallest not in self._at_risk:
            asked = (self.counts > 0) & self.published[:, None]
            asked &= ~self.folded[:, None] | (self.counts < smallest)
            asked[self.plain, :2] = False
            self._at_risk[smallest] = asked
        return self._at_risk[smallest]

    @cached_property
    def _at_risk(self) -> dict[int, np.ndarray]:
        return {}

    def least(self, smallest: int, hidden: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """How far the denominator of each of these hidden cells may fall, as readers know it (k, none above 0).

        A cell that was hidden for the sake of others has at least `smallest`, and is known to have; but where a table
        is hidden whole, nothing tells which of its cells are small: then each has one. And nobody is fewer than none.
        """
        one = self.primary(smallest)[cells] | self._whole(hidden)[self.table[cells]]
        floor = np.where(one, 1.0, smallest) * (self.published & ~self.folded)[cells]
        return np.minimum(floor - self.counts[cells, 2], 0)

    def _whole(self, hidden: np.ndarray) -> np.ndarray:
        """Tables no figure of which is shown, but for those of nobody; at the end False, for what is in none."""
        whole = np.ones(self.table.max(initial=0) + 2, bool)
        whole[self.table[~hidden & (self.counts[:, 2] > 0)]] = False
        whole[-1] = False
        return whole


class OwnPeople:
    """Which counts of some cells (numbers, k) are of one partner's people alone.

    Made once for the cells of a program and asked for each reader and step: a tenth of the time of looking them up
    among all cells each time.
    """

    def __init__(self, known: CellNumbers, cells: np.ndarray) -> None:
        self._known, self._cells = known, cells
        shares = known.shares[cells]
        self._parts, place = np.unique(shares.indices, return_inverse=True)
        self._shares = csr_matrix((shares.data, place, shares.indptr), (len(cells), len(self._parts)))
        at = (3 * cells[:, None] + np.arange(3)).ravel()
        self._twins = known.twins[at][:, at]
        self._of_sides: dict[str, np.ndarray] = {}

    def of_one(self, partner: str, among: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of which only this partner has a part `among` some cells (n)."""
        parts = self._parts
        own, counts = self._known.of([partner], parts)[:, None], self._known.counts[parts] * among[parts][:, None]
        return (self._shares @ (counts * ~own) == 0) & (self._shares @ (counts * own) > 0)

    def alone(self, partner: str, hidden: np.ndarray) -> np.ndarray:
        """Counts (k, 3) of this partner's people alone, or of them and shown ones; `hidden`: hidden cells (n)."""
        if partner not in self._of_sides:
            sides = self._known.sides[self._cells]
            self._of_sides[partner] = sides @ self._known.of_one_entirely(partner) > 0
        return self.same_people(self.of_one(partner, hidden) | self._of_sides[partner])

    def same_people(self, own: np.ndarray) -> np.ndarray:
        """Counts (k, 3), and the other counts of the same people."""
        own = own | (self._twins @ own.ravel() > 0).reshape(own.shape)
        own[:, 2] |= own[:, 0] & own[:, 1]
        return own | own[:, 2:]


def three(counts: np.ndarray) -> np.ndarray:
    """Free counts (2k) -> numerator, rest, denominator (k, 3)."""
    pair = counts.reshape(-1, 2)
    return np.column_stack([pair, pair.sum(axis=1)])


def parts(known: CellNumbers, cells: np.ndarray) -> list[np.ndarray]:
    """Cells (numbers) that hang together through relations, while all others stand still."""
    if not len(cells):
        return []
    columns = columns_of(cells)
    rows = abs(known.relations_of[:, columns]).tocsr()
    count_of = csr_matrix((np.ones(len(columns)), (np.arange(len(columns)), np.arange(len(columns)) // 2)))
    joined = rows @ count_of
    _, label = connected_components(joined.T @ joined, directed=False)
    order = np.argsort(label, kind="stable")
    return [cells[group] for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1)]


def changed(known: CellNumbers, settled: np.ndarray) -> np.ndarray:
    """Cells (n) that hang together, through any relation, with a cell of now that is not `settled` (n)."""
    found = np.zeros(known.size, bool)
    for cells in parts(known, np.arange(known.size)):
        now = cells[known.current[cells] & known.published[cells]]
        found[cells] = not settled[now].all()
    return found


def following(known: CellNumbers) -> np.ndarray:
    """Cells (n) that follow from those known: what all others of a relation leave, and so on from there.

    Such as a coarser group of finer ones that an earlier release showed. Nothing is won where they are hidden.
    """
    relations = abs(known.relations).sign()
    unknown = ~np.repeat(known.known, 2)
    unknown[1::2] &= ~known.plain
    while True:
        one = relations[relations @ unknown.astype(float) == 1]
        found = unknown & (one.T @ np.ones(one.shape[0]) > 0)
        if not found.any():
            return np.asarray(~unknown.reshape(-1, 2).any(axis=1))
        unknown &= ~found


def columns_of(cells: np.ndarray) -> np.ndarray:
    """The two free counts of each cell."""
    return np.column_stack([2 * cells, 2 * cells + 1]).ravel()
