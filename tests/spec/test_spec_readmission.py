"""30-day readmission: the definition as tables, a line for each stay that a partner sends.

Unless a trap says otherwise the patient was born in 1950 and every stay is an inpatient stay at the same hospital,
discharged home. The period is the year 2024; data covers 2023 to March 2025. `1 of 2`: two index stays, of which
one was followed by a readmission; without a name the figure holds for any hospital and for the same hospital.
"""

import pytest

from tests.spec.spec_table import Counts, Trap, spec
from tests.support.partnerships import as_csv, fresh
from workflow import submitting

SHORT = {
    "both": ("readmission_any_hospital", "readmission_same_hospital"),
    "any": ("readmission_any_hospital",),
    "same": ("readmission_same_hospital",),
}
BASE = """
birth_date
1950-01-01
"""

RETURNS = """
trap                                                 | admitted_on | discharged_on | disposition     | planned | principal_diagnosis | expected
stay_without_a_return                                | 2024-03-01  | 2024-03-05    | home            |         |                     | 0 of 1
day_29_counts                                        | 2024-03-01  | 2024-03-05    | home            |         |                     | 1 of 2
                                                     | 2024-04-03  | 2024-04-04    | home            |         |                     |
day_30_counts                                        | 2024-03-01  | 2024-03-05    | home            |         |                     | 1 of 2
                                                     | 2024-04-04  | 2024-04-05    | home            |         |                     |
day_31_does_not_count                                | 2024-03-01  | 2024-03-05    | home            |         |                     | 0 of 2
                                                     | 2024-04-05  | 2024-04-06    | home            |         |                     |
same_day_return_to_the_same_hospital_counts_at_0_days | 2024-03-01 | 2024-03-05    | home            |         |                     | 1 of 2
                                                     | 2024-03-05  | 2024-03-09    | home            |         |                     |
next_day_return_to_the_same_hospital_counts          | 2024-03-01  | 2024-03-05    | home            |         |                     | 1 of 2
                                                     | 2024-03-06  | 2024-03-09    | home            |         |                     |
planned_first_return_keeps_the_index_at_0            | 2024-03-01  | 2024-03-05    | home            |         |                     | 0 of 2
                                                     | 2024-03-15  | 2024-03-16    | home            | yes     |                     |
unplanned_after_a_planned_first_return_does_not_count_for_the_index | 2024-03-01 | 2024-03-05 | home |   |                     | 1 of 3
                                                     | 2024-03-10  | 2024-03-12    | home            | yes     |                     |
                                                     | 2024-03-20  | 2024-03-22    | home            | no      |                     |
two_returns_count_once_each_for_their_own_index      | 2024-03-01  | 2024-03-05    | home            |         |                     | 2 of 3
                                                     | 2024-03-10  | 2024-03-12    | home            |         |                     |
                                                     | 2024-03-20  | 2024-03-22    | home            |         |                     |
readmission_may_be_an_index_stay                     | 2024-03-01  | 2024-03-05    | against_advice  |         |                     | 1 of 2, against_advice 1
                                                     | 2024-03-20  | 2024-03-22    | home            |         |                     |
                                                     | 2024-04-10  | 2024-04-12    | home            |         |                     |
missing_disposition_is_an_index_and_a_readmission    | 2024-03-01  | 2024-03-05    |                 |         |                     | 1 of 2
                                                     | 2024-03-20  | 2024-03-22    |                 |         |                     |
missing_discharge_is_a_readmission_but_no_index      | 2024-03-01  | 2024-03-05    | home            |         |                     | 1 of 1
                                                     | 2024-03-20  |               |                 |         |                     |
death_at_the_return_is_a_readmission                 | 2024-03-01  | 2024-03-05    | home            |         |                     | 1 of 1, died 1
                                                     | 2024-03-20  | 2024-03-22    | died            |         |                     |
psychiatric_return_is_a_readmission                  | 2024-03-01  | 2024-03-05    | home            |         | I50.9               | 1 of 1, psychiatric 1
                                                     | 2024-03-20  | 2024-03-22    | home            |         | F20.9               |
"""

