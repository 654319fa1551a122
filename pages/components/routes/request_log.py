"""Logs for machines: a line of JSON for each request and event, with the request's id, and no value of anybody's.

Of an address only its kind is written, never a query, a ticket or a name in it. Of an error only its kind and the place
in the code, never its words.
"""

import json
import logging
import os
import secrets
import time
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workflow.watching import counters

VARIABLE = "CONCORD_LOG"
HEADER = b"x-request-id"
KINDS = (
    "/mine", "/upload", "/calendar", "/api/submissions", "/sign-out", "/auth", "/oauth2callback", "/health", "/metrics",
    "/_stcore", "/static", "/media", "/component",
)  # fmt: skip
OURS = "concord"
_request: ContextVar[str] = ContextVar("request", default="")
_log = logging.getLogger("concord.request")


class JsonLines(logging.Formatter):
    """A record as one line. Words of our own loggers are ours; of other libraries only the text that stands in their
    code is kept, since what they put in may be a cell."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] == OURS
        said: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(), "logger": record.name,
            "event": record.getMessage() if ours else str(record.msg) if record.args else record.name,
        }  # fmt: skip
        if request := _request.get():
            said["request"] = request
        if record.exc_info and record.exc_info[0]:
            said["error"] = record.exc_info[0].__name__
        if record.levelno >= logging.WARNING:
            said["place"] = f"{record.module}:{record.lineno}"
        return json.dumps(said | getattr(record, "about", {}))


def settle() -> None:
    """Let every logger of this process write JSON, when the command was asked for it."""
    if os.environ.get(VARIABLE) != "json":
        return
    form, root = JsonLines(), logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    logging.getLogger(OURS).setLevel(logging.INFO)
    for logger in (root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))):
        for handler in logger.handlers:
            handler.setFormatter(form)


class RequestLog:
    """ASGI middleware: a line for each request that has ended, and an id that the answer carries too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        token, started, status = _request.set(secrets.token_hex(8)), time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", []), (HEADER, _request.get().encode())]}
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            seconds = time.monotonic() - started
            if scope["type"] == "http":  # a websocket lasts as long as its page
                counters.answered(kind(scope["path"]), scope["method"], status, seconds)
            about = {
                "method": scope.get("method", "WEBSOCKET"), "kind": kind(scope["path"]), "status": status,
                "ms": round(1000 * seconds),
            }  # fmt: skip
            _log.info("request", extra={"about": about})
            _request.reset(token)


def kind(path: str) -> str:
    """What sort of address it is."""
    return next((k for k in KINDS if path == k or path.startswith(f"{k}/")), "page")
