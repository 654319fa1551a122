"""Copies of a release's editions under other keys, or under none: the same tables, comments and names."""

import json
from pathlib import Path

import duckdb

from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import FileKey
from data.releases.release_folders import MANIFEST, files_of, read_manifest, sha256

Keys = dict[str, tuple[FileKey | None, FileKey | None]]
"""Edition -> what it is encrypted with, and what its copy shall be."""


def copy(at: Path, into: Path, keys: Keys) -> None:
    """Copy these editions of a release's own folder, as far as they are there, with a manifest of the copies."""
    into.mkdir(parents=True)
    manifest = read_manifest(at)
    names = [(edition, name) for edition in keys for name in files_of(at, [edition]) if (at / name).exists()]
    with duckdb.connect() as con:  # it holds nothing: rows go from one file to the other in their order
        if any(key for of_edition in keys.values() for key in of_edition):
            database_files.load_extension(con)  # once: for each of thirty files it would take as long as the copying
        for edition, name in names:
            now, new = keys[edition]
            (into / name).parent.mkdir(exist_ok=True)
            if name.endswith(".duckdb"):
                _copy_database(at / name, into / name, now, new)
            else:
                rows = database_files.parquet_rows(con, at / name, now)
                database_files.write_parquet(con, rows, into / name, new)
    manifest["sha256"] = {name: sha256(into / name) for _, name in names}
    (into / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _copy_database(path: Path, into: Path, now: FileKey | None, new: FileKey | None) -> None:
    with database_files.open_database(path, now, read_only=True) as con:
        database_files.copy_database(con, into, new)
