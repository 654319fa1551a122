"""The exact results of a release: counts by the groupings that the ladder gives, figures, and what is hidden."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb
import polars as pl

from metrics.composing import case_mix
from metrics.composing.closed_counts import closing_to, read_counts, settle_facts
from metrics.composing.definition_versions import definition_versions
from metrics.composing.linked_totals import linked_totals
from metrics.composing.release_cells import Counted, release_cells
from metrics.composing.reporting_facts import reporting
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import APART, LINKED, MERGED, PARTNERSHIP
from metrics.counting.strata import ALL, AT_EACH, COUNTED, EXCLUSION, JOINED, MIX, PLACE
from metrics.counting.tally import SUMS
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from metrics.disclosure.suppression import hidden, small
from metrics.grouping import ladder as ladders
from metrics.grouping.dimensions import PLACE_NAMES
from metrics.grouping.ladder import Ladder
from metrics.grouping.places import Places, keep_places, read_places, settle_places
from metrics.grouping.pooled_years import KIND, YEARS, keep_pooled, read_pooled, settle_pooled
from metrics.statistics.intervals import mean_interval, wilson
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import BY_AGE_AND_SEX, BY_SENDER, OPEN_FROM, RESULT_COLUMNS, RESULT_KEY
from schemas.vocabularies.groupings import BY_WORDS, NOT_REPORTED, groups_of

_PERIOD = ["period_kind", "period_start", "period_end"]


Counts = tuple[Counted, pl.DataFrame, pl.DataFrame]
"""Counts by the finest groups; totals as sent; and all counts, those of everyone once among them."""


@dataclass(frozen=True)
class Groupings:
    """By which places and rungs the tables of a calendar year are grouped. `new`: not kept yet."""

    year: int
    places: Places = field(default_factory=Places)
    ladder: Ladder = field(default_factory=Ladder)
    pooled: dt.date | None = None
    """The last day of the three years that are shown together."""
    new: bool = False
    counts: Counts | None = field(default=None, compare=False)
    """What they were settled from, so that it is read once."""


def compose(
    cur: duckdb.DuckDBPyConnection,
    partnership: Partnership,
    indicators: dict[str, Indicator],
    earlier: pl.DataFrame | None = None,
    closes: dt.date | None = None,
    by: Groupings | None = None,
    before_hiding: Callable[[], None] = lambda: None,
) -> pl.DataFrame:
    """Exact results of all current rows, with what is to be hidden marked: columns of `RESULT_COLUMNS`, and `folded`
    for cells that no table shows (`metrics.composing.release_cells`).

    `earlier`: what earlier releases held (`metrics.disclosure.earlier_releases`), which hides more. `closes`: the last
    day that the release closes (`metrics.composing.closed_counts`); of periods after it there are no groups.
    `before_hiding` is called between counting and hiding. Nothing of the results may be shown but through
    `published_results`. Raises complement.NotProtectable.
    """
    smallest, until = partnership.policy.smallest_cell, closing_to(cur, closes)
    by = by or groupings(cur, partnership, indicators, closes)
    counted, totals, counts = by.counts or _counted(cur, partnership, indicators, closes)
    families = {i.id: i.measure for i in indicators.values()}
    cells = release_cells(counted, by.ladder, families, by.places, MONTHS_ADD_UP, by.pooled)
    cells = pl.concat([cells, case_mix.mixes(counted, by.ladder, families, smallest)])
    cells = _with_linked(cells, linked_totals(counts, indicators.values(), smallest, until), counted)
    versions = definition_versions(cur, indicators)
    awaited = {p.id for p in partnership.partners if p.is_awaited(partnership.day)}
    facts = reporting(cur, cells, totals, indicators, awaited).with_columns(
        version=pl.col("indicator").replace_strict(versions, default="")
    )
    cells = cells.join(settle_facts(cur, facts, closes), on=["indicator", "scope", *_PERIOD], how="left")
    cells = _worth_showing(cells.with_columns(closed=pl.col("period_end") <= until))
    before_hiding()
    totals_only = (pl.col("counts_only_partners") > 0) & (pl.col("scope") != PARTNERSHIP)
    cells = _hidden(cells.with_columns(counts_only=totals_only.fill_null(False)), families, smallest, earlier)
    figures = [_rates(cells), _means(cells)]
    return (
        _with_expected(cells)
        .with_columns(
            release=pl.lit(0, pl.Int32),
            version=pl.col("version").fill_null(""),
            **{name: pl.coalesce(f[name] for f in figures) for name in ("rate", "low", "high")},
            unreliable=pl.col("denominator").fill_null(0) / _times_counted() < partnership.policy.unreliable_below,
            provisional=pl.col("provisional").fill_null(False),
            partners_reporting=pl.col("partners_reporting").fill_null(1),
            counts_only_partners=pl.col("counts_only_partners").fill_null(0),
            untold=_UNTOLD,
        )
        .select(*RESULT_COLUMNS, "folded")
        .sort(RESULT_KEY)
    )


def groupings(
    cur: duckdb.DuckDBPyConnection, partnership: Partnership, indicators: dict[str, Indicator],
    closes: dt.date | None = None,
) -> Groupings:  # fmt: skip
    """The places and the ladder of this calendar year: settled by its first release that knows closed periods."""
    year, pooled = partnership.day.year, read_pooled(cur)
    if ladder := ladders.read_ladder(cur, year):
        return Groupings(year, read_places(cur), ladder, pooled)
    counts = _counted(cur, partnership, indicators, closes)
    counted, until = counts[0], closing_to(cur, closes)
    past = counted.everyone().filter(pl.col("period_end") <= until)
    if past.is_empty():
        return Groupings(year, counts=counts)
    smallest, families = partnership.policy.smallest_cell, {i.id: i.measure for i in indicators.values()}
    places = settle_places(cur, partnership.places, smallest)
    newest = settle_pooled(pooled, past, until)
    of_years = counted.of_years(newest).everyone() if newest != pooled and newest else None
    before = ladders.ladder_before(cur, year)
    ladder = ladders.settle(past, families, MONTHS_ADD_UP, places, smallest, of_years, before)
    if newest == pooled:  # what it shows stays as it is
        ladder = ladders.with_pooled_of(ladder, cur, year)
    return Groupings(year, places, ladder, newest, new=True, counts=counts)


def keep_groupings(cur: duckdb.DuckDBPyConnection, by: Groupings) -> None:
    """Keep what was settled anew, with the release that shows it."""
    if by.new:
        ladders.keep_ladder(cur, by.ladder, by.year)
        keep_places(cur, by.places)
        if by.pooled and by.pooled != read_pooled(cur):
            keep_pooled(cur, by.pooled)


def _counted(
    cur: duckdb.DuckDBPyConnection, partnership: Partnership, indicators: dict[str, Indicator], closes: dt.date | None
) -> Counts:
    counts = read_counts(cur, closes, indicators, partnership.choices).rename({"owner": "scope"})
    counts = counts.filter(pl.col("indicator").is_in(list(indicators)))
    counts = counts.with_columns(numerator=pl.when(pl.col("stratifier") != EXCLUSION).then(pl.col("numerator")))
    own = counts.filter(~pl.col("scope").str.contains(f"^({LINKED}$|{APART}|{MERGED})"))
    totals = _counts_only(cur, own)
    return Counted(own.select(*RESULT_KEY, *SUMS), totals.select(*RESULT_KEY, *SUMS)), totals, counts


def _with_linked(cells: pl.DataFrame, linked: pl.DataFrame, counted: Counted) -> pl.DataFrame:
    """Where a year's total can count everyone once it does; the sum over partners then stands beside it."""
    if linked.is_empty():
        return cells
    totals = counted.totals.filter(pl.col("stratifier") == ALL)
    once = Counted(
        linked.with_columns(scope=pl.lit(PARTNERSHIP)), totals.join(linked, on=["indicator", *_PERIOD], how="semi")
    )
    same = ["indicator", *_PERIOD]
    moved = (pl.col("scope") == PARTNERSHIP) & (pl.col("stratifier") == ALL) & pl.col("once")
    cells = cells.join(linked.select(*same, once=pl.lit(True)), on=same, how="left").with_columns(
        stratifier=pl.when(moved).then(pl.lit(AT_EACH)).otherwise("stratifier")
    )
    return pl.concat([cells.drop("once"), once.partnership()], how="diagonal").with_columns(
        pl.col("rung").fill_null(0), pl.col("folded").fill_null(False)
    )


