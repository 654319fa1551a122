"""Tables of counts with fixed sums: a row for each partner (or group), a column for each group (or month).

`metrics.disclosure.swap_proofs` looks in them for people who could have changed places. They only say where to look:
what they hold of the relations of `metrics.disclosure.adding_up.relations` is checked there.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from metrics.counting.input_views import LINKED, PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION, JOINED
from metrics.disclosure.adding_up.relations import Margins
from metrics.disclosure.adding_up.shared_definitions import SCREENED
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from schemas.policy.result_columns import RESULT_KEY

_SCREENING, _INSECURITY, _ = SCREENED
_CONNECTED = "connected_to_help"
_ANY, _SAME = "readmission_any_hospital", "readmission_same_hospital"
_ACCEPTED, _KNOWN, _SERVED = "referral_accepted", "referral_outcome_known", "referral_served"
_ASKED, _GONE = "referral_rescreened", "referral_need_gone"
_DONE, _SPENT = "program_completed", "program_redeemed"
_NOT = "not "
_INCOMPLETE, _ELSEWHERE, _UNSERVED = _NOT + _INSECURITY, _NOT + _SAME, _NOT + _SERVED
"""Layers of people whom no table holds (`margins.NESTED`)."""
_N, _R = 0, 1  # numerator, rest

_WAYS = {
    "readmission": [
        [(_ANY, _N), (_SAME, _N)], [(_ANY, _N), (_SAME, _R), (_ELSEWHERE, _N)], [(_ANY, _R), (_SAME, _R)],
    ],
    "referred": [
        [(_ACCEPTED, side), *outcome]
        for side in (_N, _R)
        for outcome in (
            [(_KNOWN, _N), (_SERVED, _N)], [(_KNOWN, _N), (_SERVED, _R), (_UNSERVED, _N)],
            [(_KNOWN, _R), (_SERVED, _R)],
        )
    ],
    "asked again": [[(_ASKED, _R)], [(_ASKED, _N), (_GONE, _N)], [(_ASKED, _N), (_GONE, _R)]],
    "enrolled": [[(_DONE, came), (_SPENT, spent)] for came in (_N, _R) for spent in (_N, _R)],
    "screened": [[(_INSECURITY, _R)], [(_INSECURITY, _N), (_CONNECTED, _R)], [(_INSECURITY, _N), (_CONNECTED, _N)]],
    "food": [
        [(_SCREENING, _R)], [(_SCREENING, _N), (_INCOMPLETE, _N)], [(_SCREENING, _N), (_INSECURITY, _R)],
        [(_SCREENING, _N), (_INSECURITY, _N), (_CONNECTED, _R)],
        [(_SCREENING, _N), (_INSECURITY, _N), (_CONNECTED, _N)],
    ],
}  # fmt: skip
"""In which counts of indicators that hang together one person can be found at once."""

_FAMILY = {
    _ANY: "readmission",
    _SAME: "readmission",
    _ELSEWHERE: "readmission",
    **dict.fromkeys((_ACCEPTED, _KNOWN, _SERVED, _UNSERVED), "referred"),
    **dict.fromkeys((_ASKED, _GONE), "asked again"),
    **dict.fromkeys((_DONE, _SPENT), "enrolled"),
    _INSECURITY: "screened",
    _CONNECTED: "screened",
}


class Keys:
    """Cells by what they count: a cell whose count changed from one release to the next has several versions."""

    def __init__(self, rows: pl.DataFrame) -> None:
        number = (
            rows.select(pl.struct(*RESULT_KEY, "published").rank("dense")).to_series().to_numpy().astype(np.int64) - 1
        )
        self._order = np.argsort(number, kind="stable")
        self.of_cell = number
        size = int(number.max()) + 1 if len(number) else 0
        self._start = np.searchsorted(number[self._order], np.arange(size + 1))

    def least(self, values: np.ndarray) -> np.ndarray:
        """The least of each column over the versions of a key."""
        return np.minimum.reduceat(values[self._order], self._start[:-1], axis=0)

    def most(self, values: np.ndarray) -> np.ndarray:
        """The greatest of each column over the versions of a key."""
        return np.maximum.reduceat(values[self._order], self._start[:-1], axis=0)

    def sum(self, values: np.ndarray) -> np.ndarray:
        """The sum over the versions of a key."""
        return np.add.reduceat(values[self._order], self._start[:-1], axis=0)

    def cells(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All versions of some keys, and the place of the key that each belongs to."""
        count = self._start[keys + 1] - self._start[keys]
        place = np.repeat(np.arange(len(keys)), count)
        within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return self._order[self._start[keys][place] + within], place


