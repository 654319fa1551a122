"""Rows that come after their quarter has closed are kept, do not count, and are their sender's business alone."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from data.ledger.submissions import NotPossible, Window
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.partnerships import Row, Sent, TestPartnership, as_csv, fresh, one_copy_of
from workflow import delivering, discussing, previewing, reading, releasing, submitting
from workflow.delivering import How

pytestmark = pytest.mark.both_stores

CLOSED, FIRST = dt.date(2025, 9, 30), dt.date(2025, 1, 1)
YEAR = Window(FIRST, dt.date(2025, 12, 31))
"""On the day of the tests, 31 January 2026, the third quarter is past its close day and the fourth is not."""
ALDER, BACKBONE = Viewer(role="partner", partner_id="alder"), Viewer(role="backbone")


def readings(days: int, systolic: int) -> list[Row]:
    """A reading of one patient on every third day of 2025, up to so many."""
    return [
        {"patient_id": f"P{n:03}", "measured_on": FIRST + dt.timedelta(days=3 * n), "systolic": systolic + n % 9,
         "diastolic": 80} for n in range(days)
    ]  # fmt: skip


SCREENS = [
    {"patient_id": f"P{n:03}", "screened_on": dt.date(2025, 11, 3), "instrument": "hunger_vital_sign",
     "result": "at_risk" if n % 3 else "not_at_risk"} for n in range(130)
]  # fmt: skip
EVERY, LATE = 120, 91  # readings of the year, and of its first three quarters


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> TestPartnership:
    made = fresh(tmp_path_factory.mktemp("released") / "var", ("alder", "birch"))
    made.send("alder", "blood_pressure", readings(EVERY, 120), YEAR)
    releasing.publish(made.store)
    made.close()
    return made


@pytest.fixture
def partnership(released: TestPartnership, tmp_path: Path) -> Iterator[TestPartnership]:
    yield from one_copy_of(released, tmp_path / "var")


def current(made: TestPartnership) -> dict[int, tuple[dt.date, dt.date]]:
    """Submission -> the first and the last day of it that counts."""
    rows = made.store.cursor().execute(
        "SELECT submission, min(from_day), max(to_day) FROM coverage WHERE dataset = 'blood_pressure' GROUP BY ALL"
    )
    return {number: (first, last) for number, first, last in rows.fetchall()}


def correction(made: TestPartnership) -> Sent:
    return made.check("alder", "blood_pressure", readings(EVERY, 150), YEAR)


@pytest.mark.heavy
def test_the_preview_says_what_is_too_late_and_compares_open_rows_alone(partnership: TestPartnership):
    sent = correction(partnership)
    effect = submitting.effect(partnership.store, sent.submission)
    assert effect.late and (effect.late.rows, effect.late.last) == (LATE, CLOSED)
    assert effect.rows == effect.replaced == EVERY - LATE
    seen = previewing.preview(partnership.store, sent.submission, ALDER)
    assert seen.compared.changed == EVERY - LATE and not (seen.compared.removed or seen.compared.added)
    assert all(m.period_end > CLOSED for m in seen.moves)


def test_acceptance_takes_over_open_days_and_a_withdrawal_gives_them_back(partnership: TestPartnership):
    first = partnership.accepted[0].submission
    sent = correction(partnership)
    partnership.accept(sent)
    assert current(partnership) == {first: (YEAR.first, CLOSED), sent.submission: (dt.date(2025, 10, 1), YEAR.last)}
    partnership.withdraw(sent)
    assert current(partnership) == {first: (YEAR.first, YEAR.last)}
    partnership.withdraw(partnership.accepted[0])
    assert current(partnership) == {first: (YEAR.first, CLOSED)}, "what is closed stays counted"


def test_late_rows_are_told_to_their_sender_and_backbone_staff_and_to_nobody_else(partnership: TestPartnership):
    sent = correction(partnership)
    partnership.accept(sent)
    for viewer in (ALDER, BACKBONE):
        late = discussing.read_late(partnership.store, viewer, sent.submission)
        assert late and late.rows == LATE
    others = (EVERYONE, Viewer(role="partner", partner_id="birch"), Viewer(role="analyst"))
    for viewer in others:
        with pytest.raises(NotPossible, match="there is no submission"):
            discussing.read_late(partnership.store, viewer, sent.submission)
    assert discussing.read_late(partnership.store, ALDER, partnership.accepted[0].submission) is None


def test_a_job_hears_how_many_rows_are_too_late_also_when_it_asks_again(partnership: TestPartnership):
    data = as_csv("blood_pressure", readings(EVERY, 150))
    answers = [delivering.deliver(partnership.store, data, "blood_pressure", "alder", How(covers=YEAR), "job")
               for _ in range(2)]  # fmt: skip
    assert [(a["outcome"], a["rows_late"]) for a in answers] == [("accepted", LATE), ("known", LATE)]
    assert f"{LATE} are of closed quarters: kept, and not counted" in answers[0]["message"]


@pytest.mark.heavy
def test_a_partner_that_joins_with_old_history_is_late_and_moves_nothing_that_is_closed(partnership: TestPartnership):
    before = reading.read_results(partnership.store, EVERYONE).filter("closed").drop("release")
    partnership.send("birch", "blood_pressure", readings(EVERY, 150), YEAR)
    assert partnership.accepted[-1].submission in current(partnership)
    releasing.publish(partnership.store)
    assert reading.read_results(partnership.store, EVERYONE).filter("closed").drop("release").equals(before)


def test_open_figures_are_rounded_for_all_but_their_partner(partnership: TestPartnership):
    partnership.send("alder", "food_security", SCREENS, Window(dt.date(2025, 10, 1), YEAR.last))
    releasing.publish(partnership.store)
    for viewer, exact in ((EVERYONE, False), (ALDER, True), (BACKBONE, False)):
        rows = reading.read_results(partnership.store, viewer).filter(~pl.col("closed"))
        assert rows.height and set(rows["stratifier"]) == {"all"} and rows["provisional"].all()
        assert rows.filter(scope="alder")["denominator"].is_not_null().any() == exact
        others = rows.filter(pl.col("scope") != "alder") if exact else rows
        assert others["rate"].is_not_null().any() and (others["rate"] == others["rate"].round(2)).all()
        assert others["denominator"].is_null().all() and others["low"].is_null().all()


def test_quarters_say_when_they_closed_and_when_the_others_will(partnership: TestPartnership):
    found = reading.read_quarters(partnership.store, dt.date(2025, 7, 1))
    assert [(q.end, q.closes, q.release) for q in found] == [
        (CLOSED, dt.date(2025, 12, 31), 1),
        (dt.date(2025, 12, 31), dt.date(2026, 3, 31), None),
        (dt.date(2026, 3, 31), dt.date(2026, 6, 30), None),
    ]
