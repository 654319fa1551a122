"""Strata: the group in which a person is counted. Each line is one person; the period is the year 2024."""

import pytest

from metrics.counting.strata import category_label, stratum_title
from tests.spec.spec_table import WINDOWS, YEAR, Counts, Line, lines
from tests.support.partnerships import Row, TestPartnership, fresh
from tests.support.whole_run.every_run import some_of

GROUPS = """
trap                                             | race                | ethnicity    | birth_date | language | payer | sex      | zip        | stratifier     | expected
one_race_is_that_race                            | 2106-3              | not_hispanic |            |          |       |          |            | race_ethnicity | white
middle_eastern_is_a_group_of_its_own             | MENA                |              |            |          |       |          |            | race_ethnicity | middle_eastern_north_african
native_american_by_cdc_code                      | 1002-5              | 2186-5       |            |          |       |          |            | race_ethnicity | american_indian_alaska_native
pacific_islander_by_cdc_code                     | 2076-8              |              |            |          |       |          |            | race_ethnicity | pacific_islander
hispanic_ethnicity_of_any_race_comes_first       | white               | 2135-2       |            |          |       |          |            | race_ethnicity | hispanic
hispanic_as_a_box_of_the_one_question            | Hispanic or Latino  |              |            |          |       |          |            | race_ethnicity | hispanic
hispanic_among_several_boxes                     | white;hispanic      |              |            |          |       |          |            | race_ethnicity | hispanic
several_races_are_more_than_one                  | 2028-9;2054-5       |              |            |          |       |          |            | race_ethnicity | more_than_one
one_race_given_twice_is_one                      | white;2106-3        |              |            |          |       |          |            | race_ethnicity | white
race_beside_unknown_is_the_race                  | black;unknown       |              |            |          |       |          |            | race_ethnicity | black
some_other_race_is_a_group                       | 2131-1              |              |            |          |       |          |            | race_ethnicity | other
declined_stays_declined                          | declined            |              |            |          |       |          |            | race_ethnicity | declined
unknown_stays_unknown                            | unknown             |              |            |          |       |          |            | race_ethnicity | unknown
blank_is_not_reported                            |                     |              |            |          |       |          |            | race_ethnicity | not_reported
declined_ethnicity_alone_is_declined             |                     | declined     |            |          |       |          |            | race_ethnicity | declined
not_hispanic_alone_is_not_reported               |                     | not_hispanic |            |          |       |          |            | race_ethnicity | not_reported
seventeen_at_the_periods_end                     |                     |              | 2007-01-01 |          |       |          |            | age_band       | 0-17
eighteen_at_the_periods_end                      |                     |              | 2006-12-31 |          |       |          |            | age_band       | 18-39
thirty_nine_at_the_periods_end                   |                     |              | 1985-01-01 |          |       |          |            | age_band       | 18-39
forty_at_the_periods_end                         |                     |              | 1984-12-31 |          |       |          |            | age_band       | 40-64
sixty_four_at_the_periods_end                    |                     |              | 1960-01-01 |          |       |          |            | age_band       | 40-64
sixty_five_at_the_periods_end                    |                     |              | 1959-12-31 |          |       |          |            | age_band       | 65-74
seventy_four_at_the_periods_end                  |                     |              | 1950-01-01 |          |       |          |            | age_band       | 65-74
seventy_five_at_the_periods_end                  |                     |              | 1949-12-31 |          |       |          |            | age_band       | 75+
unknown_age_is_not_reported                      |                     |              |            |          |       |          |            | age_band       | not_reported
language_code_is_read                            |                     |              |            | spa      |       |          |            | language       | spanish
payer_blank_is_not_reported                      |                     |              |            |          |       |          |            | payer          | not_reported
declined_sex_is_not_unknown                      |                     |              |            |          |       | declined |            | sex            | declined
zip_plus_four_is_its_zip                         |                     |              |            |          |       |          | 02139-4307 | place          | 02139/
"""
TRAPS = lines(GROUPS)
SCREEN: Row = {
    "patient_id": "P",
    "screened_on": "2024-05-01",
    "instrument": "hunger_vital_sign",
    "items": "never;never",
}


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    codes = [code(n) for n in range(len(TRAPS))]
    partnership = fresh(tmp_path_factory.mktemp("spec") / "p", ("alder",))
    people = [{**patient(line), "patient_id": c} for c, line in zip(codes, TRAPS, strict=True)]
    screens = [{**SCREEN, "patient_id": c} for c in codes]
    partnership.load([
        ("alder", "patients", people, None), ("alder", "food_security", screens, WINDOWS["food_security"]),
    ])  # fmt: skip
    found = partnership.counts_of({("alder", c): c for c in codes})
    partnership.close()
    return found


def code(number: int) -> str:
    """The patient of a trap, who is counted alone."""
    return f"P{number:02d}"


def patient(line: Line) -> Row:
    """The line's row of the patients file."""
    return {k: v for k, v in line.items() if k not in ("trap", "stratifier", "expected")}


