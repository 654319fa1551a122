"""Who may read the files of a data folder: its owner alone, and releases also the group that the settings name."""

import grp
import os
from pathlib import Path

from data.ledger.data_folder import SETTINGS, NotReady

_OTHERS, _OF_GROUP = 0o077, 0o040


def private() -> None:
    """From now on this process makes files that its own account alone can read."""
    os.umask(_OTHERS)


def settle(folder: Path, group: str | None) -> None:
    """Folders 0700 and files 0600 at most. With a group, it may also go through to `releases/` and read what is there.

    Nothing is touched that is right already. Raises NotReady, with what to do, when it cannot be made so.
    """
    releases, gid = folder / "releases", _gid(group)
    if gid is not None:
        releases.mkdir(exist_ok=True)
    _give(folder, 0o700 if gid is None else 0o710, gid)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        of_group = gid if releases in (path, *path.parents) else None
        if path.is_dir():
            _give(path, 0o700 if of_group is None else 0o750, of_group)
        else:
            _give(path, path.stat().st_mode & 0o700 | (0 if of_group is None else _OF_GROUP), of_group)


def seal(path: Path, like: Path, *, writable: bool = False) -> None:
    """A file (or folder) of a release, for those who may read the folder `like`; nobody may change a sealed file."""
    may = like.stat()
    gid = may.st_gid if may.st_mode & _OF_GROUP else None
    owner = 0o700 if path.is_dir() else 0o600 if writable else 0o400
    of_group = 0 if gid is None else 0o050 if path.is_dir() else _OF_GROUP
    _give(path, owner | of_group, gid)


def _gid(group: str | None) -> int | None:
    try:
        return grp.getgrnam(group).gr_gid if group else None
    except KeyError:
        raise NotReady(
            f"{SETTINGS} names the group {group} as research_group, and this machine does not have it. Make it, or "
            "leave the setting out"
        ) from None


def _give(path: Path, mode: int, gid: int | None) -> None:
    now = path.stat()
    try:
        if gid is not None and now.st_gid != gid:
            os.chown(path, -1, gid)
        if now.st_mode & 0o777 != mode:
            path.chmod(mode)
    except PermissionError:
        member = "" if gid is None else ", and make this account a member of research_group"
        raise NotReady(
            f"this account may not close {path} to other accounts. Run Concord as the owner of the data folder{member}"
        ) from None
