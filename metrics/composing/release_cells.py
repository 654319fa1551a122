"""The cells of a release before anything is hidden: counts by the groupings and rungs that the ladder gives each table.

Besides what is shown there are cells that no table holds (`folded`): a partner's finer groups where it shows
coarser ones, its months where it shows quarters, and what three years are made of. The partnership's cells are sums of
them, so whoever adds and subtracts can come at them; what hides and what audits must know them.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION, JOINED
from metrics.counting.tally import SUMS
from metrics.grouping import pooled_years
from metrics.grouping.dimensions import PAIR_FACTOR
from metrics.grouping.folding import add_months, fold
from metrics.grouping.ladder import MONTHS, Ladder
from metrics.grouping.places import Places
from schemas.policy.result_columns import RESULT_KEY


@dataclass(frozen=True)
class Counted:
    """`own`: counts from rows, of partners and their sums; `totals`: what partners sent as totals. Both by the finest
    groups: columns `RESULT_KEY`, SUMS."""

    own: pl.DataFrame
    totals: pl.DataFrame

    def only(self, *conditions: pl.Expr) -> "Counted":
        """Those rows of both for which the conditions hold."""
        return Counted(self.own.filter(*conditions), self.totals.filter(*conditions))

    def everyone(self) -> pl.DataFrame:
        """All scopes: the partners', and the partnership's with the totals added."""
        return pl.concat([self.partners(), self.partnership()], how="diagonal")

    def partners(self) -> pl.DataFrame:
        """From rows, and as totals."""
        return pl.concat([self.own.filter(pl.col("scope") != PARTNERSHIP), self.totals], how="diagonal")

    def partnership(self) -> pl.DataFrame:
        """The sums, with what is known of the totals on top."""
        known = self.totals.filter(pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null())
        both = pl.concat(
            [self.own.filter(pl.col("scope") == PARTNERSHIP), known.with_columns(scope=pl.lit(PARTNERSHIP))],
            how="diagonal",
        )
        # A sum over nulls is null, not zero: exclusions and means have no numerator, rates no total.
        sums = [pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()).alias(c) for c in SUMS]
        keys = [c for c in both.columns if c not in SUMS]
        return both.group_by(keys, maintain_order=True).agg(sums)

    def folded(self, grouping: str, rung: int, places: Places) -> "Counted":
        """Both at a rung."""
        return Counted(fold(self.own, grouping, rung, places), fold(self.totals, grouping, rung, places))

    def of_years(self, last_day: dt.date) -> "Counted":
        """Both added up over the three years that end on a day."""
        return Counted(pooled_years.add_years(self.own, last_day), pooled_years.add_years(self.totals, last_day))


def release_cells(counted: Counted, ladder: Ladder, families: Mapping[str, str], places: Places,
                  additive: tuple[str, ...], pooled: dt.date | None = None) -> pl.DataFrame:  # fmt: skip
    """All cells: `RESULT_KEY`, SUMS, rung, part_of, folded. `families`: indicator -> its family; `additive`: whose
    months add up to quarters; `pooled`: the last day of the three years that are shown together."""
    parts = [_plain(counted), *_of_time(counted, ladder, families, additive)]
    for family in sorted(set(families.values())):
        mine = counted.only(pl.col("indicator").is_in([i for i, f in families.items() if f == family]))
        groupings = set(mine.own["stratifier"].unique()) | set(mine.totals["stratifier"].unique())
        for grouping in sorted(groupings - {ALL, EXCLUSION}):
            one = mine.only(pl.col("stratifier") == grouping)
            parts += _two_way(one, mine, family, grouping, ladder, places) if JOINED in grouping else (
                _grouped(one, mine, family, grouping, ladder, places)
            )  # fmt: skip
    if pooled:
        parts += _of_three_years(counted, ladder, families, places, pooled)
    columns = {"rung": pl.lit(0, pl.Int32), "part_of": pl.lit(None, pl.String), "folded": pl.lit(False)}
    made = [part.with_columns(**{c: value for c, value in columns.items() if c not in part.columns}) for part in parts]
    # Two tables of two groupings may need the same groups on a side.
    return pl.concat([part.select(*RESULT_KEY, *SUMS, *columns) for part in made]).unique(
        [*RESULT_KEY, "rung"], maintain_order=True
    )


def _plain(counted: Counted) -> pl.DataFrame:
    return counted.only(pl.col("stratifier") == ALL, pl.col("period_kind") == "year").everyone()


def _of_time(
    counted: Counted, ladder: Ladder, families: Mapping[str, str], additive: tuple[str, ...]
) -> Iterator[pl.DataFrame]:
    """Months, quarters, and reasons for leaving people out: the partnership's, and of partners as many as may be."""
    months = counted.only(pl.col("stratifier") == ALL, pl.col("period_kind") == "month")
    yield months.partnership()
    own = _with_rung(months.partners(), ladder, families, MONTHS)
    yield own.with_columns(folded=pl.col(MONTHS).ne_missing(0)).drop(MONTHS)
    yield add_months(own.filter(pl.col(MONTHS) == 1, pl.col("indicator").is_in(additive)).drop(MONTHS))
    reasons = counted.only(pl.col("stratifier") == EXCLUSION)
    yield reasons.partnership()
    own = _with_rung(reasons.partners(), ladder, families, EXCLUSION)
    yield own.with_columns(folded=pl.col(EXCLUSION).ne_missing(0)).drop(EXCLUSION)


