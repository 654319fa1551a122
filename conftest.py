"""In a fresh clone nothing is compiled. The first process of a run reads all modules; the others then find them so.

Each of four processes that begin together would compile the same 3,000 modules: 23 s of processor time apiece. This
file stands above the tests since it is read before theirs, which reads half of the program.
"""

import fcntl
import os
import sys
import tempfile
from pathlib import Path
from typing import IO

_COMPILED = Path(__file__).parent / "tests" / "__pycache__"


def _waited() -> IO[bytes] | None:
    """The lock that the others wait for, held by the first process where there is something to compile."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if not run or sys.dont_write_bytecode:
        return None
    compiled = _COMPILED.exists()
    lock = (Path(tempfile.gettempdir()) / f"concord_tests_{run}.lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(lock, fcntl.LOCK_EX)
        compiled = True
    if not compiled:
        return lock
    _let_go(lock)
    return None


def _let_go(lock: IO[bytes]) -> None:
    Path(str(lock.name)).unlink(missing_ok=True)
    lock.close()


_lock = _waited()


def pytest_collection_finish() -> None:
    """All modules are read."""
    if _lock:
        _let_go(_lock)
