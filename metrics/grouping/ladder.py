"""The ladder: which rung of each grouping a table uses, settled once a year from years that are over.

Hiding single groups costs others beside them: so a table uses the finest rung that has (almost) no small cell.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION, JOINED
from metrics.grouping import pooled_years
from metrics.grouping.dimensions import PAIR_FACTOR, PAIR_RUNGS, rungs_of
from metrics.grouping.folding import add_months, fold
from metrics.grouping.places import Places

MONTHS = "month"
"""A partner's months go by the ladder too: months, quarters (where stays add up), or none."""
_MOST_SMALL, _MOST_SMALL_OF_THREE_YEARS = 0.04, 0.08
"""Share of small cells. What three years show is one table, that costs few others something."""
Step = tuple[str, str, str]
"""Family of indicators, scope, grouping."""
_Fold = Callable[[pl.DataFrame, int], pl.DataFrame]
_Allowed = Callable[[str, str, int], bool]


@dataclass(frozen=True)
class Ladder:
    """The rung of each table. A table that is not there has none: it is not shown."""

    rungs: Mapping[Step, int] = field(default_factory=dict)

    def rung(self, family: str, scope: str, grouping: str) -> int | None:
        """How coarse the groups are (0: the finest); None when they are not shown."""
        if scope == PARTNERSHIP and grouping in (EXCLUSION, MONTHS):
            return 0  # these hang together with other figures, and the partnership's are seldom small
        return self.rungs.get((family, scope, grouping))


def read_ladder(cur: duckdb.DuckDBPyConnection, year: int) -> Ladder | None:
    """The ladder that was settled for a calendar year; None when none was."""
    rows = cur.execute("SELECT family, scope, grouping, rung FROM ladder WHERE settled_in = ?", [year]).fetchall()
    return Ladder({(f, s, g): rung for f, s, g, rung in rows if rung is not None}) if rows else None


def keep_ladder(cur: duckdb.DuckDBPyConnection, ladder: Ladder, year: int) -> None:
    """Keep the ladder for a calendar year; one of an earlier year stays, for the record."""
    cur.execute("DELETE FROM ladder WHERE settled_in = ?", [year])
    rows = [[*step, rung, year] for step, rung in sorted(ladder.rungs.items())] or [["", "", "", None, year]]
    cur.executemany("INSERT INTO ladder VALUES (?, ?, ?, ?, ?)", rows)


def with_pooled_of(ladder: Ladder, cur: duckdb.DuckDBPyConnection, before: int) -> Ladder:
    """A ladder with the rungs of three years that the newest one before a year gave."""
    steps = [pooled_years.step(grouping) for grouping in pooled_years.GROUPINGS]
    rows = cur.execute(
        """SELECT family, scope, grouping, rung FROM ladder WHERE list_contains(?, grouping)
           AND settled_in = (SELECT max(settled_in) FROM ladder WHERE settled_in < ?)""",
        [steps, before],
    ).fetchall()
    return Ladder({**ladder.rungs, **{(f, s, g): rung for f, s, g, rung in rows}})


def ladder_before(cur: duckdb.DuckDBPyConnection, year: int) -> Ladder | None:
    """The newest ladder that was settled for an earlier calendar year; None when none was."""
    row = cur.execute("SELECT max(settled_in) FROM ladder WHERE settled_in < ?", [year]).fetchone()
    return read_ladder(cur, row[0]) if row and row[0] is not None else None


