"""The attacker: what a reader of the shared edition can work out of the hidden counts, by linear programs of its own.

It shares nothing with the engine that hides, and starts from published facts: the rows of one or more releases, and the
ways in which counts are known to add up. The exact rows serve for two things only. They tell which sums hold exactly:
where one does not (partners share people), nobody knows by how much, and it is not used. And they judge the result.

Attackers: the naive one knows that no count is negative. The informed one also knows which cells are hidden for the
sake of others, so that at least `smallest` people are in them, save where a whole table is hidden and one mark tells
nothing. Each partner is informed and knows its own cells.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from tests.attack.attackers.attacker_own import of_own_people
from tests.attack.attackers.attacker_program import Program
from tests.attack.attackers.attacker_sums import COUNTS, EVERYONE, KEY, LEFT_OUT, MEASURES, WHOLE, Sums, all_sums

NAIVE, INFORMED = "naive", "informed"
TOLERANCE = 1e-6
_BATCH = 400


@dataclass(frozen=True)
class Release:
    """What was published (`KEY`, counts, suppressed), and the exact counts of the same rows.

    counts_only, where it is there, marks what a partner sent as a total.
    """

    published: pl.DataFrame
    exact: pl.DataFrame


@dataclass(frozen=True)
class Known:
    """A hidden count that an attacker knows too well, with its true value and the bounds that he finds."""

    attacker: str
    cell: tuple
    measure: str
    value: int
    low: float
    high: float


def attack(
    releases: list[Release],
    attackers: Iterable[str] | None = None,
    smallest: int = 11,
    *,
    nested: bool = False,
    outside: Iterable[Callable[[Sums], None]] = (),
) -> list[Known]:
    """Every hidden count that is not zero and that an attacker bounds below `smallest` or to fewer than its values.

    `releases`: oldest first. `attackers`: NAIVE, INFORMED or the id of a partner; all of them when not given.
    `nested`: they also know whose people are by definition among those of another indicator (`Sums.nested`).
    `outside`: what they know from elsewhere (`tests.attack.attackers.attacker_dimensions`).
    """
    facts = _Facts(releases, smallest, nested=nested, outside=outside)
    wanted = [*facts.partners, INFORMED, NAIVE] if attackers is None else list(attackers)
    found: list[Known] = []
    # Whatever may be true for one who knows more may be true for one who knows less.
    high, low = facts.counts.copy(), facts.counts.copy()
    for attacker in wanted:
        mine = _Attacker(facts, attacker)
        if attacker in (INFORMED, NAIVE):
            mine.high, mine.low = high, low
        found += mine.look()
        np.maximum(high, mine.high, out=high)
        np.minimum(low, mine.low, out=low)
    return found


class _Facts:
    """All cells of all releases once for each pair of counts, as numbers, with the sums that hold."""

    def __init__(
        self,
        releases: list[Release],
        smallest: int,
        *,
        nested: bool = False,
        outside: Iterable[Callable[[Sums], None]] = (),
    ) -> None:
        self.smallest = smallest
        rows = pl.concat([_joined(r).with_columns(release=pl.lit(n)) for n, r in enumerate(releases)])
        version = [*KEY, *COUNTS]
        cells = rows.group_by(version, maintain_order=True).agg(seen=(~pl.col("suppressed")).any())
        cells = cells.with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64))
        rows = rows.join(cells.select(*version, "cell"), on=version, nulls_equal=True)
        sums, unseen = all_sums(rows, len(cells), nested=nested, outside=outside)
        self.cells = cells
        self.size = len(cells) + len(unseen)
        counts = np.concatenate([cells["denominator"].to_numpy(), np.array(unseen, float)]).astype(float)
        self.plain = np.concatenate([cells["numerator"].is_null().to_numpy(), np.ones(len(unseen), bool)])
        met = np.where(
            self.plain, counts, np.concatenate([cells["numerator"].fill_null(0).to_numpy(), counts[len(cells) :]])
        )
        self.free = np.column_stack([met, counts - met]).ravel()
        self.counts = np.column_stack([met, counts - met, counts])
        self.hidden = np.concatenate([~cells["seen"].to_numpy(), np.ones(len(unseen), bool)])
        self.named = np.arange(self.size) < len(cells)
        self.scope = np.array([*cells["scope"], *["" for _ in unseen]])
        self.partners = sorted(set(cells["scope"]) - {WHOLE})
        self.matrix = self._matrix(sums)
        self.least = self._least(rows)
        self.rows = rows

    def _matrix(self, sums: list[dict[tuple[int, str], int]]) -> csr_matrix:
        at: dict[frozenset, None] = {}
        for terms in sums:
            columns: dict[int, int] = {}
            for (cell, measure), sign in terms.items():
                for c in self._columns(cell, measure):
                    columns[c] = columns.get(c, 0) + sign
            at[frozenset((c, s) for c, s in columns.items() if s)] = None
        entries = np.array([(n, c, s) for n, terms in enumerate(at) for c, s in terms], float).reshape(-1, 3)
        where = entries[:, :2].astype(int)
        matrix = csr_matrix((entries[:, 2], (where[:, 0], where[:, 1])), (len(at), 2 * self.size))
        assert not np.any(matrix @ self.free), "a sum that does not hold"
        return matrix

    def _columns(self, cell: int, measure: str) -> list[int]:
        if measure == "denominator":
            return [2 * cell] if self.plain[cell] else [2 * cell, 2 * cell + 1]
        return [2 * cell + (measure == "rest")]

    def _least(self, rows: pl.DataFrame) -> np.ndarray:
        """How many people are in each hidden cell at least, as the informed know it."""
        table = [k for k in KEY if k != "category"] + ["release"]
        groups = ~pl.col("stratifier").is_in([EVERYONE, LEFT_OUT])
        told = (pl.col("denominator") > 0) & ~pl.col("suppressed")
        marked = rows.filter("suppressed").join(
            rows.group_by(table).agg(whole=groups.first() & ~told.any()), on=table
        ).group_by("cell").agg(whole=pl.col("whole").all())  # fmt: skip
        tells = np.zeros(self.size, bool)
        tells[marked.filter(~pl.col("whole"))["cell"].to_numpy()] = True
        few = (self.counts > 0) & (self.counts < self.smallest)
        small = np.where(self.plain, few[:, 2], few.any(axis=1))
        floor = np.where(self.named, np.where(tells & ~small, self.smallest, 1), 0)
        return np.minimum(floor, self.counts[:, 2])


class _Attacker:
    """What one attacker makes of it: `high` and `low` are the bounds found to be possible so far (n, 3)."""

    def __init__(self, facts: _Facts, name: str) -> None:
        self.facts, self.name = facts, name
        self.hidden = facts.hidden & (facts.scope != name)
        self.guarded = np.repeat((self.hidden & facts.named)[:, None], 3, axis=1) & (facts.counts > 0)
        self.guarded[facts.plain, :2] = False
        if name in facts.partners:
            self.guarded &= ~of_own_people(facts, name)
        self.high, self.low = facts.counts.copy(), facts.counts.copy()
        self.least = np.zeros(facts.size) if name == NAIVE else facts.least

    def open(self) -> np.ndarray:
        """Counts (n, 3) that are not shown to be wide."""
        smallest = self.facts.smallest
        wide = (self.high >= smallest - TOLERANCE) & (self.high - self.low >= smallest - 1 - TOLERANCE)
        return self.guarded & ~wide

    def look(self) -> list[Known]:
        for cells in self._parts():
            if self.open()[cells].any():
                Program(self, cells).settle()
        rows = self.facts.cells.select(KEY).rows()
        return [
            Known(self.name, rows[c], MEASURES[m], int(self.facts.counts[c, m]), *map(float, (self.low[c, m], self.high[c, m])))
            for c, m in np.argwhere(self.open())
        ]  # fmt: skip

    def _parts(self) -> Iterator[np.ndarray]:
        """Hidden cells that hang together; small parts several at a time."""
        cells = np.flatnonzero(self.hidden)
        if not len(cells):
            return
        columns = np.column_stack([2 * cells, 2 * cells + 1]).ravel()
        rows = abs(self.facts.matrix[:, columns])
        joined = rows @ csr_matrix((np.ones(len(columns)), (np.arange(len(columns)), np.arange(len(columns)) // 2)))
        _, label = connected_components(joined.T @ joined, directed=False)
        order = np.argsort(label, kind="stable")
        waiting: list[np.ndarray] = []
        for part in np.split(cells[order], np.flatnonzero(np.diff(label[order])) + 1):
            waiting.append(part)
            if sum(map(len, waiting)) >= _BATCH:
                yield np.concatenate(waiting)
                waiting = []
        if waiting:
            yield np.concatenate(waiting)


def _joined(release: Release) -> pl.DataFrame:
    """The exact rows with the mark as published. Rows whose counts nobody knows are left to their tables."""
    exact = release.exact
    if "counts_only" not in exact.columns:
        exact = exact.with_columns(counts_only=pl.lit(False))
    exact = exact.select(*KEY, *(pl.col(c).cast(pl.Int64) for c in COUNTS), "counts_only")
    rows = exact.join(release.published.select(*KEY, "suppressed", shown="denominator"), on=KEY, how="left")
    assert rows["suppressed"].null_count() == 0 and len(rows) == len(release.published)
    told = rows.filter(~pl.col("suppressed"))
    assert told["shown"].eq_missing(told["denominator"]).all(), "a shown count is not the exact one"
    assert rows.filter("suppressed")["shown"].null_count() == rows["suppressed"].sum(), "a hidden count is shown"
    return rows.drop("shown")
