"""Checks across rows and files, as traps: files accepted before, the file that is checked, and its exact findings.

Each trap is a partner of its own. A line is a row of a file; a file ends where the dataset changes or at `+`, and
`covers` says which days it takes over. All files but the last are accepted; the last is checked (header = row 1).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from data.checking.file_check import Checked
from data.ledger import submissions
from data.ledger.store import Store, transaction
from data.ledger.submissions import Window
from schemas.policy.rule_catalog import RULES
from tests.data.checking.referral_traps import REFERRALS
from tests.support.new_partnerships import new_store
from workflow import submitting

HEADERS = {
    "patients": "patient_id,person_token,birth_date,birth_year,sex",
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,hospital,disposition,stay_type",
    "clinical_events": "patient_id,event,starts_on,status",
    "blood_pressure": "patient_id,measured_on,systolic,diastolic",
    "food_security": "patient_id,screened_on,result,instrument",
    "referrals": "referral_id,patient_id,sent_on,status,status_on,closure_reason,service_on,need",
}
SHORT = {"patient": "patients", "stay": "hospital_stays", "event": "clinical_events", "reading": "blood_pressure",
         "screen": "food_security", "referral": "referrals"}  # fmt: skip
ENDS = {
    "hospital_stays": ",inpatient",
    "blood_pressure": ",128,79",
    "food_security": ",at_risk,result_only",
    "referrals": ",food",
}

TRAPS = """
a_reading_of_a_patient_who_is_not_listed
    patient P1,,,,
    reading P1,2024-03-01
    reading P2,2024-03-02
    = unknown_patient 3 patient_id
an_event_of_a_patient_who_is_not_listed
    patient P1,,,,
    event P2,office_visit,2024-03-02,
    = unknown_patient 2 patient_id
a_screen_of_a_patient_who_is_not_listed
    patient P1,,,,
    screen P2,2024-03-02
    = unknown_patient 2 patient_id
a_stay_of_a_patient_who_is_not_listed
    patient P1,,,,
    stay S1,P2,2024-03-01,2024-03-05,,
    = unknown_patient 2 patient_id
without_any_patients_file_nobody_is_missed
    reading P1,2024-03-01
    = nothing
a_patients_file_that_comes_last_and_lacks_someone
    reading P1,2024-03-01
    reading P2,2024-03-01
    patient P1,,,,
    = patients_not_listed - patient_id
a_patients_file_that_comes_last_and_lists_everyone
    reading P1,2024-03-01
    reading P2,2024-03-01
    patient P1,,,,
    +
    patient P2,,,,
    = nothing

a_stay_overlaps_another_of_the_file
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S2,P1,2024-03-04,2024-03-08,,
    = overlapping_stays 3 admitted_on
of_two_that_overlap_the_later_is_named_whatever_their_order
    stay S2,P1,2024-03-04,2024-03-08,,
    stay S1,P1,2024-03-01,2024-03-05,,
    = overlapping_stays 2 admitted_on
a_long_stay_reaches_over_a_short_one_to_the_next
    stay S1,P1,2024-03-01,2024-03-20,,
    stay S2,P1,2024-03-02,2024-03-03,,
    stay S3,P1,2024-03-10,2024-03-12,,
    = overlapping_stays 3 admitted_on, overlapping_stays 4 admitted_on
stays_that_only_touch_do_not_overlap
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S2,P1,2024-03-05,2024-03-08,,
    = nothing
two_stays_within_one_day_do_not_overlap
    stay S1,P1,2024-03-01,2024-03-01,,
    stay S2,P1,2024-03-01,2024-03-01,,
    = nothing
stays_of_two_patients_do_not_overlap
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S2,P2,2024-03-04,2024-03-08,,
    = nothing
stays_of_two_patients_with_one_token_overlap
    patient P1,T1,,,
    patient P2,T1,,,
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S2,P2,2024-03-04,2024-03-08,,
    = overlapping_stays 3 admitted_on
