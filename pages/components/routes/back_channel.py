"""Sign-out from the provider's side: it tells this server, without any browser, that somebody's sign-in is over.

OpenID Connect Back-Channel Logout 1.0. Its token is believed only when the provider signed it, for this server, now.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from anyio import to_thread
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit.web.server.starlette import starlette_auth_routes

from pages.components.access import who_looks
from pages.components.layout import opened_store
from workflow.access.door import Door, door_of, meant_for

PLACE = "/sign-out"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LARGEST, OLDEST = 16_000, 600
"""Bytes of a request, and seconds since its token was made."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures with a key that only the provider has: never the client secret, and never none."""
_KEYS_EVERY = 60
_asked: dict[str, float] = {}
_NOT_KEPT = {"Cache-Control": "no-store"}
_log = logging.getLogger("concord")


class _NotBelieved(Exception):
    """The token is none that ends anything."""


async def sign_out(request: Request) -> Response:
    """POST /sign-out/{provider}: 200 when the sign-ins it names are over, 400 when it is not believed."""
    provider_id = request.path_params["provider"]
    try:
        door = await to_thread.run_sync(_door)
        claims = await believed(door, provider_id, await _token(request))
        await to_thread.run_sync(door.provider_ends, provider_id, claims)
    except _NotBelieved:
        return PlainTextResponse("invalid_request", 400, _NOT_KEPT)
    except Exception as error:  # only its kind is logged: its words may hold a token
        _log.error("a sign-out from a provider failed: %s", type(error).__name__)
        return PlainTextResponse("Try again later.", 503, _NOT_KEPT)
    return PlainTextResponse("", 200, _NOT_KEPT)


async def believed(door: Door, provider_id: str, token: str) -> Mapping[str, Any]:
    """The claims of a logout token (section 2.6 of the specification). Raises _NotBelieved for any other."""
    provider = door.settings.provider(provider_id)
    if provider is None:
        raise _NotBelieved
    issuer, claims = await _verified(provider_id, token)
    now, made = time.time(), claims.get("iat")
    events = claims.get("events")
    right = (
        claims.get("iss") == issuer
        and meant_for(claims, provider)
        and isinstance(made, int | float)
        and -OLDEST < now - made < OLDEST
        and (claims.get("exp") is None or claims["exp"] > now - OLDEST)
        and isinstance(events, dict)
        and isinstance(events.get(EVENT), dict)
        and "nonce" not in claims  # or an ID token could be used as one
        and bool(claims.get("sub") or claims.get("sid"))
    )
    if not right:
        raise _NotBelieved
    return claims


async def _verified(provider_id: str, token: str) -> tuple[str, dict[str, Any]]:
    """The provider's issuer, and the claims of a token that it signed."""
    metadata, keys = await keys_of(provider_id, anew=False)
    try:
        try:
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # it has new keys; who makes ids up must not have them fetched each time
            metadata, keys = await keys_of(provider_id, anew=True)
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError):
        raise _NotBelieved from None
    return str(metadata["issuer"]), found.claims


async def keys_of(provider_id: str, *, anew: bool) -> tuple[dict[str, Any], Any]:
    """What a provider says of itself, and the keys with which it signs; fetched from it."""
    if anew and time.monotonic() - _asked.get(provider_id, -_KEYS_EVERY) < _KEYS_EVERY:
        raise _NotBelieved
    if anew:
        _asked[provider_id] = time.monotonic()
    client, _ = starlette_auth_routes._create_oauth_client(provider_id)
    return await client.load_server_metadata(), await client.fetch_jwk_set(force=anew)


async def _token(request: Request) -> str:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise _NotBelieved
    found = parse_qs(body.decode("ascii", "replace")).get("logout_token", [])
    if len(found) != 1:
        raise _NotBelieved
    return found[0]


def _door() -> Door:
    store = opened_store.opened()
    if who_looks.way(store.partnership) != "provider":
        raise _NotBelieved
    return door_of(store)
