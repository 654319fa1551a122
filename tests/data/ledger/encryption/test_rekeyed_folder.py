"""Whatever the step that a change of all files stops at: the next start leaves all old ones or all new ones."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.data_folder import NotReady
from data.ledger.encryption import rekeyed_folder

NAMES = ("concord.duckdb", "encryption.json", "releases/0001/shared.duckdb", "releases/0001/manifest.json")
LOG = "concord.duckdb.wal"


class Killed(BaseException):
    """In place of a kill: nothing that cleans up catches it in what is tried here."""


class Steps:
    """Stops before the given step of those that change a disk."""

    def __init__(self, stop: int) -> None:
        self.left = stop

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


def old_and_new(folder: Path) -> None:
    for name in (*NAMES, LOG):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"old {name}")


def write_new(new: Path) -> None:
    for name in NAMES:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(f"new {name}")


def state(folder: Path) -> set[str]:
    return {(folder / name).read_text()[:3] for name in (*NAMES, LOG) if (folder / name).exists()}


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Steps]]:
    now = [Steps(10**6)]
    for place, name in ((Path, "replace"), (Path, "unlink"), (os, "link"), (rekeyed_folder, "onto_disk"),
                        (rekeyed_folder, "write_over")):  # fmt: skip
        real = getattr(place, name)

        def stepped(*given, real=real, **named):
            now[0]()
            return real(*given, **named)

        monkeypatch.setattr(place, name, stepped)
    yield now


def test_at_each_step_all_are_old_or_all_are_new_after_the_next_start(tmp_path: Path, stopping: list[Steps]):
    seen = set()
    for stop in range(200):
        folder = tmp_path / str(stop)
        folder.mkdir()
        old_and_new(folder)
        stopping[0] = Steps(stop)
        try:
            with rekeyed_folder.being_written(folder) as new:
                write_new(new)
                rekeyed_folder.agree(folder, [LOG])
                rekeyed_folder.settle(folder)
            ended = True
        except Killed:
            ended = False
        agreed = (folder / "rekeying" / "plan.json").exists()
        assert agreed or ended or state(folder) == {"old"}
        stopping[0] = Steps(stop // 3)  # stopped again, early
        with contextlib.suppress(Killed):
            rekeyed_folder.settle(folder)
        stopping[0] = Steps(10**6)
        rekeyed_folder.settle(folder)
        rekeyed_folder.remove_unfinished(folder)
        assert not (folder / "rekeying").exists()
        (now,) = state(folder)
        assert now == ("new" if agreed or ended else "old"), stop
        assert (folder / LOG).exists() == (now == "old")
        seen.add((agreed, now))
        if ended:
            break
    assert ended and seen == {(False, "old"), (True, "new"), (False, "new")}


def test_a_start_that_may_not_write_says_that_one_must(tmp_path: Path):
    old_and_new(tmp_path)
    with rekeyed_folder.being_written(tmp_path) as new:
        write_new(new)
        rekeyed_folder.agree(tmp_path, [])
    with pytest.raises(NotReady, match="was interrupted"):
        rekeyed_folder.settle(tmp_path, read_only=True)
    assert state(tmp_path) == {"old"}


def test_what_a_file_held_is_written_over_but_not_in_a_copy_that_shares_it(tmp_path: Path):
    for name in ("alone", "shared"):
        (tmp_path / name).write_bytes(b"canary" * 1000)
    handle = os.open(tmp_path / "alone", os.O_RDONLY)
    os.link(tmp_path / "shared", tmp_path / "copy")
    (tmp_path / "alone").chmod(0o400)
    rekeyed_folder.write_over(tmp_path / "alone")
    rekeyed_folder.write_over(tmp_path / "shared")
    held = os.pread(handle, 10_000, 0)
    os.close(handle)
    assert len(held) == 6000 and b"canary" not in held
    assert [p.name for p in tmp_path.iterdir()] == ["copy"] and (tmp_path / "copy").read_bytes() == b"canary" * 1000
