"""A process that changes a data folder's key and kills itself at a given step; started from a server that has imported
everything, so that a start costs a fork."""

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from data.ledger.data_folder import ENCRYPTION_VARIABLE
from data.ledger.encryption import database_files, encryption_key
from data.releases import edition_copies
from workflow.encrypting import changing_key

STEPS: tuple[tuple[Any, str], ...] = (
    (database_files, "copy_database"), (database_files, "write_parquet"), (edition_copies, "sha256"),
    (Path, "replace"), (Path, "unlink"), (os, "link"), (os, "fsync"),
)  # fmt: skip
"""What changes the disk, or comes before something that does."""


def change(folder: Path, now: str | None, new: str, stop: int, said: Connection) -> None:
    """Rotate (or encrypt, where there is no key now), and die before the given step; the number of steps is said when
    it came to its end."""
    done = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done > stop:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return step

    os.environ[ENCRYPTION_VARIABLE] = now or new
    for place, name in STEPS:
        setattr(place, name, counted(getattr(place, name)))
    key = encryption_key.read(new)
    changed = changing_key.rotate(folder, key) if now else changing_key.encrypt(folder)
    said.send((done, changed.done))