def settle(
    counts: pl.DataFrame, families: Mapping[str, str], additive: tuple[str, ...], places: Places, smallest: int,
    pooled: pl.DataFrame | None = None, before: Ladder | None = None,
) -> Ladder:  # fmt: skip
    """The finest rung of each table at which at most 4 % of the cells have a count from 1 to `smallest - 1`.

    `counts`: exact counts by the finest groups of periods that are over; `families`: indicator -> its family;
    `additive`: indicators whose months add up to quarters. A partner's groups are never finer than the partnership's.
    `pooled`: the counts of three years added up, whose groups are shown where they are finer than a year's.
    `before`: the ladder of earlier releases. A table becomes finer than theirs only where it then has no small cell:
    its totals are known already, and that a group has no row would tell of the hidden ones beside it.
    """
    counts = counts.with_columns(family=pl.col("indicator").replace_strict(families))
    rungs = _Rungs(before)
    for grouping in sorted(counts["stratifier"].unique().to_list()):
        if grouping not in (ALL, EXCLUSION) and JOINED not in grouping:
            of_years = counts.filter(pl.col("stratifier") == grouping, pl.col("period_kind") == "year")
            _climb(rungs, grouping, of_years, range(len(rungs_of(grouping))), _folded(grouping, places), smallest)
    for grouping, pairs in PAIR_RUNGS.items():
        of_two = counts.filter(pl.col("stratifier") == grouping)
        steps = [first * PAIR_FACTOR + second for first, second in pairs]
        _climb(rungs, grouping, of_two, steps, _folded(grouping, places), smallest, _beside(rungs, grouping))
    left_out = counts.filter(pl.col("stratifier") == EXCLUSION, pl.col("period_kind") == "year")
    _climb(rungs, EXCLUSION, left_out, [0], lambda cells, _: cells, smallest)
    months = counts.filter(pl.col("stratifier") == ALL, pl.col("period_kind") == "month")
    _climb(rungs, MONTHS, months, [0], lambda cells, _: cells, smallest, every=(0, 1))
    stays = months.filter(pl.col("indicator").is_in(additive))
    _climb(rungs, MONTHS, stays, [1], lambda cells, _: add_months(cells), smallest, every=(0, 1))
    if pooled is not None:
        _climb_by_three_years(
            rungs, pooled.with_columns(family=pl.col("indicator").replace_strict(families)), places, smallest
        )
    of_month = (pl.col("period_kind") == "month") & (pl.col("stratifier") == ALL)
    kind = pl.when(of_month).then(pl.lit(MONTHS)).otherwise("stratifier")
    people = counts.filter(pl.col("scope") != PARTNERSHIP).group_by("family", "scope", kind.alias("grouping")).agg(
        pl.col("denominator").sum()
    )  # fmt: skip
    _never_alone(rungs, {(family, scope, grouping): n or 0 for family, scope, grouping, n in people.rows()})
    return Ladder(dict(rungs))


class _Rungs(dict[Step, int]):
    """The rungs found so far, and those of `before`: of scopes that had any."""

    def __init__(self, before: Ladder | None) -> None:
        super().__init__()
        self._before = before.rungs if before else {}
        self._scopes = {(family, scope) for family, scope, _ in self._before}

    def becomes_finer(self, step: Step, rung: int, steps: Sequence[int]) -> bool:
        """Whether a table would show more than earlier releases did."""
        if step[:2] not in self._scopes:
            return False
        then = self._before.get(step)
        return then not in steps or steps.index(rung) < steps.index(then)


def _climb_by_three_years(rungs: "_Rungs", counts: pl.DataFrame, places: Places, smallest: int) -> None:
    for grouping in pooled_years.GROUPINGS:
        mine, many = counts.filter(pl.col("stratifier") == grouping), len(rungs_of(grouping))
        step, folded = pooled_years.step(grouping), _folded(grouping, places)
        _climb(rungs, step, mine, range(many), folded, smallest, _finer(rungs, grouping, many),
               _MOST_SMALL_OF_THREE_YEARS)  # fmt: skip


def _finer(rungs: dict[Step, int], grouping: str, many: int) -> _Allowed:
    """The partnership's groups alone, where they are finer than those of a year."""
    return lambda family, scope, rung: scope == PARTNERSHIP and rung < rungs.get((family, scope, grouping), many)


_UNSEEN = 3
"""Partners that must fold what the partnership shows, where any does: one knows its own, and two are left."""


