"""Opening a partnership's data folder, and working its figures out anew."""

import logging
from pathlib import Path
from typing import Any

from data.checking import awaiting_acceptance
from data.ledger import data_folder, file_permissions, readmission_codes
from data.ledger.lake import lake_place, lake_upkeep
from data.ledger.opening import plain_values
from data.ledger.opening.store_faults import StoreDamaged, unusable, unusable_kinds
from data.ledger.people import secrets_file
from data.ledger.store import Store, open_store, transaction
from metrics.counting import counted_by, counts
from metrics.indicators import indicators
from schemas.policy.access.sign_in import SignIn
from schemas.vocabularies import readmission_lists
from workflow import accepting
from workflow.deleting import finishing
from workflow.governing import map_files, settings_at_start
from workflow.governing.settings_at_start import FromFile
from workflow.recovery import recovering

_log = logging.getLogger("concord")


def open_partnership(
    folder: Path, *, read_only: bool = False, still_plain: bool = False, intake: bool = False
) -> Store:
    """Open the store of a data folder; `read_only`: for reading alone, nothing is written. `still_plain`: to encrypt
    it, since a key is configured. `intake`: to take files in and out, beside others where the store lies on Postgres;
    nothing is settled at the start then. A store that is a file is opened as ever: nobody else may have it.

    Raises data_folder.NotReady or store_faults.StoreUnavailable, with what to do.
    """
    file = settings_at_start.read_file(folder)
    told = settings_at_start.to_open_with(folder, file)
    recovering.refuse_missing_store(folder)
    key = data_folder.read_key(folder)
    intake = intake and not read_only and lake_place.place_of(folder) is not None
    if not (read_only or intake):
        file_permissions.settle(folder, told.policy.research_group if told else None)
    store = open_store(folder, told, key, read_only=read_only, still_plain=still_plain, intake=intake)
    _settle(store, file)
    for note in store.notes:
        _log.warning("%s", note)
    return store


def server_names(folder: Path) -> tuple[str, ...]:
    """The names under which the settings let the pages be reached; none while the settings cannot be read."""
    try:
        return data_folder.read_settings(folder).server_names
    except (data_folder.NotReady, ValueError):
        return ()


def sign_in_settings(folder: Path) -> SignIn:
    """How people sign in; as if nothing was said while the settings cannot be read."""
    try:
        return data_folder.read_settings(folder).sign_in
    except (data_folder.NotReady, ValueError):
        return SignIn()


def sign_in_secrets(folder: Path) -> dict[str, Any]:
    """What the library of sign-in must know, secrets included: for this process alone, never to be written.

    Raises NotReady when a provider's secret is missing. Empty where nobody signs in.
    """
    return secrets_file.for_streamlit(folder, sign_in_settings(folder))


def _settle(store: Store, file: FromFile) -> None:
    """Let the settings hold that shall, finish or undo what the last stop interrupted, and take the lists that the
    settings name."""
    try:
        if store.lake and not store.lake.owner and not store.read_only:
            settings_at_start.take_kept(store)
            accepting.refuse_other_definitions(store)
            return
        settings_at_start.settle(store, file)
        if not store.read_only and store.partnership != file.settings:
            file_permissions.settle(store.folder, store.partnership.policy.research_group)
        recovering.refuse_other_releases(store)
        if store.read_only:
            return
        with store.releasing:
            recovering.recover(store)
        plain_values.code_once(store.cursor(), store.key, store.now())
        _keep_lists(store)
        _count_by_definitions(store)
        awaiting_acceptance.tidy(store)
        map_files.tidy(store)
        accepting.withdraw_those_left(store)
        finishing.finish(store)
        keep_up(store)
    except BaseException as error:
        store.close()
        if isinstance(error, unusable_kinds(encrypted=bool(store.encryption))):
            raise StoreDamaged(unusable(error, store.folder)) from None
        raise


def keep_up(store: Store) -> None:
    """Let a store on Postgres go of what no reader needs any more, so that it stays small and quick."""
    if store.lake:
        with store.accepting:
            lake_upkeep.tidy(store.cursor())


def _keep_lists(store: Store) -> None:
    """Take the lists that the settings name. Other lists than before: all is counted anew, so that no figure rests on
    lists that are no longer current."""
    try:
        with store.accepting, transaction(store.cursor()) as cur:
            if readmission_codes.keep(cur, readmission_codes.lists_folder(store.folder, store.partnership)):
                counts.refresh_all(cur, indicators().values(), store.partnership.choices)
    except readmission_lists.ListFault as fault:
        raise data_folder.NotReady(f"the lists for readmission cannot be used:\n{fault}") from None


def _count_by_definitions(store: Store) -> None:
    """Count anew where the counts were made by other definitions or choices, or by an older program: what is released
    next rests on those of now. What is closed stays as it was."""
    known, choices = indicators().values(), store.partnership.choices
    if not counted_by.are_current(store.cursor(), known, choices):
        _log.info("the counts are made anew, by the definitions and choices of now")
        refresh(store)


def refresh(store: Store) -> None:
    """Work all counts out again from the current rows (needed after a choice or a definition changed)."""
    with store.accepting:
        cur = store.cursor()
        with store.changing(cur):
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)