def _with_expected(cells: pl.DataFrame) -> pl.DataFrame:
    """With the expected number of partners' whole years, and what it is by: less another (a month, a group) it would
    tell of few people.

    By the sender's probabilities only where every unit came with one: of a part they could not stand beside the figure.
    Else by age and sex (`metrics.composing.case_mix`).
    """
    whole = (pl.col("scope") != PARTNERSHIP) & (pl.col("period_kind") == "year") & (pl.col("stratifier") == ALL)
    of_all = whole & (pl.col("denominator") > 0) & (pl.col("expected_units") == pl.col("denominator"))
    by_sender = pl.when(of_all).then(pl.col("expected").cast(pl.Float64).round(1))
    by_mix = pl.when(whole).then(pl.col("by_mix"))
    found = cells.join(case_mix.expected(cells), on=["scope", "indicator", *_PERIOD], how="left", maintain_order="left")
    return found.with_columns(
        expected=pl.coalesce(by_sender, by_mix),
        expected_by=pl.when(by_sender.is_not_null()).then(pl.lit(BY_SENDER))
        .when(by_mix.is_not_null()).then(pl.lit(BY_AGE_AND_SEX)),
    ).drop("by_mix")  # fmt: skip


def _hidden(
    cells: pl.DataFrame, families: Mapping[str, str], smallest: int, earlier: pl.DataFrame | None
) -> pl.DataFrame:
    """With `suppressed`, and without what is told of nobody. Open figures are in no sum, since nobody sees their
    counts: they are hidden one by one."""
    told = pl.col("stratifier") == MIX
    closed, opened, mixes = cells.filter("closed", ~told), cells.filter(~pl.col("closed")), cells.filter(told)
    few = small(opened, smallest) | (opened["denominator"] < max(OPEN_FROM, smallest)).fill_null(False)
    mine = pl.col("folded") | hidden(closed, smallest, earlier)
    closed = closed.with_columns(suppressed=mine)
    mixes = case_mix.harmless(closed, mixes, families, smallest, earlier)
    return pl.concat([closed, opened.with_columns(suppressed=few), mixes])


