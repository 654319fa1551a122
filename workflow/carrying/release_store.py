"""A store in memory that holds a release and nothing else: what pages read on a server that only shows releases.

It is filled from the release's own folder, of which nothing is changed. Its figures are those that everyone may see,
so whatever a page asked for, there is nothing else to be had. Its own folder is a temporary one, in which `releases`
leads to the releases.
"""

import logging
import secrets
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import finalize

import duckdb
from pydantic import ValidationError

from data.ledger.data_folder import NotReady
from data.ledger.encryption import database_files, folder_key
from data.ledger.encryption.encryption_key import FileKey
from data.ledger.opening import migrate
from data.ledger.opening.read_over import OVER
from data.ledger.people import person_records, secrets_file
from data.ledger.people.person_records import Person
from data.ledger.people.sign_in_sessions import utc_now
from data.ledger.store import Store, transaction
from data.releases import release_folders
from data.releases.release_folders import DASHBOARDS
from schemas.policy.access.release_viewers import ReleaseViewers
from schemas.policy.access.sign_in import SignIn
from schemas.policy.partnership import Partnership
from workflow.access import door
from workflow.carrying import loaded_release

HOW_TO = "docs/how-to/show_releases_elsewhere.md"
RELEASES_VARIABLE, VIEWERS_VARIABLE = "CONCORD_RELEASES", "CONCORD_VIEWERS"
"""Where such a server finds the releases, and who may look; set by `concord serve --releases`."""
SHOWN = ("shared", DASHBOARDS)
"""The editions that such a server reads. It asks for no other."""
_log = logging.getLogger("concord")


@dataclass
class ReleaseStore(Store):
    """The store of such a server. `keys`: what its editions are encrypted with; `of`: the store that they are made
    from; `viewers`: who may sign in, None in a demo, where nobody does; `failing`: why a newer release is not shown."""

    keys: Mapping[str, FileKey] = field(default_factory=dict)
    of: str = ""
    viewers: Path | None = None
    failing: str = ""
    _seen: tuple = ()
    _loading: threading.Lock = field(default_factory=threading.Lock)
    _people: dict[str, int] = field(default_factory=dict)

    def key_of(self, kind: str) -> FileKey | None:
        """What an edition is encrypted with; None: it is not."""
        return self.keys.get(kind)

    def close(self) -> None:
        """Close it, and remove its temporary folder."""
        super().close()
        _remove(self.folder)


def open_releases(releases: Path, viewers: Path | None = None) -> ReleaseStore:
    """The newest release of a folder of releases, as a store. Raises NotReady, with what to do."""
    own = Path(tempfile.mkdtemp(prefix="concord_release_"))
    (own / "releases").symlink_to(releases.resolve(), target_is_directory=True)
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    connection.execute(f"ATTACH ':memory:' AS {OVER} (READ_WRITE); USE {OVER}")
    migrate.bring_up(connection)
    store = ReleaseStore(own, Partnership(), secrets.token_bytes(32), connection, read_only=True, viewers=viewers)
    finalize(store, _remove, own)
    try:
        said = read_viewers(viewers)
        store._seen = _signs(store)
        _load(store)
        _settle_people(store, said)
        if viewers is None and not store.partnership.demo:
            raise NotReady(
                "this release is of a real partnership, and nobody can sign in. Name the file that says who may look "
                f"with --viewers; {HOW_TO} has the steps"
            )
    except BaseException:
        store.close()
        raise
    return store


def read_viewers(path: Path | None) -> ReleaseViewers | None:
    """Who may look, by the file; None without one. Raises NotReady for one that cannot be read."""
    if path is None:
        return None
    try:
        return ReleaseViewers.read(path)
    except OSError:
        raise NotReady(f"{path} cannot be read, so nobody may look. {HOW_TO} says how it is written") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise NotReady(f"{path} has a mistake, so nobody may look. {faults}") from None
    except ValueError as error:
        raise NotReady(f"{path} is no TOML, so nobody may look: {error}") from None


def _remove(own: Path) -> None:
    """The temporary folder with what was put there; never what its link leads to."""
    with suppress(OSError):
        (own / "releases").unlink(missing_ok=True)
        for left in own.iterdir():
            left.unlink()
        own.rmdir()


def refresh(store: ReleaseStore) -> bool:
    """Show the newest release, where another one came, and let those in who may look now; whether anything changed.

    A release that is not whole yet, or cannot be read, is not shown: the one before stays, and `failing` says why.
    """
    with store._loading:
        now = _signs(store)
        if now == store._seen:
            return False
        store._seen = now
        try:
            _settle_people(store, _said_now(store))
            _load(store)
            store.failing = ""
        except NotReady as error:
            store._seen = ()  # it may be being copied: the next look tries again
            if store.failing != str(error):
                _log.error("the release before stays: %s", error)
            store.failing = str(error)
        return True


