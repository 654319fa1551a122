"""What cannot be opened is refused in a sentence that says what to do, and what can be read is read."""

import os
import resource
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.ledger import data_folder, submissions
from data.ledger.opening import migrate, store_faults
from data.ledger.opening.store_faults import (
    FILE,
    WAL,
    StoreDamaged,
    StoreInUse,
    StoreMismatch,
    StoreNotWritable,
    StoreUnavailable,
)
from data.ledger.store import open_store
from schemas.policy.partnership import Partnership
from tests.support.whole_run.every_run import some_of

PARTNERSHIP = Partnership.model_validate({"today": "2026-01-31", "partners": [{"id": "alder", "name": "Alder"}]})
KEY = b"a key only for tests"
ADD = "INSERT INTO submission_event VALUES ({n}, {n}, 'checked', '2025-05-01', 'x')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one submission in its file, and one more in its write-ahead log alone."""
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    for n in (1, 2):
        opened.cursor().execute(
            "INSERT INTO submission BY NAME SELECT ? AS submission, 'alder' AS partner_id, 'patients' AS dataset", [n]
        )
    opened.cursor().execute(ADD.format(n=1))
    opened.close()
    unclosed(tmp_path, ADD.format(n=2))
    assert (tmp_path / WAL).exists()
    return tmp_path


def unclosed(folder: Path, sql: str) -> None:
    """Run a statement in a process that ends without closing."""
    program = f"import duckdb, os; c = duckdb.connect({str(folder / FILE)!r}); c.execute({sql!r}); os._exit(0)"
    subprocess.run([sys.executable, "-c", program], check=True)


def held(folder: Path, *, read_only: bool = False) -> list[int]:
    """The submissions that the store says it holds."""
    opened = open_store(folder, PARTNERSHIP, KEY, read_only=read_only)
    found = sorted(s.submission for s in submissions.submissions(opened.cursor()))
    opened.close()
    return found


def says(error: type[StoreUnavailable], words: str, folder: Path, **how: object) -> None:
    with pytest.raises(error, match=words) as refused:
        open_store(folder, how.get("settings", PARTNERSHIP), how.get("key", KEY), read_only=bool(how.get("read_only")))  # type: ignore[arg-type]
    assert str(folder) not in str(refused.value) or error is StoreNotWritable


def test_the_wrong_key_is_refused_and_the_right_one_opens_again(folder):
    for read_only in (False, True):
        says(StoreMismatch, r"Restore secret\.key", folder, key=b"another key for tests", read_only=read_only)
    assert held(folder) == [1, 2]


def test_the_fingerprint_is_no_hash_of_the_key_and_no_two_stores_share_it(tmp_path):
    kept = set()
    for name in ("a", "b"):
        open_store(tmp_path / name, PARTNERSHIP, KEY).close()
        with duckdb.connect(str(tmp_path / name / FILE), read_only=True) as con:
            kept |= set(con.execute("SELECT key_fingerprint FROM store_identity").fetchall())
    assert len(kept) == 2


def test_the_settings_of_another_partnership_are_refused(folder):
    other = Partnership.model_validate({"partners": [{"id": "rowan", "name": "Rowan"}]})
    says(StoreMismatch, r"Restore this one's concord\.toml", folder, settings=other)
    more = Partnership.model_validate(
        {"partners": [{"id": "rowan", "name": "Rowan"}, {"id": "alder", "name": "Alder"}]}
    )
    open_store(folder, more, KEY).close()


def test_a_store_of_a_newer_program_is_refused_and_not_changed(folder):
    held(folder)
    unclosed(folder, f"INSERT INTO migration VALUES ({migrate.newest() + 1}, 'later', '2027-01-01')")
    before = (folder / FILE).read_bytes()
    for read_only in (True, False):
        says(StoreMismatch, "Start the newer program", folder, read_only=read_only)
    with duckdb.connect(str(folder / FILE), read_only=True) as con:
        assert con.execute("SELECT max(number) FROM migration").fetchall() == [(migrate.newest() + 1,)]
    assert before


def test_a_store_of_an_older_program_is_not_only_read_until_it_was_brought_up(tmp_path):
    with duckdb.connect(str(tmp_path / FILE)) as con:
        migrate.bring_up(con, 2)
    says(StoreMismatch, "run `concord refresh`", tmp_path, read_only=True)
    assert held(tmp_path) == held(tmp_path, read_only=True) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_that_another_process_holds_is_told_by_its_lock(folder, read_only):
    program = f"import duckdb; c = duckdb.connect({str(folder / FILE)!r}); print('open', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "open\n"
    says(StoreInUse, "another Concord process", folder, read_only=read_only)
    holder.communicate("\n", timeout=20)
    assert held(folder) == [1, 2]


