"""Releases under attack (`tests.attack`): made-up partnerships, and their corrections."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.disclosure.suppression import hidden, policy, small
from tests.attack.attackers.attacker import INFORMED, NAIVE, Known, Release, attack
from tests.attack.attackers.attacker_sums import COUNTS
from tests.support.made_up_demo import SCHEMA, YEAR, Partnership, Shape, corrected, made_up

SMALLEST = 11
FAMILIES = (
    ("bp",),
    ("readmission",),
    ("food",),
    ("bp", "readmission"),
    ("food", "readmission"),
    ("referrals",),
    ("programs",),
)
SHAPES = st.builds(
    Shape, partners=st.integers(2, 5), races=st.integers(2, 5), languages=st.integers(1, 3), two_way=st.booleans(),
    families=st.sampled_from(FAMILIES), factor=st.sampled_from((0.3, 1.0, 3.0)), shares=st.booleans(),
    empty_rows=st.booleans(),
)  # fmt: skip
SEEDS = st.integers(0, 10**6)


def times(number: int) -> settings:
    """Always the same made-up partnerships."""
    return settings(
        max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )


def published(rows: pl.DataFrame, suppressed: pl.Series) -> Release:
    """What a reader gets of these rows."""
    marked = rows.with_columns(suppressed=suppressed)
    return Release(marked.with_columns(pl.when(~pl.col("suppressed")).then(pl.col(c)).alias(c) for c in COUNTS), rows)


def released(rows: pl.DataFrame, earlier: Release | None = None) -> Release:
    """The rows as the engine has them published."""
    known = earlier.exact.with_columns(
        first_release=pl.lit(1, pl.Int32), last_release=pl.lit(1, pl.Int32), shown=~earlier.published["suppressed"],
        policy=pl.lit(policy(SMALLEST)),
    ) if earlier else None  # fmt: skip
    return published(rows, hidden(rows, SMALLEST, known))


def table(text: str) -> pl.DataFrame:
    """Rows `indicator scope stratifier category denominator numerator`, then `totals` where a partner sent it so."""
    rows = [line.split() for line in text.strip().splitlines()]
    cells = [
        (name, scope, *YEAR, by, group, *(None if v == "-" else int(v) for v in (n, x)), bool(only))
        for name, scope, by, group, n, x, *only in rows
    ]
    return pl.DataFrame(cells, schema=SCHEMA, orient="row")


def of_first(made: Partnership) -> list[Known]:
    return attack([released(made.rows())], nested=True)


def beyond(first: Release, second: Release, smallest: int = SMALLEST, *, nested: bool = False) -> list[Known]:
    """What the second release tells, beyond what would be known though it showed nothing."""

    def tell(last: Release) -> list[Known]:
        return attack([first, last], smallest=smallest, nested=nested)

    found = tell(second)
    nothing = published(second.exact, pl.repeat(True, len(second.exact), eager=True))
    known = {(k.attacker, k.cell, k.measure, k.value) for k in (tell(nothing) if found else [])}
    return [k for k in found if (k.attacker, k.cell, k.measure, k.value) not in known]


def of_both(made: Partnership, seed: int) -> list[Known]:
    first = released(made.rows())
    return beyond(first, released(corrected(made, seed).rows(), first), nested=True)


@times(4)
@given(SHAPES, SEEDS)
def test_no_attacker_bounds_a_hidden_count_of_a_release(shape: Shape, seed: int):
    assert of_first(made_up(shape, seed)) == []


@times(4)
@given(SHAPES, SEEDS)
def test_no_attacker_bounds_one_by_a_correction_and_the_release_before_it(shape: Shape, seed: int):
    assert of_both(made_up(shape, seed), seed) == []


@pytest.mark.parametrize("seed", [2, 5])
def test_no_attacker_bounds_one_where_a_partner_sends_totals_and_withholds_groups(seed):
    shape = Shape(partners=3, races=4, languages=2, totals=True, withheld=2)
    assert of_first(made_up(shape, seed)) == []


@pytest.mark.heavy
@times(200)
@given(SHAPES, SEEDS)
def test_no_attacker_bounds_a_hidden_count_of_many_releases(shape: Shape, seed: int):
    assert of_first(made_up(shape, seed)) == []


@pytest.mark.heavy
@times(100)
@given(SHAPES, SEEDS)
def test_no_attacker_bounds_one_by_many_corrections(shape: Shape, seed: int):
    assert of_both(made_up(shape, seed), seed) == []


@pytest.mark.parametrize("family", [f for f in FAMILIES if len(f) == 1])
def test_without_complements_every_kind_of_attacker_succeeds(family):
    rows = made_up(Shape(partners=3, families=family, languages=2, two_way=True), 3).rows()
    found = {known.attacker for known in attack([published(rows, small(rows, SMALLEST))])}
    assert found == {"p0", "p1", "p2", INFORMED, NAIVE}


def one_relation(text: str) -> list[tuple]:
    """What is found when only small counts are hidden: attacker, scope, category, measure, low, high."""
    rows = table(text)
    found = attack([published(rows, small(rows, SMALLEST))], [INFORMED], nested=True)
    return sorted({(k.cell[0], k.cell[1], k.cell[6], k.measure, k.low, k.high) for k in found})


RELATIONS = {
    "groups": ("m p all all 100 65\nm p sex f 60 30\nm p sex m 40 35", ("m", "p", "m", "rest", 5, 5)),
    "partners": (
        "m partnership all all 100 65\nm a all all 60 30\nm b all all 40 35",
        ("m", "b", "all", "rest", 5, 5),
    ),
    "two-way": (
        "m p race a 100 65\nm p race*sex a*f 60 30\nm p race*sex a*m 40 35",
        ("m", "p", "a*m", "rest", 5, 5),
    ),
    "same stays": (
        "readmission_any_hospital p all all 40 20\nreadmission_same_hospital p all all 40 5",
        ("readmission_same_hospital", "p", "all", "denominator", 40, 40),
    ),
    "same referrals": (
        "referral_accepted p all all 40 20\nreferral_outcome_known p all all 40 5",
        ("referral_outcome_known", "p", "all", "denominator", 40, 40),
    ),
    "same enrollments": (
        "program_completed p all all 40 20\nprogram_redeemed p all all 40 5",
        ("program_redeemed", "p", "all", "denominator", 40, 40),
    ),
    "asked again": (
        "referral_rescreened p all all 100 40\nreferral_need_gone p all all 40 5",
        ("referral_need_gone", "p", "all", "denominator", 40, 40),
    ),
    "food chain": (
        "food_insecurity p all all 100 40\nconnected_to_help p all all 40 5",
        ("connected_to_help", "p", "all", "denominator", 40, 40),
    ),
    "screened": (
        "food_screening p all all 200 100\nfood_insecurity p all all 93 40\nfood_insecurity p exclusion incomplete 7 -",
        ("food_insecurity", "p", "incomplete", "denominator", 7, 7),
    ),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_the_attacker_knows_each_way_in_which_counts_add_up(name):
    rows, expected = RELATIONS[name]
    assert expected in one_relation(rows)


def test_the_attacker_adds_up_months():
    year = "readmission_any_hospital p all all {} {}"
    rows = pl.concat(
        [
            table(year.format(100, 65)),
            *(
                table(year.format(n, x)).with_columns(
                    period_kind=pl.lit("month"), period_start=pl.date(2025, m, 1), period_end=pl.date(2025, m, 28)
                )
                for m, (n, x) in enumerate([(60, 30), (40, 35)], 1)
            ),
        ]
    )
    found = attack([published(rows, small(rows, SMALLEST))], [NAIVE])
    assert {(k.cell[2], k.cell[4].month, k.measure, k.low, k.high) for k in found} >= {("month", 2, "rest", 5, 5)}


def test_the_attacker_remembers_what_the_release_before_showed():
    before, after = table("m p all all 30 15"), table("m p all all 30 15")
    both = [published(before, pl.Series([False])), published(after, pl.Series([True]))]
    assert attack(both) == []  # what was shown is no longer hidden
    groups = "m p all all 70 35\nm p sex f 40 20\nm p sex m 30 15"
    rows = table(groups)
    shown = [published(rows, pl.Series([True, True, False])), published(rows, pl.Series([False, True, True]))]
    assert {(k.cell[6], k.measure, k.low, k.high) for k in attack(shown)} >= {("f", "denominator", 40, 40)}


def test_the_informed_know_that_a_cell_hidden_for_others_is_not_small():
    rows = table("m p all all 36 18\nm p sex f 3 0\nm p sex m 13 13\nm p sex o 20 5")
    pick = published(rows, pl.Series([False, True, True, False]))
    assert {(k.cell[6], k.low, k.high) for k in attack([pick], [INFORMED]) if k.measure == "denominator"} >= {
        ("f", 1, 5)
    }
    assert not {k for k in attack([pick], [NAIVE]) if k.measure == "denominator" and k.low == 1}


NESTED = """
    readmission_any_hospital p all all 200 30
    readmission_any_hospital p sex f 100 12
    readmission_any_hospital p sex m 100 18
    readmission_same_hospital p all all 200 27
    readmission_same_hospital p sex f 100 10
    readmission_same_hospital p sex m 100 17
