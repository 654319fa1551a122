"""Food-security screens by bounds: the lowest and the highest score that the answers can mean decide together.

Each line is one screen; an answer is A (affirmed), N (not), D (don't know or refused) or blank. Where answers are
missing, the level is that of the lowest score; it is blank where the form, or a score by itself, does not tell it.
"""

import random

import duckdb
import polars as pl
import pytest

from metrics.indicators.unit_row_query import with_parts
from schemas.datasets.community_files import ITEMS_OF
from schemas.policy.partnership import Choices
from tests.oracles import naive_food
from tests.oracles.scope_rows import Fact
from tests.spec.spec_table import lines

SCREENS = """
trap                                                       | form              | items                               | score | children | result   | outcome    | level
vital_sign_tells_no_level                                  | hunger_vital_sign | A;N                                 |       |          |          | insecure   |
vital_sign_of_two_noes_is_secure                           | hunger_vital_sign | N;N                                 |       |          |          | secure     |
vital_sign_of_a_no_and_a_refusal_is_incomplete             | hunger_vital_sign | N;D                                 |       |          |          | incomplete |
ten_noes_are_full                                          | usda_10           | N;N;N;N;N;N;N;N;N;N                 |       |          |          | secure     | full
three_noes_and_the_rest_skipped_are_full                   | usda_10           | N;N;N;;;;;;;                        |       |          |          | secure     | full
a_refusal_at_the_screener_is_full_as_official_practice_has | usda_10           | N;N;D;;;;;;;                        |       |          |          | secure     | full
two_refusals_at_the_screener_are_secure                    | usda_10           | N;D;D;;;;;;;                        |       |          |          | secure     | full
three_refusals_at_the_screener_are_incomplete              | usda_10           | D;D;D;;;;;;;                        |       |          |          | incomplete |
an_unanswered_screener_denies_nothing                      | usda_10           | N;N;;;;;;;;                         |       |          |          | incomplete |
one_affirmed_is_marginal                                   | usda_10           | A;N;N;N;;N;N;N;;                    |       |          |          | secure     | marginal
two_affirmed_are_marginal                                  | usda_10           | A;A;N;N;;N;N;N;;                    |       |          |          | secure     | marginal
two_affirmed_and_one_refused_are_incomplete                | usda_10           | A;A;N;N;;N;N;D;N;N                  |       |          |          | incomplete |
one_affirmed_and_one_refused_are_marginal                  | usda_10           | A;D;N;N;;N;N;N;;                    |       |          |          | secure     | marginal
a_refused_question_has_no_how_often                        | usda_10           | A;N;N;D;;N;N;N;;                    |       |          |          | secure     | marginal
a_question_affirmed_without_how_often_may_be_one_more      | usda_10           | A;N;N;A;;N;N;N;N;                   |       |          |          | incomplete |
three_affirmed_are_low                                     | usda_10           | A;A;A;N;;N;N;N;;                    |       |          |          | insecure   | low
five_affirmed_are_low                                      | usda_10           | A;A;A;A;A;N;N;N;N;                  |       |          |          | insecure   | low
six_affirmed_are_very_low                                  | usda_10           | A;A;A;A;A;A;N;N;N;                  |       |          |          | insecure   | very_low
five_affirmed_and_one_refused_are_low                      | usda_10           | A;A;A;A;A;D;N;N;N;                  |       |          |          | insecure   | low
whole_days_are_not_asked_after_four_denials                | usda_10           | A;A;A;N;;D;N;N;;                    |       |          |          | insecure   | low
broken_off_after_a_yes_is_incomplete                       | usda_10           | A;N;N;;;;;;;                        |       |          |          | incomplete |
broken_off_after_three_yeses_is_insecure                   | usda_10           | A;A;A;;;;;;;                        |       |          |          | insecure   | low
eighteen_without_children_are_judged_on_ten                | usda_18           | A;A;A;A;A;A;N;N;N;;;;;;;;;          |       |          |          | insecure   | very_low
the_same_six_with_children_are_low                         | usda_18           | A;A;A;A;A;A;N;N;N;;N;N;N;;;;;       |       |          |          | insecure   | low
seven_with_children_are_low                                | usda_18           | A;A;A;A;A;A;N;N;N;;A;N;N;N;N;;N;N   |       |          |          | insecure   | low
eight_with_children_are_very_low                           | usda_18           | A;A;A;A;A;A;N;N;N;;A;A;N;N;N;;N;N   |       |          |          | insecure   | very_low
children_known_to_live_there_were_asked                    | usda_18           | N;N;N;;;;;;;;;;;;;;;                |       | yes      |          | incomplete |
children_not_there_were_not_asked                          | usda_18           | N;N;N;;;;;;;;;;;;;;;                |       | no       |          | secure     | full
children_screener_denied_ends_the_childrens_part           | usda_18           | N;N;N;;;;;;;;N;N;D;;;;;             |       |          |          | secure     | full
three_affirmed_and_eight_refused_of_eighteen_are_low       | usda_18           | A;A;A;D;D;D;D;D;D;D;D;N;N;N;N;N;N;N |       |          |          | insecure   | low
six_items_of_score_0_are_full_or_marginal                  | usda_6            | N;N;N;;;                            |       |          |          | secure     |
six_items_stop_only_after_the_third                        | usda_6            | N;N;;;;                             |       |          |          | incomplete |
six_items_of_score_2_are_low                               | usda_6            | A;A;N;;N;N                          |       |          |          | insecure   | low
six_items_of_score_4_are_low                               | usda_6            | A;A;A;A;N;N                         |       |          |          | insecure   | low
six_items_of_score_5_are_very_low                          | usda_6            | A;A;A;A;A;N                         |       |          |          | insecure   | very_low
six_items_two_affirmed_the_rest_refused_are_insecure       | usda_6            | A;A;D;D;D;D                         |       |          |          | insecure   | low
six_items_one_affirmed_one_refused_are_incomplete          | usda_6            | A;D;N;;N;N                          |       |          |          | incomplete |
six_items_all_refused_are_incomplete                       | usda_6            | D;D;D;D;D;D                         |       |          |          | incomplete |
ten_items_of_score_0_are_full                              | usda_10           |                                     | 0     |          |          | secure     | full
ten_items_of_score_2_are_marginal                          | usda_10           |                                     | 2     |          |          | secure     | marginal
ten_items_of_score_3_are_low                               | usda_10           |                                     | 3     |          |          | insecure   | low
ten_items_of_score_6_are_very_low                          | usda_10           |                                     | 6     |          |          | insecure   | very_low
eighteen_items_of_score_5_are_low                          | usda_18           |                                     | 5     |          |          | insecure   | low
eighteen_items_of_score_7_with_children_are_low            | usda_18           |                                     | 7     | yes      |          | insecure   | low
eighteen_items_of_score_7_without_children_are_very_low    | usda_18           |                                     | 7     | no       |          | insecure   | very_low
eighteen_items_of_score_7_may_be_either                    | usda_18           |                                     | 7     |          |          | insecure   |
eighteen_items_of_score_8_are_very_low                     | usda_18           |                                     | 8     |          |          | insecure   | very_low
a_result_tells_its_level                                   | result_only       |                                     |       |          | marginal | secure     | marginal
a_result_of_insecure_tells_none                            | result_only       |                                     |       |          | insecure | insecure   |
"""
SIX = """
trap                                                       | form    | items                  | score | children | result | outcome    | level
the_six_shared_items_of_ten_decide                         | usda_10 | A;N;N;N;;N;N;A;N;      |       |          |        | secure     |
two_of_the_six_are_insecure_though_marginal_of_ten         | usda_10 | N;A;A;N;;N;N;N;;       |       |          |        | insecure   | low
the_first_item_is_none_of_the_six                          | usda_10 | A;A;N;N;;N;N;N;;       |       |          |        | secure     |
a_refusal_outside_the_six_does_not_matter                  | usda_10 | D;A;A;N;;N;N;D;N;N     |       |          |        | insecure   | low
a_refusal_within_the_six_does                              | usda_10 | N;A;D;N;;N;N;N;;       |       |          |        | incomplete |
items_skipped_by_the_long_form_are_noes                    | usda_10 | N;N;N;;;;;;;           |       |          |        | secure     |
five_of_the_six_are_very_low                               | usda_10 | A;A;A;A;A;A;N;N;N;     |       |          |        | insecure   | very_low
a_score_of_1_of_ten_is_at_most_1_of_the_six                | usda_10 |                        | 1     |          |        | secure     |
a_score_of_2_of_ten_can_be_either                          | usda_10 |                        | 2     |          |        | incomplete |
a_score_of_6_of_ten_is_at_least_2_of_the_six               | usda_10 |                        | 6     |          |        | insecure   |
a_score_of_5_of_ten_can_be_either                          | usda_10 |                        | 5     |          |        | incomplete |
a_score_of_14_of_eighteen_is_insecure                      | usda_18 |                        | 14    |          |        | insecure   |
the_short_form_is_as_before                                | usda_6  | A;A;N;;N;N             |       |          |        | insecure   | low
a_result_of_a_long_form_stays_its_own                      | usda_10 |                        |       |          | low    | insecure   | low
"""
OWN_SCALE, SIX_ITEMS = Choices(), Choices(long_food_forms="six_items")
CASES = [
    pytest.param(line, choices, id=str(line["trap"]))
    for text, choices in ((SCREENS, OWN_SCALE), (SIX, SIX_ITEMS))
    for line in lines(text)
]

