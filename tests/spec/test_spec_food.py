"""Food security: three figures with three denominators, as tables, a line for each screen that a partner sends.

Unless a trap says otherwise: one person on the roster, born 1970. The period is the year 2024. `1 of 1` alone is the
food-insecurity rate (positive among complete screens), `screening` the screening rate, `help` the connected-to-help
rate.
"""

import pytest

from tests.spec.spec_table import Counts, Trap, spec

SHORT = {"insecurity": ("food_insecurity",), "screening": ("food_screening",), "help": ("connected_to_help",)}
BASE = """
birth_date
1970-01-01
"""

VITAL_SIGN = """
trap                                        | screened_on | instrument        | items                    | raw_score | result      | expected
often_true_is_at_risk                       | 2024-05-01  | hunger_vital_sign | often true;never true    |           |             | 1 of 1
sometimes_true_is_at_risk                   | 2024-05-01  | hunger_vital_sign | never true;sometimes true |          |             | 1 of 1
loinc_answers_are_read                      | 2024-05-01  | hunger_vital_sign | LA28398-8;LA6729-3       |           |             | 1 of 1
both_never_is_not_at_risk                   | 2024-05-01  | hunger_vital_sign | never true;never true    |           |             | 0 of 1
one_affirmative_and_one_refused_is_at_risk  | 2024-05-01  | hunger_vital_sign | often true;LA15775-2     |           |             | 1 of 1
one_affirmative_alone_is_at_risk            | 2024-05-01  | hunger_vital_sign | ;often true              |           |             | 1 of 1
one_never_and_one_missing_is_incomplete     | 2024-05-01  | hunger_vital_sign | never true;              |           |             | 0 of 0, incomplete 1
one_never_alone_is_incomplete               | 2024-05-01  | hunger_vital_sign | never true               |           |             | 0 of 0, incomplete 1
one_never_and_one_refused_is_incomplete     | 2024-05-01  | hunger_vital_sign | never true;refused       |           |             | 0 of 0, incomplete 1
dont_know_twice_is_incomplete               | 2024-05-01  | hunger_vital_sign | don't know;don't know    |           |             | 0 of 0, incomplete 1
score_of_1_is_at_risk                       | 2024-05-01  | hunger_vital_sign |                          | 1         |             | 1 of 1
score_of_0_is_not_at_risk                   | 2024-05-01  | hunger_vital_sign |                          | 0         |             | 0 of 1
answers_decide_before_the_score             | 2024-05-01  | hunger_vital_sign | never true;never true    | 2         | at_risk     | 0 of 1
score_decides_before_the_result             | 2024-05-01  | hunger_vital_sign |                          | 0         | at_risk     | 0 of 1
result_at_risk_is_positive                  | 2024-05-01  | result_only       |                          |           | LA19952-3   | 1 of 1
result_no_risk_is_negative                  | 2024-05-01  | result_only       |                          |           | LA19983-8   | 0 of 1
result_not_completed_is_incomplete          | 2024-05-01  | result_only       |                          |           | incomplete  | 0 of 0, incomplete 1
"""

USDA = """
trap                                             | screened_on | instrument | items                     | raw_score | result   | expected
six_items_score_1_is_secure                      | 2024-05-01  | usda_6     |                           | 1         |          | 0 of 1
six_items_score_2_is_insecure                    | 2024-05-01  | usda_6     |                           | 2         |          | 1 of 1
ten_items_score_2_is_marginal_and_secure         | 2024-05-01  | usda_10    |                           | 2         |          | 0 of 1
ten_items_score_3_is_insecure                    | 2024-05-01  | usda_10    |                           | 3         |          | 1 of 1
eighteen_items_score_2_is_secure                 | 2024-05-01  | usda_18    |                           | 2         |          | 0 of 1
eighteen_items_score_3_is_insecure               | 2024-05-01  | usda_18    |                           | 3         |          | 1 of 1
marginal_food_security_is_secure                 | 2024-05-01  | result_only |                          |           | marginal | 0 of 1
full_food_security_is_secure                     | 2024-05-01  | result_only |                          |           | full     | 0 of 1
low_food_security_is_insecure                    | 2024-05-01  | result_only |                          |           | low      | 1 of 1
very_low_food_security_is_insecure               | 2024-05-01  | result_only |                          |           | very_low | 1 of 1
some_months_is_affirmative                       | 2024-05-01  | usda_6     | some months;almost every month;no;no;no;no | | | 1 of 1
one_or_two_months_is_not_affirmative             | 2024-05-01  | usda_6     | yes;only 1 or 2 months;no;no;no;no |  |          | 0 of 1
all_refused_is_incomplete                        | 2024-05-01  | usda_6     | refused;refused;refused;refused;refused;refused | | | 0 of 0, incomplete 1
most_refused_is_incomplete                       | 2024-05-01  | usda_6     | yes;yes;refused;refused;refused;refused | |       | 0 of 0, incomplete 1
half_refused_is_complete                         | 2024-05-01  | usda_6     | yes;yes;no;refused;refused;refused |  |          | 1 of 1
six_items_mostly_blank_is_incomplete             | 2024-05-01  | usda_6     | no;no;;;;                 |           |          | 0 of 0, incomplete 1
form_that_ended_after_three_noes_is_secure       | 2024-05-01  | usda_10    | no;no;no;;;;;;;           |           |          | 0 of 1
form_of_18_that_skipped_to_the_children_is_secure | 2024-05-01 | usda_18    | no;no;no;;;;;;;;no;no;no;;;;; |       |          | 0 of 1
form_of_18_without_children_is_judged_on_its_ten | 2024-05-01  | usda_18    | yes;yes;no;no;;yes;no;no;;;;;;;;;; |  |          | 1 of 1
form_broken_off_after_a_yes_is_incomplete        | 2024-05-01  | usda_10    | yes;no;no;;;;;;;          |           |          | 0 of 0, incomplete 1
"""

