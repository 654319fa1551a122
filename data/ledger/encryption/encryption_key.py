"""The encryption key: how it is made, written down with a checksum, and what is derived from it.

It is written as people copy it from paper: `CONCORD1-` and 14 groups of four, without letters that look like digits.
The last group is a checksum, so that a mistake in typing is told from another key. A file is never encrypted with the
key itself: each kind of file has a key derived from it, so that one kind can be opened to somebody without the others.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER, EDITION = "CONCORD1", "EDITION1"
"""What a written key begins with: the partnership's, or that of one edition of its releases."""
_BYTES, _GROUP = 32, 4
_PLAIN, _TYPED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base32 as Python has it, and with letters that nobody mistakes (Crockford's)."""
_MISTAKEN = str.maketrans("OIL", "011")


class KeyMistyped(ValueError):
    """What was given is no key as it was written down."""


@dataclass(frozen=True)
class FileKey:
    """What files of one kind are encrypted with (AES-256)."""

    secret: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """As DuckDB takes it: it holds no character that a statement would mind."""
        return base64.b64encode(self.secret).decode()

    def written(self) -> str:
        """As a person copies it."""
        return _written(EDITION, self.secret)


@dataclass(frozen=True)
class EncryptionKey:
    """The partnership's key, from which those of the files are derived."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "EncryptionKey":
        """A key that nobody has."""
        return cls(secrets.token_bytes(_BYTES))

    def written(self) -> str:
        """As it is kept in its file and on paper."""
        return _written(MASTER, self.secret)

    def of(self, kind: str) -> FileKey:
        """The key of one kind of file: `store`, or an edition."""
        return FileKey(self._derived(kind.encode()))

    def fingerprint(self) -> str:
        """Tells keys apart, and gives nothing of them away."""
        return self._derived(b"which key it is").hex()[:16]

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), _BYTES, salt=None, info=b"concord: " + purpose).derive(self.secret)


def read(text: str) -> EncryptionKey:
    """The key that was written down. Raises KeyMistyped, which says what is wrong and nothing of the key."""
    return EncryptionKey(_read(MASTER, text))


def read_edition(text: str) -> FileKey:
    """The key of an edition. Raises KeyMistyped."""
    return FileKey(_read(EDITION, text))


def _written(kind: str, secret: bytes) -> str:
    letters = _letters(secret + _checksum(kind, secret))
    return "-".join([kind, *(letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP))])


def _letters(data: bytes) -> str:
    """In 35 bytes there are 56 letters without a rest."""
    return base64.b32encode(data).decode().translate(str.maketrans(_PLAIN, _TYPED))


def _checksum(kind: str, secret: bytes) -> bytes:
    return hashlib.sha256(f"{kind}\0".encode() + secret).digest()[:3]


def _read(kind: str, text: str) -> bytes:
    said = "".join(text.split()).replace("-", "").upper()
    for other in {MASTER, EDITION} - {kind}:
        if said.startswith(other):
            raise KeyMistyped(f"it begins with {other}: another kind of key is wanted, which begins with {kind}")
    if not said.startswith(kind):
        raise KeyMistyped(f"it does not begin with {kind}")
    letters = said.removeprefix(kind).translate(_MISTAKEN)
    if len(letters) != len(_letters(bytes(_BYTES + 3))) or set(letters) - set(_TYPED):
        raise KeyMistyped("letters are missing, too many, or of another kind: it has 14 groups of four")
    data = base64.b32decode(letters.translate(str.maketrans(_TYPED, _PLAIN)))
    if data[_BYTES:] != _checksum(kind, data[:_BYTES]):
        raise KeyMistyped("its checksum does not fit: a letter was typed wrong")
    return data[:_BYTES]
