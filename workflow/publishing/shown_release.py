"""What a release was made under, which rules how it is shown: a change of the settings moves nothing of it."""

import logging
from dataclasses import dataclass

import duckdb
from pydantic import ValidationError

from data.ledger import kept_reads, submissions
from data.ledger.readmission_codes import lists_folder
from data.ledger.store import Store
from data.releases import release_carried
from metrics.counting.declaration import Indicator
from metrics.indicators import shown
from schemas.policy import partner_naming, release_settings
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Partnership
from schemas.policy.release_settings import read_kept
from schemas.policy.viewer import Viewer
from schemas.vocabularies import readmission_lists
from schemas.vocabularies.readmission_lists import About

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Under:
    """Settings, and the partners that had sent a file: both decide how each partner is named. `as_released`: that it is
    decided already, and the same for all."""

    settings: Partnership
    senders: tuple[str, ...]
    as_released: Naming | None = None

    def naming(self, key: bytes, viewer: Viewer) -> Naming:
        """Under which id and name the viewer sees each partner."""
        return self.as_released or partner_naming.naming(self.settings, key, viewer, self.senders)


def under_now(store: Store, cur: duckdb.DuckDBPyConnection) -> Under:
    """What a release is made under that is made now, of what the cursor sees."""
    return Under(store.partnership, tuple(submissions.senders(cur)), store.naming)


def naming_now(store: Store, viewer: Viewer) -> Naming:
    """Under which id and name the viewer sees each partner now."""
    now = Under(store.partnership, tuple(kept_reads.read(store, submissions.senders)), store.naming)
    return now.naming(store.key, viewer)


def naming_shown(store: Store, release: int, viewer: Viewer) -> Naming:
    """Under which id and name the viewer sees each partner in what is shown of a release."""
    return kept_reads.worked_out(store, under_shown, release).naming(store.key, viewer)


def under_then(store: Store, release: int) -> Under:
    """What a release was made under."""
    cur = store.cursor()
    try:
        return _under(store, release, release_carried.settings_then(cur, release, store.partnership))
    except ValidationError:
        return _unread(store, cur)


def under_shown(store: Store, release: int) -> Under:
    """What rules how a release is shown now."""
    cur = store.cursor()
    try:
        return _under(store, release, release_carried.settings_now_shown(cur, release, store.partnership))
    except ValidationError:
        return _unread(store, cur)


def _under(store: Store, release: int, settings: Partnership) -> Under:
    cur = store.cursor()
    kept = release_carried.read(cur, release).senders
    if kept is None:  # a partner that came since is none of the release
        since = {p.id for p in store.partnership.partners} - {p.id for p in settings.partners}
        kept = tuple(p for p in submissions.senders(cur) if p not in since)
    return Under(settings, kept, store.naming)


def _unread(store: Store, cur: duckdb.DuckDBPyConnection) -> Under:
    log.warning("the settings that a release was made under cannot be read: the present ones stand for them")
    return under_now(store, cur)


def carried(store: Store, under: Under) -> release_carried.Carried:
    """What a release carries that is made now, beside its settings."""
    met = shown(store.cursor(), under.settings.named_indicators)
    definitions = {one.id: one.model_dump_json() for one in met.values()}
    lists = readmission_lists.read_about(lists_folder(store.folder, under.settings))
    return release_carried.Carried(definitions, lists.model_dump_json(), under.senders)


def definitions(store: Store, release: int) -> dict[str, Indicator]:
    """Indicator id -> its definition as a release carries it, in the order of the lists."""
    kept = release_carried.read(store.cursor(), release).definitions
    try:
        found = [read_kept(Indicator, text) for text in kept.values()]
    except ValidationError:
        found = []
    return {i.id: i for i in sorted(found, key=lambda i: (i.order, i.id))} or shown(
        store.cursor(), store.partnership.named_indicators
    )


def changed(store: Store, release: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The settings (by name) and the measures (by id) that are no longer as a release carries them."""
    then, kept = under_then(store, release).settings, release_carried.read(store.cursor(), release).definitions
    met = shown(store.cursor(), store.partnership.named_indicators)
    redefined = [one.id for one in met.values() if kept and kept.get(one.id) != one.model_dump_json()]
    return tuple(release_settings.changed(then, store.partnership)), tuple(redefined)


def code_lists(store: Store, release: int) -> About:
    """Which published lists decided about readmissions in a release: version, sources and effective dates."""
    kept = kept_reads.read(store, release_carried.read, release).code_lists
    if kept:
        return read_kept(About, kept)
    return readmission_lists.read_about(lists_folder(store.folder, store.partnership))
