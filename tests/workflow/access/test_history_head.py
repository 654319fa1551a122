"""A history whose tail is cut off, or that is written anew, is told by what was kept outside the store."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from data.ledger.people import access_history, history_head
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import SERVER
from tests.support.doors import SETTINGS, door_on, invited
from tests.support.whole_run.every_run import some_of
from workflow.access import inviting
from workflow.access.door import Door
from workflow.recovery import checking_store


class World(NamedTuple):
    store: Store
    door: Door
    file: Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "elsewhere.jsonl"
    store, door, _ = door_on(tmp_path, SETTINGS + f'[recovery]\nhistory_head = "{file}"\n')
    for name in ("ana", "leo", "mia"):
        invited(door, f"{name}@x.org", "backbone")
    yield World(store, door, file)
    store.close()


def told(world: World, head: str | None = None) -> list[str]:
    return [p for p in checking_store.problems_of(world.store, head) if "history of access" in p]


def test_a_tail_that_is_cut_off_shows(world):
    printed = str(inviting.history_head_now(world.door, SERVER))
    assert printed.startswith("3:") and told(world, printed) == [], "whole"
    world.store.cursor().execute("DELETE FROM access_event WHERE event = 3")
    assert access_history.first_broken(world.store.cursor(), world.store.key) is None, "inside there is no sign of it"
    assert len(told(world)) == 1 and "does not reach line 3" in told(world)[0]
    world.file.unlink()
    assert "cannot be read" in told(world)[0], "the file is gone too"
    assert any("line 3 that was printed: it ends at line 2" in t for t in told(world, printed))


def test_a_tail_that_is_written_anew_shows(world):
    """By somebody who has the key: the chain is right, and another."""
    printed = str(history_head.head(world.store.cursor()))
    cur = world.store.cursor()
    cur.execute("DELETE FROM access_event WHERE event = 3")
    access_history.add(cur, world.store.key, "invited", "eve", None, "somebody else", world.door.now())
    assert access_history.first_broken(cur, world.store.key) is None
    assert len(told(world)) == 1 and len(told(world, printed)) == 2


def test_the_file_may_lag_behind_and_hold_half_a_line(world):
    world.file.write_text(world.file.read_text().splitlines()[1] + '\n{"store": "x", "ev')
    invited(world.door, "new@x.org")
    assert told(world) == []
    assert history_head.noted(world.file, str(world.store.identity)) == history_head.head(world.store.cursor())


def test_where_it_cannot_be_noted_nobody_is_kept_out(world, caplog):
    world.file.unlink()
    world.file.mkdir()
    invited(world.door, "new@x.org")
    assert "could not be noted" in caplog.text and "cannot be read" in told(world)[0]


@pytest.mark.parametrize("said", some_of(["", "42", "x:0123456789abcdef", "42:0123", "42:0123456789ABCDEG"], 3))
def test_what_is_no_head_is_told(world, said):
    with pytest.raises(ValueError, match="as it was printed"):
        history_head.read(said)
    if said:
        with pytest.raises(NotPossible, match="as it was printed"):
            checking_store.problems_of(world.store, said)
