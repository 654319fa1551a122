"""Locks that Postgres keeps: between servers, and for no longer than who holds them is there."""

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.ledger.encryption import database_files
from data.ledger.lake.lake import Lake
from data.ledger.lake.lake_locks import LINE, LakeLock
from data.ledger.opening.store_faults import StoreInUse
from tests.support.lake import lake_stores
from tests.support.lake.postgres import Cluster

pytestmark = pytest.mark.heavy


@pytest.fixture
def servers(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[Lake, Lake]]:
    """Two servers of one store, as far as locks go."""
    place = lake_stores.place_in(cluster)
    both = tuple(Lake(place, database_files.open_postgres(place.database, LINE)) for _ in range(2))
    yield both[0], both[1]
    for one in both:
        one.close()


def is_free(lock: LakeLock) -> bool:
    """Whether a server gets a lock at once; it is given back."""
    if not lock.acquire(blocking=False):
        return False
    lock.release()
    return True


def test_one_server_waits_for_the_other_and_different_locks_do_not(servers):
    ours, theirs = (server.lock("accepting") for server in servers)
    with ours:
        assert not is_free(theirs)
        assert is_free(servers[1].lock("releasing"))
        got = threading.Event()

        def wait() -> None:
            with theirs:
                got.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got.wait(0.5)
    assert got.wait(20)
    waiting.join()


def test_a_thread_may_take_again_what_it_holds_and_gives_it_back_with_the_last(servers):
    ours, theirs = (server.lock("accepting") for server in servers)
    with ours:
        with ours:
            assert not is_free(theirs)
        assert not is_free(theirs)
    assert is_free(theirs)


def test_threads_of_one_server_wait_for_each_other_too(servers):
    lock, seen = servers[0].lock("accepting"), []
    with lock:
        thread = threading.Thread(target=lambda: seen.append(lock.acquire(blocking=False)))
        thread.start()
        thread.join()
    assert seen == [False]


def test_who_keeps_every_sender_out_waits_for_those_that_send(servers):
    sender, every = servers[0].lock("sender alder", sender=True), servers[1].every_sender()
    with sender:
        assert is_free(servers[1].lock("sender birch", sender=True))
        assert not is_free(every)
    with every:
        assert not is_free(sender)
    assert is_free(sender)


def test_a_lock_whose_connection_is_gone_is_free_for_others(servers, cluster: Cluster):
    ours, theirs = (server.lock("accepting") for server in servers)
    ours.acquire()
    assert ours.stands()
    cut_off(cluster)
    assert not ours.stands()
    assert is_free(theirs)
    ours.release()
    assert is_free(ours)


def test_administration_that_was_lost_is_taken_again_or_given_up(servers, cluster: Cluster):
    one, other = servers
    one.own()
    with pytest.raises(StoreInUse):
        other.own()
    cut_off(cluster)
    one.own()
    cut_off(cluster)
    other.own()
    with pytest.raises(StoreInUse):
        one.own()


def test_what_is_asked_of_postgres_that_is_gone_raises_and_holds_nothing(servers, cluster: Cluster):
    lock = servers[0].lock("accepting")
    cluster.stop()
    try:
        with pytest.raises(duckdb.Error):
            lock.acquire()
    finally:
        cluster.start()
    assert is_free(lock)


def cut_off(cluster: Cluster) -> None:
    """End every connection, as a restart of Postgres or a broken network does."""
    cluster.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'concord' AND pid <> pg_backend_pid()"
    )
