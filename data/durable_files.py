"""What must outlast a power failure: files and folders on the disk, and lines added to a file."""

import os
from pathlib import Path


def onto_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's names, outlast a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append_line(path: Path, line: str) -> None:
    """Add a line of ASCII to a file that only its owner may read, and wait until it is on the disk. It is never joined
    to one that was cut short before. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"\n{line}\n")
        file.flush()
        os.fsync(file.fileno())
