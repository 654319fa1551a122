"""Blood-pressure control (CMS165v14): the definition as tables, a line for each row that a partner sends.

Unless a trap says otherwise: born 1970, essential hypertension since 2020, an office visit on 5 March 2024 and one
reading of 130/80 on 1 May 2024. The period is the year 2024.
"""

import pytest

from tests.spec.spec_table import Counts, Trap, spec
from tests.support.partnerships import as_csv, fresh
from workflow import submitting

SHORT = {"control": ("bp_control",)}
BASE = """
birth_date | event        | starts_on  | measured_on | systolic | diastolic
1970-01-01 |              |            |             |          |
           | hypertension | 2020-01-01 |             |          |
           | office_visit | 2024-03-05 |             |          |
           |              |            | 2024-05-01  | 130      | 80
"""

READINGS = """
trap                                               | measured_on | systolic | diastolic | setting       | expected
reading_of_139_over_89_is_controlled               | 2024-05-01  | 139      | 89        |               | 1 of 1
reading_of_139_9_is_controlled                     | 2024-05-01  | 139.9    | 89.9      |               | 1 of 1
reading_exactly_140_is_not_controlled              | 2024-05-01  | 140      | 80        |               | 0 of 1
reading_exactly_90_is_not_controlled               | 2024-05-01  | 130      | 90        |               | 0 of 1
two_readings_on_one_day_count_with_the_lower       | 2024-05-01  | 150      | 95        |               | 1 of 1
                                                   | 2024-05-01  | 138      | 88        |               |
lowest_values_may_come_from_two_readings           | 2024-05-01  | 150      | 85        |               | 1 of 1
                                                   | 2024-05-01  | 135      | 95        |               |
lower_reading_of_an_earlier_day_does_not_help      | 2024-05-01  | 120      | 70        |               | 0 of 1
                                                   | 2024-05-02  | 150      | 95        |               |
latest_day_decides_when_it_is_controlled           | 2024-05-01  | 150      | 95        |               | 1 of 1
                                                   | 2024-05-02  | 120      | 70        |               |
reading_on_the_first_day_of_the_period_counts      | 2024-01-01  | 130      | 80        |               | 1 of 1
reading_on_the_last_day_of_the_period_counts       | 2024-12-31  | 130      | 80        |               | 1 of 1
reading_the_day_before_the_period_does_not_count   | 2023-12-31  | 130      | 80        |               | 0 of 1
reading_the_day_after_the_period_does_not_count    | 2024-05-01  | 150      | 80        |               | 0 of 1
                                                   | 2025-01-01  | 130      | 80        |               |
latest_day_with_one_component_is_passed_over       | 2024-05-01  | 130      | 80        |               | 1 of 1
                                                   | 2024-06-01  | 160      |           |               |
components_of_one_day_from_two_rows_make_a_reading | 2024-05-01  | 160      | 95        |               | 1 of 1
                                                   | 2024-06-01  | 130      |           |               |
                                                   | 2024-06-01  |          | 80        |               |
only_half_readings_are_no_reading                  | 2024-05-01  | 130      |           |               | 0 of 1
emergency_reading_is_dropped                       | 2024-05-01  | 130      | 80        |               | 1 of 1
                                                   | 2024-06-01  | 170      | 99        | emergency     |
inpatient_reading_is_dropped                       | 2024-05-01  | 130      | 80        |               | 1 of 1
                                                   | 2024-06-01  | 170      | 99        | inpatient     |
only_an_emergency_reading_is_no_reading            | 2024-06-01  | 120      | 70        | emergency     | 0 of 1
lower_emergency_value_of_the_day_does_not_help     | 2024-06-01  | 120      | 70        | emergency     | 0 of 1
                                                   | 2024-06-01  | 150      | 90        | office        |
remote_device_reading_counts                       | 2024-06-01  | 130      | 80        | remote_device | 1 of 1
home_reading_counts                                | 2024-06-01  | 130      | 80        | home          | 1 of 1
ambulatory_reading_counts                          | 2024-06-01  | 130      | 80        | ambulatory    | 1 of 1
"""