class Table:
    """Cells whose sums by row and by column are fixed.

    `keys` (indicator, row, column): a key of `Keys`, -1 where there is none. `ways`: the counts (indicator, numerator
    or rest) in which one person can be found at once. `free_row` (column), `free_column` (row): columns, and rows, that
    add up to nothing that is known. `partnership` (row); `two_way`: all rows are of the partnership.
    """

    def __init__(
        self, keys: np.ndarray, ways: list[list[tuple[int, int]]], partnership: np.ndarray, free_row: np.ndarray,
        free_column: np.ndarray, *, two_way: bool, plain: np.ndarray,
    ) -> None:  # fmt: skip
        self.keys, self.ways, self.two_way, self.plain = keys, ways, two_way, plain
        self.free_row, self.free_column = free_row, free_column
        rows = keys.shape[1]
        self.partnership = np.append(partnership & (not two_way), False)
        # Rows, the free one among them, that no partner knows; and those that move along with each other.
        self.nobodys = np.append(partnership, True)
        self.turned = self.partnership[:, None] != self.partnership
        self.turned[rows] = self.turned[:, rows] = False
        has = np.column_stack([(keys >= 0).any(axis=2), np.zeros(len(keys), bool)])
        self.alike = (has[:, :, None] == has[:, None, :]).all(axis=0)
        self.alike[rows] = self.alike[:, rows] = True
        np.fill_diagonal(self.alike, False)

    @cached_property
    def ways_of(self) -> dict[tuple[int, int], list[int]]:
        """(indicator, measure) -> the ways that count in it; measure 2 is the denominator."""
        return {
            (k, m): [j for j, way in enumerate(self.ways) if any(i == k and m in (side, 2) for i, side in way)]
            for k in range(len(self.keys))
            for m in ((2,) if self.plain[k] else (0, 1, 2))
        }

    def real(self, rows: np.ndarray | int, columns: np.ndarray | int) -> np.ndarray:
        """Whether a cell is one, and not of the free row or column."""
        return np.asarray(rows < self.keys.shape[1]) & np.asarray(columns < self.keys.shape[2])


def tables(known: Margins, keys: Keys, changed: np.ndarray) -> Iterator[Table]:
    """The tables that have any of the `changed` cells (n), in no order that matters."""
    frame = _placed(known)
    cells = frame["cell"].to_numpy()
    frame = frame.with_columns(key=keys.of_cell[cells], changed=changed[cells])
    frame = frame.filter(pl.col("changed").any().over("table"))
    frame = frame.unique(["table", "key"], maintain_order=True).sort("table", maintain_order=True)
    yield from _Cut(frame)


