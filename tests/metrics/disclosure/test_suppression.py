"""Which cells are hidden: spec tables, and a reader who subtracts."""

import datetime as dt
import random

import polars as pl
import pytest

from metrics.disclosure.suppression import hidden
from schemas.policy.result_columns import RESULT_KEY

START, END = dt.date(2025, 1, 1), dt.date(2025, 12, 31)


def cells(table: str) -> pl.DataFrame:
    """Rows `scope stratifier category denominator numerator`; '-' is null."""
    rows = [line.split() for line in table.strip().splitlines()]
    return pl.DataFrame(
        [
            ("m", scope, "year", START, END, by, group, *(None if v == "-" else int(v) for v in counts))
            for scope, by, group, *counts in rows
        ],
        schema={
            "indicator": pl.String, "scope": pl.String, "period_kind": pl.String, "period_start": pl.Date,
            "period_end": pl.Date, "stratifier": pl.String, "category": pl.String, "denominator": pl.Int64,
            "numerator": pl.Int64,
        },
        orient="row",
    )  # fmt: skip


def shown(table: str) -> list[str]:
    """Which rows of the table stay visible, as 'scope/category'."""
    frame = cells(table).with_columns(hidden=hidden(cells(table), 11))
    return [f"{r['scope']}/{r['category']}" for r in frame.iter_rows(named=True) if not r["hidden"]]


@pytest.mark.parametrize(
    "denominator,numerator,is_hidden",
    [
        (100, 50, False), (100, 11, False), (100, 10, True), (100, 1, True), (100, 0, False),
        (100, 89, False), (100, 90, True), (100, 99, True), (100, 100, False),
        (10, 0, True), (11, 0, False), (11, 11, False), (12, 11, True), (0, 0, False),
    ],
)  # fmt: skip
def test_numerator_denominator_and_difference_from_1_to_10_are_hidden(denominator, numerator, is_hidden):
    found = hidden(cells(f"partnership all all {denominator} {numerator}"), 11)
    assert found.to_list() == [is_hidden]


def test_the_only_hidden_group_takes_the_next_smallest_with_it():
    assert shown("""
        partnership all all    300 150
        partnership sex female 180 90
        partnership sex male   115 57
        partnership sex other  5   3
    """) == ["partnership/all", "partnership/female"]


TWO_WAY = """
    partnership all all         600 300
    partnership race a          300 150
    partnership race b          300 150
    partnership language x      400 200
    partnership language y      200 100
    partnership race*language a*x {}
    partnership race*language a*y {}
    partnership race*language b*x {}
    partnership race*language b*y {}
"""


def test_the_only_hidden_cell_of_a_two_way_table_takes_one_of_its_row_and_one_of_its_column_with_it():
    cells = TWO_WAY.format("295 147", "5 3", "105 53", "195 97")
    assert shown(cells) == [f"partnership/{g}" for g in ("all", "a", "b", "x", "y")]


def test_a_two_way_table_without_small_cells_is_shown_whole():
    assert len(shown(TWO_WAY.format("220 110", "80 40", "180 90", "120 60"))) == 9


def test_a_hidden_group_does_not_come_back_as_the_sum_of_its_cells():
    found = shown("""
        partnership all all           632 316
        partnership race a            300 150
        partnership race b            300 150
        partnership race c            16  8
        partnership race d            16  8
        partnership race*language c*x 16  8
        partnership race*language c*y 0   0
    """)
    assert "partnership/c" not in found and "partnership/c*x" not in found


def test_two_hidden_groups_need_no_third():
    assert shown("""
        partnership all all     300 157
        partnership sex female  283 140
        partnership sex other   9   9
        partnership sex unknown 8   8
    """) == ["partnership/all", "partnership/female"]


def test_two_hidden_groups_that_are_ten_together_take_a_third_since_neither_could_be_eleven():
    assert shown("""
        partnership all all     300 150
        partnership sex female  285 140
        partnership sex other   8   5
        partnership sex unknown 7   5
    """) == ["partnership/all"]


def test_a_hidden_partner_takes_two_others_with_it_since_each_knows_its_own():
    assert shown("""
        partnership all all 308 154
        a           all all 200 100
        b           all all 100 50
        c           all all 8   4
    """) == ["partnership/all"]


def test_a_partner_alone_behind_a_hidden_figure_hides_the_partnerships():
    assert (
        shown("""
        partnership sex female 8 4
        a           sex female 8 4
    """)
        == []
    )


def test_unknown_counts_are_not_called_hidden():
    assert shown("a all all - -") == ["a/all"]


def test_subtracting_what_is_shown_never_gives_a_single_hidden_group():
    chance = random.Random(3)
    for _ in range(20):
        groups = [(chance.choice([3, 8, 20, 50, 200]), chance.random()) for _ in range(chance.randrange(2, 7))]
        rows = [(n, round(n * share)) for n, share in groups]
        table = "\n".join(f"partnership race g{i} {n} {x}" for i, (n, x) in enumerate(rows))
        table += f"\npartnership all all {sum(n for n, _ in rows)} {sum(x for _, x in rows)}"
        frame = cells(table).with_columns(hidden=hidden(cells(table), 11))
        groups_hidden = frame.filter((pl.col("stratifier") == "race") & pl.col("hidden"))
        total_shown = not frame.filter(pl.col("stratifier") == "all")["hidden"].item()
        takeable = frame.filter((pl.col("stratifier") == "race") & (pl.col("denominator") > 0)).height > 1
        assert not (total_shown and takeable and groups_hidden.height == 1), table


def test_a_partner_that_takes_its_own_off_a_table_of_two_groupings_learns_of_no_few_people():
    """Nobody shows a partner's own cells of such a table, but the partner knows them: what is left is the others'."""
    pair, period = "race_ethnicity*language", ("year", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    counts = {
        "white*english": {"alder": (60, 30), "birch": (5, 3)},
        "black*english": {"alder": (60, 30), "birch": (70, 40)},
    }
    rows = []
    for category, parts in counts.items():
        whole = tuple(map(sum, zip(*parts.values(), strict=True)))
        own = [("partnership", whole, False), *((scope, part, True) for scope, part in parts.items())]
        rows += [("bp_control", scope, *period, pair, category, *cell, folded) for scope, cell, folded in own]
    cells = pl.DataFrame(rows, schema=[*RESULT_KEY, "denominator", "numerator", "folded"], orient="row")
    shown = pl.col("scope") == "partnership"
    found = cells.with_columns(hidden=hidden(cells, 11)).filter(shown)
    assert found.filter("hidden")["category"].to_list() == ["white*english"]
    alone = cells.filter(shown)
    assert not hidden(alone, 11).any(), "and without them nothing would tell"
