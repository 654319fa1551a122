"""Whose store it is: its id, the fingerprint of its key, its version and its partners. A mismatch is refused."""

import hashlib
import hmac
import uuid
from dataclasses import dataclass

import duckdb

from data.ledger.opening import migrate, row_tables
from data.ledger.opening.store_faults import StoreMismatch
from schemas.policy.partnership import Partnership

_PURPOSE = b"concord: which key a store belongs to\0"


@dataclass(frozen=True)
class Identity:
    """What a store knows of itself."""

    store: uuid.UUID
    key_fingerprint: str


def fingerprint(key: bytes, store: uuid.UUID) -> str:
    """Tells whether a key is the store's. Keyed, so that it gives no way to try keys out that is faster than a
    pseudonym, and of this store alone, so that two stores of one key are not seen to be so."""
    return hmac.digest(key, _PURPOSE + store.bytes, hashlib.sha256).hex()[:32]


def read_identity(cur: duckdb.DuckDBPyConnection) -> Identity | None:
    """What a store knows of itself; None before that was first written."""
    try:
        row = cur.execute("SELECT store, key_fingerprint FROM store_identity").fetchone()
    except duckdb.CatalogException:
        return None
    return Identity(*row) if row else None


def refuse_other(cur: duckdb.DuckDBPyConnection, partnership: Partnership, key: bytes) -> None:
    """Raise StoreMismatch when the store is of a newer version, another key or another partnership."""
    if (found := migrate.version(cur)) > migrate.newest():
        raise StoreMismatch(
            f"the store was written by a newer Concord (version {found} of its tables; this program knows "
            f"{migrate.newest()}). Start the newer program. Nothing was changed"
        )
    known = read_identity(cur)
    if known and not hmac.compare_digest(known.key_fingerprint, fingerprint(key, known.store)):
        raise StoreMismatch(
            "the key is not the one that this store was made with. Restore secret.key (or CONCORD_KEY) from where it "
            "is kept. With another key, new files would not match old ones. Nothing was changed"
        )
    if found and (held := _partners(cur)) and not held & {p.id for p in partnership.partners}:
        raise StoreMismatch(
            "the settings know none of the partners whose files the store holds. They seem to be another "
            "partnership's. Restore this one's concord.toml. Nothing was changed"
        )


def write_identity(cur: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Keep what the store is, and which views it was given. The caller holds the transaction of the opening."""
    if read_identity(cur) is None:
        new = uuid.uuid4()
        cur.execute("INSERT INTO store_identity VALUES (?, ?, NULL)", [new, fingerprint(key, new)])
    cur.execute("UPDATE store_identity SET declared = ?", [row_tables.declared()])


def _partners(cur: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in cur.execute("SELECT DISTINCT partner_id FROM submission").fetchall()}
