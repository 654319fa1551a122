"""Opening a partnership's data folder, and working its figures out anew."""

import logging
from pathlib import Path

from data.checking import awaiting_acceptance
from data.ledger import data_folder, file_permissions, readmission_codes
from data.ledger.opening import plain_values
from data.ledger.opening.store_faults import UNUSABLE, StoreDamaged, unusable
from data.ledger.store import Store, open_store, transaction
from metrics.composing import closed_counts
from metrics.counting import counts, strata
from metrics.indicators import indicators
from metrics.results import published_results
from schemas.vocabularies import readmission_lists
from workflow import accepting
from workflow.recovery import recovering

_log = logging.getLogger("concord")


def open_partnership(folder: Path, *, read_only: bool = False) -> Store:
    """Open the store of a data folder; `read_only`: for reading alone, nothing is written.

    Raises data_folder.NotReady or store_faults.StoreUnavailable, with what to do.
    """
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
    recovering.refuse_missing_store(folder)
    key = data_folder.read_key(folder)
    if not read_only:
        file_permissions.settle(folder, partnership.policy.research_group)
    store = open_store(folder, partnership, key, read_only=read_only)
    for note in store.notes:
        _log.warning("%s", note)
    _settle(store)
    return store


def server_names(folder: Path) -> tuple[str, ...]:
    """The names under which the settings let the pages be reached; none while the settings cannot be read."""
    try:
        return data_folder.read_settings(folder).hosts
    except (data_folder.NotReady, ValueError):
        return ()


def _settle(store: Store) -> None:
    """Finish or undo what the last stop interrupted, and take the lists that the settings name."""
    try:
        if not store.read_only:
            store.connection.execute(published_results.RELEASED)
            closed_counts.make_tables(store.connection)
        recovering.refuse_other_releases(store)
        if store.read_only:
            return
        recovering.recover(store)
        with transaction(store.cursor()) as cur:
            plain_values.code_plain_values(cur, store.key)
        _keep_lists(store)
        awaiting_acceptance.tidy(store)
        accepting.withdraw_those_left(store)
    except BaseException as error:
        store.close()
        if isinstance(error, UNUSABLE):
            raise StoreDamaged(unusable(error, store.folder)) from None
        raise


def _keep_lists(store: Store) -> None:
    """Take the lists that the settings name. Other lists than before: all is counted anew, so that no figure rests on
    lists that are no longer current."""
    try:
        with transaction(store.cursor()) as cur:
            if readmission_codes.keep(cur, readmission_codes.lists_folder(store.folder, store.partnership)):
                counts.refresh_all(cur, indicators().values(), store.partnership.choices)
    except readmission_lists.ListFault as fault:
        raise data_folder.NotReady(f"the lists for readmission cannot be used:\n{fault}") from None


def refresh(store: Store) -> None:
    """Work all counts out again from the current rows (needed after a choice or a definition changed)."""
    with store.accepting:
        cur = store.cursor()
        with transaction(cur):
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)