one_stay_under_two_ids_overlaps_itself
    stay S1,P1,2024-03-01,2024-03-05,North,
    stay S2,P1,2024-03-01,2024-03-05,North,
    = overlapping_stays 3 admitted_on
a_row_that_is_blocked_overlaps_nothing
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S1,P1,2024-03-01,2024-03-05,,
    = repeated_stay 3 stay_id
a_stay_overlaps_an_earlier_one_in_force
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-20,2024-03-31,,
    covers 2024-04-01:2024-04-30
    stay S2,P1,2024-03-30,2024-04-02,,
    = overlapping_stays 2 admitted_on
a_stay_overlaps_a_later_one_in_force
    covers 2024-04-01:2024-04-30
    stay S2,P1,2024-03-30,2024-04-02,,
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-20,2024-03-31,,
    = overlapping_stays 2 admitted_on
a_stay_touches_one_in_force
    covers 2024-04-01:2024-04-30
    stay S2,P1,2024-03-31,2024-04-02,,
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-20,2024-03-31,,
    = nothing
a_stay_that_this_file_replaces_does_not_overlap
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-20,,
    covers 2024-03-01:2024-03-31
    stay S9,P1,2024-03-10,2024-03-15,,
    = nothing
a_stay_sent_again_closed_does_not_overlap_itself
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-20,2024-03-31,,
    covers 2024-04-01:2024-04-30
    stay S1,P1,2024-03-20,2024-04-05,,
    = nothing

the_same_stay_in_two_hospitals
    stay S1,P1,2024-03-01,2024-03-05,North,
    stay S2,P1,2024-03-01,2024-03-05,South,
    = stay_in_two_hospitals 2 hospital, stay_in_two_hospitals 3 hospital
the_same_stay_in_two_hospitals_one_of_them_unnamed_under_one_token
    patient P1,T1,,,
    patient P2,T1,,,
    stay S1,P1,2024-03-01,2024-03-05,,
    stay S2,P2,2024-03-01,2024-03-05,South,
    = stay_in_two_hospitals 2 hospital, stay_in_two_hospitals 3 hospital
seen_in_two_hospitals_within_a_day_is_a_transfer
    stay S1,P1,2024-03-01,2024-03-01,North,transfer_acute
    stay S2,P1,2024-03-01,2024-03-01,South,home
    = nothing
stays_in_two_hospitals_a_day_apart_overlap
    stay S1,P1,2024-03-01,2024-03-05,North,
    stay S2,P1,2024-03-01,2024-03-06,South,
    = overlapping_stays 3 admitted_on
the_same_stay_moved_to_another_hospital_by_this_file
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-05,North,
    covers 2024-03-01:2024-03-31
    stay S2,P1,2024-03-01,2024-03-05,South,
    = nothing

a_reading_before_birth
    patient P1,,1990-05-02,,
    reading P1,1990-05-01
    reading P1,1990-05-02
    = before_birth 2 measured_on
a_screen_before_birth
    patient P1,,1990-05-02,,
    screen P1,1990-05-01
    = before_birth 2 screened_on
an_event_before_birth
    patient P1,,1990-05-02,,
    event P1,diabetes,1990-05-01,
    = before_birth 2 starts_on
a_refuted_diagnosis_before_birth_was_never_there
    patient P1,,1990-05-02,,
    event P1,diabetes,1990-05-01,refuted
    = nothing
a_stay_before_birth
    patient P1,,1990-05-02,,
    stay S1,P1,1990-05-01,1990-05-05,,
    = before_birth 2 admitted_on
a_day_of_the_birth_year_may_be_after_birth
    patient P1,,,1990,
    reading P1,1989-12-31
    reading P1,1990-01-01
    = before_birth 2 measured_on
a_birth_date_fixed_since_decides
    patient P1,,1990-05-02,,
    +
    patient P1,,1980-05-02,,
    reading P1,1985-01-01
    = nothing
a_birth_date_that_comes_after_the_readings
    reading P1,1990-05-01
    reading P2,1990-05-01
    patient P1,,1990-05-02,,
    patient P2,,1990-05-01,,
    = born_after_records 2 birth_date