IN_HOSPITAL = """
trap                                               | event           | starts_on  | ends_on    | status      | measured_on | systolic | diastolic | setting | expected
unlinked_reading_on_an_emergency_day_is_dropped    | emergency_visit | 2024-06-01 |            |             |             |          |           |         | 0 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
unlinked_reading_within_an_inpatient_stay_is_dropped | inpatient_stay | 2024-05-30 | 2024-06-03 | finished   |             |          |           |         | 0 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
unlinked_reading_on_the_last_inpatient_day_is_dropped | inpatient_stay | 2024-05-30 | 2024-06-01 |           |             |          |           |         | 0 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
unlinked_reading_the_day_after_a_stay_counts       | inpatient_stay  | 2024-05-30 | 2024-05-31 |             |             |          |           |         | 1 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
stay_without_an_end_is_one_day                     | inpatient_stay  | 2024-05-31 |            |             |             |          |           |         | 1 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
office_reading_on_an_emergency_day_counts          | emergency_visit | 2024-06-01 |            |             |             |          |           |         | 1 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        | office  |
cancelled_emergency_visit_drops_nothing            | emergency_visit | 2024-06-01 |            | cancelled   |             |          |           |         | 1 of 1
                                                   |                 |            |            |             | 2024-06-01  | 120      | 70        |         |
"""

POPULATION = """
trap                                          | birth_date | event                 | starts_on  | ends_on    | status           | without        | expected
turning_18_on_the_last_day_is_in              | 2006-12-31 |                       |            |            |                  |                | 1 of 1
turning_18_the_day_after_is_out               | 2007-01-01 |                       |            |            |                  |                | 0 of 0
aged_85_at_the_end_is_in                      | 1939-01-01 |                       |            |            |                  |                | 1 of 1
turning_86_on_the_last_day_is_out             | 1938-12-31 |                       |            |            |                  |                | 0 of 0
person_of_unknown_age_counts_as_adult         |            |                       |            |            |                  | patients       | 1 of 1
no_hypertension_is_out                        |            |                       |            |            |                  | hypertension   | 0 of 0
onset_on_30_june_is_in                        |            | hypertension          | 2024-06-30 |            |                  |                | 1 of 1
onset_on_1_july_is_out                        |            | hypertension          | 2024-07-01 |            |                  |                | 0 of 0
abated_on_the_first_day_is_in                 |            | hypertension          | 2020-01-01 | 2024-01-01 |                  |                | 1 of 1
abated_the_day_before_is_out                  |            | hypertension          | 2020-01-01 | 2023-12-31 |                  |                | 0 of 0
refuted_hypertension_is_out                   |            | hypertension          | 2020-01-01 |            | refuted          |                | 0 of 0
hypertension_entered_in_error_is_out          |            | hypertension          | 2020-01-01 |            | entered_in_error |                | 0 of 0
refuted_beside_confirmed_is_in                |            | hypertension          | 2020-01-01 |            | refuted          |                | 1 of 1
                                              |            | hypertension          | 2021-01-01 |            | confirmed        |                |
unconfirmed_hypertension_is_in                |            | hypertension          | 2020-01-01 |            | unconfirmed      |                | 1 of 1
provisional_hypertension_is_in                |            | hypertension          | 2020-01-01 |            | provisional      |                | 1 of 1
differential_hypertension_is_in               |            | hypertension          | 2020-01-01 |            | differential     |                | 1 of 1
confirmed_hypertension_is_in                  |            | hypertension          | 2020-01-01 |            | confirmed        |                | 1 of 1
diabetes_alone_is_out                         |            | diabetes              | 2020-01-01 |            |                  | hypertension   | 0 of 0
missing_visit_is_out                          |            |                       |            |            |                  | office_visit   | 0 of 0
planned_visit_is_no_visit                     |            | office_visit          | 2024-03-05 |            | planned          |                | 0 of 0
cancelled_visit_is_no_visit                   |            | office_visit          | 2024-03-05 |            | cancelled        |                | 0 of 0
visit_in_progress_is_no_visit                 |            | office_visit          | 2024-03-05 |            | in_progress      |                | 0 of 0
finished_visit_is_a_visit                     |            | office_visit          | 2024-03-05 |            | finished         |                | 1 of 1
visit_the_day_before_the_period_is_out        |            | office_visit          | 2023-12-31 |            |                  |                | 0 of 0
visit_that_begins_before_the_period_is_out    |            | office_visit          | 2023-12-31 | 2024-01-01 |                  |                | 0 of 0
visit_that_ends_after_the_period_is_out       |            | office_visit          | 2024-12-31 | 2025-01-01 |                  |                | 0 of 0
visit_on_the_first_day_is_in                  |            | office_visit          | 2024-01-01 |            |                  |                | 1 of 1
visit_on_the_last_day_is_in                   |            | office_visit          | 2024-12-31 |            |                  |                | 1 of 1
annual_wellness_visit_qualifies               |            | annual_wellness_visit | 2024-03-05 |            |                  | office_visit   | 1 of 1
preventive_visit_qualifies                    |            | preventive_visit      | 2024-03-05 |            |                  | office_visit   | 1 of 1
home_health_visit_qualifies                   |            | home_health_visit     | 2024-03-05 |            |                  | office_visit   | 1 of 1
virtual_visit_qualifies                       |            | virtual_visit         | 2024-03-05 |            |                  | office_visit   | 1 of 1
telephone_visit_qualifies                     |            | telephone_visit       | 2024-03-05 |            |                  | office_visit   | 1 of 1
emergency_visit_does_not_qualify              |            | emergency_visit       | 2024-03-05 |            |                  | office_visit   | 0 of 0
inpatient_stay_does_not_qualify               |            | inpatient_stay        | 2024-03-05 |            |                  | office_visit   | 0 of 0
no_reading_is_not_controlled                  |            |                       |            |            |                  | blood_pressure | 0 of 1
"""