def _worth_showing(cells: pl.DataFrame) -> pl.DataFrame:
    """Without groups while a period is open, and without what would be hidden nearly everywhere: the reasons left out
    of a month, and two groupings at once in all but the newest year that is complete (the newest, where none is).
    """
    cells = cells.filter(pl.col("closed") | (pl.col("stratifier") == ALL))
    two_way = pl.col("stratifier").str.contains(JOINED, literal=True)
    end, settled = pl.col("period_end"), ~pl.col("provisional").fill_null(False)
    newest = cells.filter(two_way).group_by("indicator").agg(newest=end.filter(settled).max().fill_null(end.max()))
    reasons_of_a_month = (pl.col("stratifier") == EXCLUSION) & (pl.col("period_kind") == "month")
    found = cells.join(newest, on="indicator", how="left").filter(
        ~reasons_of_a_month, ~two_way | (end == pl.col("newest")), (pl.col("stratifier") != MIX) | settled
    )
    return found.drop("newest")


# In words, for a number of returns may be small; the partner reads its own on the Data quality page.
_UNTOLD = (
    pl.when(pl.col("numerator").is_null() | pl.col("untold").is_null()).then(None)
    .when(pl.col("untold") == 0).then(pl.lit("none"))
    .when(pl.col("untold") == pl.col("numerator")).then(pl.lit("all"))
    .when(2 * pl.col("untold") > pl.col("numerator")).then(pl.lit("most"))
    .otherwise(pl.lit("some"))
)  # fmt: skip


