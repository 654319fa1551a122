"""An empty store to copy: all tables, the published lists of codes, and no identity yet."""

import shutil
from pathlib import Path

import duckdb

from data.ledger import readmission_codes, store
from data.ledger.encryption.encryption_key import FileKey
from data.ledger.opening.engine import engine_settings
from data.ledger.opening.store_faults import FILE, UNUSABLE, not_writable, refuse_lost
from data.ledger.opening.store_identity import write_identity
from schemas.vocabularies import readmission_lists

MAKE = store._make
"""How the program itself makes one."""


def template(folder: Path) -> Path:
    """Made as the program makes a store, then without what tells it from others."""
    MAKE(folder, b"of nobody", None)
    with duckdb.connect(str(folder / FILE)) as con:
        readmission_codes.keep(con, readmission_lists.OURS)
        con.execute("DELETE FROM store_identity")
        con.execute("CHECKPOINT")
    return folder / FILE


def copied(made: Path, folder: Path, key: bytes, encryption: FileKey | None = None) -> None:
    """In place of `data.ledger.store._make`, with its refusals; an encrypted one is made as the program makes it."""
    if encryption:
        return MAKE(folder, key, encryption)
    refuse_lost(folder)
    making = folder / "concord.making"
    try:
        shutil.copyfile(made, making)
        with duckdb.connect(str(making), config=engine_settings(folder)) as con, store.transaction(con):
            write_identity(con, key)
        making.replace(folder / FILE)
    except UNUSABLE:
        raise not_writable(folder) from None