INDEX = """
trap                                          | birth_date | admitted_on | discharged_on | disposition     | stay_type   | principal_diagnosis | expected
died_in_hospital_is_no_index                  |            | 2024-03-01  | 2024-03-05    | died            | inpatient   |                     | 0 of 0, died 1
left_against_advice_is_no_index               |            | 2024-03-01  | 2024-03-05    | against_advice  | inpatient   |                     | 0 of 0, against_advice 1
transferred_to_an_acute_hospital_is_no_index  |            | 2024-03-01  | 2024-03-05    | transfer_acute  | inpatient   |                     | 0 of 0, transferred_out 1
discharge_code_02_is_a_transfer               |            | 2024-03-01  | 2024-03-05    | 02              | inpatient   |                     | 0 of 0, transferred_out 1
still_a_patient_is_no_index                   |            | 2024-03-01  | 2024-03-05    | still_here      | inpatient   |                     | 0 of 0, still_here 1
discharged_to_skilled_nursing_is_an_index     |            | 2024-03-01  | 2024-03-05    | skilled_nursing | inpatient   |                     | 0 of 1
discharged_to_hospice_is_an_index             |            | 2024-03-01  | 2024-03-05    | hospice         | inpatient   |                     | 0 of 1
seventeen_at_admission_is_no_index            | 2006-03-02 | 2024-03-01  | 2024-03-05    | home            | inpatient   |                     | 0 of 0, under_18 1
eighteen_on_the_day_of_admission_is_an_index  | 2006-03-01 | 2024-03-01  | 2024-03-05    | home            | inpatient   |                     | 0 of 1
childbirth_is_no_index                        |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | O80                 | 0 of 0, birth 1
liveborn_is_no_index                          |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | Z38.00              | 0 of 0, birth 1
perinatal_condition_is_no_index               |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | P07.3               | 0 of 0, birth 1
cancer_is_no_index                            |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | C34.90              | 0 of 0, cancer 1
chemotherapy_is_no_index                      |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | Z51.11              | 0 of 0, cancer 1
benign_tumour_is_an_index                     |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | D12.6               | 0 of 1
rehabilitation_is_no_index                    |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | Z51.89              | 0 of 0, rehabilitation 1
psychiatric_care_is_no_index                  |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | F32.1               | 0 of 0, psychiatric 1
dementia_is_an_index                          |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | F01.50              | 0 of 1
substance_use_is_an_index                     |            | 2024-03-01  | 2024-03-05    | home            | inpatient   | F10.20              | 0 of 1
diagnosis_without_the_dot_in_lower_case_is_read |          | 2024-03-01  | 2024-03-05    | home            | inpatient   | f321                | 0 of 0, psychiatric 1
observation_is_no_index                       |            | 2024-03-01  | 2024-03-05    | home            | observation |                     | 0 of 0
observation_is_no_readmission                 |            | 2024-03-01  | 2024-03-05    | home            | inpatient   |                     | 0 of 1
                                              |            | 2024-03-10  | 2024-03-11    | home            | observation |                     |
discharge_on_1_january_is_in                  |            | 2023-12-20  | 2024-01-01    | home            | inpatient   |                     | 0 of 1
discharge_on_31_december_before_is_out        |            | 2023-12-20  | 2023-12-31    | home            | inpatient   |                     | 0 of 0
discharge_on_31_december_is_in                |            | 2024-12-20  | 2024-12-31    | home            | inpatient   |                     | 0 of 1
discharge_after_the_period_is_out             |            | 2024-12-20  | 2025-01-01    | home            | inpatient   |                     | 0 of 0
return_after_the_period_counts                |            | 2024-12-20  | 2024-12-31    | home            | inpatient   |                     | 1 of 1
                                              |            | 2025-01-30  | 2025-01-31    | home            | inpatient   |                     |
the_discharge_month_decides                   |            | 2024-03-28  | 2024-04-02    | home            | inpatient   |                     | in 2024-04 1 of 1; in 2024-03 0 of 0; in 2024-05 0 of 1
                                              |            | 2024-05-01  | 2024-05-02    | home            | inpatient   |                     |
thirty_days_of_follow_up_are_enough           |            | 2025-02-20  | 2025-03-01    | home            | inpatient   |                     | in 2025-03 0 of 1
twenty_nine_days_of_follow_up_are_not         |            | 2025-02-20  | 2025-03-02    | home            | inpatient   |                     | in 2025-03 0 of 0, no_follow_up 1
"""

