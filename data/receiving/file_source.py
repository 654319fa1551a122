"""Where the bytes of a file are: in memory, on disk, waiting encrypted, or packed in another file."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 8 << 20
Progress = Callable[[int], None]
"""Hears how far a long step has come: bytes or rows so far."""


def unheard(_: int) -> None:
    """Progress that nobody asked for."""


class Opens(Protocol):
    """Bytes that are kept elsewhere or packed: a file that is still to be unpacked, or waits encrypted."""

    def open(self) -> BinaryIO:
        """The bytes from the start."""


Place = Path | bytes | Opens


def opened(place: Place) -> BinaryIO:
    """The bytes of a place from the start."""
    if isinstance(place, bytes):
        return io.BytesIO(place)
    return place.open("rb") if isinstance(place, Path) else place.open()


def chunks(place: Place) -> Iterator[bytes]:
    """The bytes of a place, some megabytes at a time."""
    with opened(place) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
