"""Which rung a table gets, and who folds with whom."""

import datetime as dt

import polars as pl

from metrics.grouping import ladder
from metrics.grouping.ladder import MONTHS, Ladder
from metrics.grouping.places import Places

FAMILIES = {"readmission_any_hospital": "30-day readmissions"}
PARTNERS = ("alder", "birch", "cedar", "dogwood")


def settled(months: dict[str, tuple[int, int]], left_out: str = "") -> Ladder:
    """The ladder from months of stays: partner -> denominator and numerator of each. `left_out`: a partner all of
    whose stays are left out."""
    whole = tuple(sum(pair[n] for pair in months.values()) for n in (0, 1))
    rows: list[tuple[object, ...]] = [
        ("readmission_any_hospital", scope, "month", day, day, "all", "all", n, x)
        for scope, (n, x) in {**months, "partnership": whole}.items()
        for day in (dt.date(2025, m, 1) for m in range(1, 13))
    ]
    if left_out:
        day = dt.date(2025, 1, 1)
        rows.append(("readmission_any_hospital", left_out, "month", day, day, "exclusion", "under_18", 1, None))
    columns = ("indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category",
               "denominator", "numerator")  # fmt: skip
    more = [pl.lit(None, pl.Int64).alias(c) for c in ("total", "squares", "untold", "expected", "expected_units")]
    counts = pl.DataFrame(rows, columns, orient="row").with_columns(more)
    return ladder.settle(counts, FAMILIES, tuple(FAMILIES), Places(), 11)


def rungs(months: dict[str, tuple[int, int]], left_out: str = "") -> dict[str, int | None]:
    found = settled(months, left_out)
    return {partner: found.rung("30-day readmissions", partner, MONTHS) for partner in months}


def test_partners_of_many_stays_show_months_and_one_of_few_shows_quarters_with_the_next_smallest():
    few = {"alder": (900, 200), "birch": (800, 180), "cedar": (700, 160), "dogwood": (60, 6)}
    assert rungs(few) == {"alder": 0, "birch": 1, "cedar": 1, "dogwood": 1}


def test_one_without_anybody_has_no_small_cell_and_makes_nobody_fold():
    nobody = {"alder": (900, 200), "birch": (800, 180), "cedar": (700, 160), "dogwood": (0, 0)}
    assert rungs(nobody) == dict.fromkeys(nobody, 0)


def test_one_all_of_whose_stays_are_left_out_makes_nobody_fold_months():
    three = {"alder": (900, 200), "birch": (800, 180), "cedar": (700, 160)}
    assert rungs(three, left_out="dogwood") == dict.fromkeys(three, 0)


def with_one_small_month(before: Ladder | None, few: int) -> int | None:
    """The rung of a partner's months when one of 36 has `few` readmissions, after the ladder of a year before."""
    rows = [
        ("readmission_any_hospital", scope, "month", day, day, "all", "all", 900, few if n == 5 and scope != "birch" else 200)
        for scope in (*PARTNERS, "partnership")
        for n, day in enumerate(dt.date(2023 + m // 12, m % 12 + 1, 1) for m in range(36))
    ]  # fmt: skip
    columns = ("indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category",
               "denominator", "numerator")  # fmt: skip
    more = [pl.lit(None, pl.Int64).alias(c) for c in ("total", "squares", "untold", "expected", "expected_units")]
    counts = pl.DataFrame(rows, columns, orient="row").with_columns(more)
    found = ladder.settle(counts, FAMILIES, tuple(FAMILIES), Places(), 11, before=before)
    return found.rung("30-day readmissions", "alder", MONTHS)


def test_a_table_becomes_finer_than_a_year_before_only_where_it_then_has_no_small_cell():
    """Its totals are known already: that a group has no row would tell of the hidden ones beside it."""
    quarters = Ladder({("30-day readmissions", scope, MONTHS): 1 for scope in PARTNERS})
    assert with_one_small_month(None, 3) == 0, "by itself it would do"
    assert with_one_small_month(quarters, 3) == 1
    assert with_one_small_month(quarters, 50) == 0
    none = Ladder({("30-day readmissions", scope, "sex"): 0 for scope in PARTNERS})
    assert with_one_small_month(none, 3) == 1, "a table that was not shown is finer too"
    others = Ladder({("30-day readmissions", "someone_else", MONTHS): 1})
    assert with_one_small_month(others, 3) == 0, "who joined since has published nothing"
