"""A hospital that stops sending: its years then overlap with quarters of nobody, so that each tells one quarter more.

The attacker takes the years of a group apart into quarters, whatever tables hold them.
"""

import datetime as dt
import random

import polars as pl
import pytest

from metrics.disclosure.suppression import small
from tests.attack.attackers.attacker import INFORMED, NAIVE, attack
from tests.attack.attackers.attacker_dimensions import quarters_of_groups, windows
from tests.attack.test_attack import SMALLEST, published, released
from tests.support.made_up_demo import SCHEMA

QUARTERS, SENT = 9, 5
GROUPS = ("female", "male")


def stops(seed: int, hospitals: tuple[str, ...] = ("h",)) -> pl.DataFrame:
    """Stays of hospitals that send five quarters and then nothing: their months, and their years by sex."""
    chance = random.Random(seed)
    stays: dict[tuple[str, int, str], tuple[int, int]] = {}
    for hospital in hospitals:
        for month in range(3 * QUARTERS):
            for group in GROUPS:
                number = chance.choice((2, 4, 8, 14)) if month < 3 * SENT else 0
                stays[hospital, month, group] = number, sum(chance.random() < 0.25 for _ in range(number))

    def row(scope: str, first: int, after: int, *group: str) -> tuple:
        whose = hospitals if scope == "partnership" else (scope,)
        mine = [stays[w, m, g] for w in whose for m in range(first, after) for g in group or GROUPS]
        kind, by = ("month" if after == first + 1 else "year"), (("sex", *group) if group else ("all", "all"))
        days = day(first), day(after) - dt.timedelta(days=1)
        return "readmission_any_hospital", scope, kind, *days, *by, *map(sum, zip(*mine, strict=True)), False

    rows = []
    for scope in (*hospitals, *(["partnership"] if len(hospitals) > 1 else [])):
        rows += [row(scope, month, month + 1) for month in range(3 * QUARTERS)]
        for last in range(12, 3 * QUARTERS + 1, 3):
            rows += [row(scope, last - 12, last), *(row(scope, last - 12, last, group) for group in GROUPS)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def day(month: int) -> dt.date:
    return dt.date(2023 + month // 12, month % 12 + 1, 1)


@pytest.mark.parametrize("seed", [0, 6, 8])
def test_years_of_a_hospital_that_stopped_tell_no_quarter_of_a_group(seed):
    rows = stops(seed)
    by_hand = published(rows, small(rows, SMALLEST))
    assert attack([by_hand], [NAIVE], outside=(quarters_of_groups,)), "nothing was to be found"
    assert attack([released(rows)], outside=(windows, quarters_of_groups)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(20))
def test_nor_do_those_of_one_among_three(seed):
    rows = stops(seed, ("h", "i", "j"))
    assert attack([released(rows)], outside=(windows, quarters_of_groups)) == []


def test_the_attacker_bounds_a_group_of_a_quarter_by_its_months():
    """The second year lacks three stays of the first and has five others: its women are 20, less 3 to more 5."""
    name, months = "readmission_any_hospital", [1, 1, 1, 6, 5, 5, 5, 5, 5, 5, 5, 6, 2, 2, 1]
    rows = [
        (name, "h", "month", day(n), day(n + 1) - dt.timedelta(days=1), "all", "all", stays, stays, False)
        for n, stays in enumerate(months)
    ]
    for first, counts in ((0, {"all": 50, "female": 20, "male": 30}), (3, {"all": 52, "female": 21, "male": 31})):
        rows += [
            (name, "h", "year", day(first), day(first + 12) - dt.timedelta(days=1), "all" if g == "all" else "sex", g,
             stays, stays, False)
            for g, stays in counts.items()
        ]  # fmt: skip
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    release = published(table, pl.Series([False] * (len(rows) - 2) + [True, True]))
    assert attack([release], [INFORMED], outside=(windows,)) == []
    found = attack([release], [INFORMED], outside=(quarters_of_groups,))
    assert {(k.cell[6], k.low, k.high) for k in found if k.measure == "denominator"} == {
        ("female", 17, 25), ("male", 27, 35),
    }  # fmt: skip
