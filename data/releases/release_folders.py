"""Releases: numbered, immutable, checksummed folders that others read without touching the store.

    releases/current.json        the pointer, swapped in one step
    releases/0007/shared.duckdb  suppressed results and definitions: can be handed around
    releases/0007/research.duckdb  pseudonymized rows, unit rows and lineage: under agreement
    releases/0007/research/*.parquet  the same tables, a file each, for who does not read DuckDB
    releases/0007/dashboards.duckdb  what pages say beside the figures, for a server that has no store
    releases/0007/manifest.json  sha256 of each file, and what the release was made under

DuckDB has no users, so different rights are different files. Each file has its dictionary inside, as comments.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data.durable_files import onto_disk

READ = ("shared", "research")
"""Editions that people read, and their programs: what is in them is documented and stays."""
DASHBOARDS = "dashboards"
"""The edition that only Concord reads. A release that an older one made has none."""
EDITIONS = (*READ, DASHBOARDS)
WITH_PARQUET = ("research",)
"""Editions whose tables are also there as Parquet."""
MANIFEST = "manifest.json"
POINTER = "current.json"
_IN_POINTER = ("release", "partnership", "made_at", "store")


def current_release(folder: Path) -> int | None:
    """The number that the pointer names; None before the first release, or when the pointer cannot be read."""
    try:
        return int(json.loads((folder / "releases" / POINTER).read_text(encoding="utf-8"))["release"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def folder_of(folder: Path, release: int) -> Path:
    """A release's own folder."""
    return folder / "releases" / f"{release:04d}"


def making(folder: Path, release: int) -> Path:
    """Where a release is written before it is whole."""
    return folder / "releases" / f".making-{release:04d}"


def edition_path(folder: Path, release: int, edition: str) -> Path:
    """The DuckDB file of an edition."""
    return folder_of(folder, release) / f"{edition}.duckdb"


def numbers(folder: Path) -> list[int]:
    """The releases that have a folder."""
    return sorted(int(p.name) for p in (folder / "releases").glob("[0-9]*") if p.name.isdigit())


def is_whole(folder: Path, release: int, editions: Iterable[str]) -> bool:
    """Whether the manifest and these editions of a release are there."""
    at = folder_of(folder, release)
    try:
        names = files_of(at, editions)
    except (OSError, ValueError, KeyError):
        return False
    return bool(names) and all((at / name).is_file() for name in names)


def files_of(at: Path, editions: Iterable[str]) -> list[str]:
    """The files that these editions of a release are to have, by its manifest. Raises OSError, ValueError, KeyError
    for a manifest that cannot be read."""
    listed = read_manifest(at)["sha256"]
    return [
        name
        for edition in editions
        for name in [
            *([f"{edition}.duckdb"] if edition in READ or f"{edition}.duckdb" in listed else []),
            *(n for n in listed if n.startswith(f"{edition}/")),
        ]
    ]


def point(folder: Path, release: int) -> None:
    """Let the pointer lead to a release. Readers see the old pointer or the new one, never half of one."""
    about = read_manifest(folder_of(folder, release))
    content = {name: about[name] for name in _IN_POINTER if name in about}
    pointer = folder / "releases" / POINTER
    beside = pointer.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(content, indent=2) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    from data.ledger import file_permissions  # late: who only reads a release needs no settings

    file_permissions.seal(beside, like=pointer.parent, writable=True)
    beside.replace(pointer)
    onto_disk(pointer.parent)


def remove(folder: Path, release: int, editions: Iterable[str] = EDITIONS) -> None:
    """Remove editions of a release; with the last of them its folder, and what was being made of it."""
    if {*editions} == {*EDITIONS}:
        for place in (folder_of(folder, release), making(folder, release)):
            shutil.rmtree(place, ignore_errors=True)
    for edition in editions:
        edition_path(folder, release, edition).unlink(missing_ok=True)
        shutil.rmtree(folder_of(folder, release) / edition, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what a stop left of releases that were being written."""
    for place in (folder / "releases").glob(".making-*"):
        shutil.rmtree(place, ignore_errors=True)


def stores(folder: Path) -> set[str]:
    """The ids of the stores that the releases beside this one were made from, as far as they say."""
    found = set[str]()
    for release in numbers(folder):
        try:
            found.add(str(read_manifest(folder_of(folder, release)).get("store", "")))
        except (OSError, ValueError):
            continue  # `damaged` tells of it
    return found - {""}


def damaged(folder: Path, release: int, editions: Iterable[str] = EDITIONS) -> list[str]:
    """Files of a release, of these editions, whose sha256 is no longer that of the manifest (or that are missing)."""
    at = folder_of(folder, release)
    try:
        changed, wanted = changed_files(at), files_of(at, editions)
    except (OSError, ValueError, KeyError):
        return [MANIFEST]
    return [name for name in wanted if not (at / name).exists()] + [name for name in changed if name in wanted]


def read_manifest(at: Path) -> dict[str, Any]:
    """The manifest of a release's own folder: release, partnership, made_at (UTC), sha256 of each file."""
    return dict(json.loads((at / MANIFEST).read_text(encoding="utf-8")))


def changed_files(at: Path) -> list[str]:
    """Files in a release's own folder whose sha256 is not that of the manifest. One that is not there is no fault:
    editions are handed over one by one."""
    digests: dict[str, str] = read_manifest(at)["sha256"]
    return [name for name, digest in digests.items() if (at / name).exists() and sha256(at / name) != digest]


def sha256(path: Path) -> str:
    """Of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
