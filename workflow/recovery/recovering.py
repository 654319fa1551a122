"""At a start: what was interrupted is finished or undone, so that ledger, folders and pointer say the same."""

from pathlib import Path

from data.ledger.lake import lake_place
from data.ledger.opening.store_faults import FILE, HOW_TO, StoreMismatch
from data.ledger.store import Store, transaction
from data.releases import release_folders, release_ledger
from metrics.disclosure import earlier_releases, suppression
from metrics.results import published_results


def refuse_missing_store(folder: Path) -> None:
    """Raise StoreMismatch when there are releases and no store: a new one would forget what they showed."""
    if not lake_place.has_store(folder) and release_folders.numbers(folder):
        raise StoreMismatch(
            f"releases/ holds releases, but their store {FILE} is not there. Put it back, or restore the data folder "
            f"from its backup ({HOW_TO}). Nothing was changed"
        )


def refuse_other_releases(store: Store) -> None:
    """Raise StoreMismatch when the releases in the folder are of another store, or newer than this one."""
    cur = store.cursor()
    if release_folders.stores(store.folder) - {str(store.identity)}:
        raise StoreMismatch(
            "the releases in releases/ were made from another store. Put their store back, or move releases/ away "
            f"({HOW_TO}). Nothing was changed"
        )
    known = {*release_ledger.made(cur), *release_ledger.announced(cur)}
    newest = max(known, default=0)
    later = [n for n in release_folders.numbers(store.folder) if n > newest]
    if later and not _of_before(store, later):
        raise StoreMismatch(
            f"releases/ holds release {later[-1]}, and the store knows {newest or 'none'}. It is older than what was "
            f"published: figures that were hidden could come out. Restore the newer store ({HOW_TO}). "
            "Nothing was changed"
        )


def recover(store: Store) -> None:
    """Finish or undo what the last stop interrupted; nothing is written when there is nothing to do."""
    cur, folder = store.cursor(), store.folder
    for release in release_ledger.announced(cur):
        release_folders.remove(folder, release)
        release_ledger.give_up(cur, release)
    release_folders.remove_unfinished(folder)
    _settle_those_of_before(store)
    newest = release_ledger.newest_whole(cur, folder)
    if newest is not None and newest != release_folders.current_release(folder):
        release_folders.point(folder, newest)
    remove_old(store)


def remove_old(store: Store) -> None:
    """Remove the files of the editions that the ledger says are removed, and folders of which no edition is kept."""
    cur = store.cursor()
    for release, edition in release_ledger.removed(cur):
        release_folders.remove(store.folder, release, [edition])
    for release in release_folders.numbers(store.folder):
        if not release_ledger.kept_editions(cur, release):
            release_folders.remove(store.folder, release)


def _of_before(store: Store, later: list[int]) -> bool:
    """Whether unrecorded releases are what a stop left before releases were announced: one, of a store with others or
    with its figures at hand."""
    kept = _figures_of(store)
    says_its_store = bool(release_folders.stores(store.folder))
    return len(later) == 1 and not says_its_store and (later[0] in kept or later[0] - 1 in kept)


def _figures_of(store: Store) -> set[int]:
    return {row[0] for row in store.cursor().execute("SELECT DISTINCT release FROM released").fetchall()}


def _settle_those_of_before(store: Store) -> None:
    """Before releases were announced, a stop could leave one that the pointer led to and the ledger did not know: what
    it showed is remembered, as if it had been recorded. One that nobody was led to is removed."""
    cur, folder = store.cursor(), store.folder
    made = release_ledger.made(cur)
    for release in set(release_folders.numbers(folder)) - set(made):
        if release in _figures_of(store) and release_folders.current_release(folder) == release:
            with transaction(cur):
                earlier_releases.remember(cur, release, suppression.policy(store.partnership.policy.smallest_cell))
                release_ledger.record(cur, release, "concord", store.now(), release_ledger.last_event(cur), None)
        else:
            release_folders.remove(folder, release)
    known = set(release_ledger.made(cur))
    for release in _figures_of(store) - known:
        published_results.drop_release(cur, release)
