"""Which names this server answers to: pages, websocket and routes alike, before anything of a request is read.

A page of another site can make its own name lead to this machine (DNS rebinding). The browser then sends that name as
Host or Origin, and it is refused.
"""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:/@\s\[\]]+)(?::\d{1,5})?", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
FOREIGN_HOST = "This server does not answer to this name. Its settings say to which: hosts in concord.toml."
FOREIGN_ORIGIN = "A page of another site may not ask this server. Open Concord at its own address."


class HostGuard:
    """ASGI middleware: 400 for a foreign Host, 403 for a foreign Origin, a closed door for such a websocket."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        """`hosts`: names beside those of this machine (localhost and loopback addresses)."""
        self._app, self._hosts = app, frozenset(host.lower().rstrip(".") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (refusal := self._refusal(Headers(scope=scope))) is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server answers 403
        else:
            await PlainTextResponse(refusal[1], refusal[0], {"Connection": "close"})(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._known(hosts[0]):
            return 400, FOREIGN_HOST
        return (403, FOREIGN_ORIGIN) if any(not self._own(origin, hosts[0]) for origin in origins) else None

    def _known(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        name = found[1].lower().rstrip(".") if found else ""
        return name in self._hosts or _is_this_machine(name)

    def _own(self, origin: str, host: str) -> bool:
        """The page comes from this very address, or from a name in the settings (behind a proxy Host may be another).
        One from another port of this machine is another site's."""
        try:
            of = urlsplit(origin)
            port = of.port or _PORTS.get(of.scheme)
            mine = urlsplit(f"{of.scheme}://{host}")
            same = of.scheme in _PORTS and (of.hostname, port) == (mine.hostname, mine.port or _PORTS[of.scheme])
        except ValueError:
            return False
        return same or (of.scheme in _PORTS and (of.hostname or "") in self._hosts)


def _is_this_machine(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
