"""A file carries on from the last, or says where it does not: holes and drops."""

import datetime as dt

import pytest

from data.checking import continuity
from data.ledger import submissions
from data.ledger.submissions import Window
from schemas.policy.limits import Limits
from tests.oracles.scope_rows import DAY, end_of_month
from tests.support.partnerships import Row, as_csv, fresh
from tests.workflow.previewing.rows_of_alder import ALDER, AUGUST, event
from workflow import accepting, previewing, submitting


def weekly(window: Window, per_week: int, but: Window | None = None) -> list[Row]:
    """Readings on the working days of each week, but for those of some days."""
    assert window.first and window.last
    days = [window.first + n * DAY for n in range((window.last - window.first).days + 1)]
    left = [d for d in days if d.weekday() < 5 and not (but and but.first and but.last and but.first <= d <= but.last)]
    return [
        {"patient_id": f"P{n}", "measured_on": day, "systolic": 120, "diastolic": 80}
        for day in left
        for n in range(per_week // 5 + (day.weekday() < per_week % 5))
    ]


FIRST_HALF = Window(dt.date(2025, 1, 1), dt.date(2025, 6, 30))
QUARTER = Window(dt.date(2025, 7, 1), dt.date(2025, 9, 30))
WEEKS = Window(dt.date(2025, 8, 4), dt.date(2025, 8, 17))
ONE_WEEK, TWO_MONTHS = (
    Window(dt.date(2025, 8, 4), dt.date(2025, 8, 10)),
    Window(dt.date(2025, 7, 14), dt.date(2025, 9, 14)),
)
# usual rows a week, window of the new file, rows a week in it, days without any, rules
FILES = {
    "a_quarter_as_ever": (20, QUARTER, 20, None, []),
    "two_weeks_without_rows": (20, QUARTER, 20, WEEKS, ["weeks_missing"]),
    "one_week_without_rows": (20, QUARTER, 20, ONE_WEEK, ["weeks_missing"]),
    "part_of_a_week_without_rows": (20, QUARTER, 20, Window(dt.date(2025, 8, 4), dt.date(2025, 8, 8)), ["weeks_missing"]),
    "four_days_of_a_week_without_rows": (20, QUARTER, 20, Window(dt.date(2025, 8, 4), dt.date(2025, 8, 7)), []),
    "one_week_without_rows_at_two_a_week": (2, QUARTER, 2, ONE_WEEK, []),
    "two_months_without_rows_at_two_a_week": (2, QUARTER, 2, TWO_MONTHS, ["volume_drop"]),
    "one_week_without_rows_at_six_a_week": (6, QUARTER, 6, ONE_WEEK, []),
    "two_weeks_without_rows_at_six_a_week": (6, QUARTER, 6, WEEKS, ["weeks_missing"]),
    "the_last_weeks_of_a_stated_window": (20, QUARTER, 20, Window(dt.date(2025, 9, 22), dt.date(2025, 9, 30)), ["weeks_missing"]),
    "a_third_of_the_usual": (20, QUARTER, 6, None, ["volume_drop"]),
    "two_thirds_of_the_usual": (20, QUARTER, 14, None, []),
    "twice_the_usual": (20, QUARTER, 40, None, []),
    "one_a_week_where_two_are_usual": (2, QUARTER, 1, None, []),
    "begins_a_month_late": (20, AUGUST, 20, None, ["gap_before"]),
    "begins_two_days_late": (20, Window(dt.date(2025, 7, 2), dt.date(2025, 9, 30)), 20, None, ["gap_before"]),
    "overlaps_what_is_in_force": (20, Window(dt.date(2025, 6, 1), dt.date(2025, 9, 30)), 20, None, []),
    "lies_before_all_that_is_in_force": (20, Window(dt.date(2024, 6, 1), dt.date(2024, 10, 31)), 20, None, []),
}  # fmt: skip


@pytest.fixture(scope="module", params=(20, 2, 6))
def usual(request, tmp_path_factory):
    """How many rows a week are usual, and a clinic that sent as many for half a year; nothing is accepted later."""
    made = fresh(tmp_path_factory.mktemp("usual") / "p")
    made.send("alder", "blood_pressure", weekly(FIRST_HALF, request.param), FIRST_HALF)
    yield request.param, made
    made.close()


def test_a_file_carries_on_or_says_where_not(usual, subtests):
    per_week_before, partnership = usual
    alike = {name: what for name, (per_week, *what) in FILES.items() if per_week == per_week_before}
    assert alike
    for name, what in alike.items():
        with subtests.test(name):
            carries_on_or_says_where_not(partnership, *what)


def carries_on_or_says_where_not(partnership, window, per_week, but, expected):
    sent = partnership.check("alder", "blood_pressure", weekly(window, per_week, but), window)
    stored = partnership.store.cursor().execute("SELECT rule FROM finding WHERE submission = ?", [sent.submission])
    assert [rule for (rule,) in stored.fetchall()] == expected
    preview = previewing.preview(partnership.store, sent.submission, ALDER)
    assert [c.rule for c in preview.cautions] == expected
    accepting.discard(partnership.store, sent.submission)


@pytest.mark.parametrize(
    ("limit", "per_week", "but"), [("low_month", 6, None), ("weekly_rows", 20, WEEKS)], ids=["month", "weeks"]
)
def test_how_low_is_low_is_a_limit(partnership, limit, per_week, but):
    value = {"low_month": 20, "weekly_rows": 30}[limit]
    moved = Limits.model_validate({limit: {"value": value, "reason": "a test"}})
    partnership.send("alder", "blood_pressure", weekly(FIRST_HALF, 20), FIRST_HALF)
    sent = partnership.check("alder", "blood_pressure", weekly(QUARTER, per_week, but), QUARTER)
    cur = partnership.store.cursor()
    entry = submissions.submission(cur, sent.submission)
    assert len(continuity.cautions(cur, entry, Limits())) == 1
    assert continuity.cautions(cur, entry, moved) == []


def test_a_first_file_that_grows_from_nothing_is_not_told_that_its_first_weeks_are_missing(partnership):
    days = [dt.date(2023, 1, 1) + DAY * round(900 * (1 - 0.985**n)) for n in range(400)]
    rows = [event("office_visit", f"P{n}", min(day, dt.date(2025, 6, 30))) for n, day in enumerate(days)]
    made = submitting.check(partnership.store, as_csv("clinical_events", rows), "clinical_events", "alder")
    assert made.report.table["rule"].to_list() == []


def test_totals_are_not_judged_by_their_volume(partnership):
    rows: list[Row] = [{"indicator": "food_insecurity", "period_start": dt.date(2025, m, 1), "stratifier": "zip",
             "period_end": end_of_month(dt.date(2025, m, 1)), "category": f"{n:05d}", "numerator": 30,
             "denominator": 100} for m in (1, 2, 5) for n in range(90)]  # fmt: skip
    assert partnership.check("alder", "indicator_counts", rows).submission
    assert not partnership.store.cursor().execute("SELECT * FROM finding").fetchall()
