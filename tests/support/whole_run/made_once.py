"""Things that are slow to make and the same for all: made by the first process of a run that needs them."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """What `make` gives for a folder that it may fill: made once in a run, also where several processes share the
    tests; the others wait for it. It must not be changed afterwards."""
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    done = shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder = shared / name
            folder.mkdir()
            done.write_bytes(pickle.dumps(make(folder)))
    return pickle.loads(done.read_bytes())