EXCLUSIONS = """
trap                                             | birth_date | event                       | starts_on  | ends_on    | status           | expected
excluded_person_with_a_controlled_reading_is_in_neither |     | hospice                     | 2024-12-31 |            |                  | 0 of 0, hospice 1
hospice_that_ended_before_the_period_is_counted  |            | hospice                     | 2023-01-01 | 2023-12-31 |                  | 1 of 1
hospice_going_on_since_before_excludes           |            | hospice                     | 2023-01-01 |            |                  | 0 of 0, hospice 1
hospice_after_the_period_is_counted              |            | hospice                     | 2025-01-01 |            |                  | 1 of 1
hospice_entered_in_error_excludes_nobody         |            | hospice                     | 2024-05-01 |            | entered_in_error | 1 of 1
planned_hospice_excludes_nobody                  |            | hospice                     | 2024-05-01 |            | planned          | 1 of 1
pregnancy_in_the_period_excludes                 |            | pregnancy                   | 2023-06-01 | 2024-01-01 |                  | 0 of 0, pregnancy 1
pregnancy_before_the_period_is_counted           |            | pregnancy                   | 2023-03-01 | 2023-12-31 |                  | 1 of 1
end_stage_renal_disease_excludes                 |            | end_stage_renal_disease     | 2015-01-01 |            |                  | 0 of 0, kidney_failure 1
refuted_renal_disease_excludes_nobody            |            | end_stage_renal_disease     | 2015-01-01 |            | refuted          | 1 of 1
ckd_stage_5_excludes                             |            | ckd_stage_5                 | 2024-12-31 |            |                  | 0 of 0, kidney_failure 1
transplant_recipient_excludes                    |            | kidney_transplant_recipient | 2010-01-01 |            |                  | 0 of 0, kidney_failure 1
dialysis_years_ago_excludes                      |            | dialysis                    | 1995-01-01 |            |                  | 0 of 0, kidney_failure 1
dialysis_after_the_period_is_counted             |            | dialysis                    | 2025-01-01 |            |                  | 1 of 1
dialysis_that_ends_after_the_period_is_counted   |            | dialysis                    | 2024-12-01 | 2025-01-01 |                  | 1 of 1
kidney_transplant_years_ago_excludes             |            | kidney_transplant           | 1995-01-01 |            |                  | 0 of 0, kidney_failure 1
esrd_monthly_service_on_the_last_day_excludes    |            | esrd_monthly_service        | 2024-12-31 | 2025-01-30 |                  | 0 of 0, kidney_failure 1
palliative_care_in_the_period_excludes           |            | palliative_care             | 2024-12-31 |            |                  | 0 of 0, palliative_care 1
palliative_care_before_the_period_is_counted     |            | palliative_care             | 2023-02-01 | 2023-12-31 |                  | 1 of 1
frail_at_65_is_counted                           | 1959-01-01 | frailty                     | 2024-05-01 |            |                  | 1 of 1
                                                 |            | advanced_illness            | 2024-05-01 |            |                  |
frail_and_ill_at_66_is_excluded                  | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 0 of 0, frail_66_to_80 1
                                                 |            | advanced_illness            | 2024-05-01 |            |                  |
frail_alone_at_66_is_counted                     | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 1 of 1
ill_alone_at_66_is_counted                       | 1958-12-31 | advanced_illness            | 2024-05-01 |            |                  | 1 of 1
illness_that_began_a_year_before_excludes        | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 0 of 0, frail_66_to_80 1
                                                 |            | advanced_illness            | 2023-01-01 |            |                  |
illness_that_began_earlier_excludes_nobody       | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 1 of 1
                                                 |            | advanced_illness            | 2022-12-31 |            |                  |
dementia_medication_of_the_year_before_excludes  | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 0 of 0, frail_66_to_80 1
                                                 |            | dementia_medication         | 2020-01-01 | 2023-01-01 |                  |
dementia_medication_that_ended_earlier_does_not  | 1958-12-31 | frailty                     | 2024-05-01 |            |                  | 1 of 1
                                                 |            | dementia_medication         | 2020-01-01 | 2022-12-31 |                  |
frailty_before_the_period_does_not_exclude       | 1958-12-31 | frailty                     | 2023-05-01 | 2023-12-31 |                  | 1 of 1
                                                 |            | advanced_illness            | 2024-05-01 |            |                  |
frail_alone_at_80_is_counted                     | 1944-01-01 | frailty                     | 2024-05-01 |            |                  | 1 of 1
frail_alone_at_81_is_excluded                    | 1943-12-31 | frailty                     | 2024-05-01 |            |                  | 0 of 0, frail_81 1
nursing_home_at_66_is_excluded                   | 1958-12-31 | nursing_home                | 2019-05-01 |            |                  | 0 of 0, nursing_home 1
nursing_home_at_65_is_counted                    | 1959-01-01 | nursing_home                | 2024-05-01 |            |                  | 1 of 1
moved_out_of_the_nursing_home_is_counted         | 1950-01-01 | nursing_home                | 2024-05-01 |            |                  | 1 of 1
                                                 |            | other_housing               | 2024-05-02 |            |                  |
moved_into_the_nursing_home_is_excluded          | 1950-01-01 | other_housing               | 2024-05-01 |            |                  | 0 of 0, nursing_home 1
                                                 |            | nursing_home                | 2024-05-02 |            |                  |
nursing_home_after_the_period_is_counted         | 1950-01-01 | nursing_home                | 2025-01-01 |            |                  | 1 of 1
"""

