"""GET /health: for whoever watches the server. It says nothing of anybody's data, so it asks nobody who they are."""

import logging
import threading
import time
from typing import NamedTuple

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pages.components.layout import opened_store
from workflow.recovery import health

PLACE = "/health"
EVERY = 10.0
"""Seconds for which an answer is kept: who asks all day costs nothing."""
_log = logging.getLogger("concord")
_lock = threading.Lock()


class _Known(NamedTuple):
    at: float = -EVERY
    answer: health.Answer | None = None


_known = _Known()


async def show(request: Request) -> Response:
    """200 when all is well, 503 when not; both say why in JSON."""
    answer = await to_thread.run_sync(look)
    return JSONResponse(answer, 200 if answer["status"] == "ok" else 503, {"Cache-Control": "no-store"})


def look() -> health.Answer:
    """How the server is, looked at every few seconds at most."""
    global _known  # noqa: PLW0603 one server, one answer
    with _lock:
        now = time.monotonic()
        if _known.answer is None or now - _known.at > EVERY:
            _known = _Known(now, _asked())
        assert _known.answer
        return _known.answer


def _asked() -> health.Answer:
    try:
        return health.health(opened_store.opened())
    except Exception as error:  # the pages say why
        _log.error("the store cannot be used: %s", type(error).__name__)
        return {"status": "failing", "failing": ["store"], "store": "cannot be opened"}
