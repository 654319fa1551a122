"""One server's hold on a store on Postgres: what it asks the database beside its tables."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from data.ledger.data_folder import STORE
from data.ledger.encryption import database_files
from data.ledger.lake.lake_locks import LINE, LakeLock, ask, thread_lock
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening.store_faults import StoreInUse, StoreUnavailable

GUARD = "ledger_guard"
"""A table of one row, written by whatever changes what counts: of two that did so at once, one cannot commit."""
_SENDERS = "every sender"
_TRIES = 100
"""How often a commit is tried again when another was first; what they changed is compared each time."""


@dataclass
class Lake:
    """A store on Postgres, as one server has it open. `taken`: called whenever it has taken a lock."""

    place: LakePlace
    lines: duckdb.DuckDBPyConnection
    taken: Callable[[], None] = field(default=lambda: None)
    owner: bool = False
    """Whether this server has administration: settings, people, releases and upkeep are its alone."""
    _owning: LakeLock | None = None
    _minding: threading.Lock = field(default_factory=threading.Lock)

    def lock(self, name: str, *, again: bool = True, sender: bool = False) -> LakeLock:
        """The lock of this name. `again`: as for `thread_lock`; `sender`: `every_sender` waits for it."""
        return LakeLock(
            thread_lock(again=again), self.line, self.place.number_of(name),
            shared=self.place.number_of(_SENDERS) if sender else None, taken=self._told,
        )  # fmt: skip

    def _told(self) -> None:
        self.taken()

    def every_sender(self) -> LakeLock:
        """A lock that is had when no file is being sent, and keeps all from being sent."""
        return self.lock(_SENDERS)

    def line(self) -> duckdb.DuckDBPyConnection:
        """A transaction of its own in Postgres, for a lock. Who has it ends it. It keeps no state of the database: one
        that lasts must hold up no vacuum."""
        line = self.lines.cursor()
        line.execute("BEGIN")
        line.execute(f"CALL postgres_execute('{LINE}', 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED')")
        return line

    def own(self) -> None:
        """Be the one that has administration, until the store is closed; again, where the connection was lost. Raises
        StoreInUse where another is."""
        with self._minding:
            if self._owning is None or not self._owning.stands():
                self._give_up()
                owning = LakeLock(thread_lock(again=False), self.line, self.place.number_of("owner"))
                if not owning.acquire(blocking=False):
                    raise StoreInUse(
                        "another Concord has the administration of this store, perhaps the running app. Do it there, "
                        "or stop it and try again"
                    )
                self._owning, self.owner = owning, True

    def owned(self) -> bool:
        """Whether this server has administration, still: see `own`."""
        if self.owner:
            self.own()
        return self.owner

    def _give_up(self) -> None:
        if self._owning is not None:
            self._owning.release()
            self._owning = None

    def state(self) -> int:
        """What tells the store's present state from every other: it grows with each commit of any server."""
        return _state(self.lines, self.place)

    def next_number(self) -> int:
        """A submission number that no server ever had."""
        return int(ask(self.lines.cursor(), f"SELECT nextval('{self.place.db_schema}.submission_number')"))

    def guard(self, cur: duckdb.DuckDBPyConnection) -> None:
        """In a transaction that changes what counts: of two at once, the second cannot commit."""
        cur.execute(f"UPDATE {GUARD} SET turn = turn + 1")

    def close(self) -> None:
        """Give everything back."""
        self._give_up()
        self.lines.close()


def _state(lines: duckdb.DuckDBPyConnection, place: LakePlace) -> int:
    return int(ask(lines.cursor(), f"SELECT max(snapshot_id) FROM {place.db_schema}.ducklake_snapshot"))


def connect(
    folder: Path, place: LakePlace, config: dict[str, Any], *, read_only: bool = False
) -> tuple[duckdb.DuckDBPyConnection, Lake]:
    """The store's tables, and the hold on its database. Nothing is made but an empty catalog.

    `read_only`: as they are at this moment, whatever others write meanwhile: what is counted and what it rests on must
    be of one state. Raises StoreUnavailable where Postgres does not answer, NotReady without the extensions.
    """
    rows = place.rows_in(folder)
    if not read_only:
        rows.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lines = database_files.open_postgres(place.database, LINE)
        try:
            at = _state(lines, place) if read_only else None
            tables = database_files.open_lake(place.database, place.db_schema, rows, at=at, config=config)
        except BaseException:
            lines.close()
            raise
    except duckdb.IOException:
        raise StoreUnavailable(
            f"the store's database {place.told} cannot be reached, or does not let this account in. See whether "
            f"Postgres runs, and what {STORE} says. Nothing was changed"
        ) from None
    except duckdb.Error as error:
        raise StoreUnavailable(
            f"the store in {place.told} cannot be opened ({type(error).__name__}). See whether another version of "
            f"Concord made it, and what {STORE} says. Nothing was changed"
        ) from None
    tables.execute(f"SET ducklake_max_retry_count = {_TRIES}")
    return tables, Lake(place, lines)
