"""Locks that hold between servers: Postgres keeps them, for as long as a transaction of their own lasts.

A server that dies, or loses its connection, holds nothing any more. What it was about to commit is then refused by the
guard (`data.ledger.lake.lake.Lake.guard`) if another has changed the ledger since.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import duckdb

LINE = "line"
"""Postgres itself, in a connection that asks it."""


class Lock(Protocol):
    """What a lock of this process and one between servers have in common."""

    def acquire(self, blocking: bool = True) -> bool: ...

    def release(self) -> None: ...

    def __enter__(self) -> Any: ...

    def __exit__(self, *told: Any) -> Any: ...


class LakeLock:
    """One lock of the store: first among this process's threads, then between servers.

    `ours`: a lock of this process, which says whether the same thread may take it again. `shared`: the number of a lock
    that many may hold together, taken first; who takes that one alone waits for all of them.
    """

    def __init__(
        self,
        ours: Lock,
        line: Callable[[], duckdb.DuckDBPyConnection],
        number: int,
        *,
        shared: int | None = None,
        taken: Callable[[], None] = lambda: None,
    ) -> None:
        """`line`: a connection to Postgres that nobody else uses. `taken`: called when it was taken."""
        self._ours, self._line, self._number, self._shared, self._taken = ours, line, number, shared, taken
        self._held, self._open = 0, list[duckdb.DuckDBPyConnection]()

    def acquire(self, blocking: bool = True) -> bool:
        """Take it; whether it was had. Raises duckdb.Error when Postgres does not answer."""
        if not self._ours.acquire(blocking=blocking):
            return False
        try:
            if not self._held and not self._from_others(blocking):
                self._ours.release()
                return False
            self._held += 1
            if self._held == 1:
                self._taken()
        except BaseException:
            self._held = max(self._held - 1, 0)
            if not self._held:
                self._give_back()
            self._ours.release()
            raise
        return True

    def _from_others(self, blocking: bool) -> bool:
        self._open.append(self._line())
        wait, found = ("" if blocking else "try_"), True
        for number, kind in ((self._shared, "_shared"), (self._number, "")):
            if number is not None and found:
                found = ask(self._open[0], f"SELECT pg_{wait}advisory_xact_lock{kind}({number})") is not False
        if not found:
            self._give_back()
        return found

    def release(self) -> None:
        """Give it back."""
        self._held -= 1
        if not self._held:
            self._give_back()
        self._ours.release()

    def _give_back(self) -> None:
        """End the transaction that holds it. One that is broken has ended already."""
        while self._open:
            line = self._open.pop()
            with suppress(duckdb.Error):
                line.execute("ROLLBACK")
            line.close()

    def stands(self) -> bool:
        """Whether it is held here, and Postgres still knows."""
        try:
            return bool(self._held and self._open and ask(self._open[0], "SELECT 1"))
        except duckdb.Error:
            return False

    def __enter__(self) -> "LakeLock":
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def thread_lock(*, again: bool = True) -> Lock:
    """A lock of this process. `again`: the thread that holds it may take it again."""
    return threading.RLock() if again else threading.Lock()


def ask(line: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The one value that Postgres answers."""
    return line.execute(f"FROM postgres_query('{LINE}', '{query.replace(chr(39), chr(39) * 2)}')").fetchall()[0][0]
