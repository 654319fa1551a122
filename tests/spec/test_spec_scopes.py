"""Scopes: what a partner sees alone, and what the partnership sees of people known to several partners.

One line holds a row that a partner sent about the trap's person (`id` tells several people, or ids, apart; `born` is
1960 where nothing else is said). Every trap has a ZIP code of its own, by which its figures of the year 2024 are told
apart. `help 1 of 2 @birch`: at birch alone; `@each`: the sum over partners; without a name the figure is the year's
total that counts everyone once.
"""

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path

import pytest

from data.ledger.submissions import Window
from tests.spec.spec_table import WINDOWS, YEAR, Counts, Line, as_row, lines, of
from tests.support.partnerships import Row, fresh
from tests.support.whole_run.every_run import some_of

SHORT = {
    "control": "bp_control", "any": "readmission_any_hospital", "same": "readmission_same_hospital",
    "insecurity": "food_insecurity", "screening": "food_screening", "help": "connected_to_help",
}  # fmt: skip
FIGURE = re.compile(r"(?P<name>\w+) (?P<met>\d+) of (?P<of>\d+)(?: @(?P<owner>\w+))?")

PRESSURE = """
trap                                              | partner | id | token | event           | starts_on  | measured_on | systolic | diastolic | expected
eligible_when_any_partners_records_make_it_so     | alder   | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 0 of 0 @alder; control 0 of 0 @birch; control 0 of 0 @each; control 1 of 1
                                                  | birch   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
without_a_token_nothing_is_put_together           | alder   | P  |       | hypertension    | 2020-01-01 |             |          |           | control 0 of 0
                                                  | birch   | P  |       | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
known_to_two_partners_is_one_person               | alder   | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 0 of 1 @birch; control 1 of 2 @each; control 1 of 1
                                                  | alder   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
                                                  | birch   | P  | T     | hypertension    | 2020-01-01 |             |          |           |
                                                  | birch   | P  | T     | office_visit    | 2024-03-05 |             |          |           |
without_a_token_one_person_for_each_partner       | alder   | P  |       | hypertension    | 2020-01-01 |             |          |           | control 1 of 2
                                                  | alder   | P  |       | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
                                                  | birch   | P  |       | hypertension    | 2020-01-01 |             |          |           |
                                                  | birch   | P  |       | office_visit    | 2024-03-05 |             |          |           |
two_ids_with_one_token_at_a_partner_are_one_person | alder  | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 1 of 1
                                                  | alder   | Q  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
excluded_when_any_partners_records_exclude        | alder   | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 0 of 0
                                                  | alder   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
                                                  | birch   | P  | T     | hospice         | 2024-06-01 |             |          |           |
latest_reading_anywhere_decides                   | alder   | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 0 of 1
                                                  | alder   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
                                                  | birch   | P  | T     |                 |            | 2024-06-01  | 150      | 80        |
lowest_of_one_day_is_of_all_partners              | alder   | P  | T     | hypertension    | 2020-01-01 |             |          |           | control 0 of 1 @alder; control 1 of 1
                                                  | alder   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 150      | 80        |
                                                  | birch   | P  | T     |                 |            | 2024-05-01  | 130      | 95        |
emergency_at_another_partner_drops_an_unlinked_reading | alder | P | T   | hypertension    | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 0 of 1
                                                  | alder   | P  | T     | office_visit    | 2024-03-05 | 2024-05-01  | 130      | 80        |
                                                  | birch   | P  | T     | emergency_visit | 2024-05-01 |             |          |           |
"""

