"""Collecting costs each process of a run seconds of processor time; here is what spares most of them."""

import fcntl
import gc
import sys
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """In a fresh clone the first process alone compiles the tests, and the others read what it wrote: four at once each
    compiled all of them, 13 s of processor time where reading takes 6. Nothing of what is collected is garbage: looking
    through it took another 4 s, and goes on taking time in each later look."""
    with (session.config.rootpath / "pyproject.toml").open() as held:
        if not sys.dont_write_bytecode:
            _first_or_after_it(held.fileno())
        gc.disable()
        result = yield
        gc.freeze()
        gc.enable()
    return result


def _first_or_after_it(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(lock, fcntl.LOCK_SH)
