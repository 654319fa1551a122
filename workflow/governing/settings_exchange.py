"""`concord.toml` as the way in and out: taking a file in, and writing it."""

import hashlib

from data.ledger import data_folder
from data.ledger.settings import settings_toml, settings_versions
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import Viewer
from workflow.governing import changing_settings, settings_at_start
from workflow.governing.settings_rights import refuse_others


def import_file(store: Store, viewer: Viewer, *, reason: str, actor: str) -> int:
    """Let the settings of `concord.toml` hold, whatever the store's were; returns the number of the version.

    Raises NotPossible, with what is wrong, and the file's own fault where it cannot be read.
    """
    refuse_others(viewer)
    file = settings_at_start.read_file(store.folder)
    if file.settings is None:
        raise file.fault or NotPossible("there is no file to take in")
    number = store.settings_version
    if file.settings != store.partnership:
        number = changing_settings.change(
            store, viewer, number, file.settings, reason=reason, actor=actor, origin="file"
        )
    _same(store, number, file.sha256)
    return number


def export_file(store: Store, viewer: Viewer) -> str:
    """Write the settings that hold to `concord.toml`, in place of what stood there; returns the text."""
    refuse_others(viewer)
    with store.accepting:  # a change that comes between would leave the file behind what is said of it
        text = as_text(store)
        making = store.folder / f"{data_folder.SETTINGS}.new"
        making.write_text(text, encoding="utf-8")
        making.replace(store.folder / data_folder.SETTINGS)
        _same(store, store.settings_version, hashlib.sha256(text.encode()).hexdigest())
    return text


def as_text(store: Store) -> str:
    """The settings that hold, as the file would say them."""
    return settings_toml.text(store.partnership)


def differs_from_file(store: Store) -> bool:
    """Whether the settings were changed since the file was taken in or written."""
    return settings_versions.in_file(store.cursor()).version != store.settings_version


def _same(store: Store, number: int, sha256: str) -> None:
    with store.accepting, transaction(store.cursor()) as cur:
        settings_versions.say_in_file(cur, number, sha256, store.now())
