"""The end of the history of access, kept outside the store: rows that were cut off there leave no sign inside.

Each line of the file is JSON: store, line of the history, its code (keyed, and chained to all before it), time (UTC).
"""

import datetime as dt
import hmac
import json
import logging
from pathlib import Path
from typing import NamedTuple

import duckdb

from data.durable_files import append_line
from data.ledger.store import Store

SHOWN = 16
"""Digits of a code that are printed and compared: enough against chance, few enough to type."""
_log = logging.getLogger("concord")


class Head(NamedTuple):
    """The last line of the history: its number, 0 before the first, and its code."""

    event: int
    code: str

    def __str__(self) -> str:
        return f"{self.event}:{self.code[:SHOWN]}"


def head(cur: duckdb.DuckDBPyConnection) -> Head:
    """Where the history ends now."""
    row = cur.execute("SELECT event, chained FROM access_event ORDER BY event DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, "")


def read(said: str) -> Head:
    """A head as it is printed, `42:0f3a…`. Raises ValueError for what is none."""
    number, _, code = said.strip().partition(":")
    if not (number.isdecimal() and len(code) >= SHOWN and set(code) <= set("0123456789abcdef")):
        raise ValueError("write the head as it was printed: 42:0123456789abcdef")
    return Head(int(number), code)


def note(store: Store, at: dt.datetime) -> None:
    """Add the present end to the file that the settings name. Where that fails nobody is kept out: `concord check`
    tells."""
    if not (path := store.partnership.recovery.history_head):
        return
    now = head(store.cursor())
    line = json.dumps({"store": str(store.identity), "event": now.event, "code": now.code, "at": at.isoformat()})
    try:
        append_line(Path(path), line)
    except OSError as error:
        _log.error("the end of the history of access could not be noted: %s", type(error).__name__)


def noted(path: Path, store: str) -> Head | None:
    """The furthest end of this store's history in a file; None where there is none. Raises OSError."""
    found = []
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            said = json.loads(line)
            found += [Head(int(said["event"]), str(said["code"]))] if said["store"] == store else []
        except (ValueError, KeyError, TypeError):  # cut short by a crash
            continue
    return max(found, default=None)


def is_on(cur: duckdb.DuckDBPyConnection, known: Head) -> bool:
    """Whether the history still goes through an end that it had."""
    rows = cur.execute("SELECT chained FROM access_event WHERE event = ?", [known.event]).fetchall()
    return len(rows) == 1 and hmac.compare_digest(rows[0][0][: len(known.code)], known.code)
