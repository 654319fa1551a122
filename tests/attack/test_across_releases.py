"""What two releases tell together, where one has other groups or other periods than the other: small enough for the eye.

Whoever keeps the first adds up across both. Each case was found by its attacker before the engine related the two.
"""

import datetime as dt

import polars as pl
import pytest

from metrics.disclosure.suppression import small
from tests.attack.attackers.attacker import INFORMED, NAIVE, Known, Release, attack
from tests.attack.attackers.attacker_dimensions import places, remembered, rungs, windows
from tests.attack.test_attack import SMALLEST, published, released, table
from tests.support.whole_run.every_run import some_of

OUTSIDE = places({"10001": "17001", "10002": "17001", "20001": "17002"}), rungs, windows


def at(rung: int, text: str, part_of: str | None = None) -> pl.DataFrame:
    """A table of groups at a rung; its totals have none."""
    rows = table(text).with_columns(part_of=pl.lit(part_of, pl.String))
    return rows.with_columns(rung=pl.when(pl.col("stratifier") == "all").then(0).otherwise(rung).cast(pl.Int32))


def in_months(*periods: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """A partner's stays in periods of 2025: kind, first and last month, denominator, numerator."""
    return pl.concat(
        at(0, f"readmission_any_hospital p all all {n} {x}").with_columns(
            period_kind=pl.lit(kind), period_start=pl.date(2025, first, 1),
            period_end=pl.lit(dt.date(2025, last, 28)).dt.month_end(),
        )
        for kind, first, last, n, x in periods
    )  # fmt: skip


RACES = (
    at(0, """
        bp_control p all all 300 160
        bp_control p race_ethnicity white 160 75
        bp_control p race_ethnicity black 40 20
        bp_control p race_ethnicity pacific_islander 40 35
        bp_control p race_ethnicity middle_eastern_north_african 60 30"""),
    at(1, """
        bp_control p all all 300 160
        bp_control p race_ethnicity white 160 75
        bp_control p race_ethnicity black 40 20
        bp_control p race_ethnicity other_or_not_stated 100 65"""),
)  # fmt: skip
AGES_OF_RACES = (
    at(0, """
        bp_control partnership race_ethnicity*age_band white*18-39 60 30
        bp_control partnership race_ethnicity*age_band white*40-64 40 35
        bp_control partnership race_ethnicity*age_band white*65-74 50 25"""),
    at(2, """
        bp_control partnership race_ethnicity*age_band white*18-64_or_not_stated 100 65
        bp_control partnership race_ethnicity*age_band white*65-74 50 25"""),
)  # fmt: skip
ZIPS_IN_A_COUNTY = (
    at(0, """
        bp_control p zip 10001 60 30
        bp_control p zip 10002 40 35""", "17001"),
    at(1, "bp_control p county_fips 17001 100 65"),
)  # fmt: skip
QUARTER_OF_MONTHS = (
    in_months(("quarter", 1, 3, 130, 80)),
    in_months(("month", 1, 1, 60, 30), ("month", 2, 2, 40, 35), ("month", 3, 3, 30, 15)),
)
CASES = {
    "races become coarser": RACES,
    "races become finer": RACES[::-1],
    "two groupings at once become coarser": AGES_OF_RACES,
    "two groupings at once become finer": AGES_OF_RACES[::-1],
    "places become coarser": ZIPS_IN_A_COUNTY,
    "places become finer": ZIPS_IN_A_COUNTY[::-1],
    "quarters become months": QUARTER_OF_MONTHS,
    "months become quarters": QUARTER_OF_MONTHS[::-1],
}


def told(*releases: Release) -> list[Known]:
    return attack(list(releases), [INFORMED, NAIVE], outside=(remembered(), *OUTSIDE))


@pytest.mark.parametrize("name", some_of(CASES, 3))
def test_groups_and_periods_of_two_releases_tell_no_hidden_count(name):
    before, now = CASES[name]
    first = released(before)
    assert told(first) == [] and first.published["suppressed"].any() + small(now, SMALLEST).any()
    assert told(first, published(now, small(now, SMALLEST))), "nothing was to be found"
    assert told(first, released(now, first)) == []
