"""What is shown before a release is what the release then shows, and looking leaves nothing behind."""

import datetime as dt
import threading

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.ledger.closed_quarters import close_day, quarter_end
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_ledger
from metrics.results import release_changes
from schemas.policy.partnership import Calendar
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.conftest import Demo
from workflow import accepting, reading, releasing, submitting
from workflow.publishing import release_preview
from workflow.publishing.release_work import ReleaseWork

pytestmark = pytest.mark.both_stores

EVERYTHING = ("submission_event", "release_made", "release_intent", "closing", "released", "closed_counts", "erratum")


def contents(store: Store) -> dict[str, tuple[int, ...]]:
    cur = store.cursor()
    return {t: cur.execute(f"SELECT count(*), sum(hash(x)) FROM {t} x").fetchall()[0] for t in EVERYTHING}


def send_next(demo: Demo, store: Store) -> None:
    file = demo.file("next")
    made = submitting.check(store, file.path, file.dataset, file.partner_id)
    assert made.submission is not None
    accepting.accept(store, made.submission, accept_valid=True)


def test_the_preview_is_what_is_then_published(hiding_clinics: Demo, hiding_clinics_store: Store):
    send_next(hiding_clinics, hiding_clinics_store)
    was, before = contents(hiding_clinics_store), reading.read_results(hiding_clinics_store, EVERYONE)
    seen = release_preview.preview(hiding_clinics_store)
    assert contents(hiding_clinics_store) == was
    assert (seen.accepted, seen.withdrawn, seen.after) == (1, 0, 1)
    assert releasing.publish(hiding_clinics_store, as_seen=seen.basis) == seen.release == 2
    after = reading.read_results(hiding_clinics_store, EVERYONE)
    assert_frame_equal(seen.results, after)
    assert any(c.changed or c.new for c in seen.cells)
    # Counted here cell by cell, by another way than the preview does.
    shown, now = (
        {tuple(r[:-1]): not r[-1] for r in f.select(*RESULT_KEY, "suppressed").rows()} for f in (before, after)
    )
    assert sum(c.shown for c in seen.cells) == sum(now.values())
    assert sum(c.newly_hidden for c in seen.cells) == sum(shown.get(k, False) and not v for k, v in now.items())
    assert sum(c.newly_shown for c in seen.cells) == sum(v and shown.get(k) is False for k, v in now.items())
    assert sum(c.new for c in seen.cells) == sum(v and k not in shown for k, v in now.items())
    assert sum(c.dropped for c in seen.cells) == sum(v and k not in now for k, v in shown.items())


def test_a_release_without_news_moves_nothing(clinics_store: Store):
    seen = release_preview.preview(clinics_store)
    assert not any(h.moved for h in seen.headlines) and not seen.closes_more
    assert all(c.changed == c.new == c.newly_shown == c.newly_hidden == c.dropped == 0 for c in seen.cells)


def test_what_was_accepted_after_the_look_is_not_published_unseen(clinics: Demo, clinics_store: Store):
    seen = release_preview.preview(clinics_store)
    send_next(clinics, clinics_store)
    with pytest.raises(NotPossible, match="Look again"):
        releasing.publish(clinics_store, as_seen=seen.basis)
    assert release_ledger.made(clinics_store.cursor()) == [1]
    assert release_ledger.announced(clinics_store.cursor()) == []


@pytest.mark.heavy
def test_a_second_click_does_nothing_and_uploads_go_on_meanwhile(clinics: Demo, clinics_store: Store, monkeypatch):
    work, go = ReleaseWork(clinics_store), threading.Event()
    work.look(BACKBONE)
    seen = work.wait().preview
    assert seen is not None
    written = releasing._write_files

    def slowly(*args: object) -> None:
        assert go.wait(60)
        written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(releasing, "_write_files", slowly)
    assert work.make(BACKBONE, "backbone:Dana Reyes", seen.basis)
    assert not work.make(BACKBONE, "backbone:Dana Reyes", seen.basis) and not work.look(BACKBONE)
    send_next(clinics, clinics_store)  # while it is written
    assert work.progress.doing == "making"
    go.set()
    assert work.wait().made == 2
    assert work.progress.preview is None and work.progress.error == ""
    past = release_preview.past_releases(clinics_store, BACKBONE)
    assert [(p.release, p.actor, p.kept) for p in past] == [
        (2, "backbone:Dana Reyes", ("shared", "research")), (1, "demo", ("shared", "research")),
    ]  # fmt: skip
    with pytest.raises(NotPossible):
        release_preview.past_releases(clinics_store, EVERYONE)


def test_an_error_is_a_sentence(clinics: Demo, clinics_store: Store, monkeypatch):
    work = ReleaseWork(clinics_store)

    def full(*_: object) -> None:
        raise OSError("/somewhere: value 178")

    monkeypatch.setattr(releasing, "_write_files", full)
    assert work.make(BACKBONE, "backbone:Dana Reyes", release_preview.preview(clinics_store).basis)
    ended = work.wait()
    assert ended.error == "Something went wrong on the server. The usual cause is a full disk." and ended.made is None
    assert reading.current_release(clinics_store).number == 1  # type: ignore[union-attr]


def test_the_next_release_is_planned_after_the_close_day_of_the_first_open_quarter(clinics_store: Store):
    closed = clinics_store.cursor().execute("SELECT max(last_day) FROM closing").fetchall()[0][0]
    end = quarter_end(closed + dt.timedelta(days=1))
    calendar = clinics_store.partnership.calendar
    assert release_preview.planned(clinics_store) == close_day(end, calendar) + dt.timedelta(days=calendar.release_days)
    assert Calendar().release_days == 15


def test_cells_are_told_apart_by_kind_and_by_what_becomes_of_them():
    row = {"indicator": "a", "scope": "partnership", "period_kind": "year", "period_start": dt.date(2025, 1, 1),
           "period_end": dt.date(2025, 12, 31), "stratifier": "all", "category": "all", "suppressed": False,
           "rate": 0.5, "denominator": 40, "numerator": 20, "low": 0.4, "high": 0.6}  # fmt: skip
    none = dict.fromkeys(("rate", "denominator", "numerator", "low", "high"))
    before = [row, row | {"stratifier": "sex", "category": "female"}, row | {"scope": "alder", "suppressed": True, **none},
              row | {"period_kind": "month"}]  # fmt: skip
    after = [row | {"rate": 0.6}, before[1] | {"suppressed": True, **none}, row | {"scope": "alder"},
             row | {"stratifier": "exclusion", "category": "died"}]  # fmt: skip
    found = {c.kind: c for c in release_changes.cell_changes(pl.DataFrame(before), pl.DataFrame(after))}
    assert found["years"].changed == 1 and found["groups"].newly_hidden == 1 and found["groups"].hidden == 1
    assert found["partner_years"].newly_shown == 1 and found["months"].dropped == 1 and found["left_out"].new == 1
