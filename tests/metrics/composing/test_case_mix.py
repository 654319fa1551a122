"""How many a partner's people let expect: a table small enough to work out by hand, and a naive sum on random people."""

import datetime as dt
import random
from collections import Counter

import polars as pl
import pytest

from metrics.composing import case_mix
from metrics.composing.release_cells import Counted
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import AGE_SEX, ALL, MIX
from metrics.counting.tally import SUMS
from metrics.grouping.folding import fold
from metrics.grouping.ladder import Ladder
from metrics.grouping.places import Places
from schemas.policy.result_columns import RESULT_KEY

YEAR = {"period_kind": "year", "period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31)}
FAMILIES = {"bp_control": "control"}

# Two clinics: in each group of the partnership the same share is under control at both; they differ in whom they see.
TABLE = """
    clinic  group           people  met
    old     40-64*female    20      12
    old     40-64*male      20      10
    old     75+*female      100     30
    old     75+*male        60      12
    young   40-64*female    180     108
    young   40-64*male      80      40
    young   75+*female      100     30
    young   75+*male        40      8
"""


def read(text: str) -> list[tuple[str, str, int, int]]:
    lines = [line.split() for line in text.strip().splitlines()[1:]]
    return [(scope, group, int(n), int(x)) for scope, group, n, x in lines]


def counted(rows: list[tuple[str, str, int, int]], **more: object) -> Counted:
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for scope, group, n, x in rows:
        for who in (scope, PARTNERSHIP):
            for by, name in ((ALL, ALL), (AGE_SEX, group)):
                sums[who, by, name, "n"] += n
                sums[who, by, name, "x"] += x
    keys = sorted({key[:3] for key in sums})
    frame = pl.DataFrame(
        [(*key, sums[*key, "n"], sums[*key, "x"]) for key in keys],
        ["scope", "stratifier", "category", "denominator", "numerator"], orient="row",
    )  # fmt: skip
    blank = {c: pl.lit(more.get(c), pl.Int64) for c in SUMS if c not in ("denominator", "numerator")}
    own = frame.with_columns(indicator=pl.lit("bp_control"), **{k: pl.lit(v) for k, v in YEAR.items()}, **blank)
    return Counted(own.select(*RESULT_KEY, *SUMS), own.clear().select(*RESULT_KEY, *SUMS))


def mixed(counts: Counted, rung: int = 0) -> pl.DataFrame:
    return case_mix.mixes(counts, Ladder({("control", PARTNERSHIP, AGE_SEX): rung}), FAMILIES, 11)


def told(counts: Counted, hide: tuple[str, ...] = (), rung: int = 0) -> dict[str, float]:
    """Partner -> expected, where these groups of the partnership are hidden."""
    of_all = counts.own.filter(pl.col("stratifier") == AGE_SEX, pl.col("scope") == PARTNERSHIP).drop("stratifier")
    table = fold(of_all, AGE_SEX, rung, Places())
    table = table.with_columns(folded=pl.lit(False), suppressed=pl.col("category").is_in(hide))
    mixes = mixed(counts, rung).with_columns(suppressed=pl.lit(False))
    found = case_mix.expected(pl.concat([table, mixes], how="diagonal_relaxed"))
    return dict(found.select("scope", "by_mix").rows())


def test_each_age_and_sex_with_the_partnerships_rate():
    """old: 20 x 60 % + 20 x 50 % + 100 x 30 % + 60 x 20 % = 12 + 10 + 30 + 12; young: 108 + 40 + 30 + 8."""
    assert told(counted(read(TABLE))) == {"old": 64.0, "young": 186.0}


def test_what_differs_by_the_people_alone_is_as_expected_though_the_figures_lie_far_apart():
    rows = read(TABLE)
    for scope, expected in told(counted(rows)).items():
        assert sum(x for s, _, _, x in rows if s == scope) / expected == 1


def test_by_age_alone_it_would_be_another_number():
    by_age = 0.0
    for age in ("40-64", "75+"):
        mine = [(who, n, x) for who, group, n, x in read(TABLE) if group.startswith(age)]
        by_age += sum(n for who, n, _ in mine if who == "old") * sum(x for *_, x in mine) / sum(n for _, n, _ in mine)
    assert by_age != pytest.approx(64.0, abs=0.5)


def test_a_group_with_one_to_ten_people_is_told_with_the_next_coarser_one():
    rows = [*read(TABLE), ("old", "75+*unknown", 5, 3)]
    shown = dict(mixed(counted(rows)).filter(pl.col("scope") == "old").select("category", "denominator").rows())
    assert shown == {
        "40-64*female": 20,
        "40-64*male_or_not_stated": 20,
        "75+*female": 100,
        "75+*male_or_not_stated": 65,
    }


@pytest.mark.parametrize("few", [1, 10])
def test_where_no_group_of_any_rung_is_large_enough_nobody_is_told(few):
    assert mixed(counted([*read(TABLE), ("tiny", "75+*female", few, 1)])).filter(pl.col("scope") == "tiny").is_empty()


def test_groups_of_eleven_are_told_and_of_nobody_too():
    counts = counted([*read(TABLE), ("tiny", "75+*female", 11, 1)])
    assert mixed(counts).filter(pl.col("scope") == "tiny")["denominator"].to_list() == [11]


def test_people_are_told_without_what_became_of_them():
    found = mixed(counted(read(TABLE)))
    assert found["numerator"].null_count() == found.height == 8 and set(found["stratifier"]) == {MIX}


def test_a_hidden_rate_leaves_no_number():
    assert told(counted(read(TABLE)), hide=("75+*male",)) == {}


def test_a_partner_that_sent_probabilities_for_all_is_not_told_by_age_and_sex():
    assert mixed(counted(read(TABLE), expected_units=200)).filter(pl.col("scope") == "old").is_empty()


def test_a_year_that_was_closed_with_a_part_of_its_people_is_left_out():
    counts = counted(read(TABLE))
    lacking = (pl.col("stratifier") == AGE_SEX) & (pl.col("category") == "75+*male")
    assert mixed(Counted(counts.own.filter(~lacking), counts.totals)).is_empty()


def coarsened(age: str, sex: str, step: int) -> tuple[str, str]:
    """The groups in words: everyone as they are; women and others; below 65, 65-74, 75+; below and from 65."""
    young = {2: "below 65", 3: "below 65"}.get(step, age) if age in ("18-39", "40-64") else age
    old = "from 65" if step == 3 and age in ("65-74", "75+") else young
    return old, sex if step == 0 else str(sex == "female")


@pytest.mark.parametrize("seed", range(12))
def test_a_naive_sum_over_people_gives_the_same(seed):
    """One person at a time: each is expected to meet the figure as often as all of the same age and sex do."""
    chance = random.Random(seed)
    ages, sexes = ("18-39", "40-64", "65-74", "75+"), ("female", "male", "other")
    people = [
        (chance.choice("abcd"), chance.choice(ages), chance.choice(sexes), chance.random() < 0.4)
        for _ in range(chance.choice((200, 400, 2000)))
    ]
    sums = Counter((who, f"{age}*{sex}") for who, age, sex, _ in people)
    met = Counter((who, f"{age}*{sex}") for who, age, sex, yes in people if yes)
    found = told(counted([(who, group, n, met[who, group]) for (who, group), n in sums.items()]))
    for scope in "abcd":
        expected = None
        for step in range(4):
            mine = [coarsened(age, sex, step) for who, age, sex, _ in people if who == scope]
            if min(Counter(mine).values()) >= 11:
                alike = [(coarsened(age, sex, step), yes) for _, age, sex, yes in people]
                shares = {g: sum(y for h, y in alike if h == g) / sum(h == g for h, _ in alike) for g in set(mine)}
                expected = sum(shares[group] for group in mine)
                break
        assert found.get(scope) == (pytest.approx(expected, abs=0.0501) if expected is not None else None)
    assert found or len(people) < 2000
