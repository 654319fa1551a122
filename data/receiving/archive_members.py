"""A file of any kind -> its members, each of which may be one table.

A CSV file is its only member; a gzip file holds one; a zip archive one for each file; a spreadsheet one for each
sheet. The bytes say what is what, never the name.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from data.findings import Refused
from data.receiving.file_source import Place, opened
from data.receiving.spreadsheets import sheets

# Text packs 5 to 50 times; what grows more, and is large, is made to fill a disk.
MOST_TIMES, ALWAYS_ALLOWED = 150, 256 << 20
MOST_MEMBERS = 50
MOST_RESOURCE_FILES = 1_000
"""A FHIR export has a file for some thousands of resources of a kind: together they are one thing."""
_RESOURCES = (".ndjson", ".jsonl", ".json")
# Never "PK" alone: a column may be called so.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BROKEN = (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError)
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""A stream of every Office file with a password (MS-OFFCRYPTO): the workbook is encrypted in it."""
_OTHER_OFFICE = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a PowerPoint file"}


@dataclass(frozen=True)
class Member:
    """What may be a table in a file: its name there (blank when it is the file itself), and where its bytes are."""

    name: str = field(repr=False)
    place: Place = field(repr=False)
    marks: Mapping[str, int] = field(default_factory=dict)
    """What a table cannot show of the spreadsheet it comes from: rule -> how often."""


@dataclass(frozen=True)
class Packed:
    """The bytes inside a gzip file (`member` None) or a member of a zip archive, unpacked while they are read."""

    place: Place
    member: str | None
    size: int
    """Bytes as packed: what comes out may be at most `MOST_TIMES` as large, beyond what is always allowed."""

    def open(self) -> BinaryIO:
        """The bytes from the start. Raises Refused here or while reading when they are damaged or never end."""
        raw = opened(self.place)
        try:
            inner = _member(raw, self.member) if self.member else gzip.GzipFile(fileobj=raw)
        except _BROKEN:
            raw.close()
            raise Refused("damaged_file") from None
        return io.BufferedReader(_Unpacked(raw, inner, max(ALWAYS_ALLOWED, MOST_TIMES * self.size)), 1 << 20)


def _member(raw: BinaryIO, name: str) -> IO[bytes]:
    return zipfile.ZipFile(raw).open(name)


class _Unpacked(io.RawIOBase):
    def __init__(self, packed: BinaryIO, inner: IO[bytes] | gzip.GzipFile, most: int) -> None:
        self.packed, self.inner, self.left = packed, inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self.inner.read(len(buffer))
        except _BROKEN:
            raise Refused("damaged_file") from None
        self.left -= len(data)
        if self.left < 0:
            raise Refused("unpacks_too_large")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.inner.close()
        self.packed.close()
        super().close()


def members(place: Place) -> list[Member]:
    """The members of a file, in their order there. Raises Refused for what holds none that can be read."""
    if isinstance(place, Packed):
        return [Member("", place)]  # unpacked once: what is packed in it is refused where its bytes are looked at
    if isinstance(place, Path) and place.is_dir():
        return _of_folder(place)
    with opened(place) as stream:
        head = stream.read(8)
        size = stream.seek(0, io.SEEK_END)
    if head.startswith(_ZIP):
        return _of_zip(place)
    if head.startswith(b"\x1f\x8b"):
        return [Member("", Packed(place, None, size))]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _of_sheets(place)
    return [Member("", place)]


def _of_folder(folder: Path) -> list[Member]:
    """The files of a folder, each packed or not, as if they were in one archive."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not _is_chaff(path.name))
    inside = [(path, members(path)) for path in files]
    if not inside:
        raise Refused("empty_file")
    return [Member(m.name if len(found) > 1 else path.name, m.place, m.marks) for path, found in inside for m in found]


def _of_zip(place: Place) -> list[Member]:
    try:
        with opened(place) as stream, zipfile.ZipFile(stream) as archive:
            inside = archive.infolist()
    except _BROKEN:
        raise Refused("damaged_file") from None
    names = {m.filename for m in inside}
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or "content.xml" in names:
        return _of_sheets(place)
    for name, kind in _OTHER_OFFICE.items():
        if name in names:
            raise Refused("not_a_text_file", note=f"It is {kind}.")
    files = [m for m in inside if not m.is_dir() and not _is_chaff(m.filename)]
    if any(m.flag_bits & 1 for m in files):
        raise Refused("encrypted_file")
    if not files:
        raise Refused("empty_file")
    tables = [m for m in files if not m.filename.casefold().endswith(_RESOURCES)]
    if len(tables) > MOST_MEMBERS or len(files) > MOST_RESOURCE_FILES:
        most = MOST_MEMBERS if len(tables) > MOST_MEMBERS else MOST_RESOURCE_FILES
        raise Refused("not_a_text_file", note=f"The archive holds {len(files):,} files; up to {most:,} are read.")
    if len(files) == 1:
        return _of_member(place, files[0])
    return [found for member in files for found in _of_one_of_several(place, member)]


def _of_one_of_several(place: Place, member: zipfile.ZipInfo) -> list[Member]:
    """The sheets of a workbook in an archive, or the file itself. One that cannot be read is refused for itself, when
    its bytes are looked at, not the archive."""
    try:
        return _of_member(place, member)
    except Refused:
        return [Member(_shown(member), Packed(place, member.filename, member.compress_size))]


def _shown(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename.replace("\\", "/")).name[:80]


def _is_chaff(name: str) -> bool:
    """What a Mac or an editor puts into an archive beside the files."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith((".", "~$")) or parts[-1] == "Thumbs.db"


def _of_member(place: Place, member: zipfile.ZipInfo) -> list[Member]:
    packed = Packed(place, member.filename, member.compress_size)
    name = _shown(member)
    with packed.open() as stream:
        head = stream.read(8)
    if not head.startswith((*_ZIP, b"\xd0\xcf\x11\xe0")):
        return [Member(name, packed)]
    inner = _of_sheets(packed)
    return [Member(f"{name}, {m.name}" if len(inner) > 1 else name, m.place, m.marks) for m in inner]


def _of_sheets(place: Place) -> list[Member]:
    with opened(place) as stream:
        data = stream.read()
    if data.startswith(b"\xd0\xcf\x11\xe0") and _LOCKED in data:
        raise Refused("encrypted_file")
    if data.startswith(_ZIP) and not _is_workbook(data):
        raise Refused("not_a_text_file", note="It holds an archive inside an archive.")
    return [Member(s.name, s.text, s.marks) for s in sheets(data)]


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.infolist()
    except _BROKEN:
        raise Refused("damaged_file") from None
    if any(m.flag_bits & 1 for m in inside):
        raise Refused("encrypted_file")
    return bool({m.filename for m in inside} & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
