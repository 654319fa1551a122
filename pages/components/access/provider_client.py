"""How the server speaks with the providers of sign-in: always with the same list of trusted authorities."""

import functools
import ssl
from typing import Any

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import StarletteOAuth2App  # type: ignore[import-untyped]

PATIENCE = 20.0
"""Seconds for a provider's answer: the library's five refused people while a provider or this machine was busy."""


class ProviderClient(AsyncOAuth2Client):
    """Authlib begins a client anew for each question, four at a sign-in, and each read all trusted authorities anew: 30
    ms of processor time, in which the server answered nobody."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **{"verify": _trusted(), "timeout": PATIENCE, **named})


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Read once: authorities that the machine trusts since are trusted after the next start."""
    return httpx2.create_ssl_context()


def settle() -> None:
    """Let Streamlit's sign-in use it."""
    StarletteOAuth2App.client_cls = ProviderClient