SCREEN = {"instrument": pl.String, "items": pl.String, "raw_score": pl.Int64, "result": pl.String,
          "children_in_household": pl.String}  # fmt: skip


def judged(screens: list[Fact], choices: Choices) -> list[tuple[str, str | None]]:
    """(outcome, level) of each screen, as the product's SQL has them."""
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE choice AS SELECT ? AS long_food_forms, ? AS incomplete_vital_sign",
            [choices.long_food_forms, choices.incomplete_vital_sign],
        )
        con.execute("""CREATE TABLE sent_screens (person INTEGER, partner_id VARCHAR, screened_on DATE, instrument VARCHAR,
            items VARCHAR, raw_score INTEGER, result VARCHAR, children_in_household VARCHAR, unit VARCHAR,
            intervention_on DATE, submission INTEGER, sent_row INTEGER)""")
        rows = pl.DataFrame([{key: s.get(key) for key in SCREEN} for s in screens], schema=SCREEN)
        con.register("given", rows.with_row_index("person"))
        con.execute("INSERT INTO sent_screens BY NAME SELECT *, 1 AS submission, 2 AS sent_row FROM given")
        query = with_parts("WITH {{ scored_screens }} SELECT outcome, food_security_level FROM screens ORDER BY person")
        return con.execute(query).fetchall()


