"""The way in for the command while the server runs: a socket in the data folder, for the account that owns it alone.

A line of JSON comes, `{"do": "backup", ...}`, and one goes back: `{"ok": true, ...}`, or `{"ok": false, "error": ...}`.
"""

import asyncio
import datetime as dt
import json
import logging
import os
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread

from data.ledger.data_folder import SOCKET, NotReady
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from pages.components.packs import published_folder
from schemas.policy.viewer import BACKBONE
from workflow.deleting import deletion_requests
from workflow.encrypting import key_history
from workflow.exporting import release_export
from workflow.recovery import backing_up, checking_store

LONGEST = 65_536
_log = logging.getLogger("concord")


def _backup(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    made = backing_up.back_up(store, said.get("to"), said.get("keep"))
    return {"backup": str(made.folder), "bytes": made.size}


def _check(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"problems": checking_store.problems_of(store, said.get("head"))}


def _publish(_store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"release": published_folder.publish(Path(said["into"]))}


def _export(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    ending = dt.date.fromisoformat(said["ending"]) if said.get("ending") else None
    return release_export.into_folder(
        store, Path(said["into"]), said["form"], said["measures"], ending, viewer=BACKBONE
    )


DOES: dict[str, Callable[[Store, Mapping[str, Any]], dict[str, Any]]] = {
    "backup": _backup, "check": _check, "publish": _publish, "export": _export,
    "record_key_use": key_history.record_asked,
    "look_at_deletion": deletion_requests.look, "delete": deletion_requests.delete,
}  # fmt: skip


@asynccontextmanager
async def open_beside(store: Store) -> AsyncIterator[None]:
    """Listen while the server has the store open. Where no socket can be made, the command says that the app runs."""
    at = os.open(store.folder, os.O_RDONLY)
    place = f"/proc/self/fd/{at}/{SOCKET}"  # short, as a socket's must be, however long the folder's name is
    server = None
    with suppress(OSError):
        (store.folder / SOCKET).unlink(missing_ok=True)  # left by a server that was killed: this one has the store
        server = await asyncio.start_unix_server(partial(_answer, store), place, limit=LONGEST)
        Path(place).chmod(0o600)
    try:
        yield
    finally:
        if server:
            server.close()
            with suppress(OSError):
                (store.folder / SOCKET).unlink()
        os.close(at)


async def _answer(store: Store, reader: StreamReader, writer: StreamWriter) -> None:
    try:
        answer = await _done(store, reader, writer.get_extra_info("socket"))
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
    except (OSError, ValueError):  # who asked has gone, or asked with more than a line
        pass
    finally:
        writer.close()


async def _done(store: Store, reader: StreamReader, line: socket.socket) -> dict[str, Any]:
    if _asker(line) not in (0, os.getuid()):
        return {"ok": False, "error": "only the account that runs Concord may ask this"}
    said = json.loads(await reader.readline())
    if not isinstance(said, dict) or said.get("do") not in DOES:
        return {"ok": False, "error": "this server does not know what the command asks: is it of another version?"}
    try:
        return {"ok": True, **await to_thread.run_sync(DOES[said["do"]], store, said)}
    except (NotReady, NotPossible, StoreUnavailable) as error:
        return {"ok": False, "error": str(error)}
    except Exception as error:  # its words may hold a value
        _log.error("a command beside the server failed: %s", type(error).__name__)
        return {"ok": False, "error": f"the server could not do it ({type(error).__name__})"}


def _asker(line: socket.socket) -> int:
    """The account at the other end, as the kernel knows it."""
    size = struct.calcsize("3i")
    return int(struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1])
