"""An empty store to copy: all tables, the published lists of codes and counts of nothing, and no identity yet."""

import datetime as dt
import shutil
from pathlib import Path

import duckdb

from data.ledger import readmission_codes, store
from data.ledger.encryption.encryption_key import FileKey
from data.ledger.opening import plain_values
from data.ledger.opening.store_faults import FILE, UNUSABLE, not_writable, refuse_lost
from data.ledger.opening.store_identity import read_identity, write_identity
from metrics.counting import counts
from metrics.indicators import indicators
from schemas.policy.partnership import Choices
from schemas.vocabularies import readmission_lists

MAKE, BRING_UP = store._make, store.bring_up
"""How the program itself makes one, and gives it what it lacks."""


def template(folder: Path) -> Path:
    """Made and settled as the program makes and settles a store, then without what tells it from others."""
    MAKE(folder, b"of nobody", None)
    with duckdb.connect(str(folder / FILE)) as con:
        readmission_codes.keep(con, readmission_lists.OURS)
        plain_values.code_once(con, b"of nobody", dt.datetime(2026, 1, 1))
        counts.refresh_all(con, indicators().values(), Choices())
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
        making.replace(folder / FILE)
    except UNUSABLE:
        raise not_writable(folder) from None


def brought_up(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """In place of `data.ledger.store.bring_up`: a copy gets its identity where it is opened, since to open it for that
    alone took a third of the time of making it."""
    BRING_UP(connection, key)
    if read_identity(connection) is None:
        with store.transaction(connection):
            write_identity(connection, key)
