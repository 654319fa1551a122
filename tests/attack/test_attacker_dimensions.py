"""What follows from how places, groups and periods lie within each other, small enough to be seen by eye."""

import datetime as dt

import polars as pl
import pytest

from metrics.disclosure.suppression import small
from tests.attack.attackers.attacker import INFORMED, Known, attack
from tests.attack.attackers.attacker_dimensions import places, remembered, rungs, windows
from tests.attack.test_attack import SMALLEST, published, table

READMISSION = "readmission_any_hospital"
COUNTIES = places({"10001": "17001", "10002": "17001", "20001": "17002"})


def found(rows: pl.DataFrame, *outside) -> set[tuple]:
    """What the informed find when only small counts are hidden: scope, group, count, bounds."""
    known: list[Known] = attack([published(rows, small(rows, SMALLEST))], [INFORMED], outside=outside)
    return {(k.cell[1], k.cell[6], k.measure, k.low, k.high) for k in known}


IN_A_COUNTY = """
    m p county_fips 17001 100 65
    m p zip 10001 60 30
    m p zip 10002 40 35
    m p zip 20001 50 25
"""
BY_RACE = """
    m p race*county_fips a*17001 100 65
    m p race*zip a*10001 60 30
    m p race*zip a*10002 40 35
"""
AGES = """
    m partnership age_band 18-64 100 65
    m partnership age_band 65+ 90 45
    m a age_band 18-39 60 30
    m a age_band 40-64 40 35
    m a age_band 65-74 50 25
    m a age_band 75+ 40 20
"""
RACES = """
    m partnership race a 80 40
    m partnership race rest 100 65
    m a race a 80 40
    m a race b 60 30
    m b race c 40 35
"""


@pytest.mark.parametrize(
    ("rows", "known", "expected"),
    [
        (IN_A_COUNTY, COUNTIES, ("p", "10002", "rest", 5, 5)),
        (BY_RACE, COUNTIES, ("p", "a*10002", "rest", 5, 5)),
        (AGES, rungs, ("a", "40-64", "rest", 5, 5)),
        (RACES, rungs, ("b", "c", "rest", 5, 5)),
    ],
    ids=["ZIP in county", "ZIP in county by race", "ages", "races put together"],
)
def test_groups_lie_within_others(rows, known, expected):
    assert expected not in found(table(rows))
    assert expected in found(table(rows), known)


def test_a_coarser_group_of_the_release_before_holds_the_finer_ones_of_now():
    before = table("m p race a 80 40\nm p race rest 100 65")
    now = table("m p race a 80 40\nm p race b 60 30\nm p race c 40 35")
    releases = [published(rows, small(rows, SMALLEST)) for rows in (before, now)]
    told = {(k.cell[6], k.measure, k.low, k.high) for k in attack(releases, [INFORMED])}
    assert ("c", "rest", 5, 5) not in told
    told = {(k.cell[6], k.measure, k.low, k.high) for k in attack(releases, [INFORMED], outside=(remembered(),))}
    assert ("c", "rest", 5, 5) in told


def test_so_does_a_table_of_two_groupings():
    before = table("m p race*age_band a*18-64 100 65\nm p race*age_band a*65+ 50 25")
    now = table("m p race*age_band a*18-39 60 30\nm p race*age_band a*40-64 40 35\nm p race*age_band a*65+ 50 25")
    releases = [published(rows, small(rows, SMALLEST)) for rows in (before, now)]
    assert not [
        k for k in attack(releases, [INFORMED]) if k.cell[6] == "a*40-64" and k.measure == "rest" and k.low == 5
    ]
    told = {(k.cell[6], k.measure, k.low, k.high) for k in attack(releases, [INFORMED], outside=(remembered(),))}
    assert ("a*40-64", "rest", 5, 5) in told


def of_periods(*periods: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """Readmissions of a group in periods of 2025: kind, first month, last month, denominator, numerator."""
    row = f"{READMISSION} p sex f {{}} {{}}"
    return pl.concat(
        table(row.format(n, x)).with_columns(
            period_kind=pl.lit(kind), period_start=pl.date(2025, first, 1),
            period_end=pl.lit(dt.date(2025, last, 28)).dt.month_end(),
        )
        for kind, first, last, n, x in periods
    )  # fmt: skip


def test_overlapping_windows_tell_what_they_do_not_share():
    rows = of_periods(("half", 1, 6, 200, 65), ("five", 1, 5, 160, 30), ("month", 6, 6, 40, 35))
    june = ("p", "f", "rest", 5, 5)
    assert june not in found(rows)
    assert june in found(rows, windows)


def test_windows_are_held_together_by_a_quarter_that_no_table_holds():
    """Nobody is in the rest from January to June, so not from April to June: all of April to September is later."""
    rows = of_periods(("half", 1, 6, 20, 20), ("half", 4, 9, 40, 28), ("quarter", 7, 9, 30, 18))
    release = published(rows, pl.Series([False, True, False]))
    assert attack([release], [INFORMED]) == []
    known = attack([release], [INFORMED], outside=(windows,))
    assert ("rest", 12, 12) in {(k.measure, k.low, k.high) for k in known}