a_birth_year_that_comes_after_a_stay
    stay S1,P1,1990-05-01,1990-05-05,,
    patient P1,,,1991,
    = born_after_records 2 birth_year

a_stay_after_a_death_in_hospital
    stay S1,P1,2024-03-01,2024-03-05,,died
    stay S2,P1,2024-03-06,2024-03-08,,
    = after_death 3 admitted_on
a_stay_on_the_day_of_death_is_not_after_it
    stay S1,P1,2024-03-01,2024-03-05,,died
    stay S2,P1,2024-03-05,2024-03-05,,
    = nothing
a_reading_after_the_event_died
    event P1,died,2024-03-05,
    reading P1,2024-03-05
    reading P1,2024-03-06
    = after_death 3 measured_on
a_screen_after_a_death_in_hospital
    stay S1,P1,2024-03-01,2024-03-05,,died
    screen P1,2024-03-06
    = after_death 2 screened_on
a_visit_after_death_that_was_cancelled
    event P1,died,2024-03-05,
    event P1,office_visit,2024-03-08,cancelled
    = nothing
a_death_entered_in_error_ends_nothing
    event P1,died,2024-03-05,entered_in_error
    reading P1,2024-03-06
    = nothing
a_reading_after_the_death_of_the_same_person_under_another_id
    patient P1,T1,,,
    patient P2,T1,,,
    event P1,died,2024-03-05,
    reading P2,2024-03-06
    = after_death 2 measured_on
a_death_that_this_file_replaces_ends_nothing
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-05,,died
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-05,,home
    stay S2,P1,2024-03-06,2024-03-08,,
    = nothing
a_death_that_a_later_file_has_taken_back_ends_nothing
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-31,,died
    covers 2024-04-01:2024-04-30
    stay S1,P1,2024-03-01,2024-04-02,,home
    reading P1,2024-04-05
    = nothing
a_death_in_force_ends_the_stays_of_a_later_file
    covers 2024-03-01:2024-03-31
    stay S1,P1,2024-03-01,2024-03-31,,died
    covers 2024-04-01:2024-04-30
    stay S2,P1,2024-04-02,2024-04-03,,
    = after_death 2 admitted_on
a_death_that_comes_after_the_readings
    reading P1,2024-03-06
    reading P2,2024-03-05
    event P1,died,2024-03-05,
    event P2,died,2024-03-05,
    = died_before_records 2 starts_on
a_death_in_hospital_that_comes_after_the_visits
    event P1,office_visit,2024-03-06,
    stay S1,P1,2024-03-01,2024-03-05,,died
    = died_before_records 2 disposition
a_death_before_rows_that_this_file_replaces
    covers 2024-03-01:2024-03-31
    event P1,office_visit,2024-03-20,
    covers 2024-03-01:2024-03-31
    event P1,died,2024-03-05,
    = nothing

another_birth_date_than_before
    patient P1,,1950-01-01,,
    +
    patient P1,,1950-01-02,,
    = contradicts_earlier 2 birth_date
another_birth_year_than_the_date_before
    patient P1,,1950-01-01,,
    +
    patient P1,,,1951,
    = contradicts_earlier 2 birth_year
the_birth_year_of_the_date_before
    patient P1,,1950-01-01,,
    +
    patient P1,,,1950,
    = nothing
another_sex_than_before
    patient P1,,,,female
    +
    patient P1,,,,male
    = contradicts_earlier 2 sex
a_sex_that_was_not_known_before
    patient P1,,,,declined
    +
    patient P1,,,,male
    = nothing
what_was_fixed_once_is_not_told_again
    patient P1,,,,female
    +
    patient P1,,,,male
    +
    patient P1,,,1950,male
    = nothing
two_patients_of_the_file_with_one_token_and_two_birth_dates
    patient P1,T1,1950-01-01,,
    patient P2,T1,1950-01-02,,
    patient P3,T2,1950-01-03,,
    = token_contradicts 2 birth_date, token_contradicts 3 birth_date