def test_a_damaged_file_whose_name_has_the_word_lock_is_damaged_and_not_in_use(tmp_path):
    folder = tmp_path / "lock"
    folder.mkdir()
    (folder / FILE).write_bytes(secrets.token_bytes(20_000))
    says(StoreDamaged, "Restore the data folder from its backup", folder)


@pytest.mark.parametrize("place", [0, 4096, 8192])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_garbled_head_is_said_and_all_is_left_as_it_was(folder, place, read_only):
    with (folder / FILE).open("r+b") as file:
        for garbled in {place, 4096 if place == 8192 else place, 8192 if place == 4096 else place}:
            file.seek(garbled)
            file.write(secrets.token_bytes(64))
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    says(StoreDamaged, "Restore the data folder from its backup", folder, read_only=read_only)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


GARBAGE = {
    "all of it": lambda good: secrets.token_bytes(3000),
    "its begin": lambda good: b"\xff\x00\x00" + good[3:],
    "the sum of an entry": lambda good: good[:18] + bytes([good[18] ^ 255]) + good[19:],
    "zeros": lambda good: bytes(len(good)),
}


@pytest.mark.parametrize("kind", some_of(GARBAGE, 2))
def test_a_garbled_log_is_set_aside_and_the_store_opens_with_what_it_holds_and_says_so(folder, kind):
    wal = folder / WAL
    garbled = GARBAGE[kind](wal.read_bytes())
    wal.write_bytes(garbled)
    if kind != "the sum of an entry":
        read = open_store(folder, PARTNERSHIP, KEY, read_only=True)
        assert len(read.notes) == 1 and "left out" in read.notes[0] and wal.read_bytes() == garbled
        read.close()
    opened = open_store(folder, PARTNERSHIP, KEY)
    (aside,) = store_faults.set_aside(folder)
    assert [s.submission for s in submissions.submissions(opened.cursor())] == [1]
    assert opened.notes == [store_faults.set_aside_words(aside)] and "ask for what is missing" in opened.notes[0]
    assert aside.read_bytes() == garbled
    opened.close()
    again = open_store(folder, PARTNERSHIP, KEY)
    assert again.notes == []
    again.close()


def test_a_log_that_a_crash_cut_off_is_no_damage(folder):
    wal = folder / WAL
    wal.write_bytes(wal.read_bytes()[:-5])
    opened = open_store(folder, PARTNERSHIP, KEY)
    assert opened.notes == [] and store_faults.set_aside(folder) == []
    opened.close()


def test_an_open_store_of_this_process_is_not_opened_for_reading_beside_it(folder):
    opened = open_store(folder, PARTNERSHIP, KEY)
    says(StoreInUse, "another Concord process", folder, read_only=True)
    opened.close()
    assert held(folder, read_only=True) == [1, 2]


@pytest.fixture
def no_room() -> Iterator[None]:
    """No file may grow: what a full disk does to a writer, without a disk of our own."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, kept)


def test_without_room_the_store_can_be_read_and_opening_it_says_what_to_do(folder, no_room):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert held(folder, read_only=True) == [1, 2], "also what only the log holds"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_store_cannot_be_made_without_room(tmp_path, no_room):
    says(StoreNotWritable, "start again", tmp_path)
    assert not (tmp_path / FILE).exists()


def test_a_log_without_its_store_is_not_taken_for_a_new_store(folder):
    (folder / FILE).rename(folder / "elsewhere")
    says(StoreDamaged, "Put the file back", folder)
    (folder / "elsewhere").rename(folder / FILE)
    assert held(folder) == [1, 2]


def test_a_store_whose_making_was_cut_off_is_made_again(tmp_path):
    (tmp_path / "concord.making").write_bytes(b"half")
    (tmp_path / "concord.making.wal").write_bytes(b"half")
    assert held(tmp_path) == []
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs the rights of the administrator")
def test_on_a_read_only_disk_the_store_can_be_read_and_writing_says_what_to_do(folder):
    program = f"""
import ctypes, os, pathlib
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x00020000): raise SystemExit(77)
libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None)
place = {str(folder)!r}.encode()
if libc.mount(place, place, None, 0x1000, None): raise SystemExit(77)
if libc.mount(b"none", place, None, 0x1000 | 0x20 | 0x1, None): raise SystemExit(77)
from tests.data.ledger.opening.test_store_faults import held, says, StoreNotWritable
folder = pathlib.Path({str(folder)!r})
assert held(folder, read_only=True) == [1, 2]
says(StoreNotWritable, "make it writable", folder)
print("read")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this machine lets nobody mount")
    assert done.stdout == "read\n", done.stderr
    assert held(folder) == [1, 2]


def test_a_folder_without_a_key_says_where_it_belongs(tmp_path):
    data_folder.make_folder(tmp_path / "var")
    (tmp_path / "var" / data_folder.KEY).unlink()
    with pytest.raises(data_folder.NotReady, match="restore"):
        data_folder.read_key(tmp_path / "var")
