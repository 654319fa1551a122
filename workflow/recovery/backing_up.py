"""Backing up while people go on working, and restoring what was backed up into an empty folder."""

import datetime as dt
import logging
from pathlib import Path

from data.ledger import data_folder, job_tokens
from data.ledger.areas import area_files
from data.ledger.backups import backup_files
from data.ledger.backups.backup_files import Backup
from data.ledger.data_folder import NotReady
from data.ledger.encryption import database_files, folder_key
from data.ledger.lake import lake_copies
from data.ledger.opening.store_faults import FILE, StoreNotWritable, unusable_kinds
from data.ledger.store import Store
from data.releases import release_folders
from workflow import administering

log = logging.getLogger(__name__)


def back_up(store: Store, into: str | None = None, keep: int | None = None) -> Backup:
    """Write a backup of an open store, while uploads go on; a release waits until it is done.

    `into`, `keep`: the folder and how many stay in it; None: as the settings say. Raises NotReady, with what to do.
    """
    settings, at = store.partnership.recovery, dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    target = _target(store, into or settings.backups)
    identity = str(store.identity)
    try:
        # Its folders must be those that its ledger speaks of: meanwhile none is made, and none is removed.
        with store.releasing, backup_files.writing(target, at) as (making, whole):
            if store.lake:
                lake_copies.into_file(store, making / FILE)
            else:
                database_files.copy_database(store.cursor(), making / FILE, store.key_of("store"))
            backup_files.copy_in(store.folder, making, _beside(store))
            backup_files.seal(making, store.key, identity, at)
        backup_files.remove_old(target, store.key, identity, keep or settings.keep_backups)
        return backup_files.read(whole, store.key)
    except FileExistsError:
        raise NotReady("another backup is being made there, or was this very second. Try again") from None
    except unusable_kinds(encrypted=bool(store.encryption)) as error:
        raise NotReady(
            f"the backup could not be written to {target} ({type(error).__name__}): look for room and rights there. "
            "Nothing was left half done"
        ) from None


def newest(store: Store) -> Backup | None:
    """The newest backup in the folder that the settings name; None where there is none, or no folder is named."""
    into = store.partnership.recovery.backups
    found = backup_files.kept(Path(into), store.key, str(store.identity)) if into else []
    return found[-1] if found else None


def after_release(store: Store) -> None:
    """Back up a release that was made, where the settings name a folder: with a lost store the next release would not
    know what this one showed. The release stands when this fails; `lacks_release` tells it from then on."""
    if store.partnership.recovery.backups:
        try:
            back_up(store)
        except NotReady as error:
            log.error("the release was made, and its backup failed: %s", error)


def lacks_release(store: Store) -> bool:
    """Whether the newest backup is older than what the dashboards show. False where no folder is named, or no release
    was made."""
    shown = release_folders.current_release(store.folder)
    if not store.partnership.recovery.backups or shown is None:
        return False
    backup = newest(store)
    below = f"{release_folders.folder_of(store.folder, shown).relative_to(store.folder).as_posix()}/"
    return backup is None or not any(name.startswith(below) for name in backup.files)


def restore(backup: Path, folder: Path) -> Backup:
    """Make a data folder out of a backup. The folder is empty but for the key, which may be in the environment.

    Raises NotReady or StoreUnavailable; nothing is left in the folder then.
    """
    if not data_folder.is_empty(folder):
        raise NotReady(
            f"{folder} is not empty. Name an empty folder, and move the damaged one away. Nothing was changed"
        )
    found = backup_files.read(backup, data_folder.read_key(folder))
    with data_folder.made_whole(folder) as making:
        backup_files.copy_out(found, making)
        administering.open_partnership(making, read_only=True).close()
    return found


def _target(store: Store, into: str) -> Path:
    if not into:
        raise NotReady("say where the backup goes: `--to FOLDER`, or backups under [recovery] in concord.toml")
    target, own = Path(into).resolve(), store.folder.resolve()
    if target == own or own in target.parents:
        raise NotReady("a backup inside the data folder is lost with it: name a folder outside, best on another disk")
    if store.read_only:
        raise StoreNotWritable(f"{store.folder} is open for reading alone: copy the whole folder instead")
    return target


def _beside(store: Store) -> list[str]:
    """What goes along: an allow-list, so that no secret and nothing that somebody laid there comes into a backup."""
    settings, folder = store.partnership, store.folder
    below = [p for name in ("releases", settings.readmission_lists) if name for p in (folder / name).rglob("*")]
    files = (p.relative_to(folder).as_posix() for p in below if p.is_file() and not p.is_symlink())
    maps = {*(m.file for m in settings.maps), *area_files.kept(folder)}  # those of before too, for an undo
    return [data_folder.SETTINGS, folder_key.STATE, job_tokens.FILE, *sorted(maps), *files]
