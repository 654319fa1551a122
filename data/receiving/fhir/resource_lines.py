"""The lines of an export, some megabytes at a time: numbered, decoded, none of them without a bound.

Lines are cut and decoded here and handed to DuckDB as text. Its own reader of JSON files is not used: it guesses
types from a sample, turns an id of digits into a number, and stops at the first damaged line without its number.
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from data.findings import Refused
from data.receiving.file_source import Place, Progress, opened

LONGEST_LINE = 16 << 20
"""Bytes. A resource of the kinds that are read has a few thousand; only documents and pictures are larger."""
_BEGIN = 4096
_PIECE = 16 << 20
"""Bytes that are read at a time: planning the queries costs 50 ms a block, whatever its size."""
_FEED, _LEAST, _MOST_FEEDS = ord("\n"), 8, 100_000
"""A line shorter than that is looked at by itself: it may be blank."""


@dataclass
class Block:
    """Some lines in order: their numbers and texts, and the numbers of those that could not be taken."""

    numbers: pa.Array = field(default_factory=lambda: pa.array([], pa.uint32()))
    texts: pa.Array = field(default_factory=lambda: pa.array([], pa.string()), repr=False)
    not_text: list[int] = field(default_factory=list)
    """Lines that are not UTF-8, which every JSON is (RFC 8259)."""
    too_long: list[tuple[int, str]] = field(default_factory=list, repr=False)
    """Lines over the bound, with how they begin."""
    last: int = 0
    """The number of the last line so far, blank ones counted."""

    def take(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """Set the lines that could be taken."""
        self.numbers, self.texts = pa.array(numbers, pa.uint32()), pa.array(texts, pa.string())


def blocks(place: Place, before: int, on_progress: Progress) -> Iterator[Block]:
    """The lines of a file, numbered from `before` + 1 on; blank ones are counted and left out."""
    rest, number, skipping, size = b"", before, False, 0
    for chunk in _pieces(place):
        size += len(chunk)
        on_progress(size)
        data = rest + (chunk.removeprefix(codecs.BOM_UTF8) if size == len(chunk) else chunk)
        block = Block(last=number)
        if skipping:
            if (end := data.find(b"\n")) < 0:
                rest = b""
                continue
            data, skipping = data[end + 1 :], False
        end = data.rfind(b"\n")
        if end >= 0:
            _take(memoryview(data)[:end], block)
        rest = data[end + 1 :]
        if len(rest) > LONGEST_LINE:
            block.last += 1
            block.too_long.append((block.last, rest[:_BEGIN].decode("utf-8", "ignore")))
            rest, skipping = b"", True
        number = block.last
        yield block
    if rest:
        block = Block(last=number)
        _take(memoryview(rest), block)
        yield block


def _pieces(place: Place) -> Iterator[bytes]:
    with opened(place) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _take(data: memoryview, block: Block) -> None:
    """The lines of some bytes. Nearly always each is a text of a usual length: then none of them is copied.

    Raises Refused for a file made of line feeds: it would cost hours, and holds nothing.
    """
    codes = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(codes == _FEED)
    if len(feeds) > max(_MOST_FEEDS, len(data) // _LEAST):
        raise Refused("not_a_text_file", row=block.last + 1, note="Nearly all of its lines are blank.")
    ends = np.append(feeds, len(data))
    starts = np.insert(ends[:-1] + 1, 0, 0)
    sizes = ends - starts
    if sizes.min() < _LEAST or sizes.max() > LONGEST_LINE or (codes.max() > 127 and not _is_text(data)):
        return _take_each(bytes(data).split(b"\n"), block)
    # A text ends where the next one begins, so each keeps its line feed: to JSON that is a blank.
    offsets = np.append(starts, len(data)).astype(np.int32)
    block.texts = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    block.numbers = pa.array(np.arange(block.last + 1, block.last + 1 + len(ends), dtype=np.uint32))
    block.last += len(ends)


def _is_text(data: memoryview) -> bool:
    try:
        return bool(str(data, "utf-8"))
    except UnicodeDecodeError:
        return False


def _take_each(lines: list[bytes], block: Block) -> None:
    numbers, texts = [], []
    for number, line in enumerate(lines, start=block.last + 1):
        block.last = number
        if len(line) > LONGEST_LINE:
            block.too_long.append((number, line[:_BEGIN].decode("utf-8", "ignore")))
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            block.not_text.append(number)
            continue
        if text.strip():
            numbers.append(number)
            texts.append(text)
    block.take(numbers, texts)
