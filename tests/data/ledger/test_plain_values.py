"""What leaves the store or lies in it is keyed: nobody without the key works a small file out of its digest."""

import hashlib
from pathlib import Path

import pytest

from data.checking.file_check import File
from data.discussing import notes
from data.ledger.opening import plain_values
from data.ledger.pseudonyms import FILE, keyed_digest
from data.reporting.check_reports import answer
from schemas.datasets.file_profile import FileProfile
from tests.support.partnerships import TestPartnership, fresh
from tests.support.real_input import in_store, on_disk
from workflow import accepting, administering, submitting

ROW = b"patient_id,measured_on,systolic,diastolic\nP1,2025-03-01,128,79\n"
PLAIN = hashlib.sha256(ROW).hexdigest()


@pytest.fixture
def made(tmp_path: Path) -> TestPartnership:
    return fresh(tmp_path / "var", ("alder",))


def test_a_files_code_hangs_on_the_key_and_the_same_file_is_one_submission(made: TestPartnership):
    first = submitting.check(made.store, ROW, "blood_pressure", "alder")
    assert first.submission
    accepting.accept(made.store, first.submission)
    again = submitting.check(made.store, ROW, "blood_pressure", "alder")
    assert again.known and again.submission == first.submission
    assert first.report.sha256 == again.report.sha256 == keyed_digest(made.store.key, FILE, PLAIN)
    assert keyed_digest(b"another key of this length", FILE, PLAIN) != first.report.sha256
    assert PLAIN[:12] not in str(answer(first))
    assert not on_disk(made.store.folder, [PLAIN, PLAIN[:16]]) and not in_store(made.store, [PLAIN[:16]])
    made.close()


def test_how_a_file_was_read_is_no_plain_text_in_the_ledger(made: TestPartnership):
    data = ROW.replace(b"diastolic", b"diastolic,setting").replace(b"79", b"79,quonset hut")
    said = FileProfile(words={"setting": {"quonset hut": "office"}})
    assert submitting.check(made.store, data, "blood_pressure", "alder", profile=said).submission
    assert not in_store(made.store, ["quonset"])
    made.close()


def test_an_older_store_is_coded_once_and_still_knows_its_files(made: TestPartnership):
    store, data = made.store, ROW.replace(b"P1", b"P2")
    checked = submitting.check(store, data, "blood_pressure", "alder", date_order="mdy")
    assert checked.submission
    accepting.accept(store, checked.submission)
    plain, cur = hashlib.sha256(data).hexdigest(), store.cursor()
    notes.write(
        cur, File("alder", "blood_pressure", plain, checked.submission), "comment", "as it was", "x", store.now()
    )
    cur.execute("UPDATE submission SET sha256 = ?, reading = 'mdy'", [plain])
    cur.execute("DELETE FROM plain_values_coded")  # an older program knows nothing of it
    made.close()
    for _ in range(2):
        store = administering.open_partnership(store.folder)
        again = submitting.check(store, data, "blood_pressure", "alder", date_order="mdy")
        assert again.known and again.known.submission == checked.submission
        file = File("alder", "blood_pressure", again.report.sha256)
        assert [n.words for n in notes.notes_on(store.cursor(), file)] == ["as it was"]
        assert not in_store(store, [plain])
        store.close()


def test_a_start_looks_for_plain_values_once_and_writes_nothing_then(made: TestPartnership, monkeypatch):
    made.close()
    before = [(p.name, p.read_bytes()) for p in sorted(made.store.folder.glob("concord.*"))]

    def looks(*_: object) -> int:
        raise AssertionError("every stay is read again")

    monkeypatch.setattr(plain_values, "code_plain_values", looks)
    administering.open_partnership(made.store.folder).close()
    assert [(p.name, p.read_bytes()) for p in sorted(made.store.folder.glob("concord.*"))] == before
