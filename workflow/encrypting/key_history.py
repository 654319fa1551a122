"""What is done with the encryption key, put down in the history of access: who can read what, and since when."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases.release_folders import EDITIONS
from workflow.access.door import door_of

KeyUse = Literal["edition key printed", "edition handed over"]
_BY = "cli"


def record(store: Store, kind: KeyUse, edition: str, release: int | None = None) -> None:
    """Put down that an edition can be read elsewhere from now on. Raises NotPossible for what is none."""
    if kind not in get_args(KeyUse) or edition not in EDITIONS:
        raise NotPossible("this is nothing that is done with a key")
    shown = f"{edition} edition" + (f" of release {release}" if release else "")
    door_of(store).record(kind, _BY, None, shown)


def record_asked(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a command that runs beside the app."""
    release = said.get("release")
    record(store, said["kind"], str(said["edition"]), int(release) if release else None)
    return {}


def record_change(store: Store, fingerprint: str) -> None:
    """Put down that all is about to be written anew under a key, so that what is written holds it."""
    door_of(store).record("encryption key change begun", _BY, None, f"fingerprint {fingerprint}")
