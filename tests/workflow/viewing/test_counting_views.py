"""Views are counted by month alone; what cannot be written is kept for the next time; many at once lose none."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from data.ledger.store import Store
from data.ledger.views import view_counts
from data.ledger.views.view_counts import Seen
from schemas.policy.viewer import BACKBONE
from tests.support.new_partnerships import new_store
from workflow.viewing import counting_views
from workflow.viewing.counting_views import SECONDS, ViewCounts

SETTINGS = 'name = "Test"\ntoday = 2026-03-02\n'
MARCH = dt.date(2026, 3, 1)
PAGE, MEASURE = Seen("measure"), Seen("measure", "bp_control")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "var", SETTINGS)
    yield made
    made.close()


def written(store: Store) -> list[tuple]:
    return store.cursor().execute("SELECT * FROM page_views ORDER BY ALL").fetchall()


def test_views_of_a_month_are_one_number_and_say_nothing_of_whom_or_when(store):
    views = ViewCounts(store)
    for _ in range(3):
        views.note(PAGE)
        views.note(MEASURE)
        views.write()
    assert written(store) == [(MARCH, "measure", "", 3), (MARCH, "measure", "bp_control", 3)]
    assert views.read(BACKBONE) == {(MARCH, PAGE): 3, (MARCH, MEASURE): 3}


def test_a_hundred_people_at_once_are_all_counted(store):
    views = ViewCounts(store, clock := Clock())
    with ThreadPoolExecutor(8) as people:
        for n in range(100):
            clock.now += SECONDS * (n % 10 == 0)  # so that it is written meanwhile
            people.submit(views.note, PAGE)
    assert views.read(BACKBONE) == {(MARCH, PAGE): 100}


def test_what_cannot_be_written_is_kept_for_the_next_time(store, monkeypatch, caplog):
    views = ViewCounts(store)
    views.note(PAGE)
    with monkeypatch.context() as broken:
        broken.setattr(view_counts, "add", lambda *_: (_ for _ in ()).throw(duckdb.IOException("disk of Alder")))
        views.write()
    assert written(store) == [] and "Alder" not in caplog.text
    views.write()
    assert written(store) == [(MARCH, "measure", "", 1)]


def test_a_year_is_kept_and_no_more(store):
    months = counting_views.months(MARCH)
    assert (months[0], months[2], months[-1], len(months)) == (MARCH, dt.date(2026, 1, 1), dt.date(2025, 4, 1), 12)
    for month in (months[-1], dt.date(2025, 3, 1)):
        view_counts.add(store.cursor(), month, {PAGE: 5})
    views = ViewCounts(store)
    views.note(PAGE)
    assert views.read(BACKBONE) == {(months[-1], PAGE): 5, (MARCH, PAGE): 1}
    assert [row[0] for row in written(store)] == [months[-1], MARCH], "the older one is gone"


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