"""


def test_one_who_knows_whose_people_are_among_others_finds_more():
    rows = table(NESTED)
    release = published(rows, pl.Series([False] * 4 + [True] * 2))
    found = [
        {(k.cell[6], k.low, k.high) for k in attack([release], [NAIVE], nested=nested) if k.measure == "numerator"}
        for nested in (False, True)
    ]
    assert found == [set(), {("f", 9, 12), ("m", 15, 18)}]


def test_what_is_one_s_own_people_is_no_leak():
    rows = table("m partnership sex f 8 4\nm a sex f 8 4")
    everything = published(rows, pl.Series([True, True]))
    assert attack([everything], ["a"]) == []


def test_denominators_add_up_by_themselves():
    """Everyone has partner a's hidden denominator: 100 - 60."""
    assert attack([released(table("m partnership all all 100 50\nm a all all 40 35\nm b all all 60 16"))]) == []


def test_a_partner_that_was_alone_in_a_group_does_not_keep_others_from_joining():
    first = released(table("m partnership all all 8 4\nm a all all 8 4"))
    rows = table("m partnership all all 48 24\nm a all all 8 4\nm b all all 40 20")
    assert attack([first, published(rows, pl.Series([True, True, True]))]) == []
    assert attack([first, released(rows, first)]) == []


