"""A backup's folder: the files in it, and a list of them under the partnership's key.

    concord-20261129T054100Z/backup.json   what the backup is of, SHA-256 of each file, and a keyed code of all that
    concord-20261129T054100Z/concord.duckdb
    concord-20261129T054100Z/concord.toml, releases/ ...

It is written beside its place and renamed when it is whole: one that was cut short is never taken for a backup.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.durable_files import onto_disk
from data.ledger.data_folder import NotReady

LIST = "backup.json"
FORMAT = 1
_NAMED = re.compile(r"concord-\d{8}T\d{6}Z")
_MAKING = ".making-"
_PURPOSE = b"concord: the list of a backup's files\0"


class BackupUnusable(NotReady):
    """The backup cannot be restored; the message says why and what to do."""


@dataclass(frozen=True)
class Backup:
    """A backup that was made. `made_at`: UTC. `files`: name below its folder -> SHA-256."""

    folder: Path
    store: str
    made_at: dt.datetime
    files: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum((self.folder / name).stat().st_size for name in self.files)


@contextmanager
def writing(into: Path, at: dt.datetime) -> Iterator[tuple[Path, Path]]:
    """A folder to write a backup in, and the one that it becomes when all went well; it is gone when it did not."""
    whole = into / f"concord-{at:%Y%m%dT%H%M%SZ}"
    making = into / f"{_MAKING}{whole.name}"
    making.mkdir(0o700, parents=True)
    for left in into.glob(f"{_MAKING}concord-*"):  # by a process that was killed; none takes a day
        if left.name < f"{_MAKING}concord-{at - dt.timedelta(days=1):%Y%m%dT%H%M%SZ}":
            shutil.rmtree(left)
    try:
        yield making, whole
        making.rename(whole)
        onto_disk(into)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def seal(making: Path, key: bytes, store: str, at: dt.datetime) -> None:
    """List the files that lie in a folder, and sign the list. It is written last, when all else is on the disk."""
    files = {p.relative_to(making).as_posix(): _sha256(p) for p in sorted(making.rglob("*")) if p.is_file()}
    for name in files:
        onto_disk(making / name)
    about = {"format": FORMAT, "store": store, "made_at": at.isoformat(), "files": files}
    (making / LIST).write_text(json.dumps({**about, "code": _code(key, about)}, indent=1), encoding="utf-8")
    onto_disk(making / LIST)


def read(folder: Path, key: bytes) -> Backup:
    """What a backup says of itself, and what the key vouches for. Raises BackupUnusable; files are not looked at."""
    try:
        said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        about = {name: said[name] for name in ("format", "store", "made_at", "files")}
        code, at = str(said["code"]), dt.datetime.fromisoformat(about["made_at"])
    except FileNotFoundError:
        raise BackupUnusable(f"{folder} is no backup: it holds no {LIST}. Nothing was changed") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupUnusable(
            f"the list of the backup {folder.name} is damaged. Take another backup. Nothing was changed"
        ) from None
    if about["format"] != FORMAT:
        raise BackupUnusable(f"{folder.name} was written by a newer Concord. Start that one. Nothing was changed")
    if not hmac.compare_digest(code, _code(key, about)):
        raise BackupUnusable(
            f"the key does not fit the backup {folder.name}, or its list was changed. Put the key of that time into "
            "place, or take another backup. Nothing was changed"
        )
    return Backup(folder, str(about["store"]), at, about["files"])


def copy_out(backup: Backup, into: Path) -> None:
    """Copy a backup's files; each copy is compared. Raises BackupUnusable for one that is missing or damaged."""
    wrong = []
    for name, digest in backup.files.items():
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(backup.folder / name, target)
        except FileNotFoundError:
            wrong.append(name)
            continue
        if _sha256(target) != digest:
            wrong.append(name)
    if wrong:
        raise BackupUnusable(
            f"the backup {backup.folder.name} is damaged: {', '.join(wrong[:3])}"
            f"{f' and {len(wrong) - 3} more' if len(wrong) > 3 else ''} cannot be used. Take another backup. Nothing "
            "was changed"
        )


def kept(into: Path, key: bytes, store: str) -> list[Backup]:
    """The backups of a store in a folder, oldest first; what is no backup of it, or not to be read, is left out."""
    found = []
    for folder in sorted(p for p in into.glob("concord-*") if _NAMED.fullmatch(p.name)):
        try:
            backup = read(folder, key)
        except BackupUnusable:
            continue
        if backup.store == store:
            found.append(backup)
    return found


def remove_old(into: Path, key: bytes, store: str, keep: int) -> int:
    """Remove all but the newest `keep` backups of a store; how many went. Nothing else in the folder is touched."""
    old = kept(into, key, store)[: -max(keep, 1)]
    for backup in old:
        (backup.folder / LIST).unlink()  # first: half of a backup is none
        shutil.rmtree(backup.folder)
    return len(old)


def copy_in(source: Path, making: Path, names: list[str]) -> None:
    """Copy files of the data folder into a backup that is being made, those that are there."""
    for name in (n for n in names if (source / n).is_file()):
        (making / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, making / name)


def _code(key: bytes, about: dict[str, Any]) -> str:
    return hmac.new(key, _PURPOSE + json.dumps(about, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
