"""Three years together: small groups are shown, each year in one sum only, and nothing more of a year comes out."""

import datetime as dt
import itertools

import polars as pl
import pytest

from metrics.composing.release_cells import Counted, release_cells
from metrics.counting.tally import SUMS
from metrics.disclosure import suppression
from metrics.grouping import ladder, pooled_years
from metrics.grouping.places import Places
from schemas.policy.result_columns import RESULT_KEY

ENDS = [dt.date(2026, 6, 30), dt.date(2025, 6, 30), dt.date(2024, 6, 30)]
FAMILIES = {"bp_control": "Blood-pressure control"}
PARTNERS = ("alder", "birch", "cedar", "dogwood")
GROUPS = {"white": 400, "black": 200, "hispanic": 180, "asian": 120, "pacific_islander": 5, "not_reported": 60}
KEY = ("indicator", "period_kind", "period_start", "period_end", "stratifier", "category")


def counted(groups: dict[str, int] = GROUPS, ends: list[dt.date] = ENDS) -> Counted:
    """Each partner's counts of each year by race, and their sums; half of each group meets the measure."""
    rows = [
        ("bp_control", partner, "year", end.replace(year=end.year - 1) + dt.timedelta(1), end, by, group, n + y, (n + y) // 2)
        for partner, (y, end) in itertools.product(PARTNERS, enumerate(ends))
        for by, group, n in [("race_ethnicity", g, n) for g, n in groups.items()] + [("all", "all", sum(groups.values()) + y * (len(groups) - 1))]
    ]  # fmt: skip
    own = pl.DataFrame(rows, [*RESULT_KEY, "denominator", "numerator"], orient="row").with_columns(
        pl.lit(None, pl.Int64).alias(c) for c in SUMS if c not in ("denominator", "numerator")
    )
    whole = own.group_by(KEY).agg(pl.col(c).sum() for c in SUMS).with_columns(scope=pl.lit("partnership"))
    return Counted(pl.concat([own, whole.select(own.columns)]), own.clear())


def made(data: Counted, pooled: dt.date | None = ENDS[0]) -> pl.DataFrame:
    """The cells of a release, hidden as they would be."""
    of_years = data.of_years(pooled).everyone() if pooled else None
    settled = ladder.settle(data.everyone(), FAMILIES, (), Places(), 11, of_years)
    cells = release_cells(data, settled, FAMILIES, Places(), (), pooled)
    return cells.with_columns(suppressed=suppression.hidden(cells, 11) | pl.col("folded"))


def test_a_group_too_small_for_a_year_is_shown_by_three():
    cells = made(counted())
    shown = cells.filter(~pl.col("suppressed"), pl.col("scope") == "partnership", pl.col("stratifier") != "all")
    by_year = set(shown.filter(pl.col("period_kind") == "year")["category"])
    assert "pacific_islander" not in by_year and "other_or_not_stated" in by_year
    found = shown.filter(pl.col("period_kind") == pooled_years.KIND, pl.col("category") == "pacific_islander")
    assert found.select("period_start", "period_end", "denominator").rows() == [
        (dt.date(2023, 7, 1), dt.date(2026, 6, 30), 4 * (5 + 6 + 7))
    ]
    assert suppression.leaks(cells, 11) == []


def test_partners_show_no_three_years_and_nobody_does_where_a_year_shows_the_group():
    cells = made(counted())
    of_partners = cells.filter(pl.col("period_kind") == pooled_years.KIND, pl.col("scope") != "partnership")
    assert len(of_partners) and of_partners["folded"].all()
    large = made(counted({**GROUPS, "pacific_islander": 90}))
    assert large.filter(pl.col("period_kind") == pooled_years.KIND, ~pl.col("folded")).is_empty()


def test_a_partner_that_takes_off_its_own_learns_of_no_few_people():
    alone = {**GROUPS, "pacific_islander": 0}
    data, only = counted(alone), counted()
    mine = pl.col("scope") == "alder"
    own = pl.concat([data.own.filter(~mine, pl.col("scope") != "partnership"), only.own.filter(mine)])
    own = own.with_columns(
        pl.when(pl.col("category") == "pacific_islander", pl.col("scope") == "birch").then(1)
        .otherwise(pl.col(c)).alias(c) for c in ("denominator", "numerator")
    )  # fmt: skip
    whole = own.group_by(KEY).agg(pl.col(c).sum() for c in SUMS).with_columns(scope=pl.lit("partnership"))
    cells = made(Counted(pl.concat([own, whole.select(own.columns)]), own.clear()))
    three = cells.filter(pl.col("period_kind") == pooled_years.KIND, pl.col("category") == "pacific_islander")
    assert three.filter(~pl.col("suppressed")).is_empty(), "alder would know the three of birch, cedar and dogwood"


def test_no_year_is_in_two_sums():
    years = counted(ends=[dt.date(2029 - n, 6, 30) for n in range(8)]).everyone()
    known: dt.date | None = None
    all_shown: list[dt.date | None] = []
    for closed in [dt.date(y, m, d) for y in range(2022, 2030) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]:
        newest = pooled_years.settle_pooled(known, years.filter(pl.col("period_end") <= closed), closed)
        if newest != known:
            all_shown.append(newest)
        known = newest
    assert all_shown == [dt.date(2024, 6, 30), dt.date(2027, 6, 30)]


@pytest.mark.parametrize("by_year", [[0, 6, 6, 7, 0, 6, 6, 6, 0]])
def test_sums_that_overlap_would_give_each_year_away(by_year):
    sums = [sum(by_year[n : n + 3]) for n in range(len(by_year) - 2)]
    assert min(sums) > 11
    found = []
    for first, second in itertools.product(range(sums[0] + 1), repeat=2):
        tried = [first, second, sums[0] - first - second]
        for n in sums[1:]:
            tried.append(n - tried[-1] - tried[-2])
        if min(tried) >= 0:
            found.append(tried)
    assert found == [by_year]


def test_what_is_not_known_of_a_year_is_not_known_of_the_sum():
    own = counted().own
    blank = (pl.col("scope") == "alder") & (pl.col("period_end") == ENDS[1])
    own = own.with_columns(numerator=pl.when(~blank).then("numerator"))
    found = pooled_years.add_years(own, ENDS[0])
    assert found.filter(pl.col("scope") == "alder")["numerator"].is_null().all()
    assert found.filter(pl.col("scope") == "birch")["numerator"].is_not_null().all()


def test_an_indicator_of_two_years_has_no_sum_of_three():
    own = counted(ends=ENDS[:2]).own
    assert pooled_years.add_years(own, ENDS[0]).is_empty()
    assert pooled_years.settle_pooled(None, own, ENDS[0]) is None