STAYS = """
trap                                              | partner | id | token | admitted_on | discharged_on | hospital | disposition    | expected
return_to_another_partner_is_seen_by_the_partnership | alder | P | T     | 2024-03-01  | 2024-03-05    |          | home           | any 0 of 1 @alder; any 0 of 1 @birch; any 1 of 2; any 0 of 2 @each; same 0 of 2 @each
                                                  | birch   | P  | T     | 2024-03-20  | 2024-03-22    |          | home           |
return_without_a_token_is_not_seen                | alder   | P  |       | 2024-03-01  | 2024-03-05    |          | home           | any 0 of 2
                                                  | birch   | P  |       | 2024-03-20  | 2024-03-22    |          | home           |
transfer_to_another_partner_is_no_return          | alder   | P  | T     | 2024-03-01  | 2024-03-05    |          | home           | any 0 of 1 @alder; any 0 of 1 @birch; any 0 of 2
                                                  | birch   | P  | T     | 2024-03-06  | 2024-03-09    |          | home           |
the_same_stay_from_two_partners_is_no_return      | alder   | P  | T     | 2024-03-01  | 2024-03-05    |          | home           | any 0 of 1 @alder; any 0 of 1 @birch; any 0 of 2
                                                  | birch   | P  | T     | 2024-03-01  | 2024-03-05    |          | home           |
transfer_out_is_an_index_once_its_stay_is_known   | alder   | P  | T     | 2024-03-01  | 2024-03-05    |          | transfer_acute | any 0 of 1 @alder; any 0 of 2
                                                  | birch   | P  | T     | 2024-03-05  | 2024-03-09    |          | home           |
hospitals_of_one_name_at_two_partners_are_two     | alder   | P  | T     | 2024-03-01  | 2024-03-05    | North    | home           | any 1 of 2; same 0 of 2 @each
                                                  | birch   | P  | T     | 2024-03-20  | 2024-03-22    | North    | home           |
stay_elsewhere_between_is_the_first_return        | alder   | P  | T     | 2024-03-01  | 2024-03-05    |          | home           | any 1 of 2 @alder; any 2 of 3; same 1 of 3 @each
                                                  | birch   | P  | T     | 2024-03-10  | 2024-03-12    |          | home           |
                                                  | alder   | P  | T     | 2024-03-20  | 2024-03-22    |          | home           |
"""

FOOD = """
trap                                              | partner | id | token | screened_on | instrument        | items       | intervention_on | event | starts_on  | expected
latest_complete_screen_anywhere_decides           | alder   | P  | T     | 2024-05-01  | hunger_vital_sign | often;never |                 |       |            | insecurity 1 of 1 @alder; insecurity 0 of 1
                                                  | birch   | P  | T     | 2024-06-01  | hunger_vital_sign | never;never |                 |       |            |
help_arranged_by_another_partner_counts           | alder   | P  | T     | 2024-05-01  | hunger_vital_sign | often;never |                 |       |            | help 0 of 1 @alder; help 0 of 0 @birch; help 1 of 1
                                                  | birch   | P  | T     | 2024-05-20  | hunger_vital_sign | never;      | 2024-05-21      |       |            |
screened_by_another_partner_is_screened           | alder   | P  | T     |             |                   |             |                 |       |            | screening 0 of 1 @alder; screening 1 of 1
                                                  | birch   | P  | T     | 2024-05-20  | hunger_vital_sign | never;      |                 |       |            |
death_known_to_another_partner_excludes           | alder   | P  | T     | 2024-05-20  | hunger_vital_sign | never;      |                 |       |            | screening 1 of 1 @alder; screening 0 of 0
                                                  | birch   | P  | T     |             |                   |             |                 | died  | 2023-06-01 |
"""

LINKS = """
trap                                              | partner | id | token | born | sex    | event        | starts_on  | measured_on | systolic | diastolic | expected
a_token_with_another_birth_year_links_nobody      | alder   | P  | T     | 1960 | female | hypertension | 2020-01-01 |             |          |           | control 0 of 0
                                                  | birch   | P  | T     | 1961 | female | office_visit | 2024-03-05 | 2024-05-01  | 130      | 80        |
a_token_with_another_sex_links_nobody             | alder   | P  | T     | 1960 | female | hypertension | 2020-01-01 |             |          |           | control 0 of 0
                                                  | birch   | P  | T     | 1960 | male   | office_visit | 2024-03-05 | 2024-05-01  | 130      | 80        |
a_token_without_a_birth_year_links_nobody         | alder   | P  | T     | 1960 | female | hypertension | 2020-01-01 |             |          |           | control 0 of 0
                                                  | birch   | P  | T     | none | female | office_visit | 2024-03-05 | 2024-05-01  | 130      | 80        |
a_token_at_one_partner_needs_no_birth_year        | alder   | P  | T     | none | female | hypertension | 2020-01-01 |             |          |           | control 1 of 1 @alder; control 1 of 1
                                                  | alder   | Q  | T     | none | female | office_visit | 2024-03-05 | 2024-05-01  | 130      | 80        |
"""

