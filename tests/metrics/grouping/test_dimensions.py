"""The declared ladders: rungs lie within each other, and a name stands for the same people at each rung that has it."""

import pytest

from metrics.counting.strata import JOINED, NOT_REPORTED, OTHER, category_label
from metrics.grouping.dimensions import PAIR_FACTOR, PAIR_RUNGS, PLACE, RUNGS, coarser, of_now, rungs_of
from schemas.vocabularies.groupings import groups_of

OF_WORDS = [grouping for grouping in RUNGS if groups_of(grouping)]
LADDERS = {grouping: tuple(range(len(RUNGS[grouping]))) for grouping in OF_WORDS} | {
    pair: tuple(first * PAIR_FACTOR + second for first, second in rungs)
    for pair, rungs in PAIR_RUNGS.items()
    if PLACE not in pair.split(JOINED)
}
"""Each ladder, its rungs from fine to coarse. (Which county holds a place is no matter of names.)"""


def finest(grouping: str) -> list[str]:
    """All finest groups, of two groupings at once all pairs."""
    found = [""]
    for side in grouping.split(JOINED):
        found = [f"{one}{JOINED}{g}".strip(JOINED) for one in found for g in (*groups_of(side), NOT_REPORTED)]
    return found


def held(grouping: str, rung: int) -> dict[str, frozenset[str]]:
    """Group at a rung -> the finest groups that it is made of."""
    found: dict[str, set[str]] = {}
    for group in finest(grouping):
        found.setdefault(coarser(grouping, group, 0, rung), set()).add(group)
    return {name: frozenset(members) for name, members in found.items()}


@pytest.mark.parametrize("grouping", LADDERS)
def test_no_two_rungs_give_one_name_to_different_people(grouping):
    of_name: dict[str, set[frozenset[str]]] = {}
    for rung in LADDERS[grouping]:
        for name, members in held(grouping, rung).items():
            of_name.setdefault(name, set()).add(members)
    assert {name: many for name, many in of_name.items() if len(many) > 1} == {}


@pytest.mark.parametrize("grouping", LADDERS)
def test_a_group_is_made_of_whole_groups_of_the_rung_before(grouping):
    """Else what both rungs show puts together fewer people than either: public insurance held a part of "other"."""
    for finer, rung in zip(LADDERS[grouping], LADDERS[grouping][1:], strict=False):
        for name, members in held(grouping, finer).items():
            assert len({coarser(grouping, group, 0, rung) for group in members}) == 1, (finer, rung, name)
            assert coarser(grouping, name, finer, rung) == coarser(grouping, min(members), 0, rung), (finer, rung, name)


@pytest.mark.parametrize("grouping", OF_WORDS)
def test_different_groups_read_differently_and_none_is_a_bare_code(grouping):
    names = {name for rung in LADDERS[grouping] for name in held(grouping, rung)}
    assert len({category_label(grouping, name) for name in names}) == len(names)
    assert not [name for name in names if "_" in category_label(grouping, name)]


def test_groups_of_earlier_releases_have_their_present_names():
    """What a rung left over was once named alike at every rung, and two groups of payers were of other people."""
    race, language = (str(rungs_of(by)[2].rest) for by in ("race_ethnicity", "language"))
    assert of_now("race_ethnicity", 1, OTHER) == ("race_ethnicity", OTHER)
    assert of_now("race_ethnicity", 2, OTHER) == ("race_ethnicity", race)
    assert of_now("race_ethnicity*language", 22, f"white*{OTHER}") == ("race_ethnicity*language", f"white*{language}")
    assert of_now("county_fips", 1, OTHER) == ("county_fips", OTHER)
    assert [of_now("payer", 2, name)[0] for name in ("commercial", "public", OTHER)] == [
        "payer", "payer_before", "payer_before",
    ]  # fmt: skip
    for by in OF_WORDS:
        assert all(of_now(by, rung, name) == (by, name) for rung in LADDERS[by] for name in held(by, rung))