HOSPICE_DISCHARGE = """
trap                                        | admitted_on | discharged_on | disposition | expected
discharge_to_hospice_in_the_period_excludes | 2023-12-28  | 2024-01-01    | hospice     | 0 of 0, hospice 1
discharge_to_hospice_before_is_counted      | 2023-12-28  | 2023-12-31    | hospice     | 1 of 1
discharge_home_excludes_nobody              | 2024-03-01  | 2024-03-04    | home        | 1 of 1
"""

MONTHS = """
trap                                             | event          | starts_on  | ends_on    | measured_on | systolic | diastolic | without      | expected
month_counts_people_with_a_reading_in_it         |                |            |            | 2024-05-31  | 130      | 80        |              | in 2024-05 1 of 1; in 2024-06 0 of 0; in 2024-04 0 of 0
month_needs_no_visit                             |                |            |            | 2024-05-31  | 130      | 80        | office_visit | in 2024-05 1 of 1; 0 of 0
month_needs_a_reading_that_qualifies             |                |            |            | 2024-05-31  | 130      |           |              | in 2024-05 0 of 0
hypertension_that_begins_in_the_second_half_is_in_its_month | hypertension | 2024-08-31 |   | 2024-08-01  | 130      | 80        |              | in 2024-08 1 of 1; 0 of 0
                                                 |                |            |            | 2024-07-31  | 130      | 80        |              |
hypertension_not_begun_by_the_months_end_is_out  | hypertension   | 2024-05-01 |            | 2024-04-30  | 130      | 80        |              | in 2024-04 0 of 0
month_looks_at_its_own_latest_day                |                |            |            | 2024-05-01  | 130      | 80        |              | in 2024-05 0 of 1; in 2024-06 1 of 1; 1 of 1
                                                 |                |            |            | 2024-05-02  | 150      | 80        |              |
                                                 |                |            |            | 2024-06-02  | 130      | 80        |              |
hospice_in_another_month_excludes_the_year_only  | hospice        | 2024-05-01 | 2024-05-31 | 2024-06-01  | 130      | 80        |              | in 2024-06 1 of 1; 0 of 0, hospice 1
hospice_in_the_month_excludes                    | hospice        | 2024-05-31 |            | 2024-05-01  | 130      | 80        |              | in 2024-05 0 of 0, hospice 1; 0 of 0, hospice 1
"""

