"""Files that wait on disk: whole, readable from any place, unreadable for anyone else, and gone when they should be."""

import io
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as s

from data.ledger.data_folder import make_folder
from data.receiving import spool
from data.receiving.spool import FOLDER, NotReceived
from tests.support.new_partnerships import new_store
from workflow import accepting, administering, submitting

ROOT = Path(__file__).parents[3]
CANARY = b"ZKCANARY77"
FILE = b"patient_id,measured_on,systolic,diastolic\n" + b"".join(
    CANARY + b"%d,2026-01-05,120,80\n" % n for n in range(500)
)
SETTINGS = 'name = "Test"\ntoday = 2026-03-31\n[[partners]]\nid = "alder"\nname = "Alder"\n'


def left(folder: Path) -> list[Path]:
    return list((folder / FOLDER).glob("*"))


def test_no_byte_of_a_file_can_be_read_from_the_disk(tmp_path):
    file = spool.receive(tmp_path, [FILE[:1000], FILE[1000:]], 1 << 20)
    on_disk = file.path.read_bytes()
    assert len(on_disk) == len(FILE) == file.size
    assert CANARY not in on_disk and FILE[:16] not in on_disk
    assert file.path.stat().st_mode & 0o077 == 0 and (tmp_path / FOLDER).stat().st_mode & 0o077 == 0
    assert CANARY.decode() not in repr(file) and "_Key()" in repr(file._key)
    with file.open() as stream:
        assert stream.read() == FILE
    again = spool.receive(tmp_path, [FILE], 1 << 20)
    assert again.path.read_bytes() != on_disk, "the same bytes twice must not look the same"


@given(
    data=s.binary(max_size=200),
    places=s.lists(s.tuples(s.integers(0, 220), s.integers(0, 60)), max_size=6),
    cut=s.integers(0, 200),
)
def test_any_place_of_a_file_is_read_as_if_it_were_plain(tmp_path_factory, data, places, cut):
    file = spool.receive(tmp_path_factory.getbasetemp(), [data[:cut], b"", data[cut:]], 1000)
    with file.open() as stream:
        for place, size in places:
            stream.seek(place)
            assert stream.read(size) == data[place : place + size]
            assert stream.tell() == max(place, min(place + size, len(data))) or place > len(data)
    file.delete()


def test_an_archive_is_read_from_the_spool(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", FILE)
    file = spool.receive(tmp_path, [packed.getvalue()], 1 << 20)
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        assert archive.read("a.csv") == FILE


def test_the_counter_goes_round_at_its_end(tmp_path):
    file = spool.receive(tmp_path, [FILE], 1 << 20)
    last = spool._Key(file._key.key, (1 << 128) - 2)
    hidden = last.at(0).update(FILE[:100])
    assert last.at(40).update(hidden[40:]) == FILE[40:100]


def test_a_file_goes_when_nobody_holds_it(tmp_path):
    file = spool.receive(tmp_path, [FILE], 1 << 20)
    stream = file.open()
    del file
    assert left(tmp_path) and stream.read(10) == FILE[:10], "a reader holds it too"
    del stream
    assert left(tmp_path) == []


def test_a_file_that_ends_before_its_time_leaves_nothing(tmp_path):
    def breaks():
        yield FILE
        raise OSError("the line is cut")

    with pytest.raises(OSError, match="line is cut"):
        spool.receive(tmp_path, breaks(), 1 << 20)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("cap", "expected", "why"), [(999, 0, "too_large"), (1 << 60, 1 << 59, "no_room"), (999, 1000, "too_large")]
)
def test_too_large_or_no_room_is_said_in_words_and_leaves_nothing(tmp_path, cap, expected, why):
    with pytest.raises(NotReceived) as told:
        spool.receive(tmp_path, [FILE] * 3, cap, expected)
    assert told.value.why == why and str(told.value).endswith((".", "later."))
    assert left(tmp_path) == []


def full_disk(folder: str) -> None:
    """Run in a process of its own: files may not grow over a megabyte there."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        spool.receive(Path(folder), (b"x" * 100_000 for _ in range(20)), 1 << 30)
    except NotReceived as told:
        print(told.why, "nothing of it was kept" in str(told).lower(), left(Path(folder)))


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(tmp_path):
    code = f"from tests.data.receiving.test_spool import full_disk; full_disk({str(tmp_path)!r})"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "no_room True []\n"


def test_what_a_crash_left_is_removed_when_the_store_is_opened(tmp_path):
    make_folder(tmp_path / "var", SETTINGS)
    code = (
        "import os; from pathlib import Path; from data.receiving import spool\n"
        f"file = spool.receive(Path({str(tmp_path / 'var')!r}), [b'ZKCANARY77' * 1000], 1 << 20); os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False)
    assert ran.returncode == -9
    (lies,) = left(tmp_path / "var")
    assert CANARY not in lies.read_bytes()
    administering.open_partnership(tmp_path / "var").close()
    assert left(tmp_path / "var") == []


def test_a_canary_is_nowhere_while_a_file_waits_is_checked_and_afterwards(tmp_path, caplog):
    store = new_store(tmp_path / "var", SETTINGS)
    file = spool.receive(store.folder, [FILE], 1 << 20)

    def nowhere() -> None:
        assert [p for p in store.folder.rglob("*") if p.is_file() and CANARY in p.read_bytes()] == []

    nowhere()
    checked = submitting.check(store, file, "blood_pressure", "alder", on_progress=lambda rows: nowhere())
    assert checked.submission and checked.report.rows_kept == 500
    nowhere()
    plain = submitting.check(store, FILE, "blood_pressure", "alder")
    assert plain.report.sha256 == checked.report.sha256, "the same file, from the spool or from memory"
    assert plain.submission
    accepting.accept(store, plain.submission)
    file.delete()
    nowhere()
    assert CANARY.decode() not in caplog.text
    store.close()
    assert os.listdir(store.folder / FOLDER) == []