def _with_rung(cells: pl.DataFrame, ladder: Ladder, families: Mapping[str, str], grouping: str) -> pl.DataFrame:
    """A column named after the grouping with each row's rung."""
    known = cells.select("indicator", "scope").unique()
    rungs = [ladder.rung(families[indicator], scope, grouping) for indicator, scope in known.rows()]
    return cells.join(known.with_columns(pl.Series(grouping, rungs, pl.Int32)), on=["indicator", "scope"])


def _grouped(
    one: Counted, mine: Counted, family: str, grouping: str, ladder: Ladder, places: Places
) -> Iterator[pl.DataFrame]:
    """A grouping of all scopes: none where the partnership shows none."""
    rung = ladder.rung(family, PARTNERSHIP, grouping)
    if rung is None:
        return
    one, everyone = one.only(pl.col("period_kind") == "year"), mine.totals.filter(pl.col("stratifier") == ALL)
    at = _completed(_without_name(one).folded(grouping, rung, places), everyone)
    yield at.partnership()
    partners = at.partners()
    own = {scope: ladder.rung(family, scope, grouping) for scope in partners["scope"].unique().to_list()}
    alike = [scope for scope, its in own.items() if its == rung]
    yield partners.with_columns(folded=~pl.col("scope").is_in(alike))
    for coarse in sorted({its for its in own.values() if its is not None and its > rung}):
        scopes = [scope for scope, its in own.items() if its == coarse]
        some = _without_name(one.only(pl.col("scope").is_in(scopes)))
        yield _completed(some.folded(grouping, coarse, places), everyone).partners()


def _of_three_years(
    counted: Counted, ladder: Ladder, families: Mapping[str, str], places: Places, last_day: dt.date
) -> Iterator[pl.DataFrame]:
    """Groups of the partnership that are too small for a year; folded: what they are made of, and add up to."""
    found = counted.only(pl.col("period_kind") == "year", pl.col("stratifier").is_in([ALL, *pooled_years.GROUPINGS]))
    found = found.of_years(last_day)
    yield found.only(pl.col("stratifier") == ALL).everyone().with_columns(folded=pl.lit(True))
    for family, grouping in itertools.product(sorted(set(families.values())), pooled_years.GROUPINGS):
        rung = ladder.rung(family, PARTNERSHIP, pooled_years.step(grouping))
        mine = found.only(pl.col("indicator").is_in([i for i, f in families.items() if f == family]))
        one = _without_name(mine.only(pl.col("stratifier") == grouping))
        if rung is None:
            continue
        at = _completed(one.folded(grouping, rung, places), mine.totals.filter(pl.col("stratifier") == ALL))
        yield at.partnership()
        yield at.partners().with_columns(folded=pl.lit(True))
        of_a_year = ladder.rung(family, PARTNERSHIP, grouping)
        if of_a_year is not None and of_a_year > rung:
            yield one.folded(grouping, of_a_year, places).everyone().with_columns(folded=pl.lit(True))


def _completed(at: Counted, everyone: pl.DataFrame) -> Counted:
    """Where one group of those sent as totals is not known, it is what the others lack of everyone."""
    same, counts = ["indicator", "scope", "period_kind", "period_start", "period_end"], ["denominator", "numerator"]
    blank = pl.any_horizontal(pl.col(counts).is_null())
    one_blank = blank.sum().over(same) == 1
    whole = everyone.select(*same, *(pl.col(c).alias(f"all_{c}") for c in counts))
    filled = at.totals.join(whole, on=same, how="left", maintain_order="left").with_columns(
        pl.when(blank & one_blank)
        .then(pl.col(f"all_{c}") - pl.when(~blank).then(pl.col(c)).otherwise(0).sum().over(same))
        .otherwise(pl.col(c)).alias(c)
        for c in counts
    )  # fmt: skip
    return Counted(at.own, filled.drop(f"all_{c}" for c in counts))


def _two_way(
    one: Counted, mine: Counted, family: str, grouping: str, ladder: Ladder, places: Places
) -> Iterator[pl.DataFrame]:
    """Two groupings at once: shown of the partnership alone, and what is each partner's of them, which it can take
    off; and the partnership's groups on either side by the same rungs."""
    rung = ladder.rung(family, PARTNERSHIP, grouping)
    if rung is None:
        return
    at_rung = _without_name(one).folded(grouping, rung, places)
    yield at_rung.partnership()
    yield at_rung.partners().with_columns(folded=pl.lit(True))
    for side, at in zip(grouping.split(JOINED), divmod(rung, PAIR_FACTOR), strict=True):
        if ladder.rung(family, PARTNERSHIP, side) != at:
            beside = mine.only(pl.col("stratifier") == side, pl.col("period_kind") == "year")
            yield _without_name(beside).folded(side, at, places).partnership().with_columns(folded=pl.lit(True))


def _without_name(one: Counted) -> Counted:
    return Counted(one.own.drop("stratifier"), one.totals.drop("stratifier"))
