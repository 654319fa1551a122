"""What is wrong with a data folder: ledger, releases, disclosure memory, counts. Looking changes nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import polars as pl

from data.ledger.opening import store_faults
from data.ledger.people import access_history, history_head
from data.ledger.people.history_head import Head
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders, release_ledger
from metrics.counting import counts
from metrics.disclosure import earlier_releases, suppression
from metrics.indicators import indicators
from metrics.results import published_results
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import BACKBONE
from workflow import administering
from workflow.publishing import shown_release
from workflow.publishing.release_audit import audit_current
from workflow.reading import map_faults, read_naming

_START = "start Concord, or run `concord refresh`, which settles it"


def problems(folder: Path, head: str | None = None) -> list[str]:
    """What is wrong with a data folder, each with what to do. Empty: nothing.

    `head`: an end that the history of access had, as it was printed.

    Raises data_folder.NotReady or store_faults.StoreUnavailable when it cannot be opened.
    """
    store = administering.open_partnership(folder, read_only=True)
    try:
        return problems_of(store, head)
    finally:
        store.close()


def problems_of(store: Store, head: str | None = None) -> list[str]:
    """What is wrong with an open store and its folder. Raises NotPossible for a head that is none."""
    printed = _printed(head) if head else None
    looks: tuple[Callable[[Store], Iterable[str]], ...] = (
        _set_aside, _blocks, _unlisted, _releases, _memory, map_faults, audit_current, _counts, _access,
    )  # fmt: skip
    found: list[str] = []
    for look in looks:
        try:
            found += look(store)
        except Exception as error:  # whatever is wrong with a folder, the other looks still say what they see
            found.append(store_faults.unusable(error, store.folder))
    if printed:
        found += _cut(store, printed, "that was printed")
    return list(dict.fromkeys(found))


def _printed(said: str) -> Head:
    try:
        return history_head.read(said)
    except ValueError as error:
        raise NotPossible(str(error)) from None


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


def _unlisted(store: Store) -> list[str]:
    """Partners of the ledger that the settings do not know. Their ids stay unsaid here too."""
    naming, listed = read_naming(store, BACKBONE), {p.id for p in store.partnership.partners}
    letters = sorted(naming.names[naming.shown(p)] for p in naming.gone - listed)
    return [
        f"concord.toml no longer lists a partner whose files the store holds. Its figures stand under {letter!r}. "
        "List it again; where it has left, with its last day under `left`"
        for letter in letters
    ]


def _releases(store: Store) -> list[str]:
    """Where ledger, folders and pointer do not say the same."""
    cur, folder = store.cursor(), store.folder
    made, there = release_ledger.made(cur), release_folders.numbers(folder)
    found = [f"release {n} was interrupted: {_START}" for n in release_ledger.announced(cur)]
    pointer, whole = release_folders.current_release(folder), release_ledger.newest_whole(cur, folder)
    if whole is not None and pointer != whole:
        led = "leads nowhere" if pointer is None else f"leads to release {pointer}"
        found.append(f"the pointer releases/current.json {led}, the newest release is {whole}: {_START}")
    gone = {
        n for n, edition in release_ledger.removed(cur) if release_folders.edition_path(folder, n, edition).exists()
    }
    found += [f"release {n} has files that were to be removed: {_START}" for n in sorted(gone)]
    found += [f"release {n} is in no ledger: {_START}" for n in there if n not in made]
    for release in made:
        kept = release_ledger.kept_editions(cur, release)
        for name in release_folders.damaged(folder, release, kept) if kept else ():
            found.append(
                f"release {release}: {name} is damaged or missing. Restore it from the backup, or make a new release"
            )
    return found


def _memory(store: Store) -> list[str]:
    """Figures of the newest release that the disclosure memory does not hold."""
    cur = store.cursor()
    made = release_ledger.made(cur)
    if not made:
        return []
    smallest = shown_release.under_then(store, made[0]).settings.policy.smallest_cell
    kept = earlier_releases.read_earlier(cur, made[0] + 1, suppression.policy(smallest))
    kept = kept.filter(pl.col("last_release") == made[0])
    figures = published_results.exact_results(cur, made[0]).filter(pl.col("closed"), ~pl.col("folded"))
    lost = figures.join(kept, on=RESULT_KEY, how="anti", nulls_equal=True).height
    if not lost:
        return []
    return [
        f"what release {made[0]} showed is not remembered in full. Figures that it hid could come out through the "
        f"next. Restore the data folder from its backup ({store_faults.HOW_TO})"
    ]


def _access(store: Store) -> list[str]:
    """Whether the history of access is as it was written."""
    line = access_history.first_broken(store.cursor(), store.key)
    if line is not None:
        return [
            f"line {line} of the history of access was changed from outside: find out who had access to this folder"
        ]
    path = store.partnership.recovery.history_head
    if not path:
        return []
    try:
        noted = history_head.noted(Path(path), str(store.identity))
    except OSError:
        return [f"the end of the history of access cannot be read at {path}: see whether that disk is there"]
    return _cut(store, noted, f"that {path} notes") if noted else []


def _cut(store: Store, known: Head, where: str) -> list[str]:
    if history_head.is_on(store.cursor(), known):
        return []
    now = history_head.head(store.cursor()).event
    return [
        f"the history of access does not reach line {known.event} {where}: it ends at line {now}, or was written anew. "
        "Lines were cut off, or an older store was put back. Find out who did it"
    ]


def _counts(store: Store) -> list[str]:
    moved = counts.moved_by_refresh(store.cursor(), indicators().values(), store.partnership.choices)
    return [f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else []
