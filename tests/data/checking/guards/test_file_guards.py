"""Each guard as a trap: the file that stops and asks, the answer that lets it go on, and files beside it that pass."""

import datetime as dt
from collections.abc import Iterator

import pytest

from data.checking.file_check import Checked
from data.ledger.store import Store
from schemas.datasets.file_profile import AS_IT_STANDS, READ_AS_BLANK, FileProfile
from schemas.policy.rule_catalog import QUESTIONS, RULES
from tests.data.checking.case_files import one_of_each
from tests.support.new_partnerships import new_store
from workflow import accepting, submitting

NAMES = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper")
SETTINGS = 'name = "Test"\ntoday = 2026-06-30\n' + "".join(
    f'[[partners]]\nid = "{name}"\nname = "{name.title()}"\n' for name in NAMES
)
READINGS = "patient_id,measured_on,systolic,diastolic"
PATIENTS = "patient_id,birth_date,zip"
STAYS = "stay_id,patient_id,admitted_on,discharged_on,stay_type"
FIRST = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = new_store(tmp_path_factory.mktemp("guards") / "var", SETTINGS)
    yield opened
    opened.close()


def day(n: int) -> str:
    return str(FIRST + dt.timedelta(days=n % 28))


def readings(ids: list[str], low: str = "70", high: str = "128") -> list[str]:
    return [f"{i},{day(n)},{high.format(n % 10)},{low.format(n % 10)}" for n, i in enumerate(ids)]


def listed(ids: list[str], born: str = "1950-04-02") -> list[str]:
    return [f"{i},{born},02139" for i in ids]


def ids(letter: str, first: int, last: int) -> list[str]:
    return [f"{letter}{1000 + 37 * n:06}" for n in range(first, last)]


def check(store: Store, partner: str, dataset: str, header: str, rows: list[str], *confirmed: str, **more) -> Checked:
    return submitting.check(
        store, "\n".join([header, *rows, ""]).encode(), dataset, partner, confirmed=confirmed, **more
    )


def send(store: Store, partner: str, dataset: str, header: str, rows: list[str], *confirmed: str) -> None:
    checked = check(store, partner, dataset, header, rows, *confirmed)
    assert checked.submission, checked.report.table
    accepting.accept(store, checked.submission)


def asked(checked: Checked) -> list[tuple[str, str | None]]:
    assert (checked.submission is None) == bool(checked.report.asks), checked.report.table
    return checked.report.asks


NOT_YOURS = ("patients_not_yours", "patient_id")


def test_nearly_all_patients_unknown_stops_and_asks_until_it_is_answered(store):
    send(store, "alder", "patients", PATIENTS, listed(ids("A", 0, 40)))
    strangers = readings(ids("X", 0, 30))
    stopped = check(store, "alder", "blood_pressure", READINGS, strangers)
    assert asked(stopped) == [NOT_YOURS]
    assert "Patients in the file: 30. In your patients files: 0 of them." in stopped.report.findings.notes.values()
    assert not store.cursor().execute("SELECT 1 FROM rows.blood_pressure").fetchall()
    went_on = check(store, "alder", "blood_pressure", READINGS, strangers, "patients_not_yours")
    assert asked(went_on) == [] and "patients_not_yours_confirmed" in set(went_on.report.table["rule"])


def test_a_tenth_of_the_patients_known_or_few_patients_are_only_warned_of(store):
    send(store, "birch", "patients", PATIENTS, listed(ids("B", 0, 40)))
    some = readings([*ids("B", 0, 3), *ids("X", 100, 127)])
    few = readings(ids("X", 0, 19))
    for rows in (some, few):
        found = check(store, "birch", "blood_pressure", READINGS, rows)
        assert asked(found) == [] and "unknown_patient" in set(found.report.table["rule"])


