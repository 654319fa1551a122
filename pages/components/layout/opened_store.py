"""The one open store of this server, without asking who looks: for the door, and for routes, which ask themselves."""

import os
from pathlib import Path
from typing import Any

from data.ledger.opening.store_faults import StoreNotWritable
from data.ledger.store import Store
from pages.components.layout.at_hand import at_hand
from schemas.policy.access.sign_in import SignIn
from workflow import administering
from workflow.carrying import release_store
from workflow.carrying.release_store import ReleaseStore
from workflow.publishing.release_work import ReleaseWork
from workflow.viewing.counting_views import ViewCounts

INTAKE = "CONCORD_INTAKE"
"""Set for a server that only takes files in, beside the one that has the pages."""
_PLACE, _HERE = "CONCORD_DATA", "var"


def opened() -> Store:
    """The partnership's store, opened once per process; on a server that only shows releases, a release in its place.
    Raises what `workflow.open_partnership` raises."""
    releases = os.environ.get(release_store.RELEASES_VARIABLE)
    if releases:
        return _open_releases(releases, os.environ.get(release_store.VIEWERS_VARIABLE))
    return _open(os.environ.get(_PLACE, _HERE))


def only_releases() -> ReleaseStore | None:
    """The release in place of a store, on a server that only shows releases; None on any other."""
    found = opened()
    return found if isinstance(found, ReleaseStore) else None


def release_work() -> ReleaseWork:
    """The one place where this server looks at releases and makes them; it outlives the sessions of those who ask."""
    return _release_work(str(opened().folder))


def shows_releases() -> bool:
    """Whether this server only shows releases."""
    return bool(os.environ.get(release_store.RELEASES_VARIABLE))


def sign_in() -> SignIn:
    """How people sign in, by the settings; nothing said while they cannot be read, which the pages then say."""
    return release_store.sign_in_settings(_viewers()) if shows_releases() else administering.sign_in_settings(_folder())


def secrets() -> dict[str, Any]:
    """What Streamlit must know for sign-in; nothing where nobody signs in."""
    return release_store.sign_in_secrets(_viewers()) if shows_releases() else administering.sign_in_secrets(_folder())


def hosts() -> tuple[str, ...]:
    """The names that the settings give the server; none while they cannot be read, which the pages then say."""
    return release_store.server_names(_viewers()) if shows_releases() else administering.server_names(_folder())


def views() -> ViewCounts:
    """Where this server counts how often pages are opened."""
    return _views(str(opened().folder))


@at_hand()
def _views(folder: str) -> ViewCounts:
    return ViewCounts(opened())


@at_hand()
def _release_work(folder: str) -> ReleaseWork:
    return ReleaseWork(opened())


@at_hand()  # the routes, which have no screen, ask for it too
def _open(folder: str) -> Store:
    try:
        return administering.open_partnership(Path(folder), intake=bool(os.environ.get(INTAKE)))
    except StoreNotWritable:  # on a disk that can only be read, figures can still be looked at
        return administering.open_partnership(Path(folder), read_only=True)


@at_hand()
def _open_releases(releases: str, viewers: str | None) -> ReleaseStore:
    return release_store.open_releases(Path(releases), Path(viewers) if viewers else None)


def _viewers() -> Path | None:
    said = os.environ.get(release_store.VIEWERS_VARIABLE)
    return Path(said) if said else None


def _folder() -> Path:
    return Path(os.environ.get(_PLACE, _HERE))
