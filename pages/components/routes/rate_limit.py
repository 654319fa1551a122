"""How often one address may knock: steps of sign-in, and tries of tokens and tickets that fail."""

import time
from collections import deque
from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WINDOW = 60.0
"""Seconds over which is counted."""
MOST_STEPS, MOST_FAILURES = 120, 30
"""Within them: steps of sign-in (an office may share one address), and refused tries."""
MOST_ADDRESSES = 10_000
SIGN_IN = ("/auth/", "/oauth2callback")
GUARDED = ("/api/", "/upload/", "/mine/", "/sign-out/", "/calendar/", "/metrics")
_REFUSED = (400, 401, 403, 404)
TOO_OFTEN = "Too many tries from this address. Wait a minute, then try again."


class RateLimit:
    """ASGI middleware: 429 before anything of a request is read. Whoever shows what is right is never slowed down.

    Behind a proxy on this machine the address is the one that the proxy saw (uvicorn takes it from X-Forwarded-For of
    this machine alone).
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._tries: dict[tuple[str, str], deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        signs_in, guarded = path.startswith(SIGN_IN), path.startswith(GUARDED)
        if scope["type"] != "http" or not (signs_in or guarded):
            await self._app(scope, receive, send)
            return
        who = (str((scope.get("client") or ("",))[0]), "sign-in" if signs_in else "tries")
        if self._over(who, MOST_STEPS if signs_in else MOST_FAILURES):
            headers = {"Retry-After": str(int(WINDOW)), "Connection": "close", "Cache-Control": "no-store"}
            await PlainTextResponse(TOO_OFTEN, 429, headers)(scope, receive, send)
            return
        if signs_in:
            self._count(who)

        async def answer(message: Message) -> None:
            if guarded and message["type"] == "http.response.start" and message["status"] in _REFUSED:
                self._count(who)
            await send(message)

        await self._app(scope, receive, answer)

    def _over(self, who: tuple[str, str], most: int) -> bool:
        tries, since = self._tries.get(who, deque[float]()), self._clock() - WINDOW
        while tries and tries[0] < since:
            tries.popleft()
        return len(tries) >= most

    def _count(self, who: tuple[str, str]) -> None:
        self._tries.setdefault(who, deque(maxlen=MOST_STEPS)).append(self._clock())
        while len(self._tries) > MOST_ADDRESSES:  # the oldest that came: memory does not grow with made-up addresses
            del self._tries[next(iter(self._tries))]
