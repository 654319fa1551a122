"""Real input: food security in the US National Health and Nutrition Examination Survey, 2017 to March 2020."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from schemas.policy.viewer import Viewer
from tests.support.partnerships import Key, Row, TestPartnership, fresh
from tests.support.real_input import Table, read, shared
from workflow import reading, releasing

DAY = dt.date(2020, 3, 16)
RESULT = {"1.0": "full", "2.0": "marginal", "3.0": "low", "4.0": "very_low"}
RACE = {
    "Mexican American": "Hispanic or Latino",
    "Other Hispanic": "Hispanic or Latino",
    "Non-Hispanic White": "White",
    "Non-Hispanic Black": "Black or African American",
    "Non-Hispanic Asian": "Asian",
    "Other Race incl. Multi-Racial": "Some other race",
}
OURS = {
    "Hispanic or Latino": "hispanic",
    "White": "white",
    "Black or African American": "black",
    "Asian": "asian",
    "Some other race": "other",
}
YEAR = (dt.date(2019, 4, 1), dt.date(2020, 3, 31))


@dataclass
class Nhanes:
    """The survey's people, and the partnership after their files were accepted and released."""

    people: Table
    partnership: TestPartnership
    counts: dict[Key, tuple[int, int]]

    @property
    def answered(self) -> Table:
        return [p for p in self.people if p["hh_food_security"]]

    def figure(self, owner: str = "partnership", stratum: str = "all", category: str = "all") -> tuple[int, int]:
        """(denominator, numerator) of food insecurity in the year."""
        return self.counts["food_insecurity", owner, "year", *YEAR, stratum, category]


def patient(person: dict[str, str]) -> Row:
    return {
        "patient_id": person["seqn"],
        "birth_year": DAY.year - int(person["age"]),
        "sex": person["sex"],
        "race": RACE[person["race_ethnicity"]],
    }


def screen(person: dict[str, str]) -> Row:
    return {
        "patient_id": person["seqn"],
        "screened_on": DAY,
        "instrument": "USDA 18-item household module",
        "result": RESULT[person["hh_food_security"]],
        "unit": "household",
    }


def naive(people: Table) -> tuple[int, int]:
    """(people with a result, of them food insecure)."""
    results = [float(p["hh_food_security"]) for p in people if p["hh_food_security"]]
    return len(results), sum(result >= 3 for result in results)


@pytest.fixture(scope="module")
def nhanes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nhanes]:
    people = read(shared("real") / "nhanes" / "nhanes_2017_2020_food_security.csv")
    partnership = fresh(tmp_path_factory.mktemp("nhanes") / "var")
    partnership.load(
        [
            ("alder", "patients", [patient(p) for p in people], None),
            ("alder", "food_security", [screen(p) for p in people if p["hh_food_security"]], None),
        ]
    )
    releasing.publish(partnership.store)
    yield Nhanes(people, partnership, partnership.counts())
    partnership.close()


def test_the_sources_own_figures(nhanes: Nhanes) -> None:
    assert len(nhanes.people) == 15_560
    assert Counter(p["hh_food_security"] for p in nhanes.people) == {
        "1.0": 8_668, "2.0": 2_197, "3.0": 2_289, "4.0": 1_322, "": 1_084,
    }  # fmt: skip


def test_every_row_is_in_force(nhanes: Nhanes) -> None:
    cur = nhanes.partnership.store.cursor()
    stored = cur.execute("SELECT result, count(*) FROM in_force.food_security GROUP BY ALL").fetchall()
    assert dict(stored) == {"full": 8_668, "marginal": 2_197, "low": 2_289, "very_low": 1_322}
    assert cur.execute("SELECT count(*) FROM in_force.patients").fetchall() == [(15_560,)]


@pytest.mark.parametrize("owner", ["partnership", "alder"])
def test_food_insecurity_is_the_surveys(nhanes: Nhanes, owner: str) -> None:
    screened, insecure = nhanes.figure(owner)
    assert (screened, insecure) == (14_476, 2_289 + 1_322)
    assert round(100 * insecure / screened, 1) == 24.9


@pytest.mark.parametrize("race", sorted(set(RACE.values())))
def test_by_race_it_is_the_surveys(nhanes: Nhanes, race: str) -> None:
    assert nhanes.figure(stratum="race_ethnicity", category=OURS[race]) == naive(
        [p for p in nhanes.people if RACE[p["race_ethnicity"]] == race]
    )


@pytest.mark.parametrize("sex", ["Female", "Male"])
def test_by_sex_it_is_the_surveys(nhanes: Nhanes, sex: str) -> None:
    assert nhanes.figure(stratum="sex", category=sex.lower()) == naive([p for p in nhanes.people if p["sex"] == sex])


def test_the_groups_add_up_to_everyone(nhanes: Nhanes) -> None:
    groups = [nhanes.figure(stratum="race_ethnicity", category=word) for word in OURS.values()]
    assert tuple(map(sum, zip(*groups, strict=True))) == nhanes.figure()


def test_people_without_a_result_are_not_screened(nhanes: Nhanes) -> None:
    everyone, screened = nhanes.counts["food_screening", "partnership", "year", *YEAR, "all", "all"]
    assert everyone >= screened == 14_476


def test_the_dashboard_shows_24_9_percent(nhanes: Nhanes) -> None:
    shown = reading.read_results(
        nhanes.partnership.store,
        Viewer(),
        indicator="food_insecurity",
        scope="partnership",
        period_kind="year",
        period_end=YEAR[1],
        stratifier="all",
    ).row(0, named=True)
    assert (shown["denominator"], shown["numerator"], shown["suppressed"]) == (14_476, 3_611, False)
    assert shown["rate"] == pytest.approx(0.249, abs=0.0005)
    assert shown["low"] < shown["rate"] < shown["high"]