FEW_AND_A_TOTAL = """
    m partnership all all {} {}
    m p0 all all 78 65
    m p1 all all 24 18
    m p2 all all {} {}
    m p3 all all 42 33
"""


def test_a_partner_may_correct_its_file_beside_a_total_that_was_shown():
    first = released(table(FEW_AND_A_TOTAL.format(193, 157, 49, 41)))
    rows = table(FEW_AND_A_TOTAL.format(201, 165, 57, 49))
    assert first.published["suppressed"].to_list() == [False, False, True, True, True]
    assert attack([first, published(rows, first.published["suppressed"])]) == []
    assert attack([first, released(rows, first)]) == []


ALONE_BESIDE_TOTALS = """
    m p0 race b 3 1 totals
    m p1 race a 30 15
    m p1 race b 4 0
    m p2 race a 60 30
    m partnership race a 90 45
    m partnership race b 7 1
    m partnership race*language a*x 60 30
    m partnership race*language a*y 30 15
    m partnership race*language b*y 4 0
"""


def test_a_partner_alone_in_a_two_way_cell_beside_one_that_sends_totals_can_be_released():
    rows = table(ALONE_BESIDE_TOTALS)
    assert attack([published(rows, pl.Series([True] * len(rows)))]) == []
    assert attack([released(rows)]) == []


EMPTY_PROGRAM = """
    food_screening p0 race b - - totals
    food_screening p0 race c 4 4 totals
    food_insecurity p0 race c 4 1 totals
"""


def test_totals_with_a_blank_group_and_the_food_chain_can_be_released():
    assert attack([released(table(EMPTY_PROGRAM))]) == []
