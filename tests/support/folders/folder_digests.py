"""A folder as it is, byte for byte: that nothing in it was changed can be shown."""

import hashlib
from pathlib import Path


def digests(folder: Path) -> dict[str, str]:
    """Every file and folder in it with its bytes, when it was changed, and who may read it."""
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mtime_ns} {path.stat().st_mode:o} "
        + (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        for path in (folder, *folder.rglob("*"))
    }