def _never_alone(rungs: dict[Step, int], people: Mapping[Step, int]) -> None:
    """What one or two partners fold others could work out, as what the rest lacks of the whole. So the next smallest
    partners show no more than those do; where there are but two partners the partnership shows no more either."""
    for family, grouping in sorted({(family, grouping) for family, _, grouping in rungs if JOINED not in grouping}):
        always = grouping in (EXCLUSION, MONTHS)
        whole = 0 if always else rungs.get((family, PARTNERSHIP, grouping))
        known = {scope: n for (f, scope, by), n in people.items() if (f, by) == (family, grouping)}
        partners = sorted(known, key=lambda scope: known[scope])
        coarser = [scope for scope in partners if rungs.get((family, scope, grouping)) != whole]
        if whole is None or not coarser or len(coarser) >= _UNSEEN:
            continue
        others = [scope for scope in partners if scope not in coarser]
        some = (
            [*others[: _UNSEEN - len(coarser)]]
            if len(partners) >= _UNSEEN
            else [*others, *([] if always else [PARTNERSHIP])]
        )
        least = [rungs.get((family, scope, grouping)) for scope in coarser]
        for scope in some:
            if None in least:
                rungs.pop((family, scope, grouping), None)
            else:
                rungs[family, scope, grouping] = max(rung for rung in least if rung is not None)


def _folded(grouping: str, places: Places) -> _Fold:
    return lambda cells, rung: fold(cells.drop("family", "stratifier"), grouping, rung, places)


def _climb(
    rungs: "_Rungs", grouping: str, counts: pl.DataFrame, steps: Sequence[int], folded: _Fold,
    smallest: int, allowed: _Allowed = lambda *_: True, most: float = _MOST_SMALL,
    every: Sequence[int] = (),
) -> None:  # fmt: skip
    """Give each scope the first rung that will do, the partnership before the partners. `every`: all rungs that the
    grouping has, from fine to coarse, where `steps` are some of them."""
    every = every or steps
    families = counts.select("indicator", "family").unique()
    for rung in steps:
        cells = folded(counts, rung)
        cells = cells if "family" in cells.columns else cells.join(families, on="indicator")
        none_small = frozenset(_fit(cells, smallest, 0.0))
        for family, scope in _fit(cells, smallest, most):
            if rungs.becomes_finer((family, scope, grouping), rung, every) and (family, scope) not in none_small:
                continue
            least = rungs.get((family, PARTNERSHIP, grouping))
            finer_than_all = scope != PARTNERSHIP and grouping not in (EXCLUSION, MONTHS) and least is None
            if not finer_than_all and (scope == PARTNERSHIP or JOINED not in grouping) and allowed(family, scope, rung):
                rungs.setdefault((family, scope, grouping), rung)


def _fit(cells: pl.DataFrame, smallest: int, most: float) -> Iterator[tuple[str, str]]:
    """Family and scope of the tables with few enough small cells, the partnership first.

    Of the partnership also what is left of a cell for a partner that takes off its own: the others' people.
    """
    counts, key = ["denominator", "numerator"], [c for c in _CELL if c in cells.columns]
    whole = pl.col("scope") == PARTNERSHIP
    of_others = cells.filter(whole).join(cells.filter(~whole).select(*key, *counts), on=key, suffix="_own")
    of_others = of_others.with_columns(pl.col(c) - pl.col(f"{c}_own") for c in counts)
    n, x = pl.col("denominator"), pl.col("numerator")
    small = pl.any_horizontal(c.is_between(1, smallest - 1).fill_null(False) for c in (n, x, n - x))
    columns = ["family", "scope", *key, small.alias("small")]
    flagged = pl.concat([cells.filter(n > 0).select(columns), of_others.select(columns)])
    flagged = flagged.group_by("family", "scope", *key).agg(pl.col("small").any())
    # One without anybody has no small cell: it folds nothing that others would have to fold with it.
    known = cells.filter(n.is_not_null()).select("family", "scope").unique()
    share = known.join(flagged, on=["family", "scope"], how="left").group_by("family", "scope").agg(
        pl.col("small").mean().fill_null(0)
    ).filter(pl.col("small") <= most)  # fmt: skip
    yield from sorted(share.select("family", "scope").rows(), key=lambda row: (row[1] != PARTNERSHIP, row))


_CELL = ("indicator", "period_kind", "period_start", "period_end", "stratifier", "category")


def _beside(rungs: dict[Step, int], pair: str) -> _Allowed:
    """Two groupings at once are never finer than either by itself, which the same scope shows."""
    sides = pair.split(JOINED)

    def allowed(family: str, scope: str, rung: int) -> bool:
        own = [rungs.get((family, scope, side)) for side in sides]
        return all(mine is not None and at >= mine for mine, at in zip(own, divmod(rung, PAIR_FACTOR), strict=True))

    return allowed
