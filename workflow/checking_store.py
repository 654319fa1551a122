"""What is wrong with a data folder: ledger, releases, disclosure memory, counts. Looking changes nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from data.ledger.opening import store_faults
from data.ledger.store import Store
from data.releases import release_folders
from metrics.counting import counts
from metrics.indicators import indicators
from workflow import administering
from workflow.reading import map_faults
from workflow.releasing import audit_current


def problems(folder: Path) -> list[str]:
    """What is wrong with a data folder, each with what to do. Empty: nothing.

    Raises data_folder.NotReady or store_faults.StoreUnavailable when it cannot be opened.
    """
    store = administering.open_partnership(folder, read_only=True)
    try:
        return problems_of(store)
    finally:
        store.close()


def problems_of(store: Store) -> list[str]:
    """What is wrong with an open store and its folder."""
    looks: tuple[Callable[[Store], Iterable[str]], ...] = (
        _set_aside, _blocks, _files, map_faults, audit_current, _counts,
    )  # fmt: skip
    found: list[str] = []
    for look in looks:
        try:
            found += look(store)
        except Exception as error:  # whatever is wrong with a folder, the other looks still say what they see
            found.append(store_faults.unusable(error, store.folder))
    return list(dict.fromkeys(found))


def _set_aside(store: Store) -> list[str]:
    aside = map(store_faults.set_aside_words, store_faults.set_aside(store.folder))
    return list(dict.fromkeys([*store.notes, *aside]))


def _blocks(store: Store) -> list[str]:
    """Tables that cannot be read to their end: DuckDB compares the checksum of each block that it reads."""
    cur, unread = store.cursor(), []
    held = cur.execute(
        """SELECT database_name, schema_name, table_name FROM duckdb_tables()
           WHERE NOT temporary AND database_name NOT IN ('system', 'temp') ORDER BY ALL"""
    ).fetchall()
    for names in held:
        table = ".".join(f'"{name}"' for name in names)
        try:
            cur.execute(f"SELECT max(hash(t)) FROM {table} t").fetchall()
        except duckdb.Error:
            unread.append(names[-1])
    if not unread:
        return []
    return [
        f"the store is damaged: {', '.join(sorted(set(unread)))} cannot be read to the end. "
        f"Restore the data folder from its backup ({store_faults.HOW_TO})"
    ]


def _files(store: Store) -> list[str]:
    release = release_folders.current_release(store.folder)
    damaged = release_folders.damaged(store.folder, release) if release else []
    return [f"release {release}: {name} is damaged or missing" for name in damaged]


def _counts(store: Store) -> list[str]:
    moved = counts.moved_by_refresh(store.cursor(), indicators().values(), store.partnership.choices)
    return [f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else []
