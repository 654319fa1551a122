"""Years that overlap: a year of units that lie on one day is four quarters, and a quarter is in four years.

No table holds the groups of a quarter. But who subtracts a year from the next learns how its first quarter differs from
the one after its last; and where a partner stopped sending, later quarters are nobody, so that its years tell the
quarters one by one. So each partner's quarters stand here as counts that nobody sees: a year's group is the sum of
four, and the groups of a quarter add up to its months. (The partnership's are the partners' sums, which follow.)

Any counts that fit stand for the true ones, which the results do not hold: what a reader can work out hangs on what is
possible, and that is the same from wherever it is looked at.
"""

import datetime as dt
from functools import cache
from typing import NamedTuple

import highspy
import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP, is_part
from metrics.disclosure.linear_solver import program, solved

_SERIES = ["indicator", "scope", "stratifier"]
_MEASURES = ("numerator", "rest")
_COUNTED = ["cell", "denominator", "numerator"]
_WHOLE = 1e-6
_PATIENCE = 2.0
"""Seconds for counts in whole numbers, where the first that fit are none: seldom more than a hundredth."""


def quarters(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The quarters of partners' groups in the newest state (as rows like `cells`, numbered on), and their terms.

    Only where two years of a group overlap. Years that are no sums of the same quarters have none.
    """
    newest = cells.filter(
        pl.col("state") == pl.col("state").max(), pl.col("indicator").is_in(MONTHS_ADD_UP), pl.col("published"),
        pl.col("scope") != PARTNERSHIP, ~pl.col("counts_only"), pl.col("numerator").is_not_null(),
    ).with_columns(quarter=pl.col("period_end").dt.truncate("1q"))  # fmt: skip
    months = newest.filter(pl.col("stratifier") == ALL, pl.col("period_kind") == "month")
    whole = (
        months.group_by("indicator", "scope", "quarter").agg(pl.col(_COUNTED)).filter(pl.col("cell").list.len() == 3)
    )
    of_months: dict[tuple[str, str], dict[dt.date, _Whole]] = {}
    for indicator, scope, quarter, number, n, x in whole.rows():
        of_months.setdefault((indicator, scope), {})[quarter] = _Whole(number, sum(x), sum(n) - sum(x))
    of_years: dict[_Series, dict[tuple[str, dt.date], _Whole]] = {}
    years = newest.filter(is_part(), pl.col("period_kind") == "year", pl.col("period_end").dt.month() % 3 == 0)
    for *series, group, quarter, cell, n, x in years.select(*_SERIES, "category", "quarter", *_COUNTED).rows():
        of_years.setdefault(_Series(*series), {})[group, quarter] = _Whole([cell], x, n - x)
    found: _Found = []
    for name, groups in of_years.items():
        block = _Block(groups, of_months.get(name[:2], {}))
        if block.overlaps and (settled := block.settled()):
            found.append((name, block, *settled))
    return _rows(cells, found), _terms(len(cells), found)


class _Series(NamedTuple):
    """Of which table the years are."""

    indicator: str
    scope: str
    stratifier: str


class _Whole(NamedTuple):
    """Cells, and their counts together."""

    cells: list[int]
    numerator: int
    rest: int


class _Sum(NamedTuple):
    """A whole, and the quarters (places among the unknown) that add up to it."""

    whole: _Whole
    parts: list[int]


_NOBODY = _Whole([], 0, 0)


class _Block:
    """The quarters of one partner's table of groups: unknown counts by group and quarter, in this order."""

    def __init__(self, years: dict[tuple[str, dt.date], _Whole], months: dict[dt.date, _Whole]) -> None:
        ends = sorted({end for _, end in years})
        groups, quarters = (
            sorted({group for group, _ in years}),
            sorted({_later(e, -n) for e in ends for n in range(4)}),
        )
        self.unknown = [(group, quarter) for group in groups for quarter in quarters]
        self.overlaps = len(quarters) < 4 * len(ends)
        place = {each: n for n, each in enumerate(self.unknown)}
        self._of_years = [
            _Sum(years.get((group, end), _NOBODY), [place[group, _later(end, -n)] for n in range(4)])
            for group in groups for end in ends
        ]  # fmt: skip
        self._of_months = [
            _Sum(whole, [place[group, quarter] for group in groups])
            for quarter, whole in months.items() if quarter in quarters
        ]  # fmt: skip

    def settled(self) -> tuple[list[_Sum], np.ndarray] | None:
        """The sums that hold, and counts (k, 2) that fit: numerator and rest. None: not even the years do.

        Where a partner's months and groups are not of the same stays, they say nothing of each other.
        """
        for sums in ([*self._of_years, *self._of_months], self._of_years):
            if (found := self._counts(sums)) is not None:
                return sums, found
        return None

    def _counts(self, sums: list[_Sum]) -> np.ndarray | None:
        size = 2 * len(self.unknown)
        right = np.array([count for s in sums for count in (s.whole.numerator, s.whole.rest)], float)
        row = np.repeat(np.arange(2 * len(sums)), np.repeat([len(s.parts) for s in sums], 2))
        at = np.concatenate([2 * np.array(s.parts) + side for s in sums for side in (0, 1)])
        matrix = csr_matrix((np.ones(len(at)), (row, at)), (2 * len(sums), size))
        asked = program(matrix, np.zeros(size), np.full(size, np.inf), right, right)
        found = solved(asked)
        if found is not None and (abs(found - found.round()) > _WHOLE).any():
            asked.setOptionValue("time_limit", _PATIENCE)
            integer = [highspy.HighsVarType.kInteger] * size
            asked.changeColsIntegrality(size, np.arange(size, dtype=np.int32), np.array(integer))
            found = solved(asked)
        return None if found is None else found.round().reshape(-1, 2)


_Found = list[tuple[_Series, _Block, list[_Sum], np.ndarray]]


def _rows(cells: pl.DataFrame, found: _Found) -> pl.DataFrame:
    """The quarters as rows, numbered on."""
    rows = [
        (*series, *each, met, met + rest)
        for series, block, _, counts in found for each, (met, rest) in zip(block.unknown, counts.tolist(), strict=True)
    ]  # fmt: skip
    names = [*_SERIES, "category", "period_start", "numerator", "denominator"]
    made = pl.DataFrame(rows, {name: cells.schema[name] for name in names}, orient="row", strict=False)
    return made.with_columns(
        cell=pl.int_range(pl.len()) + len(cells), state=pl.lit(cells["state"].max()), period_kind=pl.lit("quarter"),
        period_end=pl.col("period_start").dt.offset_by("3mo").dt.offset_by("-1d"), published=False, added=False,
        folded=False, gone=False, counts_only=False, part_of=pl.lit(None, pl.String),
    ).select(cells.columns).cast(cells.schema)  # fmt: skip


def _terms(first: int, found: _Found) -> pl.DataFrame:
    """The sums as terms of relations, numerators and rest by themselves; quarters are numbered from `first`."""
    number, cell, sign, size = [], [], [], 0
    for _, block, sums, _ in found:
        for whole, parts in sums:
            number += [size] * (len(whole.cells) + len(parts))
            cell += [*whole.cells, *(first + part for part in parts)]
            sign += [1] * len(whole.cells) + [-1] * len(parts)
            size += 1
        first += len(block.unknown)
    terms = pl.DataFrame(
        {"number": number, "cell": cell, "sign": sign}, {"number": pl.Int64, "cell": pl.Int64, "sign": pl.Int8}
    )
    measures = pl.DataFrame({"measure": _MEASURES}, {"measure": pl.String})
    name = pl.concat_str(pl.lit("quarters"), "number", "measure", separator="|")
    return terms.join(measures, how="cross").select("cell", "measure", "sign", relation=name).select(
        "relation", "cell", "measure", "sign"
    )  # fmt: skip


@cache
def _later(quarter: dt.date, quarters: int) -> dt.date:
    """The first day of the quarter that many after the one that begins on a day."""
    months = quarter.year * 12 + quarter.month - 1 + 3 * quarters
    return dt.date(months // 12, months % 12 + 1, 1)
