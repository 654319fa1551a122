"""Tokens: what a partner's scheduled job shows instead of a sign-in.

Only a token's SHA-256 is kept (a token has 256 random bits, so nothing slower is needed). Making and revoking add a
line to a file of the data folder, never change one; so the command line can do it while the app owns the store.
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.durable_files import append_line

FILE = "tokens.jsonl"
PREFIX = "concord_"
DAYS = 365


@dataclass(frozen=True)
class Token:
    """A token that was made; the token itself is nowhere."""

    id: str
    partner_id: str
    sha256: str
    made: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None = None

    def state(self, now: dt.datetime) -> str:
        """Valid, expired or revoked."""
        return "revoked" if self.revoked else "expired" if now >= self.expires else "valid"


def now() -> dt.datetime:
    """The time in UTC to the second, as the file keeps it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def new_token(folder: Path, partner_id: str, days: int = DAYS) -> tuple[str, Token]:
    """Make a token: the words to hand over, which are never shown again, and what is kept."""
    words, made = PREFIX + secrets.token_urlsafe(32), now()
    kept = Token(secrets.token_hex(4), partner_id, _digest(words), made, made + dt.timedelta(days=days))
    _add(folder, {"made": kept.id, "partner": partner_id, "sha256": kept.sha256,
                  "at": made.isoformat(), "expires": kept.expires.isoformat()})  # fmt: skip
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
              dt.datetime.fromisoformat(line["expires"]), ended.get(line["made"]))
        for line in lines if "made" in line
    ]  # fmt: skip


def bearer(folder: Path, words: str) -> Token | None:
    """The valid token that these words are; None for any other. Takes as long whichever it is."""
    digest, at, found = _digest(words), now(), None
    for token in tokens(folder):
        if hmac.compare_digest(token.sha256, digest) and token.state(at) == "valid":
            found = token
    return found


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


def _add(folder: Path, line: dict[str, str]) -> None:
    append_line(folder / FILE, json.dumps(line))
