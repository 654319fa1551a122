"""Which places are on the list, and what it takes to move one."""

from collections.abc import Iterator, Mapping

import duckdb
import pytest

from metrics.counting.strata import OTHER
from metrics.grouping.places import Places, keep_places, large_places, read_places, settle_places

COUNTY = {"10001": "36061", "10002": "36061", "20001": "11001"}


@pytest.fixture
def cur() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("""CREATE SCHEMA in_force; CREATE TABLE in_force.patients (partner_id TEXT, zip TEXT, county_fips TEXT);
                        CREATE TABLE place_list (zip TEXT, county_fips TEXT)""")
        yield made


def people(cur: duckdb.DuckDBPyConnection, many: Mapping[tuple[str, str], int]) -> None:
    """Partner and ZIP -> how many live there now."""
    cur.execute("DELETE FROM in_force.patients")
    for (partner, place), n in many.items():
        cur.execute("INSERT INTO in_force.patients SELECT ?, ?, ? FROM range(?)", [partner, place, COUNTY[place], n])


def settled(cur: duckdb.DuckDBPyConnection, declared: Mapping[str, str] | None = None) -> Places:
    found = settle_places(cur, declared or {}, 11)
    keep_places(cur, found)
    return found


TWO = {("clinic", "10001"): 11, ("hospital", "10001"): 11}


def test_a_place_of_one_partner_alone_or_of_few_people_is_not_on_the_list(cur):
    people(cur, {**TWO, ("clinic", "10002"): 500, ("clinic", "20001"): 500, ("hospital", "20001"): 10})
    assert dict(settled(cur).counties) == {"10001": "36061"}


def test_a_place_whose_people_have_gone_stays_or_elsewhere_would_move_in_closed_years(cur):
    people(cur, TWO)
    first = settled(cur)
    people(cur, {("clinic", "10001"): 1})
    assert settled(cur) == first == read_places(cur)


def test_a_place_that_has_grown_stays_elsewhere_until_the_settings_list_it(cur):
    people(cur, TWO)
    first = settled(cur)
    people(cur, {**TWO, ("clinic", "20001"): 50, ("hospital", "20001"): 50})
    assert settled(cur) == first and first.of("20001/11001") == (OTHER, OTHER)
    assert dict(large_places(cur, 11).counties) == {"10001": "36061", "20001": "11001"}
    assert settled(cur, {"20001": "11001"}).of("20001/11001") == ("20001", "11001")


def test_an_empty_list_is_settled_anew(cur):
    people(cur, {("clinic", "10001"): 50})
    assert settled(cur) == Places()
    people(cur, TWO)
    assert dict(settled(cur).counties) == {"10001": "36061"}


def test_a_list_that_the_settings_gave_up_stays(cur):
    people(cur, TWO)
    declared = settled(cur, {"20001": "11001"})
    assert settled(cur) == declared
