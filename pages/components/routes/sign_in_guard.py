"""Around Streamlit's sign-in: a sign-in begins on the way back from the provider, and only there; a sign-out ends it.

Streamlit keeps who somebody is in a signed cookie that lives 30 days and cannot be taken back. Here the cookie is only
the key to a session of our own (`workflow.access.door`).
"""

import json
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

from pages.components.access import who_looks
from pages.components.layout import opened_store
from workflow.access.door import Door, Guest, door_of

BACK, COMING, LEAVING = "/oauth2callback", "/auth/login", "/auth/logout"
CLOSED = ("/media/", "/_stcore/upload_file/")
"""Streamlit's own addresses of files, which ask nobody who they are."""
_OURS = (USER_COOKIE_NAME, TOKENS_COOKIE_NAME)
_FROM = "concord_from"
_SOON = 600
NOBODY = "Sign in first. This address opens nothing by itself."
NOT_YOURS = "This address belongs to a sign-in that has ended, or to someone else. Open the page again."


def claims_of(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the cookie of a request says, when its signature is right; else nothing."""

    def one(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies.get(name, "").encode("latin-1", "replace"))

    try:
        said = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


async def admitted(request: Request) -> Guest | None:
    """Who asks a route of ours, when they are signed in; this is a step of theirs."""
    return await to_thread.run_sync(lambda: door_of(opened_store.opened()).look(claims_of(request.cookies)))


async def may_take(request: Request, session: str | None) -> bool:
    """Whether what was offered to a sign-in (None: in the demo) may be taken by this request."""
    if session is None:
        return True
    guest = await admitted(request)
    return guest is not None and guest.session == session


class SignInGuard:
    """ASGI middleware; it only watches the addresses of sign-in, and those of files."""

    def __init__(self, app: ASGIApp, encrypted: bool = False) -> None:
        """`encrypted`: people come over TLS, so cookies are for TLS alone."""
        self._app, self._encrypted = app, encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, request = scope["path"], Request(scope)
        watched = path in (BACK, COMING, LEAVING) or path.startswith(CLOSED)
        door = await to_thread.run_sync(_door) if watched else None
        if door and path.startswith(CLOSED) and await admitted(request) is None:
            await PlainTextResponse(NOBODY, 403, {"Cache-Control": "no-store"})(scope, receive, send)
            return
        if door and path == LEAVING:
            await to_thread.run_sync(_leave, door, claims_of(request.cookies))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if door and path == BACK:
                    await _came_back(door, request, headers)
                if path == COMING:
                    _remember(request, headers)
                self._harden(headers)
                message["headers"] = headers.raw
            await send(message)

        await self._app(scope, receive, answer)

    def _harden(self, headers: MutableHeaders) -> None:
        """Cookies for TLS alone, and those of sign-in only until the browser is closed."""
        cookies = headers.getlist("set-cookie")
        if not cookies:
            return
        del headers["set-cookie"]
        for cookie in cookies:
            parts = cookie.split("; ")
            if cookie.startswith(_OURS) and "max-age=0" not in cookie.lower():
                parts = [p for p in parts if not p.lower().startswith(("max-age", "expires"))]
            if self._encrypted and "secure" not in {p.lower() for p in parts}:
                parts.append("Secure")
            headers.append("set-cookie", "; ".join(parts))


def _door() -> Door | None:
    """The door, where people come in by a provider; None where they do not, or the store cannot be opened."""
    try:
        store = opened_store.opened()
    except Exception:  # the pages say why
        return None
    return door_of(store) if who_looks.way(store.partnership) == "provider" else None


def _leave(door: Door, claims: Mapping[str, Any]) -> None:
    if guest := door.look(claims, touch=False):
        door.leave(guest.session, "signed out")


async def _came_back(door: Door, request: Request, headers: MutableHeaders) -> None:
    """Begin the sign-in that Streamlit's answer is about to confirm; or take its cookies back, and say why."""
    query = parse_qs(request.url.query)
    claims = claims_of(_set(headers))
    if claims:
        await to_thread.run_sync(_leave, door, claims_of(request.cookies))  # whoever was in before, in this browser
        found = await to_thread.run_sync(door.come_in, str(claims.get("provider")), claims)
        if not isinstance(found, str):
            headers["location"] = _wanted(request.cookies)
            headers.append("set-cookie", f"{_FROM}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")
            return
        why: str = found
    elif "state" in query and ("code" in query or "error" in query):
        why = "failed"
        await to_thread.run_sync(door.failed, "a provider's answer")
    else:
        why = "out"
    kept = [c for c in headers.getlist("set-cookie") if not c.startswith(_OURS)]
    del headers["set-cookie"]
    gone = [name for name in {*_OURS, *request.cookies} if name.startswith(_OURS)]
    for cookie in (*kept, *(f"{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax" for name in gone)):
        headers.append("set-cookie", cookie)
    headers["location"] = f"/?door={why}"


def _set(headers: Headers) -> dict[str, str]:
    """The cookies that an answer sets."""
    found: dict[str, str] = {}
    for line in headers.getlist("set-cookie"):
        try:
            found |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        except CookieError:
            continue
    return found


def _remember(request: Request, headers: MutableHeaders) -> None:
    """Keep, while somebody is at the provider, which page they had opened."""
    came = urlsplit(request.headers.get("referer", ""))
    if "door=" in came.query:  # after a refusal: what was kept before still holds
        return
    if came.netloc == request.headers.get("host") and came.path.startswith("/") and not came.path.startswith("//"):
        asked = came.path + (f"?{came.query}" if came.query else "")
        headers.append("set-cookie", f"{_FROM}={quote(asked)}; Max-Age={_SOON}; Path=/; HttpOnly; SameSite=lax")


def _wanted(cookies: Mapping[str, str]) -> str:
    """The page that they had opened, on this server; the first page when it is not known."""
    path = unquote(cookies.get(_FROM, ""))
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not set(path) & set("\r\n\t\\")
    return path if ours else "/"
