"""A folder of pages for a web server: each file whole at every moment, and nothing of anyone else's touched."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from data.ledger.submissions import NotPossible
from pages.components.layout import page_state
from pages.components.packs import community_page, pack_files
from schemas.policy.viewer import EVERYONE
from workflow.governing import agreed_purposes

OURS = "concord_pages.json"
"""What says that a folder is ours: the release, and the files that were written."""
_FOLDER, _FILE = 0o755, 0o644
"""Everyone may read what is published; all else that Concord writes is for its own account."""


def publish(folder: Path) -> int:
    """Write the current release's community pages, as everyone may see it; which release it is. Raises NotPossible."""
    refuse_other(folder)
    agreed_purposes.refuse_public(page_state.store())
    pack = pack_files.pack(EVERYONE)
    if pack is None:
        raise NotPossible("there is no release yet. `concord release` makes one")
    write(folder, community_page.files(pack), pack.release)
    return pack.release


def write(folder: Path, files: Mapping[str, bytes], release: int) -> None:
    """Put the files into a folder that is empty or ours. Raises NotPossible, with what to do, for any other."""
    refuse_other(folder)
    told = json.dumps({"made_by": "concord publish", "release": release, "files": sorted(files)}, indent=2) + "\n"
    try:
        if not folder.exists():
            folder.mkdir()
            folder.chmod(_FOLDER)
        # First, so that what is cut short is still known as ours.
        for name, content in {OURS: told.encode(), **files}.items():
            _put(folder / name, content)
    except OSError as error:
        raise NotPossible(f"{folder} cannot be written: {error.strerror}. Name a folder that can") from None


def refuse_other(folder: Path) -> None:
    """Raise NotPossible where nothing may be put into a folder."""
    if folder.exists() and not folder.is_dir():
        raise NotPossible(f"{folder} is a file. Name a folder")
    if not folder.exists() and not folder.parent.is_dir():
        raise NotPossible(f"{folder.parent} does not exist. Make it first")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise NotPossible(
            f"{folder} holds files that are not of `concord publish`. Nothing was written. Name an empty folder"
        )


def _is_ours(folder: Path) -> bool:
    try:
        return json.loads((folder / OURS).read_text(encoding="utf-8"))["made_by"] == "concord publish"
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _put(path: Path, content: bytes) -> None:
    """Written beside its place and swapped in: who reads meanwhile gets the old file or the new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
    Path(beside.name).chmod(_FILE)
    Path(beside.name).replace(path)
