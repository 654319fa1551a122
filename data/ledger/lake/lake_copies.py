"""A whole store carried over: from a file into a lake, and from a lake into a file, which is what a backup holds."""

from pathlib import Path

from data.ledger.data_folder import NotReady
from data.ledger.encryption import database_files
from data.ledger.lake import lake, lake_tables
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening import migrate, row_tables
from data.ledger.opening.engine import engine_settings
from data.ledger.store import Store, transaction


def into_lake(store: Store, place: LakePlace) -> None:
    """Carry an open store into a lake that has none: all of it, or nothing. The caller keeps others from writing.

    Raises NotReady where there is a store already, StoreUnavailable where Postgres does not answer.
    """
    config = engine_settings(store.folder) | {"temp_directory": ""}
    tables, held = lake.connect(store.folder, place, config)
    try:
        held.own()
        if migrate.version(tables):
            raise NotReady(f"{place.told} holds a store already, in its schema {place.db_schema}. Nothing was changed")
        cur = store.cursor()
        last = cur.execute("SELECT coalesce(max(submission), 0) FROM submission").fetchall()[0][0]
        lake_tables.number_from(held, last + 1)
        with transaction(tables):
            lake_tables.make(tables, cur)
            lake_tables.fill(tables, cur)
    finally:
        tables.close()
        held.close()


def into_file(store: Store, path: Path) -> None:
    """All of a store, as it stands at one moment, as a new file that is wholly on the disk."""
    with database_files.open_database(path) as file:
        cur = store.cursor()
        cur.execute("BEGIN")
        try:
            with transaction(file):
                migrate.bring_up(file)
                for statement in row_tables.lacking(file):
                    file.execute(statement)
                file.execute("DELETE FROM migration")  # those of the store are among what follows
                lake_tables.fill(file, cur)
        finally:
            cur.execute("ROLLBACK")
        file.execute("CHECKPOINT")  # closing would do it too, but would say nothing when the disk is full
