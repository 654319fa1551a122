"""One test body for both kinds of store: where a test is told to, every partnership that it opens lies on Postgres."""

import shutil
from pathlib import Path

import pytest

from data.ledger import data_folder, readmission_codes
from data.ledger.lake import lake, lake_opening, lake_place, lake_tables
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening.engine import engine_settings
from data.ledger.opening.store_faults import FILE
from data.ledger.opening.store_identity import write_identity
from data.ledger.store import Store, transaction
from schemas.vocabularies import readmission_lists
from tests.support.lake.postgres import Cluster
from tests.support.new_partnerships import TO_COPY
from workflow import administering
from workflow.recovery import moving_store

KINDS = ("file", "lake")


def place_in(cluster: Cluster, database: str | None = None) -> LakePlace:
    """A place for a store that no test had."""
    return LakePlace(catalog=f"postgres:{cluster.database(database or cluster.new_database())}")


def say_place(folder: Path, place: LakePlace) -> None:
    """Let a data folder's store lie there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / data_folder.STORE).write_text(f'catalog = "{place.catalog}"\n', encoding="utf-8")


def new_lake(cluster: Cluster, folder: Path, key: bytes) -> None:
    """An empty store with all tables and lists of codes, copied as `empty_store` copies a file: making one takes three
    seconds of processor time."""
    template = cluster.folder.parent / "template"
    if not template.exists():
        place = place_in(cluster, cluster.new_database())
        say_place(template, place)
        tables, held = lake.connect(template, place, engine_settings(template))
        lake_opening.make(tables, held, b"of nobody")
        readmission_codes.keep(tables, readmission_lists.OURS)
        tables.close()
        held.close()
    made = lake_place.place_of(template)
    assert made
    place = place_in(cluster, cluster.new_database(like=made.database.rpartition("dbname=")[2]))
    say_place(folder, place)
    shutil.copytree(template / "rows", folder / "rows")
    tables, held = lake.connect(folder, place, engine_settings(folder))
    with transaction(tables):
        tables.execute("DELETE FROM store_identity")
        write_identity(tables, key)
    lake_tables.number_from(held, 1)
    tables.close()
    held.close()


def open_on_postgres(cluster: Cluster, patch: pytest.MonkeyPatch) -> list[Store]:
    """From now on a partnership that is opened lies on Postgres: one that is new is made there, one that is a file is
    carried over as `concord move-store` does. Returns what is opened so, as it comes."""
    opened, there = administering.open_store, list[Store]()

    def on_postgres(folder, partnership, key, **how):
        if not (folder / data_folder.STORE).exists() and TO_COPY not in folder.parents:
            if (folder / FILE).exists():
                with pytest.MonkeyPatch.context() as as_it_was:
                    as_it_was.setattr(administering, "open_store", opened)
                    moving_store.to_postgres(folder, place_in(cluster))
            elif not how.get("read_only"):
                new_lake(cluster, folder, key)
        store = opened(folder, partnership, key, **how)
        there.extend([store] if store.lake else [])
        return store

    patch.setattr(administering, "open_store", on_postgres)
    return there
