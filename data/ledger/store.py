"""The store: one DuckDB file owned by one process, or a lake on Postgres that several servers share (`lake/`). What it
holds is said by `migrations/` and `opening.row_tables`."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from data.ledger import kept_reads
from data.ledger.data_folder import SETTINGS, NotReady
from data.ledger.encryption import database_files, folder_key, rekeyed_folder
from data.ledger.encryption.encryption_key import EncryptionKey, FileKey
from data.ledger.lake import lake_place
from data.ledger.lake.lake import Lake
from data.ledger.lake.lake_locks import Lock
from data.ledger.opening import migrate, row_tables
from data.ledger.opening.engine import engine_settings
from data.ledger.opening.read_over import OVER, read_over
from data.ledger.opening.store_faults import (
    FILE,
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    StoreNotWritable,
    connect,
    not_writable,
    opening_alone,
    refuse_lost,
    unusable,
    unusable_kinds,
)
from data.ledger.opening.store_identity import read_identity, refuse_other, write_identity
from data.ledger.settings import settings_versions
from data.receiving import spool
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Partnership


@dataclass
class Store:
    """An open store. Take a cursor for each thread: a connection shared without one returns wrong results."""

    folder: Path
    partnership: Partnership
    key: bytes
    connection: duckdb.DuckDBPyConnection
    read_only: bool = False
    notes: list[str] = field(default_factory=list)
    """What had to be left out when it was opened, in words for whoever runs the server."""
    releasing: Lock = field(default_factory=threading.Lock)
    """Held while a release is made: one at a time. Uploads go on meanwhile."""
    encryption: EncryptionKey | None = None
    """What store and releases are encrypted with; None: they are not."""
    settings_version: int = 0
    """Which version of the settings `partnership` is. Whoever keeps what rests on settings keeps it under this too."""
    naming: Naming | None = None
    """How partners are named, where the store holds what everyone sees of a release and nobody's own ids."""
    lake: Lake | None = None
    """The hold on Postgres of a store that lies there; None: it is a file."""
    _accepting: Lock = field(default_factory=threading.RLock)
    _deciding: threading.RLock = field(default_factory=threading.RLock)
    _numbering: threading.Lock = field(default_factory=threading.Lock)
    _partner_locks: dict[str, Lock] = field(default_factory=dict)
    _caught_up: int | None = None

    def __post_init__(self) -> None:
        if self.lake:  # what must hold between servers is a lock of Postgres; all else is done by one server alone
            self.releasing, self._accepting = self.lake.lock("releasing", again=False), self.lake.lock("accepting")
            self.lake.taken = self.catch_up

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for the calling thread."""
        cursor = self.connection.cursor()
        if self.read_only:
            return cursor.execute(f"USE {OVER}")
        return cursor.execute(f"USE {database_files.INSIDE}") if self.encryption or self.lake else cursor

    def key_of(self, kind: str) -> FileKey | None:
        """What one kind of file is encrypted with: `store`, or an edition; None: nothing is encrypted."""
        return self.encryption.of(kind) if self.encryption else None

    @property
    def accepting(self) -> Lock:
        """Held while coverage, ledger and counts change: they are shared by all partners. Raises StoreNotWritable."""
        self._refuse_read_only()
        return self._accepting

    @property
    def deciding(self) -> threading.RLock:
        """Held while a decision is kept: nothing else changes with it, so no upload holds it up. Raises
        StoreNotWritable."""
        self._refuse_read_only()
        return self._deciding

    def _refuse_read_only(self) -> None:
        if self.read_only:
            raise StoreNotWritable(
                f"{self.folder} is open for reading alone. Nothing was stored. "
                "Make it writable, and start Concord again"
            )

    @property
    def identity(self) -> uuid.UUID:
        """The store's own id."""
        known = read_identity(self.cursor())
        assert known
        return known.store

    def sending(self, partner_id: str) -> Lock:
        """The lock that serializes the uploads of one partner."""
        with self._numbering:
            if partner_id not in self._partner_locks:
                lock = self.lake.lock(f"sender {partner_id}", sender=True) if self.lake else threading.RLock()
                self._partner_locks[partner_id] = lock
            return self._partner_locks[partner_id]

    @contextmanager
    def nobody_sends(self, partners: Iterable[str]) -> Iterator[None]:
        """Within the block none of these partners' files is checked; on Postgres, nobody's."""
        with ExitStack() as held:
            for lock in [self.lake.every_sender()] if self.lake else map(self.sending, sorted(partners)):
                held.enter_context(lock)
            yield

    @contextmanager
    def changing(self, cur: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction that adds to the ledger, under `accepting`. Raises StoreBusy where another server was first."""
        try:
            with transaction(cur):
                if self.lake:
                    self.lake.guard(cur)
                yield cur
        except duckdb.TransactionException:
            if self.lake is None:
                raise
            raise StoreBusy("another server changed the ledger meanwhile. Nothing was stored: do it again") from None

    def catch_up(self) -> None:
        """Take the settings as they stand, where another server may have changed them. Raises StoreMismatch where
        another program changed the tables, StoreInUse where another has administration now."""
        if self.lake is None or self.lake.owned() or (state := self.lake.state()) == self._caught_up:
            return
        cur, newest = self.cursor(), "SELECT max(number), (SELECT max(version) FROM settings_version) FROM migration"
        version, settings = cur.execute(newest).fetchall()[0]
        if version != migrate.newest():
            raise StoreMismatch("another version of Concord has changed the store: start this server anew with it")
        if settings and settings > self.settings_version:  # a thread that was slow takes nothing back
            self.partnership, self.settings_version = settings_versions.settings_of(cur, settings), settings
        self._caught_up = state

    def next_submission(self) -> int:
        """A submission number never used before in this store."""
        if self.lake:
            return self.lake.next_number()
        with self._numbering:
            self._last = max(getattr(self, "_last", 0), _largest(self.cursor())) + 1
            return self._last

    def now(self) -> dt.datetime:
        """The present moment (UTC), on the partnership's day."""
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        return dt.datetime.combine(self.partnership.today, now.time()) if self.partnership.today else now

    def close(self) -> None:
        """Close the store; open cursors become unusable."""
        self.connection.close()
        if self.lake:
            self.lake.close()


def _largest(cur: duckdb.DuckDBPyConnection) -> int:
    row = cur.execute("SELECT coalesce(max(submission), 0) FROM submission").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def transaction(cur: duckdb.DuckDBPyConnection, *, aside: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """All or nothing: commit at the end, roll back on any exception.

    `aside`: nothing is written that is read through `kept_reads`.
    """
    cur.execute("BEGIN")
    try:
        yield cur
    except BaseException:
        with suppress(duckdb.Error):  # a store that can no longer write has rolled back already: tell the first trouble
            cur.execute("ROLLBACK")
        raise
    cur.execute("COMMIT")
    if not aside:
        kept_reads.written()


def open_store(
    folder: Path, partnership: Partnership | None, key: bytes, *, read_only: bool = False, still_plain: bool = False,
    intake: bool = False,
) -> Store:  # fmt: skip
    """Open the store in `folder`, or make one. Nothing is written unless something is lacking.

    `partnership`: the settings; None: those that the store keeps. `still_plain`: it may be as it was before an
    encryption key was configured.

    `read_only`: nothing is written at all, also where nothing could be; what is worked out on the way stays in memory.
    A store that is not there yet is made. `intake`: beside others, to take files in, where the store can be shared.
    Raises StoreUnavailable or NotReady, with what to do.
    """
    if place := lake_place.place_of(folder):
        from data.ledger.lake import lake_opening  # late: it makes what is declared here

        return lake_opening.open_lake(folder, place, partnership, key, read_only=read_only, intake=intake)
    read_only = read_only and (folder / FILE).exists()
    if not read_only:
        folder.mkdir(parents=True, exist_ok=True)
    with opening_alone(folder):
        rekeyed_folder.settle(folder, read_only=read_only)
        encryption = folder_key.to_open(folder, folder / FILE, still_plain=still_plain)
        of_store = encryption.of("store") if encryption else None
        if not (folder / FILE).exists():
            _make(folder, key, of_store)
        connection, notes = connect(folder, engine_settings(folder), read_only=read_only, key=of_store)
        try:
            partnership = partnership or kept_settings(connection, folder)
            refuse_other(connection, partnership, key)
            if read_only:
                read_over(connection)
            else:
                bring_up(connection, key)
        except unusable_kinds(encrypted=bool(encryption)) as error:
            connection.close()
            raise StoreDamaged(unusable(error, folder)) from None
        except BaseException:
            connection.close()
            raise
    # A result that was not read to its end goes on seeing the store as it was, and no checkpoint may free what it sees.
    connection.execute("SELECT 1").fetchall()
    store = Store(folder, partnership, key, connection, read_only, notes, encryption=encryption)
    kept_reads.written()  # in the place of a store that was closed another can stand
    if not read_only:
        spool.remove_left(folder)
        rekeyed_folder.remove_unfinished(folder)
        if encryption and not folder_key.fingerprint(folder):
            folder_key.keep(folder, encryption)
    return store


def kept_settings(connection: duckdb.DuckDBPyConnection, folder: Path) -> Partnership:
    """The settings that the store keeps. Raises NotReady where it has none."""
    if version := settings_versions.newest(connection):
        return settings_versions.settings_of(connection, version)
    raise NotReady(f"{folder} has no settings that can be read: restore or fix {SETTINGS}")


def _make(folder: Path, key: bytes, of_store: FileKey | None) -> None:
    """A new store, made beside its place, so that one that was cut short is never taken for a damaged one."""
    refuse_lost(folder)
    making = folder / "concord.making"
    try:
        for left in folder.glob(f"{making.name}*"):
            left.unlink()
        with database_files.open_database(making, of_store, config=engine_settings(folder)) as connection:
            bring_up(connection, key)
        making.replace(folder / FILE)
    except unusable_kinds(encrypted=of_store is not None):
        raise not_writable(folder) from None


def bring_up(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the store what this version of the program needs, in one transaction; nothing when it lacks nothing."""
    if migrate.version(connection) == migrate.newest() and not row_tables.lacking(connection):
        return
    with transaction(connection):
        migrate.bring_up(connection)
        for statement in row_tables.lacking(connection):
            connection.execute(statement)
        write_identity(connection, key)