CHAINS = """
trap                                                 | admitted_on | discharged_on | hospital | disposition    | planned | expected
transfer_on_the_same_day_is_one_episode              | 2024-03-01  | 2024-03-05    | North    | transfer_acute |         | 0 of 1
                                                     | 2024-03-05  | 2024-03-09    | South    | home           |         |
transfer_on_the_next_day_is_one_episode              | 2024-03-01  | 2024-03-05    | North    | transfer_acute |         | 0 of 1
                                                     | 2024-03-06  | 2024-03-09    | South    | home           |         |
transfer_chain_ignores_the_disposition               | 2024-03-01  | 2024-03-05    | North    | home           |         | 0 of 1
                                                     | 2024-03-06  | 2024-03-09    | South    | home           |         |
two_days_later_elsewhere_is_a_readmission            | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 2; same 0 of 2
                                                     | 2024-03-07  | 2024-03-09    | South    | home           |         |
chain_of_three_is_one_episode                        | 2024-03-01  | 2024-03-05    | North    | home           |         | 0 of 1
                                                     | 2024-03-06  | 2024-03-09    | South    | home           |         |
                                                     | 2024-03-10  | 2024-03-12    | North    | home           |         |
chain_belongs_to_the_hospital_that_discharges        | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 2; same 1 of 2
                                                     | 2024-03-05  | 2024-03-09    | South    | home           |         |
                                                     | 2024-03-20  | 2024-03-22    | South    | home           |         |
return_to_the_first_hospital_of_a_chain_is_elsewhere | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 2; same 0 of 2
                                                     | 2024-03-05  | 2024-03-09    | South    | home           |         |
                                                     | 2024-03-20  | 2024-03-22    | North    | home           |         |
days_count_from_the_end_of_the_chain                 | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 2; same 0 of 2
                                                     | 2024-03-05  | 2024-03-20    | South    | home           |         |
                                                     | 2024-04-19  | 2024-04-22    | North    | home           |         |
overlapping_stays_are_one_episode                    | 2024-03-01  | 2024-03-10    | North    | home           |         | 0 of 1
                                                     | 2024-03-05  | 2024-03-08    | North    | home           |         |
the_same_stay_in_two_hospitals_is_one_episode        | 2024-03-01  | 2024-03-05    | North    | home           |         | 0 of 1
                                                     | 2024-03-01  | 2024-03-05    | South    | home           |         |
overlaps_join_transitively                           | 2024-03-01  | 2024-03-20    | North    | home           |         | 0 of 1
                                                     | 2024-03-03  | 2024-03-05    | South    | home           |         |
                                                     | 2024-03-15  | 2024-03-25    | South    | home           |         |
stay_within_a_longer_one_does_not_end_it             | 2024-03-01  | 2024-03-20    | North    | home           |         | any 1 of 2; same 1 of 2
                                                     | 2024-03-03  | 2024-03-05    | South    | died           |         |
                                                     | 2024-04-19  | 2024-04-20    | North    | home           |         |
zero_day_transfer_discharges_the_person              | 2024-03-01  | 2024-03-05    | South    | transfer_acute |         | 0 of 0, died 1
                                                     | 2024-03-05  | 2024-03-05    | North    | died           |         |
person_still_in_the_next_hospital_is_no_index        | 2024-03-01  | 2024-03-05    | South    | transfer_acute |         | 0 of 0
                                                     | 2024-03-05  |               | North    |                |         |
transfer_out_at_the_chains_end_is_no_index           | 2024-03-01  | 2024-03-05    | North    | home           |         | 0 of 0, transferred_out 1
                                                     | 2024-03-06  | 2024-03-09    | South    | transfer_acute |         |
readmission_counts_where_it_begins                   | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 2; same 1 of 2
                                                     | 2024-03-20  | 2024-03-21    | North    | home           |         |
                                                     | 2024-03-22  | 2024-03-23    | South    | home           |         |
same_hospital_looks_past_a_stay_elsewhere            | 2024-03-01  | 2024-03-05    | North    | home           |         | any 2 of 3; same 1 of 3
                                                     | 2024-03-10  | 2024-03-12    | South    | home           |         |
                                                     | 2024-03-20  | 2024-03-22    | North    | home           |         |
planned_stay_elsewhere_comes_first                   | 2024-03-01  | 2024-03-05    | North    | home           |         | any 1 of 3; same 1 of 3
                                                     | 2024-03-10  | 2024-03-12    | South    | home           | yes     |
                                                     | 2024-03-20  | 2024-03-22    | North    | home           |         |
planned_is_said_by_the_first_stay_of_the_return      | 2024-03-01  | 2024-03-05    | North    | home           |         | 1 of 2
                                                     | 2024-03-10  | 2024-03-12    | North    | home           | no      |
                                                     | 2024-03-12  | 2024-03-14    | South    | home           | yes     |
"""

