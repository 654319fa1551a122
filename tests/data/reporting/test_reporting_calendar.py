"""The reporting calendar: states of a file by what the ledger says, each name the trap it sets."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.ledger.store import Store
from data.ledger.submissions import Window
from data.reporting.reporting_calendar import (
    Days,
    Entry,
    Event,
    Facts,
    arrival,
    calendar,
    period_of,
    periods,
    rate,
    usual_lateness,
)
from pages.components.wording import calendar_words
from pages.components.wording.messages import drafted
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import Viewer
from tests.support.new_partnerships import new_store
from workflow import accepting, reading, submitting

TODAY = dt.date(2026, 10, 20)
Q2, Q3, Q4 = (Days(dt.date(2026, m, 1), dt.date(2026, m + 2, last)) for m, last in ((4, 30), (7, 30), (10, 31)))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def events(table: str) -> list[Event]:
    """Lines of: number, state, day, first and last day covered ('-' for a dataset without dates)."""
    found = []
    for line in filter(None, map(str.strip, table.splitlines())):
        number, state, on, first, last = line.split()
        covers = (None, None) if first == "-" else (day(first), day(last))
        found.append(Event(int(number), state, day(on), *covers))
    return found


SPEC = {
    "accepted_on_the_due_day_is_on_time": ("1 accepted 10-15 07-01 09-30", "on time", "10-15"),
    "accepted_a_day_after_the_due_day_is_late": ("1 accepted 10-16 07-01 09-30", "late", "10-16"),
    "nothing_sent_is_missing": ("1 accepted 07-10 01-01 06-30", "missing", None),
    "accepted_late_then_withdrawn_is_missing": (
        "1 accepted 10-17 07-01 09-30 \n 1 withdrawn 10-18 07-01 09-30", "missing", None),
    "accepted_then_withdrawn_then_used_again_came_when_it_first_came": (
        "1 accepted 10-10 07-01 09-30 \n 1 withdrawn 10-12 07-01 09-30 \n 1 accepted 10-19 07-01 09-30",
        "on time", "10-10"),
    "a_late_correction_of_a_punctual_file_is_not_late": (
        "1 accepted 10-10 07-01 09-30 \n 2 accepted 10-19 08-01 08-31", "on time", "10-10"),
    "a_withdrawn_correction_gives_the_first_file_back": (
        "1 accepted 10-10 07-01 09-30 \n 2 accepted 10-18 07-01 09-30 \n 2 withdrawn 10-19 07-01 09-30",
        "on time", "10-10"),
    "covered_by_two_files_came_with_the_second": (
        "1 accepted 10-02 07-01 08-15 \n 2 accepted 10-17 08-16 09-30", "late", "10-17"),
    "two_files_that_overlap_cover_it_too": (
        "1 accepted 10-02 05-01 08-31 \n 2 accepted 10-11 08-01 12-31", "on time", "10-11"),
    "partly_covered_is_missing": ("1 accepted 10-02 07-01 09-29", "missing", None),
    "two_files_with_a_hole_between_them_are_missing": (
        "1 accepted 10-02 07-01 08-14 \n 2 accepted 10-03 08-16 09-30", "missing", None),
    "of_two_files_that_cover_it_one_withdrawn_is_missing": (
        "1 accepted 10-02 07-01 08-15 \n 2 accepted 10-03 08-16 09-30 \n 1 withdrawn 10-04 07-01 08-15",
        "missing", None),
    "without_dates_a_file_of_the_period_counts": ("1 accepted 07-20 - -", "on time", "07-20"),
    "without_dates_a_file_since_its_end_counts": ("1 accepted 10-12 - -", "on time", "10-12"),
    "without_dates_a_file_from_before_the_period_does_not": ("1 accepted 06-30 - -", "missing", None),
    "without_dates_a_file_after_the_due_day_is_late": (
        "1 accepted 06-30 - - \n 2 accepted 10-16 - -", "late", "10-16"),
    "without_dates_a_withdrawn_file_does_not_count": (
        "1 accepted 06-30 - - \n 2 accepted 10-02 - - \n 2 withdrawn 10-03 - -", "missing", None),
}  # fmt: skip


def settled(text: str = "", **more: Any) -> Partnership:
    partner = {"id": "hill", "name": "Hill", "sends": ["blood_pressure"], "reports_since": dt.date(2026, 4, 1), **more}
    return Partnership.model_validate({"partners": [partner], "calendar": {"due_days": 15}})


def entries(facts: list[Event], today: dt.date = TODAY, **more: Any) -> dict[Days, Entry]:
    found: Facts = {("hill", "blood_pressure"): facts} if facts else {}
    return {e.days: e for e in calendar(settled(**more), found, today)}


@pytest.mark.parametrize("name", SPEC)
def test_state(name):
    table, state, came = SPEC[name]
    entry = entries(events(table))[Q3]
    assert (entry.state, entry.came) == (state, came and day(came))


def test_a_partly_covered_period_says_how_much_is_in():
    assert entries(events("1 accepted 10-02 07-01 08-15"))[Q3].part == 46 / 92


def test_a_period_that_is_not_over_is_still_to_come_even_when_a_file_claims_to_cover_it():
    assert entries(events("1 accepted 10-02 10-01 12-31"))[Q4].state == "to come"


def test_on_the_due_day_a_file_that_is_not_in_is_still_to_come():
    facts = events("1 accepted 07-02 04-01 06-30")
    assert entries(facts, dt.date(2026, 10, 15))[Q3].state == "to come"
    assert entries(facts, dt.date(2026, 10, 16))[Q3].state == "missing"


def test_a_partner_that_does_not_report_a_dataset_owes_no_file_of_it_though_it_sent_one_once():
    facts: Facts = {("hill", "patients"): events("1 accepted 07-02 - -")}
    assert {e.dataset for e in calendar(settled(), facts, TODAY)} == {"blood_pressure"}


def test_a_partner_without_an_agreement_owes_what_it_has_sent():
    facts: Facts = {("hill", "patients"): events("1 accepted 07-02 - -")}
    assert {e.dataset for e in calendar(settled(sends=()), facts, TODAY)} == {"patients"}
    assert calendar(settled(sends=()), {}, TODAY) == []


def test_years_sent_at_the_first_time_were_never_late():
    found = entries([Event(1, "accepted", day("07-10"), dt.date(2023, 1, 1), day("06-30"))], reports_since=None)
    assert [(e.days, e.state) for e in found.values()] == [(Q2, "on time"), (Q3, "missing"), (Q4, "to come")]


def test_a_partner_that_never_sent_anything_owes_the_last_ended_period_only():
    assert [(e.days, e.state) for e in entries([], reports_since=None).values()] == [(Q3, "missing"), (Q4, "to come")]


def test_a_first_file_withdrawn_still_marks_when_reporting_began():
    facts = events("1 accepted 07-10 04-01 06-30 \n 1 withdrawn 07-11 04-01 06-30")
    assert entries(facts, reports_since=None)[Q2].state == "missing"


def test_a_partner_may_report_monthly_with_days_of_its_own():
    found = entries(events("1 accepted 09-10 07-01 08-31"), every="month", due_days=5)
    july, august = Days(day("07-01"), day("07-31")), Days(day("08-01"), day("08-31"))
    assert (found[july].state, found[july].late_by) == ("late", 36)
    assert (found[august].due, found[august].state) == (day("09-05"), "late")


HABIT = """1 accepted 01-25 01-01 01-31
           2 accepted 03-12 02-01 02-28
           3 accepted 04-14 03-01 03-31
           4 accepted 05-24 04-01 04-30"""


@pytest.mark.parametrize(
    ("today", "state"),
    [("06-05", "to come"), ("06-06", "expected"), ("06-24", "expected"), ("06-25", "missing")],
)
def test_overdue_within_its_own_usual_lateness_is_expected_and_after_it_missing(today, state):
    found = entries(events(HABIT), day(today), every="month", due_days=5, reports_since=day("01-01"))
    may = found[Days(day("05-01"), day("05-31"))]
    assert may.usual is not None and may.usual.files == 4
    assert (may.state, may.usually_by) == (state, day("06-24"))


def test_two_past_files_are_no_habit():
    past = list(entries(events("1 accepted 07-30 04-01 06-30 \n 2 accepted 10-30 07-01 09-30"), day("11-20")).values())
    assert [e.late_by for e in past[:2]] == [15, 15]
    assert usual_lateness(past) is None


def test_a_quarter_is_the_calendars_and_a_year_is_crossed():
    assert period_of(dt.date(2026, 12, 31), "quarter") == Q4
    assert period_of(dt.date(2024, 2, 10), "month") == Days(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert periods(dt.date(2026, 1, 1), "month", 1)[0] == Days(dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def test_the_reporting_rate_leaves_out_what_is_still_to_come():
    found = rate(entries(events("1 accepted 07-30 04-01 06-30 \n 2 accepted 10-02 07-01 08-15")).values())
    assert (found.due, found.received, found.on_time, found.share) == (2, 1, 0, 0.5)
    assert found.days == (1 + 46 / 92) / 2
    assert rate([]).share is None


def test_no_arrival_without_events():
    assert arrival([], Q3) == (None, 0.0)


def entry(state: str, period: Days = Q3, name: str = "blood_pressure", **more: Any) -> Entry:
    came = {"on time": period.last, "late": period.last + dt.timedelta(20)}.get(state)
    return Entry("hill", name, period, period.last + dt.timedelta(15), state, came, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("those", "sentence"),
    [
        ([entry("on time")] * 3, "All 3 files for Jul–Sep 2026 are in, on time"),
        ([entry("on time"), entry("late")], "All 2 files for Jul–Sep 2026 are in. 1 came late"),
        ([entry("missing"), entry("late")], "1 of 2 files for Jul–Sep 2026 is missing. Everything else is in"),
        ([entry("missing")] * 2 + [entry("to come")], "2 of 3 files for Jul–Sep 2026 are missing, 1 still to come"),
        ([entry("to come"), entry("on time")],
         "1 of 2 files for Jul–Sep 2026 is still to come. Everything else is in"),
        ([entry("on time"), entry("missing", Q2)], "The one file for Jul–Sep 2026 is in. 1 older file is missing too"),
        ([entry("to come", Q4)], "No file is owed for Jul–Sep 2026"),
    ],
)  # fmt: skip
def test_the_title_says_how_the_last_ended_period_stands(those, sentence):
    assert calendar_words.headline(those, Q3) == sentence


@pytest.mark.parametrize(
    ("those", "word"),
    [
        ([], "Not asked"),
        ([entry("on time"), entry("late")], "1 of 2 late"),
        ([entry("late")], "5 days late"),
        ([entry("late"), entry("missing"), entry("to come")], "1 of 3 missing"),
        ([entry("missing", part=0.5)], "50% in"),
        ([entry("to come"), entry("on time")], "Due 15 Oct"),
    ],
)
def test_a_cell_says_the_worst_of_its_files(those, word):
    assert calendar_words.cell(those).word == word


def test_a_reminder_names_what_is_missing_and_is_empty_when_all_is_in():
    settings = Partnership.model_validate({"today": TODAY})
    told = drafted.reminder([entry("missing"), entry("on time", name="patients")], "Hill", settings)
    assert told
    assert told.subject == "Jul–Sep 2026: blood-pressure readings from Hill"
    assert "Blood-pressure readings, Jul–Sep 2026: was due on 15 Oct 2026, and is not in." in told.words
    assert "1 other file for this time is in: thank you." in told.words and told.words.endswith("Our partnership")
    assert drafted.reminder([entry("late")], "Hill", settings) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    text = 'today = 2026-10-20\n[[partners]]\nid = "hill"\nname = "Hill"\nsends = ["blood_pressure"]\n'
    store = new_store(tmp_path / "var", text)
    yield store
    store.close()


def test_the_ledger_keeps_the_partnerships_day_and_a_withdrawal_makes_the_file_missing_again(store):
    rows = b"patient_id,measured_on,systolic,diastolic\nA1,2026-07-04,120,80\nA2,2026-09-30,121,80\n"
    window = Window(*Q3)
    at = dt.datetime(2026, 10, 3, 9)
    number = submitting.check(store, rows, "blood_pressure", "hill", covers=window, at=at).submission
    assert number and reading.read_submissions(store, Viewer(role="backbone"))[0].at == at
    accepting.accept(store, number)

    def state() -> tuple[str, dt.date | None]:
        found = next(e for e in reading.read_calendar(store, Viewer(role="backbone")) if e.days == Q3)
        return found.state, found.came

    assert state() == ("on time", TODAY)
    accepting.withdraw(store, number)
    assert state()[1] is None
    accepting.accept_many(store, [number], as_checked=False)
    assert state() == ("on time", TODAY)
