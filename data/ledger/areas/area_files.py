"""Files of boundaries that came in by the page: each lies in the data folder under a name made of what it holds, so
that a change of the settings which names it can be undone, and nothing that was uploaded ever takes another's place."""

import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path

from data.durable_files import onto_disk

_OURS = re.compile(r"uploaded_areas_[0-9a-f]{16}\.geojson")
"""Only such names are ever removed: a file that somebody put there by hand is theirs."""


def name_of(data: bytes) -> str:
    """The name under which a file is kept."""
    return f"uploaded_areas_{hashlib.sha256(data).hexdigest()[:16]}.geojson"


def keep(folder: Path, data: bytes) -> str:
    """Put a file into the data folder, for its owner alone to read, wholly or not at all; its name there."""
    name = name_of(data)
    beside = folder / f"{name}.new"
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    onto_disk(beside)
    beside.replace(folder / name)
    onto_disk(folder)
    return name


def kept(folder: Path) -> list[str]:
    """The files that came in by the page."""
    return sorted(p.name for p in folder.glob("uploaded_areas_*") if _OURS.fullmatch(p.name) and p.is_file())


def remove(folder: Path, names: Collection[str]) -> None:
    """Remove files that came in by the page, and what a stop left half written."""
    for name in kept(folder):
        if name in names:
            (folder / name).unlink(missing_ok=True)
    for left in folder.glob("uploaded_areas_*.geojson.new"):
        left.unlink(missing_ok=True)