two_patients_with_one_token_and_one_birth_date
    patient P1,T1,1950-01-01,,female
    patient P2,T1,,1950,declined
    = nothing
without_a_token_nobody_is_the_same_person
    patient P1,,1950-01-01,,
    patient P2,,1950-01-02,,
    = nothing
a_patient_in_force_has_the_token_and_another_sex
    patient P1,T1,,,female
    +
    patient P2,T1,,,male
    = token_contradicts 2 sex
a_patient_in_force_had_the_token_until_this_file
    patient P1,T1,,,female
    +
    patient P1,T2,,,female
    patient P2,T1,,,male
    = nothing
"""


class File(NamedTuple):
    dataset: str
    rows: list[str]
    covers: Window | None

    @property
    def data(self) -> bytes:
        return "\n".join([HEADERS[self.dataset], *self.rows, ""]).encode()


class Trap(NamedTuple):
    name: str
    files: list[File]
    found: list[tuple[str, str, str]]


def read(text: str) -> Iterator[Trap]:
    for block in re.split(r"\n(?=\w)", text.strip()):
        name, *lines = [line.strip() for line in block.splitlines() if line.strip()]
        files: list[File] = []
        covers, fresh = None, True
        for line in lines[:-1]:
            word, _, rest = line.partition(" ")
            if word == "+":
                fresh = True
            elif word == "covers":
                covers, fresh = Window.read(rest), True
            else:
                dataset = SHORT[word]
                if fresh or files[-1].dataset != dataset:
                    files.append(File(dataset, [], covers if fresh else None))
                    covers, fresh = None, False
                files[-1].rows.append(rest + ENDS.get(dataset, ""))
        told = lines[-1].removeprefix("= ").removeprefix("nothing")
        yield Trap(name, files, [tuple(f.split()) for f in told.split(", ") if f])


EVERY = list(read(TRAPS + REFERRALS))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    blocks = "".join(f'[[partners]]\nid = "trap{n}"\nname = "Trap {n}"\n' for n in range(len(EVERY)))
    folder = tmp_path_factory.mktemp("across") / "var"
    opened = new_store(
        folder, f"today = 2026-01-31\n{blocks}[limits]\nblocked_share = {{ value = 100, reason = 'a test' }}\n"
    )
    yield opened
    opened.close()


def check(store: Store, file: File, partner: str) -> Checked:
    return submitting.check(store, file.data, file.dataset, partner, covers=file.covers)


def put_in_force(store: Store, submission: int) -> None:
    """As accepting does, without the figures: they are not looked at here."""
    with transaction(store.cursor()) as cur:
        submissions.step(cur, submission, "accepted", "")


@pytest.mark.parametrize("trap", EVERY, ids=lambda trap: trap.name)
def test_across_rows_and_files(store: Store, trap: Trap):
    partner = f"trap{EVERY.index(trap)}"
    *earlier, last = trap.files
    for file in earlier:
        made = check(store, file, partner)
        assert made.submission and not made.blocked
        put_in_force(store, made.submission)
    report = check(store, last, partner).report
    found = [(rule, str(row or "-"), column) for rule, row, column, _ in report.table.iter_rows()]
    assert report.refused is None and sorted(found) == sorted(trap.found)
    assert report.rows_kept == len(last.rows) - sum(RULES[rule].reach == "record" for rule, _, _ in found)
    assert set(report.table["value"]) <= {None}


def test_every_rule_across_rows_and_files_has_a_trap():
    across = {"unknown_patient", "patients_not_listed", "before_birth", "after_death", "born_after_records",
              "died_before_records", "overlapping_stays", "stay_in_two_hospitals", "contradicts_earlier",
              "token_contradicts", "completed_without_service", "referral_contradicts"}  # fmt: skip
    repeated = {"repeated_stay", "repeated_referral"}
    assert across == {rule for trap in EVERY for rule, _, _ in trap.found} - repeated