USUAL = spec(SHORT, BASE, READINGS, IN_HOSPITAL, POPULATION, EXCLUSIONS, HOSPICE_DISCHARGE, MONTHS)
AGE_KNOWN = spec(SHORT, BASE, """
trap                                | without  | birth_date | expected
unknown_age_is_out_when_so_settled  | patients |            | 0 of 0
known_age_is_in                     |          | 1970-01-01 | 1 of 1
""", unknown_age_counts=False)  # fmt: skip


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return USUAL.counts(tmp_path_factory.mktemp("spec") / "usual")


@pytest.mark.parametrize("trap", USUAL.traps, ids=lambda trap: trap.name)
def test_control(trap: Trap, usual: Counts):
    USUAL.holds(trap, usual)


def test_age_must_be_known_when_so_settled(tmp_path):
    counts = AGE_KNOWN.counts(tmp_path / "p")
    for trap in AGE_KNOWN.traps:
        AGE_KNOWN.holds(trap, counts)


@pytest.mark.parametrize(
    ("systolic", "diastolic"), [("16", "9.3"), ("0", "0"), ("80", "130")], ids=["kilopascal", "zero", "swapped"]
)
def test_implausible_reading_is_a_finding_and_never_controlled(tmp_path, systolic, diastolic):
    partnership = fresh(tmp_path / "p", ("alder",))
    row = {"patient_id": "P1", "measured_on": "2024-05-01", "systolic": systolic, "diastolic": diastolic}
    made = submitting.check(partnership.store, as_csv("blood_pressure", [row]), "blood_pressure", "alder")
    assert made.submission is None
    assert made.report.rows_kept == 0
    assert made.report.table["row"].to_list()[0] == 2
    partnership.close()