@pytest.mark.parametrize("number", range(len(TRAPS)), ids=[str(line["trap"]) for line in TRAPS])
def test_group(number: int, counts: Counts):
    trap = TRAPS[number]
    assert groups(counts, code(number), str(trap["stratifier"])) == {trap["expected"]: 1}


def groups(counts: Counts, owner: str, stratifier: str, indicator: str = "food_insecurity") -> dict[str, int]:
    """Category -> denominator, of the year 2024."""
    return {k[6]: v[0] for k, v in counts.items() if k[:6] == (indicator, owner, *YEAR, stratifier)}


@pytest.fixture
def partnership(tmp_path):
    made = fresh(tmp_path / "p", ("alder", "birch"))
    yield made
    made.close()


def test_latest_submission_that_has_a_value_decides(partnership: TestPartnership):
    partnership.send("alder", "food_security", [SCREEN], WINDOWS["food_security"])
    partnership.send("alder", "patients", [{"patient_id": "P", "sex": "female", "payer": "medicaid"}])
    partnership.send("alder", "patients", [{"patient_id": "P", "sex": "male"}])
    counts = partnership.counts()
    assert groups(counts, "alder", "sex") == {"male": 1}
    assert groups(counts, "alder", "payer") == {"medicaid": 1}


@pytest.mark.heavy
def test_withdrawing_the_latest_gives_the_value_before_back(partnership: TestPartnership):
    partnership.send("alder", "food_security", [SCREEN], WINDOWS["food_security"])
    partnership.send("alder", "patients", [{"patient_id": "P", "sex": "female"}])
    later = partnership.send("alder", "patients", [{"patient_id": "P", "sex": "male"}])
    partnership.withdraw(later)
    assert groups(partnership.counts(), "alder", "sex") == {"female": 1}


def test_each_partner_takes_its_own_and_the_partnership_adds_them_up(partnership: TestPartnership):
    for partner, race in (("alder", "black"), ("birch", "white")):
        known = {"patient_id": "P", "person_token": "T1", "sex": "female", "birth_year": 1960, "race": race}
        partnership.send(partner, "patients", [known])
        partnership.send(partner, "food_security", [SCREEN], WINDOWS["food_security"])
    counts = partnership.counts()
    assert groups(counts, "alder", "race_ethnicity") == {"black": 1}
    assert groups(counts, "partnership", "race_ethnicity") == {"black": 1, "white": 1}


@pytest.mark.parametrize(
    ("born", "band"),
    some_of([
        ({"birth_year": 1949}, "75+"), ({"birth_date": "1949-12-31"}, "75+"), ({"birth_date": "1950-01-01"}, "65-74"),
    ], 3),
    ids=["year_alone", "birthday_after_the_admission", "born_a_year_later"],
)  # fmt: skip
def test_age_of_a_stay_is_that_reached_in_the_year_of_the_admission(partnership: TestPartnership, born: Row, band: str):
    stay = {
        "stay_id": "S",
        "patient_id": "P",
        "stay_type": "inpatient",
        "admitted_on": "2024-06-30",
        "discharged_on": "2024-07-02",
    }
    partnership.send("alder", "patients", [{"patient_id": "P", **born}])
    partnership.send("alder", "hospital_stays", [stay], WINDOWS["hospital_stays"])
    assert groups(partnership.counts(), "alder", "age_band", "readmission_any_hospital") == {band: 1}


def test_screens_are_grouped_by_whom_they_speak_for_and_blank_is_the_person(partnership: TestPartnership):
    screens = [{**SCREEN, "patient_id": f"P{n}", "unit": unit} for n, unit in enumerate([None, "person", "household"])]
    partnership.send("alder", "food_security", screens, WINDOWS["food_security"])
    assert groups(partnership.counts(), "alder", "unit") == {"person": 2, "household": 1}


def test_two_groupings_at_once_are_counted_and_add_up_to_each(partnership: TestPartnership):
    people = [("black", "english"), ("black", "spanish"), ("black", None), (None, "english"), ("white", "english")]
    rows = [{"patient_id": f"P{n}", "race": race, "language": language} for n, (race, language) in enumerate(people)]
    partnership.send("alder", "patients", rows)
    screens = [{**SCREEN, "patient_id": f"P{n}"} for n in range(len(people))]
    partnership.send("alder", "food_security", screens, WINDOWS["food_security"])
    counts = partnership.counts()
    both = groups(counts, "partnership", "race_ethnicity*language")
    assert both == {
        "black*english": 1, "black*spanish": 1, "black*not_reported": 1, "not_reported*english": 1, "white*english": 1,
    }  # fmt: skip
    assert groups(counts, "alder", "race_ethnicity*language") == both
    for place, name in enumerate(("race_ethnicity", "language")):
        added: dict[str, int] = {}
        for category, people_counted in both.items():
            part = category.split("*")[place]
            added[part] = added.get(part, 0) + people_counted
        assert added == groups(counts, "partnership", name)


def test_two_groupings_at_once_have_the_words_of_both():
    assert stratum_title("race_ethnicity*zip") == "Race and ethnicity by ZIP code"
    assert category_label("race_ethnicity*age_band", "black*18-39") == "Black or African American, 18–39"