@pytest.mark.parametrize(("line", "choices"), CASES)
def test_screen(line: Fact, choices: Choices) -> None:
    screen = {"instrument": line["form"], "items": line["items"], "raw_score": line["score"] and int(line["score"]),
              "children_in_household": line["children"], "result": line["result"]}  # fmt: skip
    assert judged([screen], choices) == [(line["outcome"], line["level"])]


@pytest.mark.parametrize("choices", [OWN_SCALE, SIX_ITEMS], ids=["own_scale", "six_items"])
def test_every_screen_is_judged_as_the_naive_reading_judges_it(choices: Choices) -> None:
    rng = random.Random(17)
    screens = [_random(rng) for _ in range(20_000)]
    names = {True: "insecure", False: "secure", None: "incomplete"}
    expected = [(names[naive_food.positive(s, choices)], naive_food.level(s, choices)) for s in screens]
    found = judged(screens, choices)
    assert [(s, f, e) for s, f, e in zip(screens, found, expected, strict=True) if f != e][:5] == []
    assert {level for _, level in found} == {None, "full", "marginal", "low", "very_low"}


def _random(rng: random.Random) -> Fact:
    instrument = rng.choice([*ITEMS_OF, "result_only"])
    size = ITEMS_OF.get(instrument, 0)
    answers = rng.choices(
        ["A", "N", "D", ""], rng.choice([[3, 3, 1, 1], [1, 6, 1, 2], [0, 5, 1, 5], [4, 1, 0, 1]]), k=size
    )
    if size == 18 and rng.random() < 0.5:
        answers[10:] = [""] * 8
    items = ";".join(answers[: rng.choice([1, 2, 3, size, size, size, size]) or None])
    return {
        "instrument": instrument,
        "items": items if items.strip(";") and rng.random() < 0.8 else None,
        "raw_score": rng.randrange(size + 1) if size and rng.random() < 0.6 else None,
        "result": rng.choice(
            ["full", "marginal", "low", "very_low", "insecure", "secure", "at_risk", "incomplete", None]
        ),
        "children_in_household": rng.choice(["yes", "no", None, None]),
    }
