"""What every answer tells the browser: what a page may load, who may frame it, and what it may pass on."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAG = "script"
_INLINE = re.compile(rf"<{_TAG}>(.*?)</{_TAG}>", re.DOTALL)
"""Streamlit's own inline scripts; those with a source of their own are not."""


def policy(index: str) -> str:
    """The content security policy for Streamlit's first page. Its own inline script is allowed by its hash alone.

    `blob:`: Streamlit loads the scripts of our components so. Styles inside tags: its own styling has no other way.
    """
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in _INLINE.findall(index)]
    scripts = " ".join(["'self'", "blob:", *(f"'sha256-{h}'" for h in hashes)])
    return "; ".join((
        "default-src 'self'", f"script-src {scripts}", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:", "font-src 'self' data:", "worker-src 'self' blob:", "object-src 'none'",
        "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'",
    ))  # fmt: skip


HEADERS = {
    "Content-Security-Policy": policy((Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """ASGI middleware, outside all others: refusals have these headers too. What an answer says itself stays."""

    def __init__(self, app: ASGIApp, encrypted: bool = False) -> None:
        """`encrypted`: people come over TLS, so that browsers may be told never to come otherwise."""
        self._app, self._headers = app, HEADERS | (ENCRYPTED if encrypted else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, answer if scope["type"] == "http" else send)
