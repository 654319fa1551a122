"""A backup that is damaged, cut short, changed, or of another key is refused in words; old ones go, and no others."""

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from data.ledger.backups import backup_files
from data.ledger.backups.backup_files import LIST, Backup, BackupUnusable

KEY, STORE = b"k" * 32, "0b8e"
START = dt.datetime(2026, 3, 2, 9)


def made(into: Path, at: dt.datetime = START, store: str = STORE) -> Backup:
    with backup_files.writing(into, at) as (making, whole):
        (making / "concord.duckdb").write_bytes(b"rows" * 5_000)
        (making / "releases").mkdir()
        (making / "releases" / "current.json").write_text("{}")
        backup_files.seal(making, KEY, store, at)
    return backup_files.read(whole, KEY)


def out_of(folder: Path, into: Path, key: bytes = KEY) -> list[str]:
    backup_files.copy_out(backup_files.read(folder, key), into)
    return sorted(p.relative_to(into).as_posix() for p in into.rglob("*") if p.is_file())


def _edited(folder: Path, **said: object) -> None:
    listed = json.loads((folder / LIST).read_text())
    (folder / LIST).write_text(json.dumps(listed | said))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[7] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file is cut": (lambda f: _cut(f / "concord.duckdb"), "concord.duckdb cannot be used"),
    "a bit has turned": (lambda f: _flip(f / "concord.duckdb"), "concord.duckdb cannot be used"),
    "a file is missing": (lambda f: (f / "releases" / "current.json").unlink(), "releases/current.json cannot be used"),
    "the list is cut": (lambda f: _cut(f / LIST), "the list of the backup"),
    "the list is empty": (lambda f: (f / LIST).write_text(""), "the list of the backup"),
    "the list is a list": (lambda f: (f / LIST).write_text("[]"), "the list of the backup"),
    "the list is missing": (lambda f: (f / LIST).unlink(), "is no backup"),
    "a file is taken off the list": (lambda f: _edited(f, files={}), "its list was changed"),
    "its store is another": (lambda f: _edited(f, store="ffff"), "its list was changed"),
    "its time is another": (lambda f: _edited(f, made_at="2027-01-01T00:00:00"), "its list was changed"),
    "it is of a newer program": (lambda f: _edited(f, format=2), "newer Concord"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_or_cut_backup_is_refused_in_words(tmp_path, kind):
    folder = made(tmp_path / "backups").folder
    assert out_of(folder, tmp_path / "well") == ["concord.duckdb", "releases/current.json"]
    damage, words = DAMAGE[kind]
    damage(folder)
    with pytest.raises(BackupUnusable, match=words) as told:
        out_of(folder, tmp_path / "restored")
    assert "Nothing was changed" in str(told.value)


def test_another_key_is_refused(tmp_path):
    with pytest.raises(BackupUnusable, match="the key does not fit"):
        out_of(made(tmp_path / "backups").folder, tmp_path / "restored", b"x" * 32)


def test_what_was_cut_short_is_no_backup_and_is_gone_after_a_day(tmp_path):
    with pytest.raises(KeyboardInterrupt), backup_files.writing(tmp_path, START):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    left = tmp_path / ".making-concord-20260301T080000Z"  # by a process that was killed
    left.mkdir()
    made(tmp_path, START)
    assert [p.name for p in tmp_path.iterdir()] == ["concord-20260302T090000Z"]


def test_old_backups_go_and_nothing_else(tmp_path):
    days = [made(tmp_path, START + dt.timedelta(days=n)) for n in range(4)]
    others = made(tmp_path, START - dt.timedelta(days=9), store="another")
    (tmp_path / "concord-letters").mkdir()
    unread = made(tmp_path, START - dt.timedelta(days=8)).folder
    _cut(unread / LIST)
    assert backup_files.remove_old(tmp_path, KEY, STORE, 2) == 2
    assert backup_files.kept(tmp_path, KEY, STORE) == days[2:]
    assert others.folder.exists() and unread.exists() and (tmp_path / "concord-letters").exists()