LATEST = """
trap                                              | screened_on | instrument        | items                 | unit      | expected
latest_screen_of_the_period_decides               | 2024-05-01  | hunger_vital_sign | often true;never true |           | 0 of 1
                                                  | 2024-06-01  | hunger_vital_sign | never true;never true |           |
earlier_no_does_not_hide_a_later_yes              | 2024-05-01  | hunger_vital_sign | never true;never true |           | 1 of 1
                                                  | 2024-06-01  | hunger_vital_sign | often true;never true |           |
incomplete_screen_does_not_hide_an_earlier_one    | 2024-05-01  | hunger_vital_sign | often true;never true |           | 1 of 1
                                                  | 2024-06-01  | hunger_vital_sign | never true;           |           |
of_two_on_one_day_the_positive_counts             | 2024-05-01  | hunger_vital_sign | never true;never true |           | 1 of 1
                                                  | 2024-05-01  | hunger_vital_sign | often true;never true |           |
screen_on_1_january_is_in                         | 2024-01-01  | hunger_vital_sign | often true;never true |           | 1 of 1
screen_on_31_december_is_in                       | 2024-12-31  | hunger_vital_sign | often true;never true |           | 1 of 1
screen_before_the_period_is_out                   | 2023-12-31  | hunger_vital_sign | often true;never true |           | 0 of 0
screen_after_the_period_is_out                    | 2024-05-01  | hunger_vital_sign | never true;never true |           | 0 of 1
                                                  | 2025-01-01  | hunger_vital_sign | often true;never true |           |
each_month_has_its_own_latest                     | 2024-05-31  | hunger_vital_sign | often true;never true |           | in 2024-05 1 of 1; in 2024-06 0 of 1; in 2024-07 0 of 0
                                                  | 2024-06-01  | hunger_vital_sign | never true;never true |           |
incomplete_is_told_month_by_month                 | 2024-05-31  | hunger_vital_sign | often true;never true |           | in 2024-06 0 of 0, incomplete 1; 1 of 1
                                                  | 2024-06-01  | hunger_vital_sign | never true;           |           |
"""

SCREENING = """
trap                                          | screened_on | instrument        | items       | event | starts_on  | status  | birth_date | without  | patient | expected
screened_person_of_the_roster                 | 2024-05-01  | hunger_vital_sign | never;never |       |            |         |            |          |         | screening 1 of 1
incomplete_screen_is_a_screen                 | 2024-05-01  | hunger_vital_sign | never;      |       |            |         |            |          |         | screening 1 of 1; 0 of 0, incomplete 1
person_not_screened_is_eligible               | 2024-05-01  | hunger_vital_sign | never;never |       |            |         | 1970-01-01 |          |         | screening 1 of 2
                                              |             |                   |             |       |            |         | 1980-01-01 |          | P2      |
person_screened_but_not_on_the_roster         | 2024-05-01  | hunger_vital_sign | never;never |       |            |         |            |          | P9      | screening 0 of 1; 0 of 1
screened_last_year_only                       | 2023-05-01  | hunger_vital_sign | never;never |       |            |         |            |          |         | screening 0 of 1; 0 of 0
died_before_the_period_is_left_out            | 2023-05-01  | hunger_vital_sign | never;never | died  | 2023-12-31 |         |            |          |         | screening 0 of 0, died 1
died_on_its_first_day_is_eligible             | 2023-05-01  | hunger_vital_sign | never;never | died  | 2024-01-01 |         |            |          |         | screening 0 of 1
death_entered_in_error_is_no_death            | 2024-05-01  | hunger_vital_sign | never;never | died  | 2023-12-31 | entered_in_error | |         |         | screening 1 of 1
partner_without_screens_has_no_roster         |             |                   |             |       |            |         | 1970-01-01 |          |         | screening 0 of 0
partner_without_a_roster_has_no_screening_rate | 2024-05-01 | hunger_vital_sign | never;never |       |            |         |            | patients |         | screening 0 of 0; 0 of 1
screening_of_a_month                          | 2024-05-01  | hunger_vital_sign | never;never |       |            |         |            |          |         | screening in 2024-05 1 of 1; screening in 2024-06 0 of 1
"""

