"""A store with figures is killed at random writes while files are accepted, withdrawn and released, and old releases
removed: after each start ledger, folders, pointer and memory say the same, and nothing acknowledged is lost."""

import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.workflow import killed_worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts a process's writes as Linux does")


class Acknowledged:
    """What the processes said they had done, and were doing when they were killed."""

    def __init__(self) -> None:
        self.states: dict[int, set[str]] = {}
        self.released: set[int] = set()
        self.remembered: dict[int, int] = {}
        self.steps = self.figures = 0

    def hear(self, message: tuple) -> None:
        match message:
            case ("found", found, problems):
                self.compare(found, problems)
            case ("does", "accept", number):
                self.states[number] = {"accepted", "checked"}
            case ("does", "withdraw", number):
                self.states[number] = {"accepted", "withdrawn"}
            case ("did", "released", number):
                self.released.add(number)
                self.steps += 1
            case ("did", state, number) if number:
                self.states[number] = {state}
                self.steps += 1

    def compare(self, found: dict[str, Any], problems: list[str]) -> None:
        assert problems == []
        for number, possible in self.states.items():
            assert found["states"].get(number, "checked") in possible, number
            self.states[number] = {found["states"].get(number, "checked")}
        made = found["made"]
        assert self.released <= set(made) and found["pointer"] == max(made, default=None)
        assert found["folders"] == sorted(made)[-4:], "two whole, two thin"
        for release, cells in self.remembered.items():
            assert found["remembered"][release] == cells, release
        assert not made or found["figures"] == found["remembered"][made[0]]
        self.figures = max(self.figures, found["figures"])
        self.remembered = found["remembered"]
        self.released = set(made)


def killed(folder: Path, kills: int, first_seed: int = 0) -> Acknowledged:
    """Start, work and die so many times."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([killed_worker.__name__])
    heard = Acknowledged()
    for seed in range(first_seed, first_seed + kills):
        ours, theirs = processes.Pipe(duplex=False)
        worker = processes.Process(target=killed_worker.use, args=(folder, seed, theirs))
        worker.start()
        theirs.close()
        listen(ours, heard)
        worker.join(60)
        assert worker.exitcode == -9, f"seed {seed}: it ended by itself"
    return heard


def listen(ours: Connection, heard: Acknowledged) -> None:
    """Hear what a process says until it is dead."""
    while True:
        try:
            heard.hear(ours.recv())
        except (EOFError, OSError):
            return


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.heavy)], ids=["few", "many"])
def test_whatever_the_write_it_is_killed_at_nothing_is_lost_and_all_says_the_same(tmp_path, kills, monkeypatch):
    # A page that another test has run stands as the main module: a new process would run it.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    killed_worker.prepare(tmp_path / "var")
    heard = killed(tmp_path / "var", kills, first_seed=2)
    assert heard.steps >= kills / 2 and heard.figures > 50
