"""The lines of an export, some megabytes at a time: numbered, decoded, none of them without a bound.

Lines are cut and decoded here and handed to DuckDB as text. Its own reader of JSON files is not used: it guesses
types from a sample, turns an id of digits into a number, and stops at the first damaged line without its number.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.receiving.file_source import Place, Progress, chunks

LONGEST_LINE = 16 << 20
"""Bytes. A resource of the kinds that are read has a few thousand; only documents and pictures are larger."""
_BEGIN = 4096


@dataclass
class Block:
    """Some lines in order: their numbers and texts, and the numbers of those that could not be taken."""

    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list, repr=False)
    not_text: list[int] = field(default_factory=list)
    """Lines that are not UTF-8, which every JSON is (RFC 8259)."""
    too_long: list[tuple[int, str]] = field(default_factory=list, repr=False)
    """Lines over the bound, with how they begin."""
    last: int = 0
    """The number of the last line so far, blank ones counted."""


def blocks(place: Place, before: int, on_progress: Progress) -> Iterator[Block]:
    """The lines of a file, numbered from `before` + 1 on; blank ones are counted and left out."""
    rest, number, skipping, size = b"", before, False, 0
    for chunk in chunks(place):
        size += len(chunk)
        on_progress(size)
        data = rest + (chunk.removeprefix(codecs.BOM_UTF8) if size == len(chunk) else chunk)
        block = Block(last=number)
        if skipping:
            if (end := data.find(b"\n")) < 0:
                rest = b""
                continue
            data, skipping = data[end + 1 :], False
        whole, _, rest = data.rpartition(b"\n")
        if whole or len(rest) < len(data):
            _take(whole, block)
        if len(rest) > LONGEST_LINE:
            block.last += 1
            block.too_long.append((block.last, rest[:_BEGIN].decode("utf-8", "ignore")))
            rest, skipping = b"", True
        number = block.last
        yield block
    if rest:
        block = Block(last=number)
        _take(rest, block)
        yield block


def _take(data: bytes, block: Block) -> None:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return _take_each(data.split(b"\n"), block)
    # Nearly every block holds nothing else than lines of a usual length: looking at each would double the time.
    if "" in lines or any(map(str.isspace, lines)) or max(map(len, lines)) > LONGEST_LINE:
        return _take_each([line.encode() for line in lines], block)
    block.numbers += range(block.last + 1, block.last + 1 + len(lines))
    block.texts += lines
    block.last += len(lines)


def _take_each(lines: list[bytes], block: Block) -> None:
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
            block.numbers.append(number)
            block.texts.append(text)
