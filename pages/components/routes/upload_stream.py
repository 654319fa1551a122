"""Receiving: a body that streams to disk, its limits, and what is answered when it cannot be taken."""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

from anyio import move_on_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.receiving.spool import NotReceived, Spooled
from metrics.judging.figure_words import upper_first
from pages.components.layout import opened_store
from workflow import delivering

LINGER = 10
"""Seconds for which the rest of a refused body is thrown away, so that its sender comes to hear why."""
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
PIECE, PIECE_SECONDS = 1 << 20, 120
"""A body comes piece by piece; who takes longer over one only holds a place."""
MOST_AT_ONCE, MOST_OF_ONE = 32, 4
_STATUS = {"too_large": 413, "no_room": 507}
_SOON = {"Retry-After": "60"}
_under_way: Counter[str] = Counter()
_log = logging.getLogger("concord")
_FAILED = "A request beside the pages failed: %s"


class Refused(Exception):
    """A request that is not served: its status, and a message that says what to do."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        self.status, self.message, self.headers = status, message, headers
        super().__init__(message)


async def store() -> Store:
    """The partnership's store. Raises Refused when it cannot be opened."""
    try:
        return await to_thread.run_sync(opened_store.opened)
    except Exception:
        raise Refused(503, "The partnership's data cannot be opened. Open its pages to see why.") from None


def refuse_untaken(opened: Store, partner_id: str, dataset: str | None = None) -> None:
    """Raise Refused where no file (of a dataset) is taken of a partner: it left, or its agreement says no."""
    try:
        opened.partnership.sender(partner_id, dataset)
    except KeyError as error:
        raise Refused(403, f"{upper_first(error.args[0])}.") from None


@contextmanager
def place(partner_id: str) -> Iterator[None]:
    """A place among the files that are under way. Raises Refused when there is none."""
    if _under_way[partner_id] >= MOST_OF_ONE:
        raise Refused(429, "Other files of this partner are being checked. Try again in a minute.", **_SOON)
    if _under_way.total() >= MOST_AT_ONCE:
        raise Refused(503, "Too many files are being checked. Try again in a minute.", **_SOON)
    _under_way[partner_id] += 1
    try:
        yield
    finally:
        _under_way[partner_id] -= 1


def under_way() -> int:
    """How many files are coming in or being checked for jobs and pages."""
    return _under_way.total()


async def spooled(request: Request, into: Store, most: int | None = None) -> Spooled:
    """The body in the spool; what came of it is removed when it ends before its time. Memory: two pieces.

    `most`: bytes, where fewer are taken than of a partner's file.

    Raises NotReceived, ClientDisconnect, or Refused when it comes too slowly.
    """
    expected = int(request.headers.get("content-length") or 0)
    with await to_thread.run_sync(delivering.incoming, into, expected, most) as file:
        body = request.stream()
        while piece := await _piece(body):
            await to_thread.run_sync(file.write, piece)
        return file.finish()


async def _piece(body: AsyncIterator[bytes]) -> bytes:
    """The next piece of a body; empty at its end."""
    held = bytearray()
    with move_on_after(PIECE_SECONDS) as time:
        async for chunk in body:
            held += chunk
            if len(held) >= PIECE:
                break
    if time.cancelled_caught:
        raise Refused(408, "The file came too slowly. Nothing of it was kept. Send it again over a faster connection.")
    return bytes(held)


class _Heard(JSONResponse):
    """A refusal of a known sender. Closing the line on someone who still sends would lose the answer on its way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with move_on_after(LINGER):
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.body", "body": b""})


def reply(status: int, message: str, *, unread: bool = False, **headers: str) -> Response:
    """An answer in a sentence. `unread`: a known sender may still be sending."""
    if status >= 400:
        headers["Connection"] = "close"
    content = {"outcome": "error" if status >= 400 else "received", "message": message}
    return (_Heard if unread else JSONResponse)(content, status, {**NOT_KEPT, **headers})


def failed(error: Exception) -> Response:
    """What is answered to an error; never its own words, which may hold a value, unless they are ours."""
    match error:
        case Refused():
            # Of someone unknown nothing is read.
            return reply(error.status, error.message, unread=error.status != 401, **error.headers)
        case NotReceived():
            return reply(_STATUS[error.why], str(error), unread=True)
        case ClientDisconnect():
            return reply(400, "The file did not arrive whole. Nothing of it was kept.")
        case NotPossible():
            return reply(409, str(error))
        case StoreUnavailable():
            return reply(503, f"{error}.", unread=True)
    _log.error(_FAILED, type(error).__name__)
    return reply(500, "Something went wrong here. Send the file again. However often it is sent, it counts once.")


def without_words(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a file that is handed over. An error on the way breaks it off, and leaves its words behind."""
    try:
        yield from pieces
    except Exception as error:
        _log.error(_FAILED, type(error).__name__)
        raise ConnectionAbortedError("the file could not be made") from None