TRAPS: dict[str, list[Line]] = defaultdict(list)
for _line in [line for table in (PRESSURE, STAYS, FOOD, LINKS) for line in lines(table)]:
    TRAPS[_line["trap"] or next(reversed(TRAPS))].append(_line)
ZIPS = {name: f"{number:05d}" for number, name in enumerate(TRAPS, 10001)}


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    partnership = fresh(tmp_path_factory.mktemp("spec") / "p", ("alder", "birch"))
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    patients: dict[tuple[str, str], Row] = {}
    for name, own in TRAPS.items():
        for line in own:
            partner, patient = str(line["partner"]), f"{line['id']}{ZIPS[name]}"
            token = f"T{ZIPS[name]}" if line["token"] else None
            born, sex = line.pop("born", None) or "1960", line.pop("sex", None) or "female"
            patients[partner, patient] = {
                "patient_id": patient, "person_token": token, "zip": ZIPS[name], "sex": sex,
                "birth_year": None if born == "none" else born,
            }  # fmt: skip
            for dataset in of(line):
                mine = rows[partner, dataset]
                mine.append(as_row(dataset, {**line, "patient": patient}, len(mine)))
    for (partner, _), row in patients.items():
        rows[partner, "patients"].append(row)
    partnership.load((partner, dataset, made, WINDOWS[dataset]) for (partner, dataset), made in rows.items())
    found = partnership.counts_by_zip()
    partnership.close()
    return found


@pytest.mark.parametrize("name", TRAPS)
def test_scopes(name: str, counts: Counts):
    for text in str(TRAPS[name][0]["expected"]).split("; "):
        part = FIGURE.fullmatch(text)
        assert part, text
        owner = {"each": "partnership", None: "linked"}.get(part["owner"], part["owner"])
        key = (SHORT[part["name"]], f"{owner} {ZIPS[name]}", *YEAR, "all", "all")
        denominator, numerator = counts.get(key, (0, 0))[:2]
        assert (numerator, denominator) == (int(part["met"]), int(part["of"])), text


@pytest.mark.parametrize(
    ("first", "last", "years", "months"),
    some_of(
        [
            pytest.param("2024-01-01", "2024-12-31", ["2024-12-31"], 12, id="one_whole_year"),
            pytest.param(
                "2024-01-02", "2024-12-31", ["2024-12-31"], 11, id="a_day_short_of_a_year_gives_the_year_it_lies_in"
            ),
            pytest.param(
                "2023-10-01", "2024-12-31", ["2024-09-30", "2024-12-31"], 15, id="a_year_ends_with_each_quarter"
            ),
            pytest.param("2024-05-03", "2024-05-20", ["2024-06-30"], 1, id="a_few_days_give_their_year_and_month"),
            pytest.param("2024-05-03", "2024-07-20", ["2024-09-30"], 1, id="only_whole_months_when_there_are_any"),
        ],
        2,
    ),
)
def test_periods_are_those_that_the_data_can_fill(tmp_path: Path, first: str, last: str, years: list[str], months: int):
    partnership = fresh(tmp_path / "p", ("alder",))
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    days = [begin + dt.timedelta(days=n) for n in range((end - begin).days + 1)]
    screens = [
        {"patient_id": "P", "screened_on": day, "instrument": "hunger_vital_sign", "items": "A;A"} for day in days
    ]
    partnership.send("alder", "food_security", screens, Window(begin, end))
    keys = {k[2:5] for k in partnership.counts() if k[0] == "food_insecurity"}
    assert sorted(str(end) for kind, _, end in keys if kind == "year") == years
    assert sum(kind == "month" for kind, _, _ in keys) == months
    partnership.close()
