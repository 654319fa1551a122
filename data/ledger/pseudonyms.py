"""Pseudonyms: local ids become keyed HMAC-SHA256 codes before anything reaches the store.

The first 128 bits are kept, as a UUID: with a hundred million people the chance that any two share one is
about 1 in 10^22, and a fixed 16 bytes keep joins fast.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from data.ledger.dictionary_encoding import Numbering, with_room
from schemas.policy.partnership import Partnership
from schemas.vocabularies.vocabulary import normal

FILE, READ_AS = "file", "reading"
"""Domains of what a file is known by, and of how it was read."""
_BLOCK = 64  # bytes of a SHA-256 block


class Pseudonyms:
    """Codes for the ids of one kind at one place, remembering those already worked out in this file.

    `domain` separates kinds and partners: the same local id at two partners is two people, unless a shared
    token says otherwise. Each distinct id is hashed once: ids are numbered, the numbers index a table of codes.
    """

    def __init__(self, key: bytes, domain: str) -> None:
        padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
        # The two keyed halves of HMAC (RFC 2104) are prepared once: a third of the time of hmac.digest per id.
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + domain.encode() + b"\0")
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
        self._numbering = Numbering()
        self._codes = np.zeros(1 << 10, dtype="V16")
        self._names: list[pl.Series] = []
        self._rows = np.zeros(1 << 10, dtype=np.int64)

    @property
    def known(self) -> pl.Series:
        """The distinct ids met."""
        return pl.concat(self._names) if self._names else pl.Series(dtype=pl.String)

    @property
    def rows(self) -> NDArray[np.int64]:
        """In how many rows each of the known ids stands. Asking the store took a tenth of a large file's time."""
        return self._rows[1 : self._numbering.count + 1]

    @property
    def known_codes(self) -> pa.Array:
        """The pseudonym of each of the ids known, as an Arrow array of UUIDs."""
        return as_uuids(self._codes[1 : self._numbering.count + 1])

    def code(self, local_id: str) -> bytes:
        """The 16-byte pseudonym of one id."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(local_id.encode())
        outer.update(inner.digest())
        return outer.digest()[:16]

    def codes(self, ids: pl.Series, look: Callable[[pl.Series], None]) -> pa.Array:
        """Ids (text, null stays null) -> an Arrow array of UUIDs of the same length.

        `look` is given the ids not met before in this file, before they are coded.
        """
        numbers, new = self._numbering.numbers(ids)
        if len(new):
            self._learn(ids.gather(new), look)
        np.add.at(self._rows, numbers, 1)
        return as_uuids(self._codes[numbers], numbers == 0 if ids.null_count() else None)

    def _learn(self, new: pl.Series, look: Callable[[pl.Series], None]) -> None:
        look(new)
        names, count = new.to_list(), self._numbering.count
        self._codes, self._rows = with_room(self._codes, count + 1), with_room(self._rows, count + 1)
        self._codes[count + 1 - len(names) : count + 1] = np.frombuffer(b"".join(map(self.code, names)), dtype="V16")
        self._names.append(pl.Series(names))  # a copy: `new` would keep its whole batch in memory


def as_uuids(codes: np.ndarray, blank: np.ndarray | None = None) -> pa.Array:
    """Codes of 16 bytes each -> an Arrow array of as many UUIDs; null where `blank`."""
    mask = None if blank is None else pa.py_buffer(np.packbits(~blank, bitorder="little").tobytes())
    storage = pa.Array.from_buffers(pa.binary(16), len(codes), [mask, pa.py_buffer(codes)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)


def derived_key(key: bytes, use: str) -> bytes:
    """A key of 32 bytes for another use, which tells nothing of the pseudonym key."""
    return hmac.digest(key, f"key of {use}".encode(), hashlib.sha256)


def keyed_digest(key: bytes, domain: str, text: str) -> str:
    """The keyed code of a text as 32 hexadecimal digits: without the key nobody finds the text by trying.

    A plain sha256 of a file of one row gave the row back in five seconds.
    """
    return Pseudonyms(key, domain).code(text).hex()


def file_digest(key: bytes, sha256: str) -> str:
    """What a file is known by wherever it is kept or shown: the keyed code of its bytes' sha256."""
    return keyed_digest(key, FILE, sha256)


def domain(kind: str, partner_id: str) -> str:
    """The HMAC domain of an identifier column: tokens are shared between partners, all other ids are not."""
    return "person_token" if kind == "person_token" else f"{partner_id}/{kind}"


class HospitalCodes:
    """The keyed codes of one partner's hospitals, since a name in a file may be anything.

    Files that name the same hospital have the same code. One that the settings declare has its name where it is read:
    declared later, it changes no row.
    """

    def __init__(self, key: bytes, partner_id: str) -> None:
        self._codes = Pseudonyms(key, domain("hospital", partner_id))

    def code(self, name: str) -> str:
        """The code of a name, as 32 hexadecimal digits; case, blanks and hyphens make no difference."""
        return self._codes.code(same_name(name)).hex()


def same_name(name: str) -> str:
    """The form in which two names are the same hospital's."""
    return normal(unicodedata.normalize("NFKC", name))


def declared_hospitals(partnership: Partnership, key: bytes) -> list[tuple[str, str, str]]:
    """(partner, code, name) of every hospital that the settings declare; of partners that left, none."""
    return [
        (partner.id, HospitalCodes(key, partner.id).code(name), name)
        for partner in partnership.members
        for name in partner.hospitals
    ]
