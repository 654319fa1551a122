"""Pseudonyms: local ids become keyed HMAC-SHA256 codes before anything reaches the store.

The first 128 bits are kept, as a UUID: with a hundred million people the chance that any two share one is
about 1 in 10^22, and a fixed 16 bytes keep joins fast.
"""

import hashlib
from collections.abc import Callable

import numpy as np
import polars as pl
import pyarrow as pa

_BLOCK = 64  # bytes of a SHA-256 block


class Pseudonyms:
    """Codes for the ids of one kind at one place, remembering those already worked out in this file.

    `domain` separates kinds and partners: the same local id at two partners is two people, unless a shared
    token says otherwise. Each distinct id is hashed once: polars numbers the ids, the numbers index a table
    of codes (a Python dict over ten million ids took eight times as long).
    """

    def __init__(self, key: bytes, domain: str) -> None:
        padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
        # The two keyed halves of HMAC (RFC 2104) are prepared once: a third of the time of hmac.digest per id.
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + domain.encode() + b"\0")
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
        self._numbers = pl.Categorical(pl.Categories.random())
        # polars forgets the numbers once no series uses them: this one is kept, and gives number 0 to "".
        self._anchor = pl.Series([""]).cast(self._numbers)
        self._codes = np.zeros(1, dtype="V16")
        self._names = [pl.Series([""])]

    @property
    def known(self) -> pl.Series:
        """The distinct ids met, in the order of their numbers; the first is no id."""
        return pl.concat(self._names)

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
        numbers = ids.cast(self._numbers).to_physical()
        if (numbers >= len(self._codes)).any():
            self._learn(ids, numbers, look)
        blank = numbers.is_null()
        return as_uuids(self._codes[numbers.fill_null(0).to_numpy()], blank.to_numpy() if blank.any() else None)

    def _learn(self, ids: pl.Series, numbers: pl.Series, look: Callable[[pl.Series], None]) -> None:
        first = numbers.is_first_distinct() & (numbers >= len(self._codes)).fill_null(False)
        new = ids.filter(first).gather(numbers.filter(first).arg_sort())
        look(new)
        names = new.to_list()
        codes = np.frombuffer(b"".join(map(self.code, names)), dtype="V16")
        self._codes = np.concatenate([self._codes, codes])
        self._names.append(pl.Series(names))  # a copy: `new` would keep its whole batch in memory


def as_uuids(codes: np.ndarray, blank: np.ndarray | None = None) -> pa.Array:
    """Codes of 16 bytes each -> an Arrow array of as many UUIDs; null where `blank`."""
    mask = None if blank is None else pa.py_buffer(np.packbits(~blank, bitorder="little").tobytes())
    storage = pa.Array.from_buffers(pa.binary(16), len(codes), [mask, pa.py_buffer(codes)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)


def domain(kind: str, partner_id: str) -> str:
    """The HMAC domain of an identifier column: tokens are shared between partners, all other ids are not."""
    return "person_token" if kind == "person_token" else f"{partner_id}/{kind}"
