"""Who reads what is said of a submission, and what of it a job, a preview and a release see."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from data.ledger.submissions import NotPossible, Window
from data.releases import release_folders
from schemas.policy.viewer import Viewer
from tests.data.discussing.test_submission_history import (
    ALDER,
    BACKBONE,
    BIRCH,
    WARNING,
    WHY,
    about,
    check,
    justify,
    rows,
    states,
    stays,
    store,
)
from tests.support.whole_run.every_run import some_of
from workflow import accepting, delivering, discussing, reading, releasing, submitting
from workflow.delivering import How

__all__ = ["store"]


OTHERS = [BIRCH, Viewer(), Viewer(role="analyst")]


@pytest.mark.parametrize("viewer", some_of(OTHERS, 3), ids=["other partner", "leader", "analyst"])
def test_nobody_else_reads_or_writes_a_word(store, viewer):
    number = check(store, stays())
    justify(store, number)
    accepting.accept(store, number)
    discussing.appeal(store, ALDER, *about(store, number), "We disagree: two stays are missing.", "alder")
    appeal = discussing.read_appeals(store, ALDER)[0].note.note
    before = rows(store, "note")
    for attempt in (
        lambda: discussing.read_history(store, viewer, number),
        lambda: discussing.read_warned(store, viewer, number),
        lambda: discussing.read_awaiting(store, viewer, number),
        lambda: justify(store, number, WHY, viewer),
        lambda: discussing.comment(store, viewer, number, "A comment of someone else.", "x"),
        lambda: discussing.appeal(store, viewer, *about(store, number), "An appeal of someone else.", "x"),
        lambda: discussing.answer_appeal(store, viewer, appeal, "An answer of someone else.", "x", upheld=True),
    ):
        with pytest.raises(NotPossible):
            attempt()
    assert discussing.read_appeals(store, viewer) == []
    assert discussing.read_used_reasons(store, viewer, "alder", "hospital_stays", WARNING) == []
    assert reading.read_submissions(store, viewer) == []
    assert reading.read_unreleased(store, viewer).is_empty()
    assert rows(store, "note") == before


def test_the_partner_and_backbone_staff_read_the_same_words(store):
    number = check(store, stays())
    justify(store, number)
    assert discussing.read_history(store, ALDER, number) == discussing.read_history(store, BACKBONE, number)
    assert discussing.read_warned(store, ALDER, number) == discussing.read_warned(store, BACKBONE, number)


TOTALS = b"""indicator,period_start,period_end,numerator,denominator
bp_control,2025-01-01,2025-12-31,50,100
bp_control,2025-11-01,2025-11-30,5,9
"""


@pytest.mark.parametrize(
    ("dataset", "data", "kinds"),
    some_of(
        [("hospital_stays", stays(overlap=False), {"year", "month"}), ("indicator_counts", TOTALS, {"year", "month"})],
        2,
    ),
    ids=["rows", "totals"],
)
def test_own_figures_are_seen_before_the_release_and_are_what_it_then_shows(store, dataset, data, kinds):
    year = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    number = submitting.check(store, data, dataset, "alder", covers=year).submission
    assert number
    assert reading.read_unreleased(store, ALDER).is_empty(), "what is only checked counts for nothing"
    entry = accepting.accept(store, number)
    figures = reading.read_unreleased(store, ALDER)
    assert set(figures["period_kind"]) == kinds
    assert figures["released_denominator"].null_count() == figures.height
    assert reading.read_results(store, ALDER, scope="alder").is_empty()
    releasing.publish(store)
    shown = reading.current_release(store)
    assert shown and shown.shows(entry)
    assert reading.read_unreleased(store, ALDER).is_empty()
    released = reading.read_results(store, ALDER, scope="alder", stratifier="all")
    key = ["indicator", "period_kind", "period_end", "denominator", "numerator", "rate"]
    assert set(figures.select(key).rows()) == set(released.select(key).rows())
    entry = accepting.withdraw(store, number)
    assert not shown.shows(entry)
    gone = reading.read_unreleased(store, ALDER)
    assert gone["denominator"].null_count() == gone.height > 0, "of open periods alone: closed ones stay"


def test_a_job_is_not_held_up_by_a_warning_and_the_reason_can_follow(store):
    answer = delivering.deliver(store, stays(), "hospital_stays", "alder", How(), "job:alder")
    number = answer["submission"]
    assert (answer["outcome"], answer["warnings_without_reason"]) == ("accepted", 1)
    assert "1 of its warnings waits for a reason" in answer["message"]
    quality = reading.read_quality(store, ALDER, "alder")
    assert quality and [(w.submission, *w.place) for w in quality.unexplained] == [(number, *WARNING)]
    justify(store, number)
    quality = reading.read_quality(store, ALDER, "alder")
    assert quality and quality.unexplained == []
    again = delivering.deliver(store, stays(), "hospital_stays", "alder", How(), "job:alder")
    assert (again["outcome"], again["warnings_without_reason"]) == ("known", 0)


def test_a_dry_run_leaves_no_trace(store):
    delivering.deliver(store, stays(), "hospital_stays", "alder", How(only_check=True), "job:alder")
    assert states(store) == {} and rows(store) == rows(store, "finding") == 0


@pytest.mark.heavy
def test_releases_hold_for_analysts_that_a_reason_was_given_and_its_words_for_nobody(store):
    accepted, held, left = (check(store, stays(month=m)) for m in (3, 4, 5))
    justify(store, accepted)
    discussing.comment(store, ALDER, accepted, "A comment between ourselves.", "alder")
    accepting.accept(store, accepted, explained=True)
    accepting.leave(store, left, "alder")
    release = releasing.publish(store)
    with duckdb.connect(str(release_folders.edition_path(store.folder, release, "research")), read_only=True) as con:
        assert con.execute("SELECT submission, state FROM submissions").fetchall() == [(accepted, "accepted")]
        assert con.execute("SELECT DISTINCT submission FROM findings").fetchall() == [(accepted,)]
        assert con.execute('SELECT submission, rule, "column" FROM reasons').fetchall() == [(accepted, *WARNING)]
    for edition in release_folders.EDITIONS:
        found = in_edition(release_folders.edition_path(store.folder, release, edition), [WHY, "between ourselves"])
        assert found == set()
    assert states(store)[held] == "checked"


def in_edition(path: Path, words: list[str]) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        names = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        text = "".join(str(con.execute(f"FROM {name}").fetchall()) for (name,) in names)
    return {word for word in words if word in text}


def test_staff_name_no_other_partner_in_what_a_partner_reads(store):
    """A trap: to its own partner a comment on its file could say who the others are; the partner itself may say so."""
    number = check(store, stays())
    words = "The same stays came from Birch Hospital too."
    with pytest.raises(NotPossible, match="not agreed to be named"):
        discussing.comment(store, BACKBONE, number, words, "staff")
    with pytest.raises(NotPossible, match="not agreed to be named"):
        justify(store, number, words, BACKBONE)
    assert rows(store, "note") == 0
    discussing.comment(store, ALDER, number, words, "alder")
    discussing.comment(store, BACKBONE, number, "The same stays came from another hospital too.", "staff")
    assert rows(store, "note") == 2