def _times_counted() -> pl.Expr:
    """How often one person may be in a sum: in three years three times, so that an interval is no narrower than that of
    a year of the same people. (A stay is in one year only.)"""
    again = (pl.col("period_kind") == KIND) & ~pl.col("indicator").is_in(MONTHS_ADD_UP)
    return pl.when(again).then(float(YEARS)).otherwise(1.0)


def _rates(cells: pl.DataFrame) -> pl.DataFrame:
    """rate, low and high of the cells with a numerator; null elsewhere."""
    counts = cells.select(pl.col("numerator", "denominator").fill_null(0) / _times_counted()).to_numpy().T
    low, high = wilson(counts[0], counts[1])
    rate = cells["numerator"] / cells["denominator"]
    known = (cells["numerator"].is_not_null() & (cells["denominator"] > 0)).fill_null(False)
    figures = pl.DataFrame({"rate": rate, "low": pl.Series(low), "high": pl.Series(high)})
    return figures.select(pl.when(known).then(pl.col(name)).alias(name) for name in figures.columns)


def _means(cells: pl.DataFrame) -> pl.DataFrame:
    """rate (the mean), low and high of the cells with a total; null elsewhere."""
    counted = pl.col("denominator", "total", "squares").cast(pl.Float64) / _times_counted()
    sums = cells.select(counted).to_numpy().T
    figures = zip(("rate", "low", "high"), mean_interval(sums[0], sums[1], sums[2]), strict=True)
    return pl.DataFrame({name: pl.Series(figure, nan_to_null=True) for name, figure in figures})


def _counts_only(cur: duckdb.DuckDBPyConnection, own: pl.DataFrame) -> pl.DataFrame:
    """Totals sent by partners that send no rows for the indicator and period; unknown counts stay null.

    Only of periods and groupings that are declared: others could not be told apart from those that are.
    """
    place = "CASE stratifier WHEN 'zip' THEN category || '/' WHEN 'county_fips' THEN '/' || category END"
    groupings = [*COUNTED, *PLACE_NAMES, ALL]
    totals = cur.execute(
        f"""
        SELECT indicator, partner_id AS scope,
            CASE date_diff('month', period_start, period_end) WHEN 11 THEN 'year' ELSE 'month' END AS period_kind,
            period_start, period_end,
            CASE WHEN stratifier IN ('zip', 'county_fips') THEN '{PLACE}' ELSE coalesce(stratifier, '{ALL}') END
                AS stratifier,
            coalesce({place}, category, '{ALL}') AS category,
            CAST(denominator AS BIGINT) AS denominator, CAST(numerator AS BIGINT) AS numerator,
            CAST(NULL AS DECIMAL(38, 1)) AS total, CAST(NULL AS DECIMAL(38, 2)) AS squares,
            CAST(NULL AS BIGINT) AS untold,
            CAST(NULL AS DECIMAL(38, 4)) AS expected, CAST(NULL AS BIGINT) AS expected_units
        FROM in_force.indicator_counts
        WHERE date_trunc('month', period_start) = period_start AND last_day(period_end) = period_end
            AND (date_diff('month', period_start, period_end) = 0
                OR (date_diff('month', period_start, period_end) = 11 AND month(period_end) % 3 = 0))
            AND list_contains(?, coalesce(stratifier, '{ALL}'))
            -- Of someone who sends both, counties would count the same people again.
            AND (stratifier IS DISTINCT FROM 'county_fips' OR partner_id NOT IN (
                SELECT partner_id FROM in_force.indicator_counts WHERE stratifier = 'zip'))""",
        [groupings],
    ).pl()
    return totals.filter(_declared()).join(own, on=["indicator", "scope", *_PERIOD], how="anti")


def _declared() -> pl.Expr:
    """Totals by declared groups: files that were accepted before intake asked for it may hold others."""
    by, group = pl.col("stratifier"), pl.col("category")
    words = [(by == g) & group.is_in([*groups_of(g), NOT_REPORTED]) for g in BY_WORDS]
    return pl.any_horizontal((by == ALL) & (group == ALL), by == PLACE, *words)
