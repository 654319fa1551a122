"""Referrals that contradict each other, as traps of `tests.data.checking.test_cross_checks`."""

REFERRALS = """
a_referral_of_a_patient_who_is_not_listed
    patient P1,,,,
    referral R1,P2,2024-03-02,requested,2024-03-02,,
    = unknown_patient 2 patient_id
a_completed_referral_that_helped_nobody_that_is_known
    referral R1,P1,2024-03-02,completed,2024-03-09,,
    = completed_without_service 2 service_on
a_completed_referral_whose_service_another_row_tells
    referral R1,P1,2024-03-02,in_progress,2024-03-05,,2024-03-04
    referral R1,P1,2024-03-02,completed,2024-03-09,,
    = nothing
a_completed_referral_that_helped_on_no_known_day
    referral R1,P1,2024-03-02,completed,2024-03-09,helped,
    = nothing
one_status_of_a_referral_on_two_days_is_two_rows
    referral R1,P1,2024-03-02,accepted,2024-03-05,,
    referral R1,P1,2024-03-02,accepted,2024-03-09,,
    = nothing
one_status_of_a_referral_twice_on_a_day
    referral R1,P1,2024-03-02,accepted,2024-03-05,,
    referral R1,P1,2024-03-02,accepted,2024-03-05,no_funds,
    = repeated_referral 3 referral_id
a_referral_that_was_sent_on_two_days
    referral R1,P1,2024-03-02,requested,2024-03-02,,
    referral R1,P1,2024-03-03,accepted,2024-03-05,,
    = referral_contradicts 2 referral_id, referral_contradicts 3 referral_id
a_referral_that_an_earlier_file_gives_to_another_patient
    covers 2024-03-01:2024-03-31
    referral R1,P1,2024-03-02,requested,2024-03-02,,
    covers 2024-04-01:2024-04-30
    referral R1,P2,2024-04-02,accepted,2024-04-05,,
    = referral_contradicts 2 referral_id
a_referral_sent_again_for_the_same_days_takes_its_own_place
    covers 2024-03-01:2024-03-31
    referral R1,P1,2024-03-02,requested,2024-03-02,,
    covers 2024-03-01:2024-03-31
    referral R1,P2,2024-03-03,accepted,2024-04-05,,
    = nothing
"""
