"""What is read once is handed on until something is written, and never after."""

import datetime as dt
from functools import partial
from types import SimpleNamespace
from typing import cast

import duckdb
import pytest

from data.ledger import kept_reads
from data.ledger.store import Store, open_store, transaction
from schemas.policy.partnership import Partnership

KEY = b"a key only for tests"
ASKED: list[int] = []


def counted(cur: duckdb.DuckDBPyConnection, more: int = 0) -> int:
    ASKED.append(more)
    return int(cur.execute("SELECT count(*) FROM release_intent").fetchall()[0][0]) + more


def add(cur: duckdb.DuckDBPyConnection) -> None:
    cur.execute("INSERT INTO release_intent SELECT coalesce(max(release), 0) + 1, now(), 'a' FROM release_intent")


@pytest.fixture
def opened(tmp_path):
    ASKED.clear()
    store = open_store(tmp_path, Partnership(), KEY)
    yield store
    store.close()


def test_what_is_asked_again_is_read_once_for_each_question(opened: Store):
    assert [kept_reads.read(opened, counted) for _ in range(3)] == [0, 0, 0]
    assert kept_reads.read(opened, counted, 5) == kept_reads.read(opened, counted, more=5) == 5
    assert ASKED == [0, 5, 5]


def test_after_a_commit_it_is_read_anew_and_after_a_rollback_it_is_as_it_was(opened: Store):
    assert kept_reads.read(opened, counted) == 0
    with transaction(opened.cursor()) as cur:
        add(cur)
        assert kept_reads.read(opened, counted) == 0, "what nobody else can see yet is told to nobody"
    assert kept_reads.read(opened, counted) == 1
    with pytest.raises(ZeroDivisionError), transaction(opened.cursor()) as cur:
        add(cur)
        _ = 1 / 0
    assert kept_reads.read(opened, counted) == 1


def test_what_was_under_way_when_something_was_written_is_not_kept(opened: Store):
    def late(cur: duckdb.DuckDBPyConnection) -> int:
        before = counted(cur)
        with transaction(opened.cursor()) as other:
            add(other)
        return before

    assert kept_reads.read(opened, late) == 0
    assert kept_reads.read(opened, late) == 1, "the first answer was older than what had been written"


def test_a_write_aside_moves_nothing(opened: Store):
    kept_reads.read(opened, counted)
    with transaction(opened.cursor(), aside=True):
        pass
    kept_reads.read(opened, counted)
    assert ASKED == [0]


def name(store: Store, word: str) -> str:
    ASKED.append(0)
    return f"{word} {store.partnership.name}"


def test_other_settings_are_looked_at_at_once_also_by_a_trial_on_the_same_store(opened: Store):
    first = opened.partnership
    assert kept_reads.worked_out(opened, name, "in") == kept_reads.worked_out(opened, name, "in") == f"in {first.name}"
    opened.partnership = first.model_copy(update={"name": "Another"})
    assert kept_reads.worked_out(opened, name, "in") == "in Another"
    opened.partnership = first
    assert kept_reads.worked_out(opened, name, "in") == f"in {first.name}"
    assert len(ASKED) == 3


def test_what_was_read_before_another_server_wrote_is_never_handed_on(opened: Store):
    """Nor by a thread that asked for the store's state before the write, and reads after others have seen it."""
    states, found = [1], ["old"]
    lake = SimpleNamespace(state=lambda: states[-1])
    shared = cast("Store", SimpleNamespace(lake=lake, connection=opened.connection, cursor=opened.cursor))

    def said(_: duckdb.DuckDBPyConnection) -> str:
        ASKED.append(0)
        return found[0]

    assert kept_reads.read(shared, said) == kept_reads.read(shared, said) == "old"
    assert len(ASKED) == 1, "the state is the same"
    states[0], found[0] = 2, "new"
    assert kept_reads.read(shared, said) == "new", "another server wrote, and told this process nothing"
    states.append(1)  # who was slow has still the state before
    assert kept_reads.read(shared, said) == "new"
    states.pop()
    found[0] = "newest"

    def slow(_: duckdb.DuckDBPyConnection) -> str:
        before = found[0]
        states[0], found[0] = 3, "written meanwhile"
        return before

    assert kept_reads.read(shared, slow) == "newest"
    assert kept_reads.read(shared, slow) == "written meanwhile", "it was read under the state before"


def test_a_store_in_the_place_of_another_is_asked_itself(tmp_path):
    ASKED.clear()
    for folder in ("one", "other"):
        store = open_store(tmp_path / folder, Partnership(), KEY)
        kept_reads.read(store, counted)
        store.close()
    assert len(ASKED) == 2


def _day(today: dt.date, _settings: Partnership) -> dt.date:
    return today


def members(store: Store) -> list[str]:
    return [p.id for p in store.partnership.members]


def test_what_rests_on_the_settings_is_worked_out_anew_on_the_next_day(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A partner that leaves today was named the day before, and nothing is written at midnight."""
    alder = {"id": "alder", "name": "Alder", "left": "2026-03-31"}
    store = open_store(tmp_path, Partnership.model_validate({"partners": [alder]}), KEY)
    for today, there in ((dt.date(2026, 3, 30), ["alder"]), (dt.date(2026, 4, 1), [])):
        monkeypatch.setattr(Partnership, "day", property(partial(_day, today)))
        assert kept_reads.worked_out(store, members) == there
    store.close()
