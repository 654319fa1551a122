"""Where else than in the store a deletion's rows lie: research editions that are kept, and backups."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.ledger.backups import backup_files
from data.ledger.deletions import doomed_rows
from data.ledger.deletions.doomed_rows import Target
from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import FileKey
from data.ledger.store import Store
from data.releases import release_folders, release_ledger
from schemas.datasets.dataset_catalog import DATASETS


@dataclass(frozen=True)
class Backups:
    """How many backups hold what the store held, when the newest was made (UTC), and how many the settings keep."""

    many: int
    newest: dt.datetime | None
    keep: int


def backups(store: Store) -> Backups:
    """The backups in the folder that the settings name: all of them were made before."""
    settings = store.partnership.recovery
    into = settings.backups
    found = backup_files.kept(Path(into), store.key, str(store.identity)) if into else []
    return Backups(len(found), found[-1].made_at if found else None, settings.keep_backups)


def editions_with(store: Store, cur: duckdb.DuckDBPyConnection, target: Target) -> list[int]:
    """The releases whose research edition is kept and holds rows of the target. One that cannot be read is among them:
    nobody can say that it holds none."""
    mine = [
        n
        for (n,) in cur.execute(
            "SELECT submission FROM submission WHERE partner_id = ?", [target.partner_id]
        ).fetchall()
    ]
    found = []
    for release in release_ledger.made(cur):
        path = release_folders.edition_path(store.folder, release, "research")
        kept = "research" in release_ledger.kept_editions(cur, release) and path.exists()
        if kept and _holds(path, store.key_of("research"), target, mine):
            found.append(release)
    return sorted(found)


def _holds(path: Path, key: FileKey | None, target: Target, mine: list[int]) -> bool:
    numbers = ", ".join(map(str, mine)) or "NULL"
    try:
        with database_files.open_database(path, key, read_only=True) as con:
            for dataset in DATASETS.values():
                found = doomed_rows.condition(target, dataset, numbers)
                if found and con.execute(f"SELECT 1 FROM {dataset.name} WHERE {found[0]} LIMIT 1", found[1]).fetchone():
                    return True
    except duckdb.Error:
        return True
    return False


def remains(store: Store, at: dt.datetime | None = None) -> list[str]:
    """What a deletion (at a moment, UTC; None: one to come) cannot reach, and for how long, in sentences."""
    into, keep = store.partnership.recovery.backups, store.partnership.recovery.keep_backups
    found = backup_files.kept(Path(into), store.key, str(store.identity)) if into else []
    older = [b for b in found if at is None or b.made_at <= at]
    if not into:
        backups = "Backups that were made elsewhere hold these rows until they are removed there."
    elif older:
        backups = (
            f"{len(older)} backups in {into} hold these rows. The last of them goes when {keep} newer ones were made. "
            "To be rid of them now, remove their folders."
        )
    else:
        backups = f"No backup in {into} holds these rows. Copies that were taken elsewhere may."
    return [
        "Published figures of closed periods stay. They are counts, and name nobody.",
        backups,
        "Research editions that were handed out stay with their receivers, until the day that their agreement says.",
        "A file that holds these rows brings them back: the partner takes them out of what it sends next.",
        "A disk may keep old copies of blocks. Encrypt the disk that holds the data folder.",
    ]