class _Cut:
    """The tables of all placed cells, which stand in the order of their tables: columns are taken out of the frame
    once, since to ask it for each of some hundred small tables takes ten times as long."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._family, self._key = frame["family"], frame["key"].to_numpy()
        self._flags = {c: frame[c].to_numpy() for c in ("sums", "adds", "two_way")}
        self._plain = frame["numerator"].is_null().to_numpy()
        self._values, self._codes = {}, {}
        for side in ("name", "row", "column"):
            self._values[side] = frame[side].unique().sort().to_list()
            self._codes[side] = frame[side].rank("dense").to_numpy().astype(np.int64) - 1
        number = frame["table"].rle_id().to_numpy()
        self._edges = np.flatnonzero(np.diff(number, prepend=-1, append=len(number)))

    def __iter__(self) -> Iterator[Table]:
        return (self._table(np.s_[a:b]) for a, b in pairwise(self._edges.tolist()))

    def _table(self, here: slice) -> Table:
        names, rows, columns = (self._side(side, here) for side in ("name", "row", "column"))
        shape, at = tuple(len(values) for values, _ in (names, rows, columns)), (names[1], rows[1], columns[1])
        keys = np.full(shape, -1)
        keys[at] = self._key[here]
        sums, adds, plain = np.zeros(shape[1:], bool), np.zeros(shape[1:], bool), np.zeros(shape[0], bool)
        np.logical_or.at(sums, at[1:], self._flags["sums"][here])
        np.logical_or.at(adds, at[1:], self._flags["adds"][here])
        plain[at[0]] = self._plain[here]
        two_way = bool(self._flags["two_way"][here.start])
        partnership = np.array([two_way or r == PARTNERSHIP for r in rows[0]])
        places = _places(self._family[here.start], names[0], plain)
        free_row, free_column = np.asarray(~adds.any(axis=0)), np.asarray(~sums.any(axis=1))
        return Table(keys, places, partnership, free_row, free_column, two_way=two_way, plain=plain)

    def _side(self, side: str, here: slice) -> tuple[list[str], np.ndarray]:
        """The names along one side of a table, and the place of each of its cells among them."""
        codes, at = np.unique(self._codes[side][here], return_inverse=True)
        return [self._values[side][c] for c in codes.tolist()], at


def _placed(known: Margins) -> pl.DataFrame:
    """Cells that stand in a table: table, family, row, column, name (of the indicator), sums (by row), adds (up)."""
    terms = known.terms.with_columns(tag=pl.col("relation").str.split("|").list.first())

    def within(tag: str) -> pl.Expr:
        return pl.col("cell").is_in(terms.filter(pl.col("tag") == tag)["cell"].unique().implode())

    cells = known.cells.with_columns(
        adds=within("partners"), in_months=within("year of months"), in_groups=within("groups")
    )
    period = pl.concat_str("period_kind", "period_start", "period_end", separator="|")
    is_all, is_reason = pl.col("stratifier") == ALL, pl.col("stratifier") == EXCLUSION
    cells = cells.with_columns(
        name=pl.when("published").then("indicator").otherwise(pl.concat_str(pl.lit(_NOT), "indicator"))
    )
    joined = pl.col("stratifier").str.contains(JOINED, literal=True)
    kept = cells.filter((is_all & (pl.col("period_kind") == "month")) | ~is_all, pl.col("stratifier") != LINKED)
    kept = kept.filter(pl.col("published") | (pl.col("period_kind") != "quarter"))  # quarters that no table holds
    kept = kept.filter(~joined | (pl.col("scope") == PARTNERSHIP))  # a table of two groupings is of one scope
    screened = kept.filter(pl.col("name") == _INCOMPLETE).select("period_start", "period_end", "stratifier").unique()
    kept = kept.join(
        screened.with_columns(linked=True), on=["period_start", "period_end", "stratifier"], how="left"
    ).with_columns(pl.col("linked").fill_null(False))
    food = pl.col("name").is_in([_SCREENING, _INSECURITY, _CONNECTED, _INCOMPLETE]) & pl.col("linked") & ~is_reason
    family = pl.when(food).then(pl.lit("food")).when(is_reason).then("name").otherwise(
        pl.col("name").replace(_FAMILY)
    )  # fmt: skip
    adds_up = is_all & pl.col("indicator").is_in(MONTHS_ADD_UP) & pl.col("in_months")
    quarter = pl.concat_str(pl.lit("quarter"), pl.col("period_end").dt.truncate("1q"), separator="|")
    sides = pl.col("category").str.split_exact(JOINED, 1)
    return kept.with_columns(
        family=family,
        table=pl.concat_str(family, "stratifier", pl.when(adds_up).then(quarter).otherwise(period), separator="|"),
        row=pl.when(joined).then(sides.struct.field("field_0")).otherwise("scope"),
        column=pl.when(joined).then(sides.struct.field("field_1"))
        .when(adds_up).then(pl.col("period_end").cast(pl.String)).otherwise("category"),
        two_way=joined,
        sums=joined | (pl.col("in_groups") & ~is_all) | adds_up,
        adds=joined | pl.col("adds"),
    )  # fmt: skip


def _places(family: str, names: list[str], plain: np.ndarray) -> list[list[tuple[int, int]]]:
    """The ways in which one person can be found at once among these indicators, by their places."""
    ways = _WAYS.get(family) or [[(n, _N)] if plain[i] else [(n, s)] for i, n in enumerate(names) for s in (_N, _R)]
    places = [[(names.index(n), s) for n, s in way if n in names] for way in ways]
    return [way for i, way in enumerate(places) if way and way not in places[:i]]
