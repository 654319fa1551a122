"""A table as text: what its bytes are is settled here, before any parser sees them.

DuckDB and polars accept UTF-16, NULs and archives as garbage, so encoding and kind are read off the bytes.
"""

import codecs
import hashlib
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO

from data.findings import Refused
from data.receiving import foreign_formats
from data.receiving.archive_members import Member
from data.receiving.fhir.table_origin import Origin
from data.receiving.file_source import Place, Progress, chunks, opened, unheard

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Bytes that the Windows code page 1252 leaves undefined.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Mac Roman, which Excel for Mac writes: accents inside words, where Windows has signs or capitals (H\x99pital).
_MAC = re.compile(rb"[A-Za-z][\x87\x88\x89\x8b\x8d\x8f\x90\x91\x95\x98\x99\x9b\x9d][a-z]|[a-z][\x8a\x8e\x9f][a-z]")
_WINDOWS = re.compile(rb"[A-Za-z][\xc0-\xff][a-z]")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True)
class TextTable:
    """A table that is text: where its bytes are, their sha256, the encoding to read them in, and its line feeds.

    `marks`: what a table cannot show of the spreadsheet it comes from, or of its bytes: rule -> how often.
    """

    place: Place = field(repr=False)
    sha256: str = field(repr=False)
    size: int
    encoding: str
    lines: int = 0
    marks: Mapping[str, int] = field(default_factory=dict)
    quotes: bool = False
    """Whether any quotation mark is in it."""
    origin: Origin | None = None
    """Where its rows come from, when it was made of a FHIR export."""

    def open(self) -> BinaryIO:
        """The bytes from the start."""
        return opened(self.place)


def examine(member: Member, on_progress: Progress = unheard) -> TextTable:
    """Read all bytes once: digest, kind and encoding. Raises Refused for what is not a text table.

    `on_progress` hears how many bytes were read so far.
    """
    digest, size, lines, head, last, quotes = hashlib.sha256(), 0, 0, b"", b"", False
    text = _Encoding()
    # Half of this is the digest, which is worked out beside the rest.
    with ThreadPoolExecutor(1, "concord-digest") as beside:
        for chunk in chunks(member.place):
            head = head or _first(chunk)
            digesting = beside.submit(digest.update, chunk)
            text.see(chunk, lines)
            size, lines, last = size + len(chunk), lines + chunk.count(b"\n"), chunk[-1:]
            quotes = quotes or b'"' in chunk
            digesting.result()
            on_progress(size)
    if not size:
        raise Refused("empty_file")
    encoding = text.verdict(head)
    marks = dict(member.marks)
    if encoding == MAC:
        marks["read_as_mac_roman"] = 1
    if lines + (last not in b"\r\n") in FULL_SHEETS:
        marks["maybe_cut_off"] = lines + (last not in b"\r\n")
    return TextTable(member.place, digest.hexdigest(), size, encoding, lines, marks, quotes)


MAC = "mac_roman"
FULL_SHEETS = (65_536, 1_048_576)
"""The most rows that a sheet of .xls and of .xlsx holds: an export of just so many lines may be cut off."""


def _first(chunk: bytes) -> bytes:
    foreign_formats.refuse(chunk)
    return chunk[:4096]


class _Encoding:
    """What the bytes seen so far allow.

    ASCII is asked first: 1 ms for 8 MB, while decoding and the two searches, of no use there, take over 300 ms.
    """

    def __init__(self) -> None:
        self.utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self.cp1252_hole = self.utf8_sequence = self.mac = self.windows = False
        self.nul = self.odd = 0
        """The row of the first NUL, and of the first byte that is not UTF-8; 0 for none."""

    def see(self, chunk: bytes, lines: int) -> None:
        """`lines`: how many lines came before."""
        if not self.nul and b"\0" in chunk:
            self.nul = lines + chunk[: chunk.index(b"\0")].count(b"\n") + 1
        if chunk.isascii() and not (self.utf8 and self.utf8.getstate()[0]):
            return
        self.cp1252_hole = self.cp1252_hole or bool(_NOT_CP1252.search(chunk))
        self.utf8_sequence = self.utf8_sequence or bool(_UTF8_SEQUENCE.search(chunk))
        self.mac, self.windows = self.mac or bool(_MAC.search(chunk)), self.windows or bool(_WINDOWS.search(chunk))
        if self.utf8:
            try:
                self.utf8.decode(chunk)
            except UnicodeDecodeError as error:
                self.utf8, self.odd = None, lines + error.object[: error.start].count(b"\n") + 1

    def verdict(self, head: bytes) -> str:
        for bom, encoding in _BOMS.items():
            if head.startswith(bom):
                return encoding
        if self.nul:
            return _utf16_without_mark(head, self.nul)
        if self.utf8 and not self.utf8.getstate()[0]:
            return "utf-8"
        # Both kinds of sequence in one file means two encodings were mixed: no reading of it is right.
        if self.utf8_sequence:
            raise Refused("unreadable_bytes", row=self.odd or None, note="The rows before it are in another encoding.")
        if self.mac and not self.windows:
            return MAC
        if self.cp1252_hole:
            raise Refused("unreadable_bytes", row=self.odd or None)
        return "cp1252"


def _utf16_without_mark(head: bytes, row: int) -> str:
    """Text in UTF-16 has a NUL in every second byte; any other NUL is not text."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 5 and even == 0:
        return "utf-16-le"
    if even > len(head) / 5 and odd == 0:
        return "utf-16-be"
    raise Refused("not_a_text_file", row=row, note="It holds a NUL, a byte that no text has.")
