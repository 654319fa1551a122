"""The list of places as staff see and change it: line by line, with what another list leads to."""

import pytest

from data.ledger.store import transaction
from metrics.grouping.ladder import Ladder, keep_ladder
from metrics.grouping.places import Places, keep_places
from schemas.policy.viewer import BACKBONE
from tests.support.new_partnerships import new_store
from workflow.governing import listed_places

TOLD = """
name = "Test"
today = 2026-10-20
[places]
"01211" = "25901"
"""
HELD = Places({"01211": "25901", "01216": "25901"}, frozenset({"25901", "25903"}))


@pytest.fixture
def store(tmp_path):
    made = new_store(tmp_path / "var", TOLD)
    with transaction(made.cursor()) as cur:
        keep_places(cur, HELD)
    yield made
    made.close()


def settled_this_year(store):
    with transaction(store.cursor()) as cur:
        keep_ladder(cur, Ladder(), 2026)


def moved(store, **places):
    told = {code.lstrip("z"): county for code, county in places.items()}
    found = listed_places.move(store, store.partnership, store.partnership.model_copy(update={"places": told}))
    assert found
    return found


LINES = {
    "01211, 25901\n01216,25901": {"01211": "25901", "01216": "25901"},
    "01211\t25901\n01216;25901\n\n": {"01211": "25901", "01216": "25901"},
    "01211": {"01211": ""},
    "012, 25901": {"012": "25901"},
}
FAULTS = {
    "1211, 25901": "a ZIP code has five digits",  # the leading zero is gone: a spreadsheet's favorite
    "０１２１１, 25901": "a ZIP code has five digits",
    "01211-4321, 25901": "a ZIP code has five digits",
    "01211, 2590": "a county code has five digits",
    "01211, Berkshire": "a county code has five digits",
    "01211, 25901, 25903": "write one ZIP code",
    ", 25901": "a ZIP code has five digits",
}


@pytest.mark.parametrize(("text", "found"), LINES.items())
def test_lines_as_people_write_and_copy_them(text, found):
    assert listed_places.read_lines(text) == (found, {})


@pytest.mark.parametrize(("text", "why"), FAULTS.items())
def test_a_mistake_is_told_with_its_line(text, why):
    found, faults = listed_places.read_lines(f"01230, 25901\n\n{text}")
    assert found == {"01230": "25901"} and list(faults) == [3] and why in faults[3]


def test_a_zip_code_that_is_there_twice_is_told_and_a_list_has_an_end():
    assert listed_places.read_lines("01211, 25901\n01211, 25903")[1] == {2: "the ZIP code 01211 is there already"}
    found, faults = listed_places.read_lines("\n".join(f"{n:05}" for n in range(1_200)))
    assert len(found) == 1_000 and list(faults) == [1_001]


def test_a_list_is_written_as_it_is_read():
    zips = {"01211": "25901", "01216": ""}
    assert listed_places.read_lines(listed_places.lines(zips)) == (zips, {})


def test_the_list_that_holds_and_that_of_the_settings_are_told_apart(store):
    found = listed_places.read(store, BACKBONE)
    assert (found.held, found.declared) == (HELD.counties, {"01211": "25901"})
    assert found.counties == {"25903"}, "a county with a listed ZIP code does not stand for itself"
    assert found.from_year is None


def test_another_list_holds_from_the_next_year_on_once_this_years_is_settled(store):
    assert moved(store, z01211="25901", z01230="").from_year is None
    settled_this_year(store)
    assert moved(store, z01211="25901", z01230="").from_year == 2027


def test_what_another_list_moves_is_counted_from_the_one_that_holds(store):
    """Trap: the settings list 01211 alone, and releases show 01216 too: without it on the new list, it goes."""
    move = moved(store, z01211="25903", z01230="25903")
    assert (move.come, move.go, move.other_county) == (("01230",), ("01216",), ("01211",))


def test_the_list_that_holds_put_into_the_settings_takes_counties_off_it(store):
    move = moved(store, z01211="25901", z01216="25901")
    assert not move.come and not move.go and move.counties == ("25903",)


def test_a_list_that_is_taken_out_of_the_settings_moves_nobody(store):
    move = listed_places.move(store, store.partnership, store.partnership.model_copy(update={"places": {}}))
    assert move and move.stays and not move.go and not move.counties
    assert listed_places.move(store, store.partnership, store.partnership) is None


@pytest.mark.parametrize("kept", [True, False])
def test_what_would_qualify_is_offered_unless_a_list_has_it(store, kept):
    with transaction(store.cursor()) as cur:
        cur.execute("CREATE OR REPLACE VIEW in_force.patients AS SELECT p AS partner_id, '01211' AS zip, '25901' AS county_fips FROM range(11), (VALUES ('a'), ('b')) v(p) UNION ALL SELECT p, '01234', '25903' FROM range(11), (VALUES ('a'), ('b')) v(p) UNION ALL SELECT 'a', '01299', '25903' FROM range(500)")  # fmt: skip
        if not kept:
            keep_places(cur, Places())
    assert listed_places.read(store, BACKBONE).qualify == {"01234": "25903"}
