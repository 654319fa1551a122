"""Sends the files of a watched folder to a running Concord, with a partner's token."""

import ipaddress
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from data.ledger.submissions import NotPossible
from data.receiving.watched_folder import Dropped
from workflow.delivering import How

TOKEN_VARIABLE = "CONCORD_TOKEN"  # noqa: S105 - the name of a variable
BUSY, UNAUTHORIZED = {408, 409, 425, 429, 500, 502, 503, 504, 507}, {401, 403}


class Later(Exception):
    """A file cannot be sent now; it stays where it is and is tried again. Says why."""


Send = Callable[[Dropped], dict[str, Any]]


def sender(url: str, how: How) -> Send:
    """Through a running Concord; the token says whose files they are. Raises NotPossible when it is refused."""
    words = os.environ.get(TOKEN_VARIABLE, "")
    if not words:
        raise NotPossible(f"set {TOKEN_VARIABLE} to a token of the partner: `concord token new PARTNER`")
    asker = _asker(url)
    query = {
        "covers": ":".join(map(str, how.covers)) if how.covers else None, "date_order": how.date_order,
        "accept": "check_only" if how.only_check else None, "accept_valid": "yes" if how.accept_valid else None,
    }  # fmt: skip
    said = urlencode({name: value for name, value in query.items() if value})

    def send(file: Dropped) -> dict[str, Any]:
        # First without the file: a refusal in the middle of a large body might not be heard.
        _asked(asker, _request(url), words)
        with file.path.open("rb") as body:
            request = _request(url, f"/{file.dataset}?{said}", body)
            request.add_header("Content-Length", str(os.fstat(body.fileno()).st_size))
            request.add_header("Content-Type", "application/octet-stream")
            return _asked(asker, request, words)

    return send


def _request(url: str, place: str = "", body: BinaryIO | None = None) -> urllib.request.Request:
    at = f"{url.rstrip('/')}/api/submissions{place}"
    return urllib.request.Request(at, body, method="PUT" if body else "GET")  # noqa: S310 - `_asker` looked at it


def _asker(url: str) -> urllib.request.OpenerDirector:
    """What asks a server, past any proxy on this machine. Raises NotPossible where the token could be overheard."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise NotPossible(f"{url}: another machine must be reached by https, or the token could be overheard")
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if here else []))


def _asked(asker: urllib.request.OpenerDirector, request: urllib.request.Request, words: str) -> Any:
    request.add_unredirected_header("Authorization", f"Bearer {words}")
    try:
        with asker.open(request) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            answer = _answer(error)
        if error.code in UNAUTHORIZED:
            raise NotPossible(answer["message"]) from None
        if error.code in BUSY:
            raise Later(answer["message"]) from None
        return {"findings": []} | answer | {"outcome": "blocked"}
    except OSError as error:
        raise Later(f"the server does not answer ({error})") from None


def _answer(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        return dict(json.loads(error.read()))
    except ValueError:
        return {"message": f"the server answered {error.code} {error.reason}"}