def test_a_patients_list_as_long_as_the_last_with_none_of_its_people_stops_and_an_addition_does_not(store):
    send(store, "cedar", "patients", PATIENTS, listed(ids("C", 0, 60)))
    assert asked(check(store, "cedar", "patients", PATIENTS, listed(ids("X", 500, 560)))) == [NOT_YOURS]
    assert asked(check(store, "cedar", "patients", PATIENTS, listed(ids("C", 100, 125)))) == []


def test_another_partners_file_stops_and_never_says_whose_it_is(store):
    send(store, "dogwood", "blood_pressure", READINGS, readings(ids("D", 0, 30)))
    stopped = check(store, "elm", "blood_pressure", READINGS, readings(ids("D", 0, 30)))
    assert asked(stopped) == [NOT_YOURS]
    words = " ".join(str(r["message"]) for r in stopped.report.findings.records()).casefold()
    assert not [name for name in NAMES if name in words] and "another partner" not in words
    assert asked(check(store, "elm", "blood_pressure", READINGS, readings(ids("E", 0, 30)))) == []
    mixed = readings([*ids("D", 0, 15), *ids("E", 0, 15)])
    assert asked(check(store, "elm", "blood_pressure", READINGS, mixed)) == [], "people in common are no one's fault"


def test_two_partners_may_both_number_their_patients_from_one(store):
    numbers = [str(n) for n in range(1, 41)]
    send(store, "fir", "blood_pressure", READINGS, readings(numbers))
    assert asked(check(store, "ginkgo", "blood_pressure", READINGS, readings(numbers))) == []


def test_who_knows_the_patients_is_not_asked_though_another_partner_has_the_same_ids(store):
    same = ids("F", 0, 40)
    for partner, confirmed in (("fir", ()), ("ginkgo", ("patients_not_yours",))):
        send(store, partner, "blood_pressure", READINGS, readings(same), *confirmed)
    later = [row.replace("2026-03", "2026-04") for row in readings(same)]
    assert asked(check(store, "ginkgo", "blood_pressure", READINGS, later)) == []


def test_a_file_that_looks_like_another_partners_and_unlike_the_senders_stops(store):
    other = "MRN,Reading Date,SBP,DBP"
    send(store, "hazel", "blood_pressure", READINGS, readings([f"H-{n:04}" for n in range(30)]))
    send(store, "ivy", "blood_pressure", other, readings([f"{n:07}" for n in range(3000, 3030)]))
    later = readings([f"{n:07}" for n in range(7000, 7030)])
    assert asked(check(store, "hazel", "blood_pressure", other, later)) == [NOT_YOURS]
    assert asked(check(store, "ivy", "blood_pressure", other, later)) == []
    same_ids = readings([f"H-{n:04}" for n in range(100, 130)])
    assert asked(check(store, "hazel", "blood_pressure", other, same_ids)) == [], "a new export of one's own ids"


J = ids("J", 0, 30)
STAY_ROWS = [f"S{n:04},{i},{day(n)},{day(n)},inpatient" for n, i in enumerate(ids("J", 0, 160))]

