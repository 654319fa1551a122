"""The disclosure memory says of each release what was public before it, also when it is asked later."""

import duckdb
import polars as pl
import pytest

from data.ledger.opening import migrate
from metrics.disclosure.earlier_releases import read_earlier, remember
from metrics.disclosure.suppression import leaks, policy
from schemas.policy.result_columns import RESULT_KEY
from tests.attack.test_attack import SMALLEST, table

GROUPS = table("m p all all 100 65\nm p sex female 60 30\nm p sex male 40 35")
NOTHING, THE_WHOLE, ONE_GROUP = [True, True, True], [False, True, True], [False, False, True]
"""Which rows of GROUPS are hidden. With the last the other group follows: 65 - 30 = 35, and 5 are left."""


@pytest.fixture
def store():
    with duckdb.connect() as con:
        migrate.bring_up(con)
        yield con


def keep(con: duckdb.DuckDBPyConnection, release: int, hidden: list[bool], smallest: int = SMALLEST) -> None:
    """Record a release of GROUPS."""
    rows = GROUPS.drop("counts_only").with_columns(  # noqa: F841 DuckDB finds it by its name below
        release=pl.lit(release, pl.Int32), suppressed=pl.Series(hidden), rung=pl.lit(0, pl.Int32),
        counts_only_partners=pl.lit(0, pl.Int32), closed=pl.lit(True), folded=pl.lit(False),
    )  # fmt: skip
    con.execute("INSERT INTO released BY NAME SELECT * FROM rows")
    remember(con, release, policy(smallest))


def shown_before(con: duckdb.DuckDBPyConnection, release: int) -> list[str]:
    found = read_earlier(con, release, policy(SMALLEST))
    return sorted(found.filter("shown")["category"])


def check(con: duckdb.DuckDBPyConnection, release: int, hidden: list[bool]) -> list[str]:
    """What is wrong with a release, as `concord check` asks once it is out."""
    cells = GROUPS.with_columns(suppressed=pl.Series(hidden))
    return [str(leak) for leak in leaks(cells, SMALLEST, read_earlier(con, release, policy(SMALLEST)))]


def test_what_a_release_shows_itself_was_not_known_before_it(store):
    keep(store, 1, THE_WHOLE)
    keep(store, 2, ONE_GROUP)
    assert [shown_before(store, n) for n in (1, 2, 3)] == [[], ["all"], ["all", "female"]]


def test_a_leak_of_the_newest_release_is_found_after_it_was_remembered(store):
    keep(store, 1, THE_WHOLE)
    assert check(store, 1, THE_WHOLE) == []
    keep(store, 2, ONE_GROUP)
    found = check(store, 2, ONE_GROUP)
    assert any("male" in words and "difference" in words for words in found)


def test_a_leak_is_no_fault_of_the_release_after_it(store):
    for release, hidden in enumerate((THE_WHOLE, ONE_GROUP, ONE_GROUP), 1):
        keep(store, release, hidden)
    assert check(store, 2, ONE_GROUP) and check(store, 3, ONE_GROUP) == []


def test_what_was_shown_once_stays_so_though_a_later_release_hides_it(store):
    for release, hidden in enumerate((ONE_GROUP, NOTHING, NOTHING), 1):
        keep(store, release, hidden)
    assert [shown_before(store, n) for n in (2, 4)] == [["all", "female"]] * 2


def test_other_rules_settle_anew_and_forget_nothing_but_another_smallest_cell_begins_anew(store):
    keep(store, 1, THE_WHOLE)
    store.execute("UPDATE earlier SET policy = ?", [f"{SMALLEST}, rules 0"])
    before = read_earlier(store, 2, policy(SMALLEST))
    assert before["settled"].to_list() == [False] * 3 and shown_before(store, 2) == ["all"]
    keep(store, 2, NOTHING)
    assert read_earlier(store, 3, policy(SMALLEST))["settled"].all() and shown_before(store, 3) == ["all"]
    keep(store, 3, NOTHING, SMALLEST + 1)
    assert shown_before(store, 4) == []


def test_the_memory_of_an_older_store_is_taken_over():
    """It held whether any release had shown a cell; the figures of the last two say which."""
    with duckdb.connect() as con:
        migrate.bring_up(con, 10)
        two = pl.concat(
            GROUPS.with_columns(release=pl.lit(n, pl.Int32), suppressed=pl.Series(hidden), rung=pl.lit(0, pl.Int32))
            for n, hidden in ((1, THE_WHOLE), (2, ONE_GROUP))
        ).drop("counts_only")
        finer = two.tail(1).with_columns(rung=pl.lit(1, pl.Int32), folded=pl.lit(True), counts_only_partners=0)
        con.execute("INSERT INTO released BY NAME SELECT * FROM two")
        con.execute("INSERT INTO released BY NAME SELECT * FROM finer")
        known = GROUPS.with_columns(  # noqa: F841 DuckDB finds it by its name below
            first_release=1, last_release=2, shown=pl.Series([True, True, False]), policy=pl.lit(policy(SMALLEST)),
            rung=pl.lit(0, pl.Int32),
        )  # fmt: skip
        con.execute("INSERT INTO earlier BY NAME SELECT * FROM known")
        migrate.bring_up(con)
        assert [shown_before(con, n) for n in (2, 3)] == [["all"], ["all", "female"]]
        kept = con.execute("SELECT category, folded, first_shown, first_release FROM earlier WHERE folded").fetchall()
        assert kept == [(finer["category"][0], True, None, 2)]
        assert set(RESULT_KEY) <= set(read_earlier(con, 3, policy(SMALLEST)).columns)


def test_what_a_rung_left_over_is_remembered_by_its_present_name(store):
    """All rungs once had one name for it: under the old one it would be no group of the same table in the next release."""
    keep(store, 1, THE_WHOLE)
    store.execute("UPDATE earlier SET stratifier = 'race_ethnicity', rung = 2, category = 'other_or_not_stated'")
    assert read_earlier(store, 2, policy(SMALLEST))["category"].unique().to_list() == ["other_than_white_or_not_stated"]