USUAL = spec(SHORT, BASE, RETURNS, INDEX, CHAINS)
OTHERWISE = spec(SHORT, BASE, """
trap                                         | birth_date | admitted_on | discharged_on | stay_type   | planned | principal_diagnosis | without  | expected
same_day_return_is_combined                  |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     |          | 0 of 1
                                             |            | 2024-03-05  | 2024-03-09    | inpatient   |         |                     |          |
next_day_return_is_not_combined              |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     |          | 1 of 2
                                             |            | 2024-03-06  | 2024-03-09    | inpatient   |         |                     |          |
planned_first_return_drops_the_index         |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     |          | 0 of 1, planned_return 1
                                             |            | 2024-03-10  | 2024-03-12    | inpatient   | yes     |                     |          |
planned_return_on_day_31_drops_nothing       |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     |          | 0 of 2
                                             |            | 2024-04-05  | 2024-04-06    | inpatient   | yes     |                     |          |
observation_counts_as_a_stay                 |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     |          | 1 of 2
                                             |            | 2024-03-10  | 2024-03-11    | observation |         |                     |          |
psychiatric_care_is_an_index_when_so_settled |            | 2024-03-01  | 2024-03-05    | inpatient   |         | F20.9               |          | 0 of 1
childbirth_is_never_an_index                 |            | 2024-03-01  | 2024-03-05    | inpatient   |         | O80                 |          | 0 of 0, birth 1
unknown_age_is_no_index_when_so_settled      |            | 2024-03-01  | 2024-03-05    | inpatient   |         |                     | patients | 0 of 0, under_18 1
""", same_day_same_hospital="combine", planned_first_return="drop_index", observation_stays_count=True,
    exclude_condition_stays=False, unknown_age_counts=False)  # fmt: skip


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return USUAL.counts(tmp_path_factory.mktemp("spec") / "usual")


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return OTHERWISE.counts(tmp_path_factory.mktemp("spec") / "otherwise")


@pytest.mark.parametrize("trap", USUAL.traps, ids=lambda trap: trap.name)
def test_readmission(trap: Trap, usual: Counts):
    USUAL.holds(trap, usual)


@pytest.mark.parametrize("trap", OTHERWISE.traps, ids=lambda trap: trap.name)
def test_readmission_when_settled_otherwise(trap: Trap, otherwise: Counts):
    OTHERWISE.holds(trap, otherwise)


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("overlapping_stays", {"disposition": "home"}, {"admitted_on": "2024-03-04"}),
        ("after_death", {"disposition": "died"}, {"admitted_on": "2024-03-20"}),
    ],
)
def test_contradictions_between_stays_are_told_to_the_partner(tmp_path, rule, first, second):
    partnership = fresh(tmp_path / "p", ("alder",))
    stay = {"patient_id": "P1", "stay_type": "inpatient", "discharged_on": "2024-03-22"}
    rows = [
        {**stay, "stay_id": "S1", "admitted_on": "2024-03-01", **first, "discharged_on": "2024-03-05"},
        {**stay, "stay_id": "S2", **second},
    ]
    made = submitting.check(partnership.store, as_csv("hospital_stays", rows), "hospital_stays", "alder")
    assert made.report.rows_kept == 2
    assert made.report.table.select("rule", "row").rows() == [(rule, 3)]
    partnership.close()
