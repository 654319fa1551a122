"""A table as text: what its bytes are is settled here, before any parser sees them.

DuckDB and polars accept UTF-16, NULs and archives as garbage, so encoding and kind are read off the bytes.
"""

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from typing import BinaryIO

from data.findings import Refused
from data.receiving.archive_members import Member
from data.receiving.file_source import Place, Progress, chunks, opened, unheard

_SIGNATURES = {
    b"PK\x03\x04": "an archive inside an archive",
    b"\x1f\x8b": "an archive inside an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet inside an archive",
    b"%PDF": "a PDF",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a rich-text file",
    b"Rar!\x1a": "a RAR archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"\x00\x01\x00\x00Standard": "an Access database",
    b"MSH|": "an HL7 message",
    codecs.BOM_UTF32_LE: "text in UTF-32",
    codecs.BOM_UTF32_BE: "text in UTF-32",
}
# Text that is no table, by how it begins, with what helps.
_NO_TABLE = {
    re.compile(rb"\s*<(?:!doctype html|html|head|body|meta|style|table|div)\b", re.IGNORECASE): (
        "It is a web page, often saved under the name of a spreadsheet. Open it in Excel and save it as .xlsx."
    ),
    re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<[?!][^>]*>\s*)*<Workbook\b"): (
        "It is a spreadsheet saved as XML. Open it in Excel and save it as .xlsx."
    ),
    re.compile(rb"\s*<\?xml\b"): "It is XML.",
    re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"[^"]*"\s*:|\})'): "It is JSON: export the records as a table.",
}
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Bytes that the Windows code page 1252 leaves undefined.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True)
class TextTable:
    """A table that is text: where its bytes are, their sha256, the encoding to read them in, and its line feeds.

    `error_cells`: cells of the spreadsheet it comes from that hold an error such as #N/A and are read as blank.
    """

    place: Place = field(repr=False)
    sha256: str = field(repr=False)
    size: int
    encoding: str
    lines: int = 0
    error_cells: int = 0

    def open(self) -> BinaryIO:
        """The bytes from the start."""
        return opened(self.place)


def examine(member: Member, on_progress: Progress = unheard) -> TextTable:
    """Read all bytes once: digest, kind and encoding. Raises Refused for what is not a text table.

    `on_progress` hears how many bytes were read so far.
    """
    digest, size, lines, head = hashlib.sha256(), 0, 0, b""
    text = _Encoding()
    for chunk in chunks(member.place):
        head = head or _not_disguised(chunk)
        digest.update(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
        text.see(chunk)
        on_progress(size)
    if not size:
        raise Refused("empty_file")
    return TextTable(member.place, digest.hexdigest(), size, text.verdict(head), lines, member.error_cells)


def _not_disguised(chunk: bytes) -> bytes:
    for signature, kind in _SIGNATURES.items():
        if chunk.startswith(signature):
            raise Refused("not_a_text_file", note=f"It is {kind}.")
    head = chunk[:4096]
    if head[257:262] == b"ustar":
        raise Refused("not_a_text_file", note="It is a tar archive.")
    begin = head.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")  # in UTF-16 as well
    for pattern, note in _NO_TABLE.items():
        if pattern.match(begin.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)):
            raise Refused("not_a_text_file", note=note)
    return head


class _Encoding:
    """What the bytes seen so far allow.

    ASCII is asked first: 1 ms for 8 MB, while decoding and the two searches, of no use there, take over 300 ms.
    """

    def __init__(self) -> None:
        self.utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self.nul = self.cp1252_hole = self.utf8_sequence = False

    def see(self, chunk: bytes) -> None:
        self.nul = self.nul or b"\0" in chunk
        if chunk.isascii() and not (self.utf8 and self.utf8.getstate()[0]):
            return
        self.cp1252_hole = self.cp1252_hole or bool(_NOT_CP1252.search(chunk))
        self.utf8_sequence = self.utf8_sequence or bool(_UTF8_SEQUENCE.search(chunk))
        if self.utf8:
            try:
                self.utf8.decode(chunk)
            except UnicodeDecodeError:
                self.utf8 = None

    def verdict(self, head: bytes) -> str:
        for bom, encoding in _BOMS.items():
            if head.startswith(bom):
                return encoding
        if self.nul:
            return _utf16_without_mark(head)
        if self.utf8 and not self.utf8.getstate()[0]:
            return "utf-8"
        # Both kinds of sequence in one file means two encodings were mixed: no reading of it is right.
        if self.utf8_sequence or self.cp1252_hole:
            raise Refused("unreadable_bytes")
        return "cp1252"


def _utf16_without_mark(head: bytes) -> str:
    """Text in UTF-16 has a NUL in every second byte; any other NUL is not text."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 5 and even == 0:
        return "utf-16-le"
    if even > len(head) / 5 and odd == 0:
        return "utf-16-be"
    raise Refused("not_a_text_file", note="It holds NUL bytes.")
