"""Closed once: whatever changes after a quarter has closed, nothing that was published of it moves."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from metrics.counting.strata import ALL, AT_EACH, EXCLUSION
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from schemas.policy.result_columns import BY_AGE_AND_SEX, RESULT_KEY
from tests.support.closing_world import KINDS, ClosingWorld

pytestmark = pytest.mark.both_stores

QUARTER = dt.timedelta(days=92)
MIDDLE = dt.date(2024, 8, 20)
"""A day in the middle of the random rows: some quarters are past their close day, others are still to close."""


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClosingWorld]:
    made = ClosingWorld(tmp_path / "var", *request.param)
    made.on(MIDDLE)
    yield made
    made.close()


def unmoved(before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Every closed figure is in both releases, and the same.

    By two groupings at once only the newest year is shown. So what people of an age and sex let expect, which is made
    of such a table, may be told by one of the two alone; where both tell it, it is the same.
    """
    shown = pl.col("stratifier").str.contains("*", literal=True)
    newest = after.filter(shown)["period_end"].max()
    before = before.filter(~shown | (pl.col("period_end") == (newest or dt.date.max)))
    old = after.join(before, on=RESULT_KEY, how="semi").sort(RESULT_KEY)
    if old.height == before.height:
        one = old["expected_by"].is_null() | before["expected_by"].is_null()
        other = old["expected_by"].fill_null(BY_AGE_AND_SEX) == before["expected_by"].fill_null(BY_AGE_AND_SEX)
        old, before = (
            f.with_columns(pl.when(~(one & other)).then(pl.col("expected", "expected_by"))) for f in (old, before)
        )
    assert before.height and old.equals(before), _difference(before, old)


def _difference(before: pl.DataFrame, after: pl.DataFrame) -> str:
    """Which figures are not as they were: column, then and now."""
    both = before.join(after, on=RESULT_KEY, how="left", suffix="_after", nulls_equal=True)
    told = [
        both.filter(~pl.col(c).eq_missing(pl.col(f"{c}_after"))).select(
            *RESULT_KEY, column=pl.lit(c), then=pl.col(c).cast(pl.String), now=pl.col(f"{c}_after").cast(pl.String)
        )
        for c in before.columns if c not in RESULT_KEY
    ]  # fmt: skip
    return str(pl.concat(told).rows()[:20])


EACH = [(3, "readmission"), (4, "blood_pressure"), (5, "food")]
heavy = pytest.mark.heavy


@pytest.mark.parametrize("world", [EACH[0], *(pytest.param(w, marks=heavy) for w in EACH[1:])], indirect=True)
def test_changes_of_one_person_each_after_a_release_move_no_closed_figure(world: ClosingWorld):
    before = world.released()
    for kind in sorted(KINDS, key=lambda k: k == "leaving"):
        world.change(kind)
    unmoved(before, world.released())


@pytest.mark.heavy
@pytest.mark.parametrize("world", EACH, indirect=True)
def test_nor_does_any_of_them_by_itself(world: ClosingWorld):
    before = world.released()
    for kind in sorted(KINDS, key=lambda k: k == "leaving"):  # with a partner that left there is less to change
        world.change(kind)
        after = world.released()
        unmoved(before, after)
        before = after


@pytest.mark.heavy
@pytest.mark.parametrize("world", [(n, m) for n in range(20, 32) for m in ("readmission", "blood_pressure", "food")],
                         indirect=True)  # fmt: skip
def test_quarter_after_quarter_nothing_closed_moves_and_months_make_their_years(world: ClosingWorld):
    _follow(world, quarters=6)


@pytest.mark.parametrize("world", [pytest.param((8, "readmission"), marks=heavy), pytest.param((9, "blood_pressure"), marks=heavy)],
                         indirect=True)  # fmt: skip
def test_two_quarters_close_between_changes_and_months_make_their_years(world: ClosingWorld):
    _follow(world, quarters=2)


def _follow(world: ClosingWorld, quarters: int) -> None:
    before = world.released()
    for n in range(quarters):
        for kind in world.rng.sample([k for k in KINDS if k != "leaving" or n == quarters - 1], 3):
            world.change(kind)
        world.on(MIDDLE + (n + 1) * QUARTER)
        after = world.released()
        unmoved(before, after)
        months_make_their_years(after)
        groups_make_their_whole(after)
        before = after


def months_make_their_years(found: pl.DataFrame) -> None:
    """Of readmissions, where a stay lies in one month."""
    all_of = found.filter(pl.col("indicator").is_in(MONTHS_ADD_UP), pl.col("stratifier") == "all")
    key = ["indicator", "scope"]
    for year in all_of.filter(pl.col("period_kind") == "year").iter_rows(named=True):
        own = all_of.filter(pl.col("period_kind") != "year", *(pl.col(k) == year[k] for k in key))
        # A partner with few stays a month shows quarters, or neither.
        shorter = own.filter(pl.col("period_kind") == ("month" if (own["period_kind"] == "month").any() else "quarter"))
        inside = shorter.filter(pl.col("period_end").is_between(year["period_start"], year["period_end"]))
        if len(shorter) and shorter["period_start"].min() <= year["period_start"]:
            assert (year["denominator"], year["numerator"]) == (inside["denominator"].sum(), inside["numerator"].sum())


def groups_make_their_whole(found: pl.DataFrame) -> None:
    """The groups of a grouping add up to everyone: once at each partner, where "all" counts each person once."""
    at = ["indicator", "scope", "period_kind", "period_end"]
    whole = found.filter(pl.col("stratifier").is_in([ALL, AT_EACH]))
    whole = whole.sort(pl.col("stratifier") == ALL).unique(at, keep="first", maintain_order=True)
    parts = (
        found.filter(~pl.col("stratifier").is_in([ALL, AT_EACH, EXCLUSION]))
        .group_by(*at, "stratifier")
        .agg(pl.col("denominator", "numerator").sum())
    )
    both = parts.join(whole, on=at)
    assert both.filter(pl.col("denominator") != pl.col("denominator_right")).rows() == []
