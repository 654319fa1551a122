"""Where a large file waits on disk until it is checked, readable by this process alone.

It is encrypted while it is written (AES-256 in counter mode, so that any place of it can be read), with a key that
is only ever in this process's memory: what a crash leaves behind nobody can read, and the next start removes it.
"""

import io
import os
import secrets
import shutil
import time
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

FOLDER = "incoming"
SPARE = 256 << 20
"""Bytes of disk that stay free: the store has to go on writing."""
_LOOK_EVERY = 8 << 20
"""Of all the files that may be under way at once, what was not looked for fits into what stays free."""
_BLOCK = 16
_BUFFER = 1 << 20


class NotReceived(Exception):
    """A file could not be taken in; the message says why and what to do. Nothing of it is left."""

    def __init__(self, why: Literal["too_large", "no_room"], message: str) -> None:
        self.why = why
        super().__init__(message)


@dataclass(frozen=True)
class _Key:
    """What one file is encrypted with; never used for another."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    start: int = field(default_factory=lambda: secrets.randbits(128), repr=False)

    def at(self, place: int) -> CipherContext:
        """What turns bytes from `place` on into their encrypted form, and back."""
        counter = (self.start + place // _BLOCK) % (1 << 128)
        stream = Cipher(AES256(self.key), CTR(counter.to_bytes(_BLOCK, "big"))).encryptor()
        stream.update(bytes(place % _BLOCK))
        return stream


@dataclass(frozen=True)
class Spooled:
    """A whole file that waits. It goes from the disk when it is deleted, or when nobody holds this any more."""

    path: Path
    size: int
    _key: _Key = field(repr=False)

    def __post_init__(self) -> None:
        weakref.finalize(self, self.path.unlink, missing_ok=True)

    def open(self) -> BinaryIO:
        """The plain bytes from the start: read-only, any place can be sought."""
        return io.BufferedReader(_Reader(self), _BUFFER)

    def delete(self) -> None:
        """Remove it from the disk; open readers can go on."""
        self.path.unlink(missing_ok=True)


class _Reader(io.RawIOBase):
    def __init__(self, file: Spooled) -> None:
        self._file = file  # kept, so that the file stays while it is read
        self._raw = file.path.open("rb", buffering=0)
        self._plain = file._key.at(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer)) or b""
        buffer[: len(data)] = self._plain.update(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place = self._raw.seek(offset, whence)
        self._plain = self._file._key.at(place)
        return place

    def tell(self) -> int:
        return self._raw.tell()

    def close(self) -> None:
        self._raw.close()
        super().close()


class Incoming:
    """A file that is being written. Leaving the block without `finish` removes what was written."""

    def __init__(self, folder: Path, cap: int, expected: int = 0) -> None:
        """`cap`: most bytes; `expected`: bytes that were announced. Raises NotReceived when they cannot be taken."""
        self._cap, self._size, self._looked, self._key = cap, 0, 0, _Key()
        self._folder = folder / FOLDER
        self._room_for(expected)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self.path = self._folder / secrets.token_hex(16)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _no_room(error) from None
        self._out = os.fdopen(handle, "wb", buffering=0)
        self._hidden = self._key.at(0)
        self._finished = False

    def __enter__(self) -> "Incoming":
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()
        if not self._finished:
            self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Add bytes. Raises NotReceived when the file grows too large or the disk is full."""
        self._size += len(data)
        if self._size > self._cap or self._size - self._looked >= _LOOK_EVERY:
            self._room_for(self._size)
            self._looked = self._size
        rest = memoryview(self._hidden.update(data))
        try:
            while rest:
                rest = rest[self._out.write(rest) :]
        except OSError as error:
            raise _no_room(error) from None

    def finish(self) -> Spooled:
        """The whole file."""
        self._finished = True
        return Spooled(self.path, self._size, self._key)

    def _room_for(self, size: int) -> None:
        if size > self._cap:
            raise NotReceived(
                "too_large",
                f"The file is larger than {self._cap >> 20:,} MB, the most that is accepted. Send it in parts.",
            )
        near = self._folder if self._folder.exists() else self._folder.parent
        if shutil.disk_usage(near).free - max(size - self._size, 0) < SPARE:
            raise _no_room()


def _no_room(error: OSError | None = None) -> NotReceived:
    why = f" ({error.strerror})" if error and error.strerror else ""
    return NotReceived(
        "no_room", f"The server has no room for this file{why}. Nothing of it was kept. Try again later."
    )


def receive(folder: Path, chunks: Iterable[bytes], cap: int, expected: int = 0) -> Spooled:
    """Write a whole file. Raises NotReceived, and whatever `chunks` raises; nothing is then left."""
    with Incoming(folder, cap, expected) as file:
        for chunk in chunks:
            file.write(chunk)
        return file.finish()


def remove_left(folder: Path, older_than: float = 0) -> int:
    """Remove what a stop or a crash has left behind; returns how many files. Only for who owns the store.

    `older_than`: seconds, where other servers' files wait there too.
    """
    until, left = time.time() - older_than, list[Path]()
    for path in (folder / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime <= until:
                path.unlink()
                left.append(path)
    return len(left)