# What is asked of juniper's file | the file
ASKED = {
    "a_reading_without_its_diastolic": ("half_missing diastolic", READINGS, readings(J, low="")),
    "no_column_for_the_diastolic": ("half_missing diastolic", "patient_id,measured_on,systolic", [
        row.rpartition(",")[0] for row in readings(J)]),
    "stays_without_any_discharge": ("half_missing discharged_on", STAYS, [
        f"S{n:04},{i},{day(n)},,inpatient" for n, i in enumerate(J)]),
    "one_diastolic_strayed_in": ("half_missing diastolic", READINGS, [
        *readings(ids("J", 0, 80), low=""), "J00081,2026-03-02,128,79"]),
    "half_of_them_have_one": ("", READINGS, readings(J[:15], low="") + readings(J[15:])),
    "kilopascals": ("maybe_kilopascals systolic, maybe_kilopascals diastolic", READINGS, readings(J, "9.{}", "16.{}")),
    "fahrenheit_over_celsius": ("maybe_degrees systolic, maybe_degrees diastolic", READINGS,
                                readings(J, "37.{}", "98.{}")),
    "whole_degrees": ("maybe_degrees systolic", READINGS, readings(J, "70", "98")),
    "low_pressures": ("", READINGS, [f"{i},{day(n)},{90 + 2 * n},{50 + n}" for n, i in enumerate(J)]),
    "ids_with_an_exponent": ("ids_rounded patient_id", READINGS, [
        *readings(ids("J", 0, 80)), *[f"1.2345{n}E+11,2026-03-02,128,79" for n in range(3)]]),
    "ids_that_end_in_0000": ("maybe_rounded_ids patient_id", READINGS, readings(
        [f"{123456 + n}000000" for n in range(30)])),
    "one_id_in_ten_thousand_ends_so": ("", READINGS, readings([f"{1234567890000 + 77 * n}" for n in range(30)])),
    "one_stay_id_on_many_rows": ("one_id_many_rows stay_id", STAYS, [
        *STAY_ROWS, *[f"S0001,{i},{day(n)},{day(n)},inpatient" for n, i in enumerate(J[:6])]]),
    "one_patient_for_all_readings": ("one_id_many_rows patient_id", READINGS, [
        row.replace(f",{day(n)}", f",2026-03-0{1 + n % 5}") for n, row in enumerate(readings(["J1"] * 30))]),
    "a_crowd_under_one_id": ("one_id_many_rows patient_id", READINGS, [
        *readings(ids("J", 0, 100)), *[f"J1,2026-03-0{1 + n % 4},{110 + n},70" for n in range(20)]]),
    "someone_who_measures_at_home": ("", READINGS, readings([*ids("J", 0, 100), *["J1"] * 28])),
    "nines_for_no_id": ("maybe_marker patient_id", READINGS, readings([*J, "999999999"])),
    "zero_for_no_id": ("maybe_marker patient_id", READINGS, readings([*J, "0", "0"])),
    "several_marks_at_once": ("maybe_marker patient_id", READINGS, readings([*J, "999999999", "0000", "1111111"])),
    "a_running_number_of_nines": ("", READINGS, readings([str(n) for n in range(985, 1010)])),
    "onset_at_the_first_day_of_unix": ("maybe_marker starts_on", "patient_id,event,starts_on", ["J1,diabetes,1970-01-01"]),
    "an_open_end_in_9999": ("maybe_marker ends_on", "patient_id,event,starts_on,ends_on",
                            ["J1,hospice,2026-01-01,9999-12-31"]),
    "a_zip_of_zeros_is_blank_and_stops_nobody": ("", PATIENTS, ["J1,1950-04-02,00000", "J2,1950-04-02,00000-0000"]),
    "a_birthday_of_many": ("", PATIENTS, listed(ids("J", 0, 12), "1970-01-01")),
}  # fmt: skip
OF_HEADER = {"stay_id": "hospital_stays", "patient_id,event": "clinical_events", PATIENTS: "patients"}


def asked_about(trap: str) -> object:
    """Traps that stop at the same questions, of whatever column, are of one kind."""
    return frozenset(one.split()[0] for one in ASKED[trap][0].split(", ") if one)


@pytest.mark.parametrize("trap", one_of_each(ASKED, asked_about, str))
def test_a_doubtful_file_stops_and_a_plain_one_beside_it_does_not(store, trap):
    expected, header, rows = ASKED[trap]
    dataset = next((d for start, d in OF_HEADER.items() if header.startswith(start)), "blood_pressure")
    found = check(store, "juniper", dataset, header, rows, date_order="mdy")
    assert ", ".join(f"{rule} {column}" for rule, column in sorted(asked(found), reverse=True)) == expected
    rules = {rule for rule, _ in found.report.asks}
    if rules - {"maybe_kilopascals"}:
        went_on = check(store, "juniper", dataset, header, rows, *rules, date_order="mdy")
        assert went_on.report.asks == [] and went_on.submission
        assert went_on.report.rows_in == len(rows)