def sign_in_settings(viewers: Path | None) -> SignIn:
    """How people sign in; as if nothing was said where the file cannot be read, which the pages then say."""
    return said.sign_in if (said := _readable(viewers)) else SignIn()


def sign_in_secrets(viewers: Path | None) -> dict[str, Any]:
    """What the library of sign-in must know, from beside the file of who may look. Raises NotReady when a provider's
    secret is missing."""
    return secrets_file.for_streamlit(viewers.parent, sign_in_settings(viewers)) if viewers else {}


def server_names(viewers: Path | None) -> tuple[str, ...]:
    """The names under which the pages may be reached, beside loopback."""
    said = _readable(viewers)
    return (*said.hosts, *filter(None, [said.sign_in.host])) if said else ()


def _readable(viewers: Path | None) -> ReleaseViewers | None:
    try:
        return read_viewers(viewers)
    except NotReady:
        return None


def _said_now(store: ReleaseStore) -> ReleaseViewers | None:
    """Who may look now; where that cannot be read any more, nobody."""
    try:
        return read_viewers(store.viewers)
    except NotReady:
        _settle_people(store, None)
        raise


def _signs(store: ReleaseStore) -> tuple:
    """What changes when another release is pointed to, or other people may look."""
    paths = (store.folder / "releases" / release_folders.POINTER, store.viewers)
    return tuple(_sign(path) for path in paths if path)


def _sign(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _load(store: ReleaseStore) -> None:
    """Take the release that the pointer names, wholly or not at all. Raises NotReady."""
    number = release_folders.current_release(store.folder)
    if number is None:
        raise NotReady(
            "there is no release: the folder's current.json names none. Name the folder `releases` of a data folder, "
            "or a copy of it"
        )
    cur = store.cursor()
    if cur.execute("SELECT count(*) FROM release_carried WHERE release = ?", [number]).fetchall()[0][0]:
        return
    if damaged := _damaged(store.folder, number):
        raise NotReady(f"release {number} is not whole: {damaged}. Copy it again")
    of = str(release_folders.read_manifest(release_folders.folder_of(store.folder, number)).get("store", ""))
    if store.of not in ("", of):
        raise NotReady(f"release {number} is of another partnership than the one that is shown. Start a server for it")
    store.keys = {edition: key for edition in SHOWN if (key := _key(store.folder, number, edition))}
    try:
        with transaction(cur):
            said = loaded_release.fill(cur, store.folder, number, store.keys)
    except (duckdb.Error, ValidationError, ValueError, KeyError, TypeError) as error:
        raise NotReady(
            f"release {number} cannot be read ({type(error).__name__}). It was made by another version of Concord, or "
            "its key is not the right one"
        ) from None
    store.of = of
    store.partnership, store.naming = _with_viewers(store, said[0]), said[1]
    store.settings_version = number


def _with_viewers(store: ReleaseStore, settings: Partnership) -> Partnership:
    viewers = read_viewers(store.viewers)
    return settings.model_copy(update={"sign_in": viewers.sign_in, "hosts": viewers.hosts}) if viewers else settings


def _damaged(folder: Path, number: int) -> str:
    """What is wrong with the files of a release that are shown; empty when nothing is."""
    if not release_folders.edition_path(folder, number, DASHBOARDS).is_file():
        return f"{DASHBOARDS}.duckdb is not there (a release that an older Concord made has none: make a new one)"
    return ", ".join(release_folders.damaged(folder, number, SHOWN))


def _key(folder: Path, number: int, edition: str) -> FileKey | None:
    """Raises NotReady where the edition is encrypted and no key is there."""
    path = release_folders.edition_path(folder, number, edition)
    return folder_key.of_edition(None, edition) if database_files.is_encrypted(path) else None


def _settle_people(store: ReleaseStore, said: ReleaseViewers | None) -> None:
    """Let those in who are named, and nobody else. Who was named before may not any more."""
    now = {one.email: one for one in said.people} if said else {}
    for email in now:
        store._people.setdefault(email, len(store._people) + 1)
    cur, at_the_door = store.cursor(), door.door_of(store)
    known = at_the_door.people  # whose account is known by now stays in: another release ends no sign-in
    with transaction(cur):
        cur.execute("DELETE FROM person_change")
        for email, number in store._people.items():
            one, was = now.get(email), known.get(number)
            person = Person(
                number, email, was.name if was else "", one.role if one else "leader",
                expires_on=one.expires_on if one else None, ended=one is None,
                account=was.account if was and one else None,
            )  # fmt: skip
            person_records.write(cur, person, "", utc_now())
    at_the_door.reload()
