"""Opening a store on Postgres: by the one server that has its administration, or beside it, to take files in."""

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from data.ledger import data_folder, kept_reads
from data.ledger.data_folder import SETTINGS, NotReady
from data.ledger.encryption import folder_key
from data.ledger.lake import lake, lake_tables
from data.ledger.lake.lake import Lake
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening import migrate, row_tables
from data.ledger.opening.engine import engine_settings
from data.ledger.opening.read_over import read_over
from data.ledger.opening.store_faults import FILE, StoreMismatch
from data.ledger.opening.store_identity import refuse_other, write_identity
from data.ledger.store import Store, bring_up, kept_settings, transaction
from data.receiving import spool
from schemas.policy.partnership import Partnership

_DAY = 86_400.0
"""Seconds after which a file that waits in the spool, or was spilled, is nobody's: other servers have theirs there."""


def open_lake(
    folder: Path, place: LakePlace, partnership: Partnership | None, key: bytes, *, read_only: bool, intake: bool
) -> Store:
    """The store, which is made where there is none. `intake`: beside the server that has administration, and without
    changing anything at the start. Raises StoreUnavailable or NotReady, with what to do."""
    _refuse_two(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # What this process spills is its own: another removes its folder when it ends.
    spill = folder / "spill" / secrets.token_hex(8)
    config = engine_settings(folder) | {"temp_directory": str(spill)}
    tables, held = lake.connect(folder, place, config, read_only=read_only)
    try:
        if not (read_only or intake):
            held.own()
            if migrate.version(tables) == 0:
                make(tables, held, key)
        elif migrate.version(tables) == 0:
            raise NotReady(f"there is no store at {place.told} yet: start the app, or run `concord refresh`, once")
        partnership = partnership or kept_settings(tables, folder)
        refuse_other(tables, partnership, key)
        if read_only:
            read_over(tables)
        elif not intake:
            bring_up(tables, key)
        elif migrate.version(tables) != migrate.newest() or row_tables.lacking(tables):
            raise StoreMismatch(
                "the store was written by another version of Concord. Start the app, or run `concord refresh`, once"
            )
    except BaseException:
        tables.close()
        held.close()
        raise
    tables.execute("SELECT 1").fetchall()  # as for a file: a result that is not read to its end holds what it sees
    kept_reads.written()  # in the place of a store that was closed another can stand
    if held.owner:
        spool.remove_left(folder, older_than=_DAY)
        _remove_spilled(folder)
    return Store(folder, partnership, key, tables, read_only, lake=held)


def _remove_spilled(folder: Path) -> None:
    """What a server that was killed has spilled. Those that run write to theirs, or made them within the day."""
    for left in (folder / "spill").glob("*"):
        with suppress(FileNotFoundError):
            newest = max(p.stat().st_mtime for p in [left, *left.rglob("*")])
            if left.is_dir() and newest < time.time() - _DAY:
                shutil.rmtree(left, ignore_errors=True)


def make(tables: duckdb.DuckDBPyConnection, held: Lake, key: bytes) -> None:
    """The tables of a new store, all or none."""
    lake_tables.number_from(held, 1)
    with duckdb.connect() as like, transaction(tables):
        bring_up(like, key)
        lake_tables.make(tables, like)
        migrate.note_all(tables)
        write_identity(tables, key)


def _refuse_two(folder: Path) -> None:
    """Raise NotReady where the folder leaves open which store is meant, or a key that would not do what is expected."""
    if (folder / FILE).exists():
        raise NotReady(
            f"{data_folder.STORE} says that the store lies on Postgres, and {FILE} is there too. Move away the one "
            "that is not meant. Nothing was opened"
        )
    if folder_key.configured(folder) or folder_key.fingerprint(folder):
        raise NotReady(
            "an encryption key is configured, and the store lies on Postgres, which this key cannot encrypt. Take the "
            f"key out, and encrypt the disks of Postgres and of the folder beside {SETTINGS}. Nothing was opened"
        )
