"""Opening a partnership's data folder, working its figures out anew, and looking for what is wrong with it."""

from pathlib import Path

from data.checking import awaiting_acceptance
from data.ledger import data_folder, file_permissions, plain_values, readmission_codes
from data.ledger.store import Store, open_store, transaction
from data.releases import release_folders
from metrics.counting import counts, strata
from metrics.indicators import indicators
from metrics.results import published_results
from schemas.vocabularies import readmission_lists
from workflow.reading import map_faults
from workflow.releasing import audit_current


def open_partnership(folder: Path) -> Store:
    """Open the store of a data folder. Raises data_folder.NotReady or store.StoreInUse, with what to do."""
    partnership = data_folder.read_settings(folder)
    if unknown := partnership.named_indicators - set(indicators()):
        known = ", ".join(indicators())
        raise data_folder.NotReady(
            f"concord.toml names a measure that does not exist: {', '.join(sorted(unknown))}. There are: {known}"
        )
    for gap in partnership.gaps:
        known_groups = strata.known_groups(gap.by)
        if known_groups and (unknown := {*gap.groups} - {*known_groups}):
            raise data_folder.NotReady(
                f"concord.toml names a group of {gap.by} that does not exist: {', '.join(sorted(unknown))}. "
                f"There are: {', '.join(known_groups)}"
            )
    key = data_folder.read_key(folder)
    file_permissions.settle(folder, partnership.policy.research_group)
    store = open_store(folder, partnership, key)
    store.connection.execute(published_results.RELEASED)
    with transaction(store.cursor()) as cur:
        plain_values.code_plain_values(cur, store.key)
    _keep_lists(store)
    awaiting_acceptance.tidy(store)
    return store


def server_names(folder: Path) -> tuple[str, ...]:
    """The names under which the settings let the pages be reached; none while the settings cannot be read."""
    try:
        return data_folder.read_settings(folder).hosts
    except (data_folder.NotReady, ValueError):
        return ()


def _keep_lists(store: Store) -> None:
    """Take the lists that the settings name. Other lists than before: all is counted anew, so that no figure rests on
    lists that are no longer current."""
    try:
        with transaction(store.cursor()) as cur:
            if readmission_codes.keep(cur, readmission_codes.lists_folder(store.folder, store.partnership)):
                counts.refresh_all(cur, indicators().values(), store.partnership.choices)
    except readmission_lists.ListFault as fault:
        store.close()
        raise data_folder.NotReady(f"the lists for readmission cannot be used:\n{fault}") from None


def refresh(store: Store) -> None:
    """Work all counts out again from the current rows (needed after a choice or a definition changed)."""
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def problems(folder: Path) -> list[str]:
    """What is wrong with a data folder: damaged release files, counts that a rebuild would change. Empty: nothing."""
    store = open_partnership(folder)
    try:
        release = release_folders.current_release(folder)
        found = (
            [f"release {release}: {name} is damaged or missing" for name in release_folders.damaged(folder, release)]
            if release
            else []
        )
        found += map_faults(store)
        found += audit_current(store)
        cur = store.cursor()
        moved = counts.moved_by_refresh(cur, indicators().values(), store.partnership.choices)
        return found + ([f"{moved} counts differ from a rebuild: run `concord refresh`"] if moved else [])
    finally:
        store.close()