def test_a_zip_of_zeros_is_read_as_blank(store):
    found = check(store, "juniper", "patients", PATIENTS, ["J1,1950-04-02,00000", "J2,1950-04-02,00012"])
    rows = store.cursor().execute("SELECT zip FROM rows.patients WHERE submission = ? ORDER BY ALL", [found.submission])
    assert [zip_code is None for (zip_code,) in rows.fetchall()] == [False, True] and asked(found) == []
    assert found.report.receipt.made["no_value", "zip"] == 1, "what is read otherwise stands on the receipt"


def test_kilopascals_are_converted_once_somebody_says_so(store):
    found = check(store, "juniper", "blood_pressure", READINGS, readings(J, "9.3", "16.0"), "maybe_kilopascals")
    assert asked(found) == [] and found.report.receipt.made["unit", "systolic"] == 30
    values = store.cursor().execute(
        "SELECT DISTINCT systolic, diastolic FROM rows.blood_pressure WHERE submission = ?", [found.submission]
    )
    assert values.fetchall() == [(120.0, 69.8)]


@pytest.mark.parametrize(("meaning", "kept"), [(READ_AS_BLANK, 30), (AS_IT_STANDS, 32)])
def test_what_is_said_of_a_marker_holds_for_the_next_file_unasked(store, meaning, kept):
    said = FileProfile(words={"patient_id": {"999999999": meaning}})
    rows = readings([*J, "999999999", "999999999"])
    found = check(store, "juniper", "blood_pressure", READINGS, rows, profile=said)
    assert found.report.asks == [] and found.report.rows_kept == kept
    assert (found.report.receipt.made.get(("no_value", "patient_id"), 0) == 2) == (meaning == READ_AS_BLANK)


@pytest.mark.parametrize("written", ["1970-01-01", "01/01/1970", "1 Jan 1970", "1970-01-01 00:00:00"])
def test_a_day_that_stands_for_nothing_does_so_however_it_is_written(store, written):
    said = FileProfile(words={"ends_on": {"1970 01 01": READ_AS_BLANK}})
    header = "patient_id,event,starts_on,ends_on"
    rows = ["J1,hospice,2026-01-01,2026-01-05", f"J2,hospice,2026-01-01,{written}"]
    found = check(store, "juniper", "clinical_events", header, rows, profile=said, date_order="mdy")
    assert found.report.table.is_empty() and found.report.receipt.made["no_value", "ends_on"] == 1


def test_a_marker_is_shown_to_its_sender_and_stands_in_no_message(store):
    found = check(store, "juniper", "blood_pressure", READINGS, readings([*J, "999999999"]))
    assert found.report.markers == {("patient_id", "999999999"): 1}
    (record,) = [r for r in found.report.findings.records() if r["rule"] == "maybe_marker"]
    assert record["row"] is None and "Rows with such a value: 1." in str(record["message"])


def test_an_id_that_is_too_long_is_refused_with_the_length_that_it_may_have(store):
    found = check(store, "juniper", "blood_pressure", READINGS, readings([*J, "9" * 65]))
    (record,) = [r for r in found.report.findings.records() if r["rule"] == "wrong_pattern"]
    assert "at most 64 characters" in str(record["message"]) and "999" not in str(record["message"])


def test_every_question_has_an_answer_in_words_and_a_form_in_which_it_is_answered():
    assert QUESTIONS and all(f"{rule}_confirmed" in RULES for rule in QUESTIONS)
    assert all(
        RULES[rule].reach == "submission" and RULES[f"{rule}_confirmed"].reach == "warning" for rule in QUESTIONS
    )
    assert all(RULES[rule].answer in RULES[f"{rule}_confirmed"].fix for rule in QUESTIONS)
