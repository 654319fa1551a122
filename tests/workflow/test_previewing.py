"""What a file would do before it counts: rows against rows, why figures move, unusual months, holes and drops."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from data.checking import continuity
from data.ledger import submissions
from data.ledger.row_comparison import Compared
from data.ledger.submissions import Window
from metrics.indicators import indicators
from metrics.results.figure_movement import Figure, Movement, foremost
from metrics.results.movement_reasons import Part, Reasons
from metrics.results.unusual_months import unusual, usual_range
from schemas.policy.limits import Limits
from schemas.policy.viewer import Viewer
from tests.oracles.scope_rows import DAY
from tests.support.partnerships import Row, Sent, TestPartnership, as_csv, fresh
from tests.support.random_rows import LONG_AGO, MEASURES, Drawing, files, random_choices, within
from workflow import previewing, submitting
from workflow.previewing import Preview

ALDER = Viewer(role="partner", partner_id="alder")
JULY, AUGUST = Window(dt.date(2025, 7, 1), dt.date(2025, 7, 31)), Window(dt.date(2025, 8, 1), dt.date(2025, 8, 31))


@pytest.fixture
def partnership(tmp_path: Path) -> Iterator[TestPartnership]:
    made = fresh(tmp_path / "p", ("alder", "birch"))
    yield made
    made.close()


def compared(partnership: TestPartnership, sent: Sent) -> Compared:
    return previewing.preview(partnership.store, sent.submission, ALDER).compared


def four(found: Compared) -> tuple[int, int, int, int]:
    return found.unchanged, found.changed, found.added, found.removed


def reading(day: int, systolic: float, patient: str = "P1", month: int = 7, diastolic: float = 80) -> Row:
    measured = dt.date(2025, month, day)
    return {"patient_id": patient, "measured_on": measured, "systolic": systolic, "diastolic": diastolic}


BEFORE = [reading(1, 120), reading(2, 130), reading(3, 140), reading(3, 150, "P2")]
# new rows, their window -> unchanged, changed, added, removed
READINGS = {
    "the_same_rows_again_in_another_order": (BEFORE[::-1], JULY, (4, 0, 0, 0)),
    "one_value_corrected": ([*BEFORE[:3], reading(3, 155, "P2")], JULY, (3, 1, 0, 0)),
    "one_value_blanked_is_changed": ([*BEFORE[:3], {**BEFORE[3], "diastolic": None}], JULY, (3, 1, 0, 0)),
    "an_increment_touches_nothing": ([reading(1, 120, month=8)], AUGUST, (0, 0, 1, 0)),
    "a_window_narrower_than_the_data_leaves_the_rest": ([reading(2, 131)], Window(dt.date(2025, 7, 2), dt.date(2025, 7, 2)), (0, 1, 0, 0)),
    "a_row_left_out_is_removed": (BEFORE[:3], JULY, (3, 0, 0, 1)),
    "a_day_moved_is_one_removed_and_one_added": ([*BEFORE[:3], reading(4, 150, "P2")], JULY, (3, 0, 1, 1)),
    "a_row_doubled_is_one_added": ([*BEFORE, BEFORE[0]], JULY, (4, 0, 1, 0)),
    "a_second_reading_of_a_day_is_added": ([*BEFORE, reading(1, 121)], JULY, (4, 0, 1, 0)),
    "two_readings_of_a_day_one_of_them_corrected": ([reading(1, 120), reading(1, 118)], JULY, (1, 0, 1, 3)),
    "another_patient_on_the_same_day_is_another_row": ([*BEFORE[:3], reading(3, 150, "P3")], JULY, (3, 0, 1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", READINGS)
def test_readings_against_readings_in_force(partnership, name):
    rows, window, expected = READINGS[name]
    partnership.send("birch", "blood_pressure", [reading(1, 120)], JULY)  # another partner's, never compared
    partnership.send("alder", "blood_pressure", BEFORE, JULY)
    found = compared(partnership, partnership.check("alder", "blood_pressure", rows, window))
    assert four(found) == expected
    assert found.unchanged + found.changed + found.added == len(rows)


def test_a_doubled_row_sent_once_now_is_one_removed(partnership):
    partnership.send("alder", "blood_pressure", [*BEFORE, BEFORE[0], BEFORE[0]], JULY)
    found = compared(partnership, partnership.check("alder", "blood_pressure", BEFORE, JULY))
    assert four(found) == (4, 0, 0, 2)


def test_kinds_of_change_name_columns_and_rows_and_no_value(partnership):
    partnership.send("alder", "blood_pressure", BEFORE, JULY)
    rows = [reading(1, 120, diastolic=81), reading(2, 130, diastolic=82), reading(3, 141, diastolic=83), BEFORE[3]]
    found = compared(partnership, partnership.check("alder", "blood_pressure", rows, JULY))
    assert [(k.columns, k.rows, k.examples) for k in found.kinds] == [
        (("diastolic",), 2, (2, 3)),
        (("systolic", "diastolic"), 1, (4,)),
    ]


def test_removed_rows_are_named_by_the_submission_that_sent_them(partnership):
    first = partnership.send("alder", "blood_pressure", BEFORE, JULY)
    found = compared(
        partnership, partnership.check("alder", "blood_pressure", [*BEFORE[1:], reading(9, 1 + 120)], JULY)
    )
    assert (found.removed_examples, found.added_examples) == (((first.submission, 2),), (5,))


def test_a_file_withdrawn_in_between_is_not_compared_with(partnership):
    partnership.send("alder", "blood_pressure", BEFORE, JULY)
    between = partnership.send("alder", "blood_pressure", [reading(1, 199)], JULY)
    again = partnership.check("alder", "blood_pressure", [*BEFORE, reading(5, 120)], JULY)
    assert four(compared(partnership, again)) == (0, 1, 4, 0)
    partnership.withdraw(between)
    assert four(compared(partnership, again)) == (4, 0, 1, 0)
    assert four(compared(partnership, between)) == (0, 1, 0, 3)


def patient(local: str, **more: object) -> Row:
    return {"patient_id": local, "birth_date": dt.date(1960, 1, 1), "sex": "female", **more}


def test_patients_not_in_the_file_stay_and_the_latest_row_of_the_others_is_compared(partnership):
    partnership.send("alder", "patients", [patient("P1"), patient("P2"), patient("P3")])
    partnership.send("alder", "patients", [patient("P1", payer="medicare")])
    again = partnership.check(
        "alder", "patients", [patient("P1", payer="medicare"), patient("P2", zip="02139"), patient("P9")]
    )
    found = compared(partnership, again)
    assert four(found) == (1, 1, 1, 0)
    assert found.kinds[0].columns == ("zip",)


def stay(number: int, admitted: dt.date, discharged: dt.date | None, disposition: str = "home") -> Row:
    return {"stay_id": f"S{number}", "patient_id": f"P{number}", "admitted_on": admitted, "discharged_on": discharged,
            "stay_type": "inpatient", "disposition": disposition}  # fmt: skip


def test_a_stay_closed_by_a_later_file_is_changed_though_it_lay_outside_its_window(partnership):
    open_stay = stay(1, dt.date(2025, 7, 30), None)
    partnership.send("alder", "hospital_stays", [open_stay, stay(2, dt.date(2025, 7, 1), dt.date(2025, 7, 4))], JULY)
    closed = {**open_stay, "discharged_on": dt.date(2025, 8, 2)}
    august = partnership.send(
        "alder", "hospital_stays", [closed, stay(3, dt.date(2025, 8, 1), dt.date(2025, 8, 9))], AUGUST
    )
    partnership.withdraw(august)
    found = compared(partnership, august)
    assert (four(found), found.kinds[0].columns) == ((0, 1, 1, 0), ("discharged_on",))
    partnership.accept(august)
    # Of the July file sent again only the stay that still counts from it is compared as unchanged.
    again = partnership.check("alder", "hospital_stays", [stay(2, dt.date(2025, 7, 1), dt.date(2025, 7, 4))], JULY)
    assert four(compared(partnership, again)) == (1, 0, 0, 0)


def test_counts_are_compared_by_their_key_also_where_it_is_blank(partnership):
    row = {"indicator": "food_insecurity", "period_start": JULY.first, "period_end": JULY.last, "numerator": 30,
           "denominator": 100}  # fmt: skip
    grouped = {**row, "stratifier": "sex", "category": "female"}
    partnership.send("alder", "indicator_counts", [row, grouped])
    found = compared(partnership, partnership.check("alder", "indicator_counts", [{**row, "numerator": 31}, grouped]))
    assert (four(found), found.kinds[0].columns) == ((1, 1, 0, 0), ("numerator",))


def test_nobody_else_sees_figures_or_reasons_before_acceptance(partnership):
    sent = partnership.check("alder", "blood_pressure", BEFORE, JULY)
    for viewer in (Viewer(role="backbone"), Viewer(role="partner", partner_id="birch"), Viewer(role="analyst")):
        seen = previewing.preview(partnership.store, sent.submission, viewer)
        assert (seen.foremost, seen.why, seen.moves, seen.unusual) == ((), None, (), ())


SEEDS, QUICK = 15, 2
seeds = pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.heavy] if n >= QUICK else []) for n in range(SEEDS)]
)


@seeds
def test_the_pieces_add_up_to_the_movement_and_a_preview_leaves_nothing(tmp_path: Path, seed: int):
    datasets = list(MEASURES.values())[seed % 3]
    drawing = Drawing(seed, ("alder", "birch"), people=40)
    partnership = fresh(tmp_path / "p", ("alder", "birch"), **random_choices(seed))
    partnership.load(files(seed, ("alder", "birch"), 40, datasets))
    moved: list[Movement] = []
    for dataset in (datasets[-1], drawing.rng.choice(datasets), "patients"):
        people = [p for p in drawing.people if any(who == "alder" for who, _ in p.ids)]
        rows = [
            row for p in people if drawing.chance(0.6) for row in getattr(drawing, dataset)(p, "alder", p.ids[0][1])
        ]
        window = None if dataset == "patients" else Window(LONG_AGO, drawing.last)
        sent = partnership.check("alder", dataset, within(rows, dataset, window) if window else rows, window)
        before = partnership.counts()
        preview = previewing.preview(partnership.store, sent.submission, ALDER)
        assert partnership.counts() == before
        partnership.accept(sent)
        same_after(preview, partnership)
        moved += [m for m in preview.foremost if adds_up(m, (preview.why or {})[m.indicator])]
    assert moved or seed >= QUICK  # of the quick ones each does move figures
    partnership.close()


def counted(partnership: TestPartnership) -> dict[tuple[str, dt.date], tuple[int, float]]:
    """Indicator and year -> denominator and numerator (or total) that are counted for Alder."""
    rows = partnership.store.cursor().execute(
        """SELECT indicator, period_end, denominator, CAST(coalesce(numerator, total) AS DOUBLE) FROM counts
           WHERE owner = 'alder' AND period_kind = 'year' AND stratifier = 'all'"""
    )
    return {(name, end): (n, x) for name, end, n, x in rows.fetchall()}


def pair(side: Figure | None) -> tuple[int, float]:
    """Denominator and numerator (or total)."""
    if side is None:
        return 0, 0
    return side.denominator or 0, (side.numerator or 0) if side.total is None else side.total


def same_after(preview: Preview, partnership: TestPartnership) -> None:
    """What was foretold of every year that moves is what acceptance then counts."""
    counts = counted(partnership)
    for move in (*preview.moves, *preview.foremost):
        assert counts.get((move.indicator, move.period_end), (0, 0)) == pytest.approx(pair(move.after))


def adds_up(move: Movement, why: Reasons) -> bool:
    (n1, x1), (n2, x2) = pair(move.before), pair(move.after)
    assert why.denominator == n2 - n1
    assert why.numerator == pytest.approx(x2 - x1)
    return any((why.more.units, why.left.units, why.gained, why.lost, why.excluded, why.lifted))


YEAR = Window(dt.date(2024, 7, 1), dt.date(2025, 6, 30))


def event(name: str, patient: str, day: dt.date = dt.date(2024, 8, 1)) -> Row:
    return {"patient_id": patient, "event": name, "starts_on": day}


def with_hypertension(*people: str) -> list[Row]:
    return [event(name, p) for p in people for name in ("hypertension", "office_visit")]


def why(partnership: TestPartnership, sent: Sent, indicator: str = "bp_control") -> Reasons:
    preview = previewing.preview(partnership.store, sent.submission, ALDER)
    assert preview.why and preview.why[indicator]
    return preview.why[indicator]


@pytest.fixture
def clinic(partnership: TestPartnership) -> TestPartnership:
    """Ten people with hypertension, a reading each: the odd ones are controlled."""
    people = [f"P{n}" for n in range(10)]
    partnership.send("alder", "patients", [patient(p) for p in people])
    partnership.send("alder", "clinical_events", with_hypertension(*people[:9]), YEAR)
    partnership.send(
        "alder", "blood_pressure", readings(dict.fromkeys(people[1::2], 120) | dict.fromkeys(people[::2], 150)), YEAR
    )
    return partnership


def readings(systolic: Mapping[str, float], month: int = 5) -> list[Row]:
    return [reading(9, value, p, month) for p, value in systolic.items()]


def test_readings_that_change_are_gained_and_lost_and_nobody_comes_or_goes(clinic):
    better = {"P0": 120, "P2": 139, "P4": 140}
    worse = {"P1": 141, "P3": 119}
    rows = readings(dict.fromkeys([f"P{n}" for n in range(5, 9)], 150) | better | worse)
    found = why(clinic, clinic.check("alder", "blood_pressure", rows, YEAR))
    assert (found.gained, found.lost) == (2, 3)  # P5 and P7 lose it too
    assert (found.more, found.left, found.excluded) == (Part(), Part(), {})


def test_a_mean_moves_by_what_its_values_gain_and_who_is_averaged(partnership):
    people = ("P1", "P2", "P3", "P4")
    partnership.send("alder", "patients", [patient(p) for p in people])
    partnership.send("alder", "clinical_events", [event("diabetes", p) for p in people], YEAR)
    partnership.send("alder", "blood_pressure", readings({"P1": 130, "P2": 140, "P3": 150}), YEAR)
    sent = partnership.check("alder", "blood_pressure", readings({"P1": 126, "P2": 141.5, "P4": 160}), YEAR)
    found = why(partnership, sent, "systolic_diabetes")
    assert (found.gained, found.lost, found.changed) == (1, 1, -2.5)
    assert (found.more, found.left) == ((1, 160), (1, 150))
    (move,) = previewing.preview(partnership.store, sent.submission, ALDER).foremost
    assert [(side.numerator, side.total, side.value) for side in (move.before, move.after) if side] == [
        (None, 420, 140),
        (None, 427.5, 142.5),
    ]


def test_a_diagnosis_brings_someone_in_and_an_exclusion_takes_someone_out(clinic):
    rows = [*with_hypertension(*(f"P{n}" for n in range(1, 10))), event("hospice", "P1"), event("hospice", "P2")]
    found = why(clinic, clinic.check("alder", "clinical_events", rows, YEAR))
    assert (found.more, found.left) == ((1, 1), (1, 0))
    assert found.excluded == {"hospice": (2, 1)}
    assert (found.numerator, found.denominator) == (0, -2)


def test_an_exclusion_taken_back_is_lifted(clinic):
    everyone = with_hypertension(*(f"P{n}" for n in range(9)))
    clinic.send("alder", "clinical_events", [*everyone, event("pregnancy", "P3")], YEAR)
    found = why(clinic, clinic.check("alder", "clinical_events", [*everyone, event("frailty", "P3")], YEAR))
    assert (found.lifted, found.excluded, found.more.units) == ({"pregnancy": (1, 1)}, {}, 0)


def test_a_token_learned_later_makes_nobody_new(partnership):
    screens: list[Row] = [{"patient_id": f"P{n}", "screened_on": dt.date(2025, 6, 1), "instrument": "hunger_vital_sign",
                "items": "A;N" if n < 4 else "N;N"} for n in range(9)]  # fmt: skip
    partnership.send("alder", "food_security", screens, YEAR)
    tokens = [patient(f"P{n}", person_token=f"T{min(n, 7)}") for n in range(9)]
    found = why(partnership, partnership.check("alder", "patients", tokens), "food_insecurity")
    assert (found.more, found.left) == ((0, 0), (1, 0))  # P7 and P8 turn out to be one person


def figure(x: int, n: int, complete: bool = True) -> Figure:
    return Figure(x, n, complete)


MARCH, JUNE = dt.date(2025, 3, 31), dt.date(2025, 6, 30)


def test_the_year_that_stands_moves_on_only_when_the_next_is_complete():
    known = {"a": indicators()["bp_control"]}
    before = {("a", MARCH): figure(6, 10), ("a", JUNE): figure(3, 9, complete=False)}
    moved = {**before, ("a", JUNE): figure(4, 10, complete=False)}
    assert [(m.period_end, m.before_end) for m in foremost(before, moved, known)] == [(JUNE, None)]
    whole = {**before, ("a", JUNE): figure(7, 11)}
    (move,) = foremost(before, whole, known)
    assert (move.period_end, move.before_end, move.before) == (JUNE, MARCH, figure(6, 10))
    assert foremost(before, before, known) == []


USUAL = [(62, 100), (65, 100), (60, 100), (63, 100), (66, 100), (61, 100), (64, 100), (62, 100), (63, 100), (65, 100),
         (60, 100), (64, 100)]  # fmt: skip
SPREAD = [(x, 100) for x in (50, 75, 52, 77, 48, 74, 55, 72, 49, 76, 51, 73)]
STEPS = [(30 + 3 * n, 100) for n in range(12)]
# history, the month's numerator and denominator, whether it is unusual
MONTHS = {
    "92_percent_of_410_where_63_is_usual": (USUAL, 377, 410, True),
    "a_fall_as_far": (USUAL, 140, 410, True),
    "within_what_chance_brings": (USUAL, 280, 410, False),
    "all_of_3_people": (USUAL, 3, 3, False),
    "none_of_3_people": (USUAL, 0, 3, False),
    "all_of_5_people": (USUAL, 5, 5, False),
    "none_of_20_people": (USUAL, 0, 20, True),
    "a_month_like_its_own_wide_spread": (SPREAD, 80, 100, False),
    "a_month_beyond_even_its_wide_spread": (SPREAD, 400, 400, True),
    "a_step_more_of_a_steady_climb": (STEPS, 66, 100, False),
    "a_leap_out_of_a_steady_climb": (STEPS, 390, 400, True),
    "the_first_of_all": ([(0, 30)] * 12, 1, 30, False),
    "many_where_there_were_none": ([(0, 30)] * 12, 8, 30, True),
    "a_small_history_says_little": ([(1, 2)] * 12, 10, 10, False),
    "eleven_months_are_too_few": (USUAL[:11], 377, 410, False),
    "a_month_without_anyone_is_no_month": ([*USUAL[:11], (0, 0)], 377, 410, False),
}


@pytest.mark.parametrize("name", MONTHS)
def test_months_against_the_partner_s_own(name):
    history, x, n, expected = MONTHS[name]
    low, high = usual_range(history, n)
    assert (not low <= x / n <= high) == expected, (low, high)


def months(figures: list[tuple[int, int]]) -> dict[tuple[str, dt.date], Figure]:
    ends = [dt.date(2024 + n // 12, n % 12 + 1, 1) - DAY for n in range(1, len(figures) + 1)]
    return {("bp_control", end): figure(x, n) for end, (x, n) in zip(ends, figures, strict=True)}


def test_a_month_is_told_when_the_file_moves_it_out_of_its_range_and_only_then():
    before = months([*USUAL, (63, 100)])
    end = max(e for _, e in before)
    told = unusual(before, before | {("bp_control", end): figure(92, 100)})
    assert [(u.month_end, u.figure.numerator) for u in told] == [(end, 92)]
    odd_before = before | {("bp_control", end): figure(91, 100)}
    assert unusual(odd_before, odd_before | {("bp_control", end): figure(92, 100)}) == []
    assert unusual(before, before | {("bp_control", end): figure(92, 100, complete=False)}) == []
    assert unusual(before, before) == []


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


@pytest.mark.parametrize("name", FILES)
def test_a_file_carries_on_or_says_where_not(partnership, name):
    usual, window, per_week, but, expected = FILES[name]
    partnership.send("alder", "blood_pressure", weekly(FIRST_HALF, usual), FIRST_HALF)
    sent = partnership.check("alder", "blood_pressure", weekly(window, per_week, but), window)
    stored = partnership.store.cursor().execute("SELECT rule FROM finding WHERE submission = ?", [sent.submission])
    assert [rule for (rule,) in stored.fetchall()] == expected
    preview = previewing.preview(partnership.store, sent.submission, ALDER)
    assert [c.rule for c in preview.cautions] == expected


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
             "period_end": dt.date(2025, m, 28), "category": f"{n:05d}", "numerator": 30, "denominator": 100}
            for m in (1, 2, 5) for n in range(90)]  # fmt: skip
    assert partnership.check("alder", "indicator_counts", rows).submission
    assert not partnership.store.cursor().execute("SELECT * FROM finding").fetchall()
