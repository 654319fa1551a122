"""Why a store cannot be opened, each with what to do; told by kinds of exceptions and by trying, never by words."""

import contextlib
import datetime as dt
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from data.ledger.data_folder import STORE
from data.ledger.encryption import database_files, folder_key
from data.ledger.encryption.encryption_key import FileKey

FILE = "concord.duckdb"
WAL = FILE + ".wal"
ASIDE = WAL + ".damaged-"
HOW_TO = "docs/how-to/restore_after_damage.md"
_WAL_BEGINS = b"\x64\x00\x62"
"""The first entry of DuckDB's write-ahead log, its version. Of a log that begins otherwise DuckDB takes nothing, as
if a crash had cut it off before its first entry, and says nothing."""
_ROOM = 16 << 20
"""Bytes that opening a store may need."""
_WAIT = 10.0
"""Seconds that one opening waits for another."""


UNUSABLE = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException, OSError)
"""What a disk that is damaged, full or read-only raises. Other errors of DuckDB are the program's own faults."""


def unusable_kinds(*, encrypted: bool) -> tuple[type[Exception], ...]:
    """The same for one store: of an encrypted one, a damaged block is told by its tag, and as another kind."""
    return (*UNUSABLE, duckdb.InvalidInputException) if encrypted else UNUSABLE


def kinds_of(folder: Path) -> tuple[type[Exception], ...]:
    """The same for the store of a folder, as far as the folder can still say: damage may have hit what says it."""
    encrypted = (folder / folder_key.STATE).exists()
    with contextlib.suppress(OSError):
        encrypted = encrypted or bool(database_files.is_encrypted(folder / FILE))
    return unusable_kinds(encrypted=encrypted)


class StoreUnavailable(Exception):
    """The store cannot be used; the message says why and what to do."""


class StoreInUse(StoreUnavailable):
    """Another process has the store open."""


class StoreBusy(StoreUnavailable):
    """Another server was first; nothing was stored, and it can be done again."""


class StoreMismatch(StoreUnavailable):
    """The store does not belong to this key, these settings, these releases or this program."""


class StoreDamaged(StoreUnavailable):
    """The store's file cannot be read."""


class StoreNotWritable(StoreUnavailable):
    """The store can be read, but the disk is full or read-only."""


_IN_USE = (
    "another Concord process uses the data folder, perhaps the running app. Upload there, or stop it and try again"
)


@contextlib.contextmanager
def opening_alone(folder: Path) -> Iterator[None]:
    """Held while a store is opened: of two processes, one must not set aside what the other has just begun to write.

    The lock is on the folder itself, so that nothing is written. Raises StoreInUse when the other takes too long.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + _WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreInUse(_IN_USE) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def connect(
    folder: Path, config: dict[str, Any], *, read_only: bool, key: FileKey | None = None
) -> tuple[duckdb.DuckDBPyConnection, list[str]]:  # fmt: skip
    """The open file, and what had to be left out of it, in words. `key`: what it is encrypted with.

    A write-ahead log that cannot be replayed is set aside under a dated name, and the store opens with what it holds;
    read-only, it is only left out. Raises StoreInUse, StoreDamaged or StoreNotWritable.
    """
    path, notes = folder / FILE, list[str]()
    if not _begins_well(folder / WAL):
        _refuse_in_use(path)
        notes.append(_left_out(folder, read_only=read_only))
    try:
        return database_files.open_database(path, key, read_only=read_only, config=config), notes
    except (duckdb.ConnectionException, duckdb.BinderException):  # open in this very process
        raise StoreInUse(_IN_USE) from None
    except duckdb.Error:
        _refuse_in_use(path)
    if not read_only:
        _refuse_not_writable(path, config, key)
        if (folder / WAL).exists():
            notes.append(_left_out(folder, read_only=False))
            with contextlib.suppress(duckdb.Error):
                return database_files.open_database(path, key, config=config), notes
            set_aside(folder)[-1].rename(folder / WAL)  # it was not the log: all is left as it was found
    raise StoreDamaged(
        f"the store's file {FILE} cannot be read: the disk has damaged it. Restore the data folder from its backup, "
        f"as {HOW_TO} says. Nothing was changed"
    )


def set_aside(folder: Path) -> list[Path]:
    """The write-ahead logs that were set aside, oldest first."""
    return sorted(folder.glob(ASIDE + "*"))


def set_aside_words(path: Path) -> str:
    """What a log that was set aside means, and what to do."""
    return (
        f"the store's last changes could not be read. They lie in {path.name}. Compare `concord submissions` with "
        f"what partners sent that day, and ask for what is missing. Then move that file away ({HOW_TO})"
    )


def unusable(error: Exception, folder: Path) -> str:
    """Why reading or writing failed in the middle; never in the words of the error, which may hold a value."""
    if _full(folder):
        return f"the disk that holds {folder} is full. Free some space and do it again. Nothing was left half done"
    if not os.access(folder, os.W_OK):
        return f"{folder} cannot be written. Make it writable for this account, and do it again"
    if (folder / STORE).exists():
        return (
            f"the store could not be read or written ({type(error).__name__}). Nothing was left half done. See whether "
            f"its database answers and the rows are there, as {STORE} says. Then do it again"
        )
    return (
        f"the data folder could not be read or written ({type(error).__name__}). Nothing was left half done. Look at "
        f"the disk, then run `concord check` ({HOW_TO})"
    )


def _begins_well(wal: Path) -> bool:
    """Whether a log can be DuckDB's own, as far as it goes."""
    try:
        with wal.open("rb") as stream:
            begin = stream.read(len(_WAL_BEGINS))
    except OSError:
        return True
    return _WAL_BEGINS.startswith(begin)


def _left_out(folder: Path, *, read_only: bool) -> str:
    if read_only:
        return f"the store's last changes, in {WAL}, cannot be read: they are left out ({HOW_TO})"
    aside = folder / f"{ASIDE}{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
    (folder / WAL).rename(aside)
    return set_aside_words(aside)


def refuse_in_use(folder: Path) -> None:
    """Raise StoreInUse when another process has the folder's store open. The caller has it not."""
    _refuse_in_use(folder / FILE)


def _refuse_in_use(path: Path) -> None:
    """Raise StoreInUse when another process holds DuckDB's lock on the file.

    Asked only where the file is not open in this process: closing a file gives all its locks up (POSIX).
    """
    with contextlib.suppress(FileNotFoundError, PermissionError), path.open("rb") as stream:
        try:
            fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreInUse(_IN_USE) from None


def _refuse_not_writable(path: Path, config: dict[str, Any], key: FileKey | None) -> None:
    """Raise StoreNotWritable when the file can be read, so that writing alone is the trouble."""
    with contextlib.suppress(duckdb.Error):
        database_files.open_database(path, key, read_only=True, config=config).close()
        raise not_writable(path.parent)


def not_writable(folder: Path) -> StoreNotWritable:
    """What a folder says that cannot be written, and what to do."""
    why = "the disk is full: free some space" if _full(folder) else "make it writable for this account"
    return StoreNotWritable(f"{folder} cannot be written: {why}, and start again. Nothing is lost")


def refuse_lost(folder: Path) -> None:
    """Raise StoreDamaged when a store's log is there and its file is not."""
    if (folder / WAL).exists():
        raise StoreDamaged(
            f"the store's file {FILE} is not there, but its log {WAL} is. Put the file back, or restore the data "
            f"folder from its backup, as {HOW_TO} says. Nothing was changed"
        )


def _full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _ROOM
