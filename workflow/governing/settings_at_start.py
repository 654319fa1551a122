"""Which settings hold when a store is opened: the store's, or those of a `concord.toml` that was edited since.

The file is taken in where nothing else changed the settings since the two last said the same. Otherwise the store's
hold, and a note says what to do: nobody's change is lost without a word.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from data.ledger import data_folder
from data.ledger.lake import lake_place
from data.ledger.settings import settings_versions
from data.ledger.store import Store, transaction
from metrics.counting import strata
from metrics.indicators import indicators
from schemas.policy.partnership import Partnership

START = "start"
AHEAD = (
    "concord.toml was edited, but the settings were changed on the pages too. The store's settings hold. To take the "
    "file in, run `concord settings import`. To write it anew, run `concord settings export`"
)
GONE = "concord.toml is not there. The store's settings hold. To write the file, run `concord settings export`"


@dataclass(frozen=True)
class FromFile:
    """What `concord.toml` says. `fault`: why it says nothing; `settings` is None then."""

    settings: Partnership | None
    sha256: str = ""
    fault: Exception | None = None


def read_file(folder: Path) -> FromFile:
    """The file of a data folder; one that is not there or not right is a fault of it."""
    path = folder / data_folder.SETTINGS
    mark = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
    try:
        return FromFile(refuse_unknown(data_folder.read_settings(folder)), mark)
    except (data_folder.NotReady, ValueError) as fault:  # pydantic's and tomllib's errors are ValueErrors
        return FromFile(None, mark, fault)


def to_open_with(folder: Path, file: FromFile) -> Partnership | None:
    """The file's settings; None where the store must say them. Raises the file's fault where there is no store."""
    if file.fault and not lake_place.has_store(folder):
        raise file.fault
    return file.settings


def settle(store: Store, file: FromFile) -> None:
    """Let those settings hold in an open store that shall. Raises the file's fault where only the file says them."""
    cur = store.cursor()
    number = settings_versions.newest(cur)
    synced = settings_versions.in_file(cur) if number else None
    if synced is None:
        if file.settings is None:
            raise file.fault or data_folder.NotReady("the store holds no settings")
        _take_in(store, file, None, "The first settings")
        return
    held, known = _held(store, number), file.sha256 == synced.sha256
    store.partnership, store.settings_version = held, number
    if known or file.settings == held:
        if not known and not store.read_only:
            _say_in_file(store, number, file.sha256)
    elif synced.version == number and file.sha256:
        if file.settings is None:
            raise file.fault or data_folder.NotReady("concord.toml cannot be read")
        _take_in(store, file, held, "concord.toml was edited")
    else:
        store.notes.append(AHEAD if file.sha256 else GONE)


def take_kept(store: Store) -> None:
    """Let the settings hold that the store keeps, whatever the file says: for a server beside the one that takes the
    file in. Raises NotReady where there are none yet."""
    number = settings_versions.newest(store.cursor())
    if not number:
        raise data_folder.NotReady("the store holds no settings yet: start the app, or run `concord refresh`, once")
    store.partnership, store.settings_version = _held(store, number), number


def _held(store: Store, number: int) -> Partnership:
    try:
        return refuse_unknown(settings_versions.settings_of(store.cursor(), number))
    except ValidationError:
        raise data_folder.NotReady(
            f"version {number} of the settings cannot be read by this program: start the one that wrote it"
        ) from None


def _take_in(store: Store, file: FromFile, before: Partnership | None, reason: str) -> None:
    assert file.settings
    store.partnership = file.settings
    if store.read_only:
        return
    with transaction(store.cursor()) as cur:
        store.settings_version = settings_versions.add(
            cur, file.settings, before, store.now(), actor=START, reason=reason, origin="file"
        )
        settings_versions.say_in_file(cur, store.settings_version, file.sha256, store.now())


def _say_in_file(store: Store, number: int, sha256: str) -> None:
    with transaction(store.cursor()) as cur:
        settings_versions.say_in_file(cur, number, sha256, store.now())


def refuse_unknown(partnership: Partnership) -> Partnership:
    """The same settings. Raises NotReady where they name a measure or a group that does not exist."""
    if unknown := {*partnership.named_indicators, *partnership.scorecard.own_pages} - set(indicators()):
        known = ", ".join(indicators())
        raise data_folder.NotReady(
            f"concord.toml names a measure that does not exist: {', '.join(sorted(unknown))}. There are: {known}"
        )
    named = [(g.by, g.groups) for g in partnership.gaps]
    for by, groups in (*named, *((t.by, t.groups) for t in partnership.targets_for if t.by)):
        known_groups = strata.known_groups(by)
        if known_groups and (unknown := {*groups} - {*known_groups}):
            raise data_folder.NotReady(
                f"concord.toml names a group of {by} that does not exist: {', '.join(sorted(unknown))}. "
                f"There are: {', '.join(known_groups)}"
            )
    return partnership
