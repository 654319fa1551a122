"""Tokens: what a partner's scheduled job shows instead of a sign-in.

Only a token's SHA-256 is kept (a token has 256 random bits, so nothing slower is needed). Making and revoking add a
line to a file of the data folder, never change one; so the command line can do it while the app owns the store.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.durable_files import append_line

FILE = "tokens.jsonl"
PREFIX = "concord_"
DAYS = 365
SCOPES = ("read", "send", "withdraw")
"""What a token may be made for: to list and read what its partner sent, to send and accept, to withdraw."""
WATCHES = "metrics"
"""What the token of a monitor may, which is of no partner: read the server's metrics, and nothing else."""
USUAL = ("read", "send")
"""What is meant where none is named, and by tokens that were made before they could be."""


@dataclass(frozen=True)
class Token:
    """A token that was made; the token itself is nowhere.

    `may`: of SCOPES. `networks`: addresses from which it is taken, such as 10.2.0.0/16; none: from anywhere.
    """

    id: str
    partner_id: str
    sha256: str
    made: dt.datetime
    expires: dt.datetime
    may: tuple[str, ...] = USUAL
    networks: tuple[str, ...] = ()
    revoked: dt.datetime | None = None

    def comes_from(self, address: str) -> bool:
        """Whether it is taken from an address. One that cannot be read is in no network."""
        try:
            at = ipaddress.ip_address(address)
        except ValueError:
            return not self.networks
        return not self.networks or any(at in ipaddress.ip_network(network) for network in self.networks)

    def state(self, now: dt.datetime) -> str:
        """Valid, expired or revoked."""
        return "revoked" if self.revoked else "expired" if now >= self.expires else "valid"


def now() -> dt.datetime:
    """The time in UTC to the second, as the file keeps it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def new_token(
    folder: Path, partner_id: str, days: int = DAYS, may: Sequence[str] = USUAL, networks: Sequence[str] = ()
) -> tuple[str, Token]:
    """Make a token: the words to hand over, which are never shown again, and what is kept.

    Raises ValueError for a scope that there is none of, and for what is no network.
    """
    scopes = SCOPES if partner_id else (WATCHES,)
    if not may or not set(may) <= set(scopes):
        raise ValueError(f"a token may be made to {', '.join(scopes)}")
    given = tuple(str(ipaddress.ip_network(network)) for network in networks)
    words, made = PREFIX + secrets.token_urlsafe(32), now()
    kept = Token(
        secrets.token_hex(4), partner_id, _digest(words), made, made + dt.timedelta(days=days),
        tuple(s for s in (*SCOPES, WATCHES) if s in may), given,
    )  # fmt: skip
    _add(folder, {"made": kept.id, "partner": partner_id, "sha256": kept.sha256, "at": made.isoformat(),
                  "expires": kept.expires.isoformat(), "may": list(kept.may), "from": list(given)})  # fmt: skip
    return words, kept


def revoke_token(folder: Path, token_id: str) -> Token:
    """End a token at once. Raises KeyError when there is none of this id."""
    for token in tokens(folder):
        if token.id == token_id:
            _add(folder, {"revoked": token_id, "at": now().isoformat()})
            return token
    raise KeyError(f"there is no token {token_id!r}: `concord token list` shows them")


def tokens(folder: Path) -> list[Token]:
    """Every token that was made, oldest first."""
    lines = [line for line in _lines(folder) if "at" in line]
    ended = {line["revoked"]: dt.datetime.fromisoformat(line["at"]) for line in lines if "revoked" in line}
    return [
        Token(line["made"], line["partner"], line["sha256"], dt.datetime.fromisoformat(line["at"]),
              dt.datetime.fromisoformat(line["expires"]), tuple(line.get("may", USUAL)), tuple(line.get("from", ())),
              ended.get(line["made"]))
        for line in lines if "made" in line
    ]  # fmt: skip


def bearer(folder: Path, words: str, address: str | None = None) -> Token | None:
    """The valid token that these words are; None for any other, and from an address (None: not asked) that it is not
    taken from. Takes as long whichever it is."""
    digest, at, found = _digest(words), now(), None
    for token in tokens(folder):
        if hmac.compare_digest(token.sha256, digest) and token.state(at) == "valid":
            found = token
    return found if found and (address is None or found.comes_from(address)) else None


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _lines(folder: Path) -> list[dict[str, Any]]:
    path = folder / FILE
    return [line for text in (path.read_text("ascii").splitlines() if path.exists() else ()) for line in _line(text)]


def _line(text: str) -> list[dict[str, Any]]:
    """A line that a crash cut short was never acknowledged."""
    try:
        return [json.loads(text)]
    except ValueError:
        return []


def _add(folder: Path, line: dict[str, str | list[str]]) -> None:
    append_line(folder / FILE, json.dumps(line))