HELP = """
trap                                              | screened_on | instrument        | items         | intervention_on | expected
help_on_the_day_counts                            | 2024-05-01  | hunger_vital_sign | often;never   | 2024-05-01      | help 1 of 1
help_on_day_30_counts                             | 2024-05-01  | hunger_vital_sign | often;never   | 2024-05-31      | help 1 of 1
help_on_day_31_does_not_count                     | 2024-05-01  | hunger_vital_sign | often;never   | 2024-06-01      | help 0 of 1
no_help_is_not_connected                          | 2024-05-01  | hunger_vital_sign | often;never   |                 | help 0 of 1
negative_screen_with_help_is_not_in_it            | 2024-05-01  | hunger_vital_sign | never;never   | 2024-05-02      | help 0 of 0
incomplete_screen_with_help_is_not_in_it          | 2024-05-01  | hunger_vital_sign | never;        | 2024-05-02      | help 0 of 0
help_after_the_period_counts                      | 2024-12-20  | hunger_vital_sign | often;never   | 2025-01-05      | help 1 of 1; help in 2024-12 1 of 1
latest_positive_screen_starts_the_clock           | 2024-05-01  | hunger_vital_sign | often;never   | 2024-05-02      | help 0 of 1; help in 2024-05 1 of 1
                                                  | 2024-07-01  | hunger_vital_sign | often;never   |                 |
later_negative_screen_ends_the_need               | 2024-05-01  | hunger_vital_sign | often;never   | 2024-05-02      | help 0 of 0; help in 2024-05 1 of 1
                                                  | 2024-07-01  | hunger_vital_sign | never;never   |                 |
help_told_with_another_screen_counts              | 2024-05-01  | hunger_vital_sign | often;never   |                 | help 1 of 1
                                                  | 2024-05-20  | hunger_vital_sign | never;        | 2024-05-20      |
help_promised_at_a_screen_before_the_period_counts | 2023-11-01 | hunger_vital_sign | often;never   | 2024-01-20      | help 1 of 1; help in 2024-01 1 of 1
                                                  | 2024-01-10  | hunger_vital_sign | often;never   |                 |
help_before_the_latest_positive_screen_does_not_count | 2024-04-01 | hunger_vital_sign | often;never | 2024-04-30    | help 0 of 1
                                                  | 2024-05-01  | hunger_vital_sign | often;never   |                 |
"""

USUAL = spec(SHORT, BASE, VITAL_SIGN, USDA, LATEST, SCREENING, HELP)
OTHERWISE = spec(SHORT, BASE, """
trap                                              | screened_on | instrument        | items       | event        | starts_on  | status  | expected
one_never_and_one_missing_is_no_risk              | 2024-05-01  | hunger_vital_sign | never;      |              |            |         | 0 of 1
dont_know_twice_is_no_risk                        | 2024-05-01  | hunger_vital_sign | dk;dk       |              |            |         | 0 of 1
one_affirmative_stays_at_risk                     | 2024-05-01  | hunger_vital_sign | often;dk    |              |            |         | 1 of 1
usda_form_mostly_refused_stays_incomplete         | 2024-05-01  | usda_6            | dk;dk;dk;dk;dk;dk |        |            |         | 0 of 0, incomplete 1
person_seen_in_the_period_is_eligible             | 2024-05-01  | hunger_vital_sign | never;never | office_visit | 2024-03-01 |         | screening 1 of 1
person_not_seen_is_not_eligible                   | 2024-05-01  | hunger_vital_sign | never;never |              |            |         | screening 0 of 0
person_seen_last_year_is_not_eligible             | 2024-05-01  | hunger_vital_sign | never;never | office_visit | 2023-12-31 |         | screening 0 of 0
cancelled_visit_makes_nobody_eligible             | 2024-05-01  | hunger_vital_sign | never;never | office_visit | 2024-03-01 | cancelled | screening 0 of 0
""", incomplete_vital_sign="no_risk", screening_eligible="seen")  # fmt: skip


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return USUAL.counts(tmp_path_factory.mktemp("spec") / "usual")


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return OTHERWISE.counts(tmp_path_factory.mktemp("spec") / "otherwise")


@pytest.mark.parametrize("trap", USUAL.traps, ids=lambda trap: trap.name)
def test_food(trap: Trap, usual: Counts):
    USUAL.holds(trap, usual)


@pytest.mark.parametrize("trap", OTHERWISE.traps, ids=lambda trap: trap.name)
def test_food_when_settled_otherwise(trap: Trap, otherwise: Counts):
    OTHERWISE.holds(trap, otherwise)
