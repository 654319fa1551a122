"""A partner's file profiles: how its files are to be read, kept for the next file.

They hold the partner's own names of columns and words, which may be anything. So they are encrypted (AES-256-GCM, with
a key made of the pseudonym key): who reads the store's file reads none of them.
"""

import base64
import datetime as dt
import secrets
from dataclasses import dataclass

import duckdb
import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data.ledger.pseudonyms import derived_key
from data.ledger.submissions import NotPossible
from data.personal_identifiers import looks_personal, names_people
from schemas.datasets.file_profile import FileProfile

_NONCE = 12


def read_profile(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, key: bytes) -> FileProfile:
    """What holds for the partner's files of a dataset; none yet is an empty `FileProfile`. Raises NotPossible when it
    was kept with another key: a file is better not read than read wrongly."""
    row = cur.execute(
        "SELECT max_by(words, happened_at) FROM said WHERE partner_id = ? AND dataset = ?", [partner_id, dataset]
    ).fetchone()
    if not row or not row[0]:
        return FileProfile()
    return FileProfile.model_validate_json(_plain(row[0], key, partner_id, dataset))


@dataclass(frozen=True)
class Version:
    """One state of a file profile: its number from 1, since when (UTC) and by whom."""

    number: int
    profile: FileProfile
    at: dt.datetime
    actor: str


def versions(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, key: bytes) -> list[Version]:
    """Every state of a partner's profile of a dataset, the newest first. Raises NotPossible as `read_profile`."""
    rows = cur.execute(
        "SELECT words, happened_at, actor FROM said WHERE partner_id = ? AND dataset = ? ORDER BY happened_at",
        [partner_id, dataset],
    ).fetchall()
    return [
        Version(number, FileProfile.model_validate_json(_plain(words, key, partner_id, dataset)), at, actor)
        for number, (words, at, actor) in enumerate(rows, start=1)
    ][::-1]


def keep_profile(
    cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, profile: FileProfile, actor: str, key: bytes
) -> None:
    """Keep it for the next file; raises NotPossible when a word looks like a personal value, which is never stored."""
    words = [*profile.columns, *(w for of_column in profile.words.values() for w in of_column)]
    if (words and looks_personal(pl.Series(words)).any()) or any(map(names_people, profile.columns)):
        raise NotPossible(
            "one of the words looks like a phone number, an e-mail address, a social security number or a name. Change "
            "it in the file and send it again"
        )
    if profile != read_profile(cur, partner_id, dataset, key):
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        text = hidden(profile.ordered().model_dump_json(exclude_defaults=True), key, partner_id, dataset)
        cur.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", [partner_id, dataset, text, now, actor])


def hidden(text: str, key: bytes, partner_id: str, dataset: str) -> str:
    """The text of a profile as it is stored: it opens for this partner and dataset alone."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(derived_key(key, "file profiles")).encrypt(nonce, text.encode(), f"{partner_id}/{dataset}".encode())
    return base64.b64encode(nonce + sealed).decode()


def _plain(text: str, key: bytes, partner_id: str, dataset: str) -> str:
    sealed = base64.b64decode(text)
    cipher = AESGCM(derived_key(key, "file profiles"))
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{partner_id}/{dataset}".encode()).decode()
    except InvalidTag:
        raise NotPossible(
            "the answers kept for this partner's files do not open with this key. Restore the key that the store was "
            "made with"
        ) from None
