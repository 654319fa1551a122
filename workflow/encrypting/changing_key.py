"""Writing a data folder anew under a key: the first one, or another one in its place. The app does not run meanwhile.

The new files are written beside the old ones while this process owns the store, so that nothing changes. When all are
on the disk they change places (`rekeyed_folder`), and the old ones are written over.
"""

import gc
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from data.ledger import file_permissions
from data.ledger.data_folder import ENCRYPTION_KEY, NotReady
from data.ledger.encryption import database_files, folder_key, rekeyed_folder
from data.ledger.encryption.encryption_key import EncryptionKey, FileKey
from data.ledger.opening import store_faults
from data.ledger.opening.store_faults import FILE, WAL
from data.ledger.store import Store
from data.receiving.spool import SPARE as _SPARE
from data.releases import edition_copies, release_folders
from workflow import administering
from workflow.encrypting import key_history


@dataclass(frozen=True)
class Changed:
    """What was done: whether anything was to do, under which key all is now, and how many releases were written anew.
    `backups`: the folder of backups that the settings name, or blank: those in it are as they were."""

    done: bool
    fingerprint: str
    releases: int = 0
    backups: str = ""


def encrypt(folder: Path) -> Changed:
    """Encrypt a data folder that is not yet, under the key that is configured; what was interrupted is finished.

    Raises NotReady or StoreUnavailable, with what to do; nothing is changed then.
    """
    key = folder_key.configured(folder)
    if key is None:
        raise NotReady(
            "no encryption key is configured. Make one with `concord encryption new-key`, and keep it as "
            f"{folder_key.HOW_TO} says. Nothing was changed"
        )
    return _change(folder, key)


def rotate(folder: Path, new: EncryptionKey) -> Changed:
    """Write an encrypted data folder anew under another key; what was interrupted is finished.

    Raises NotReady or StoreUnavailable, with what to do; nothing is changed then.
    """
    with store_faults.opening_alone(folder):
        rekeyed_folder.settle(folder)
    known = folder_key.fingerprint(folder)
    if known is None:
        raise NotReady("the data folder is not encrypted: `concord encryption encrypt` does that. Nothing was changed")
    return Changed(False, known) if known == new.fingerprint() else _change(folder, new)


def _change(folder: Path, new: EncryptionKey) -> Changed:
    store = administering.open_partnership(folder, still_plain=True)
    try:
        now = store.encryption
        if now == new:
            return Changed(False, new.fingerprint())
        _refuse_left_out(store)
        _refuse_no_room(folder)
        key_history.record_change(store, new.fingerprint())
        backups = store.partnership.recovery.backups
        with rekeyed_folder.being_written(folder) as beside:
            releases = _written(store, beside, new)
            _take_places(store, [WAL] if (folder / WAL).exists() else [])
        return Changed(True, new.fingerprint(), releases, backups)
    finally:
        store.close()


def _written(store: Store, beside: Path, new: EncryptionKey) -> int:
    """All files of the folder that are encrypted, under the new key; how many releases."""
    folder, now = store.folder, store.encryption
    database_files.copy_database(store.cursor(), beside / FILE, new.of("store"))
    releases = release_folders.numbers(folder)
    for release in releases:
        keys: dict[str, tuple[FileKey | None, FileKey | None]] = {
            edition: (now.of(edition) if now else None, new.of(edition)) for edition in release_folders.EDITIONS
        }
        into = release_folders.folder_of(beside, release)
        edition_copies.copy(release_folders.folder_of(folder, release), into, keys)
        for path in into.rglob("*"):
            file_permissions.seal(path, like=folder / "releases")
    folder_key.keep(beside, new)
    if (folder / ENCRYPTION_KEY).exists():
        (beside / ENCRYPTION_KEY).write_text(new.written() + "\n", encoding="ascii")
        (beside / ENCRYPTION_KEY).chmod(0o600)
    return len(releases)


def _take_places(store: Store, goes: list[str]) -> None:
    folder = store.folder
    with store_faults.opening_alone(folder):  # nobody opens the store between its closing and its new file
        store.close()
        gc.collect()  # a cursor that is still there would keep the old file open, and write to its log
        if _is_open(folder / FILE):
            raise NotReady("the store is still being read in this process. Try again. Nothing was changed")
        rekeyed_folder.agree(folder, goes)
        rekeyed_folder.settle(folder)
        shutil.rmtree(folder / "spill", ignore_errors=True)


def _is_open(path: Path) -> bool:
    found = path.stat()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            opened = os.stat(handle)
        except OSError:  # closed meanwhile
            continue
        if (opened.st_dev, opened.st_ino) == (found.st_dev, found.st_ino):
            return True
    return False


def _refuse_left_out(store: Store) -> None:
    aside = store_faults.set_aside(store.folder)
    if aside:
        raise NotReady(
            f"{aside[0].name} lies in the data folder and cannot be encrypted with it. Compare it with the "
            f"submissions, move it away ({store_faults.HOW_TO}), and do it again. Nothing was changed"
        )
    for release in release_folders.numbers(store.folder):
        if found := release_folders.damaged(store.folder, release, _there(store.folder, release)):
            raise NotReady(
                f"release {release}: {found[0]} is damaged. Restore it from the backup, and do it again. Nothing was "
                "changed"
            )


def _there(folder: Path, release: int) -> list[str]:
    return [e for e in release_folders.EDITIONS if release_folders.edition_path(folder, release, e).exists()]


def _refuse_no_room(folder: Path) -> None:
    names = [folder / FILE, folder / WAL, *(folder / "releases").rglob("*")]
    needed = sum(path.stat().st_size for path in names if path.is_file()) + _SPARE
    if shutil.disk_usage(folder).free < needed:
        raise NotReady(
            f"all files are written a second time, which takes {needed / 1e9:,.1f} GB on the disk of {folder}. Free "
            "some space, and do it again. Nothing was changed"
        )


def read_key_file(path: Path) -> EncryptionKey:
    """A key out of a file, as it is kept elsewhere. Raises NotReady."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotReady(f"{path} cannot be read ({error.strerror}). Nothing was changed") from None
    return folder_key.parsed(text.strip(), path.name)


def say_what(changed: Changed) -> str:
    """The change in words, with what is to be done next."""
    if not changed.done:
        return f"All is encrypted already under the key with the fingerprint {changed.fingerprint}."
    where = f" in {changed.backups}" if changed.backups else ""
    return (
        f"The store and its releases ({changed.releases}) are encrypted under the key with the fingerprint "
        f"{changed.fingerprint}. Backups{where} are as they were. Make a new one, and remove the older ones when you "
        "can."
    )


def fingerprint_of_backup(place: Path) -> str | None:
    """The fingerprint of the key that a data folder or a backup wants; None: it is not encrypted."""
    if not (place / FILE).exists():
        raise NotReady(f"{place} is no data folder and no backup: it holds no {FILE}")
    known = folder_key.fingerprint(place)
    if known is None and database_files.is_encrypted(place / FILE):
        raise NotReady(f"{place} is encrypted, and its {folder_key.STATE} is not there: restoring tries the key")
    return known
