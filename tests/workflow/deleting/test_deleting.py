"""Deletion for good: planted rows are in no file of the data folder afterwards, and what was published stays."""

import datetime as dt
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from data.ledger.deletions import clean_file, deletion_records, doomed_rows
from data.ledger.people import access_history
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from schemas.policy.viewer import BACKBONE, Viewer
from tests.support.new_partnerships import new_store
from tests.support.real_input import in_store, on_disk
from workflow import accepting, administering, reading, releasing, submitting
from workflow.access.permitting import NotAllowed
from workflow.deleting import deleting, deletion_receipt
from workflow.deleting.deleting import Asked
from workflow.recovery import checking_store

SETTINGS = """
name = "Test"
demo = true
today = 2026-01-31
partners = [
    { id = "alder", name = "Alder Clinic", kind = "clinic" },
    { id = "birch", name = "Birch Clinic", kind = "clinic" },
]
[policy]
smallest_cell = 1
"""
WHO, REASON = "MRN-77006", "The person asked for it in writing"
CANARY = "Z99QQXK"
"""A diagnosis that only the person has: a word that stands in the file as it is."""


def readings(ids: list[str], year: int = 2025, days: int = 12) -> bytes:
    rows = [
        f"{one},{year}-{1 + (n + d) % 12:02}-{1 + (n * 7 + d) % 28:02},{118 + (n + d) % 40},80"
        for n, one in enumerate(ids)
        for d in range(days)
    ]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *rows, ""]).encode()


def stays(ids: list[str], marked: str = "") -> bytes:
    rows = [
        f"S{one},{one},2025-{1 + n % 12:02}-03,2025-{1 + n % 12:02}-09,inpatient,{CANARY if one == marked else 'I10'}"
        for n, one in enumerate(ids)
    ]
    head = "stay_id,patient_id,admitted_on,discharged_on,stay_type,principal_diagnosis"
    return "\n".join([head, *rows, ""]).encode()


def patients(ids: list[str]) -> bytes:
    rows = [f"{one},1960-02-0{1 + n % 9},female,0213{n % 9}" for n, one in enumerate(ids)]
    return "\n".join(["patient_id,birth_date,sex,zip", *rows, ""]).encode()


def send(store: Store, dataset: str, file: bytes, partner: str = "alder", *, accept: bool = True) -> int:
    made = submitting.check(store, file, dataset, partner, confirmed={"half_missing", "patients_not_yours"})
    assert made.submission, made.report.table
    if accept:
        accepting.accept(store, made.submission, accept_valid=True)
    return made.submission


IDS = [f"MRN-770{n:02}" for n in range(1, 31)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clinics with the same 30 ids, which are other people at each."""
    opened = new_store(tmp_path_factory.mktemp("made") / "var", SETTINGS)
    for partner in ("alder", "birch"):
        send(opened, "patients", patients(IDS), partner)
        send(opened, "blood_pressure", readings(IDS), partner)
        send(opened, "hospital_stays", stays(IDS, WHO if partner == "alder" else ""), partner)
    opened.close()
    return opened.folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    opened = administering.open_partnership(shutil.copytree(made, tmp_path / "var"))
    yield opened
    opened.close()


def code(store: Store, partner: str) -> uuid.UUID:
    return uuid.UUID(bytes=Pseudonyms(store.key, domain("patient_id", partner)).code(WHO))


def bytes_of(one: uuid.UUID) -> list[bytes]:
    """The forms in which files may hold a pseudonym: as Parquet has it, as DuckDB has it, and as text."""
    flipped = one.int ^ (1 << 127)
    return [one.bytes, flipped.to_bytes(16, "little"), str(one).encode(), one.hex.encode()]


def in_files(folder: Path, forms: list[bytes]) -> list[str]:
    files = [p for p in folder.rglob("*") if p.is_file()]
    return sorted(p.relative_to(folder).as_posix() for p in files if any(f in p.read_bytes() for f in forms))


def counted(store: Store) -> int:
    """Stays of the year that is still open, as they stand before the next release."""
    query = """SELECT denominator FROM counts WHERE indicator = 'readmission_any_hospital' AND owner = 'alder'
        AND period_kind = 'year' AND stratifier = 'all'"""
    return store.cursor().execute(query).fetchall()[0][0]


def diagnosed(store: Store) -> int:
    query = "SELECT count(*) FROM rows.hospital_stays WHERE principal_diagnosis = ?"
    return store.cursor().execute(query, [CANARY]).fetchall()[0][0]


def deleted(store: Store, asked: Asked, reason: str = REASON) -> deletion_records.Deletion:
    seen = deleting.look(store, asked, "Dana", viewer=BACKBONE)
    return deleting.delete(store, asked, seen, reason=reason, actor="Dana", viewer=BACKBONE)


def figures(store: Store, scope: str) -> dict[tuple, tuple]:
    found = reading.read_results(store, BACKBONE, stratifier="all", scope=scope)
    return {
        (r["indicator"], r["period_end"], r["period_kind"]): (r["denominator"], r["numerator"])
        for r in found.iter_rows(named=True)
    }


def test_a_person_is_in_no_file_of_the_data_folder_afterwards(store):
    again = send(store, "blood_pressure", readings(IDS, days=11))  # the earlier version stays as history
    waiting = send(store, "blood_pressure", readings(IDS, days=10), accept=False)
    releasing.publish(store)
    store.cursor().execute("CHECKPOINT")
    mine, others = bytes_of(code(store, "alder")), bytes_of(code(store, "birch"))
    assert {"concord.duckdb", "releases/0001/research.duckdb"} <= set(in_files(store.folder, mine))
    assert on_disk(store.folder, [CANARY]) == {CANARY}
    asked = Asked("person", "alder", WHO)
    seen = deleting.look(store, asked, "Dana", viewer=BACKBONE)
    assert seen.rows == {"blood_pressure": 33, "hospital_stays": 1, "patients": 1}
    assert (seen.submissions, seen.waiting, seen.releases) == (5, 1, (1,))
    assert in_files(store.folder, mine), "looking changes nothing"

    told = deleting.delete(store, asked, seen, reason=REASON, actor="Dana", viewer=BACKBONE)

    assert in_files(store.folder, mine) == []
    assert on_disk(store.folder, [CANARY]) == set() and in_store(store, [WHO, str(code(store, "alder"))]) == set()
    assert diagnosed(store) == 0
    assert in_files(store.folder, others), "the person of this id at another partner is somebody else"
    assert told.cleaned_at and told.rows == seen.rows and told.releases == (1,)
    assert {again, waiting} <= set(told.submissions)
    assert checking_store.problems_of(store) == []
    assert releasing.publish(store) == 2
    assert in_files(store.folder, mine) == []
    with pytest.raises(NotPossible, match="nothing is stored under this id"):
        deleting.look(store, asked, "Dana")
    store.close()
    assert in_files(store.folder, mine) == [] and on_disk(store.folder, [CANARY]) == set()


def test_the_history_says_that_it_was_done_and_nothing_of_whom(store):
    seen = deleting.look(store, Asked("person", "alder", WHO), "Dana")
    rows = access_history.events(store.cursor())
    assert (rows[0].kind, rows[0].actor, rows[0].detail) == ("deletion looked at", "Dana", "a person of alder")
    for reason, why in (
        ("short", "10 to 300"), (f"{WHO} asked for it", "holds the id"), ("Her phone is 617-555-0183 now", "phone"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=why):
            deleting.delete(store, Asked("person", "alder", WHO), seen, reason=reason, actor="Dana")
    assert deleting.read_deletions(store) == []
    deleted(store, Asked("person", "alder", WHO))
    kept = access_history.events(store.cursor())[0]
    assert kept.kind == "rows deleted" and kept.detail == f"a person of alder: 14 rows. {REASON}"
    assert access_history.first_broken(store.cursor(), store.key) is None
    text = deletion_receipt.as_text(store, deleting.read_deletions(store)[0], BACKBONE)
    assert WHO not in text and str(code(store, "alder")) not in text and "14 rows" in text and REASON in text


@pytest.mark.heavy
def test_closed_figures_stay_and_open_ones_are_counted_without(store):
    releasing.publish(store)
    closed = store.cursor().execute("SELECT max(last_day) FROM closing").fetchall()[0][0]
    before = figures(store, "alder")
    assert any(end <= closed for _, end, _ in before) and counted(store) == 28
    seen = deleting.look(store, Asked("person", "alder", WHO), "Dana")
    assert all(m.open and m.closed for m in seen.moved), seen.moved
    deleted(store, Asked("person", "alder", WHO))
    releasing.publish(store)
    after = figures(store, "alder")
    assert {k: v for k, v in after.items() if k[1] <= closed} == {k: v for k, v in before.items() if k[1] <= closed}
    assert counted(store) == 27 and {m.indicator for m in seen.moved} == {name for name, *_ in before}


def test_of_a_partner_all_rows_go_and_the_others_stay(store):
    releasing.publish(store)
    told = deleted(store, Asked("partner", "alder"))
    assert told.rows == {"blood_pressure": 360, "hospital_stays": 30, "patients": 30}
    assert {s.state for s in reading.all_submissions(store) if s.partner_id == "alder"} == {"left"}
    assert {s.state for s in reading.all_submissions(store) if s.partner_id == "birch"} == {"accepted"}
    assert in_files(store.folder, bytes_of(code(store, "alder"))) == [] and in_files(
        store.folder, bytes_of(code(store, "birch"))
    )
    assert checking_store.problems_of(store) == []
    assert releasing.publish(store) == 2 and "birch" in set(reading.read_results(store, BACKBONE)["scope"])
    with duckdb.connect(str(release_folders.edition_path(store.folder, 2, "research")), read_only=True) as con:
        assert con.execute("SELECT DISTINCT partner_id FROM submissions").fetchall() == [("birch",)]
    assert send(store, "blood_pressure", readings(IDS)), "the same file can be sent again"


@pytest.mark.heavy
def test_before_a_day_only_what_no_figure_to_come_reads_goes(store):
    old = send(store, "blood_pressure", readings(IDS, 2021))
    with pytest.raises(NotPossible, match="no quarter is closed yet"):
        deleting.look(store, Asked("period", before=dt.date(2022, 1, 1)))
    releasing.publish(store)
    latest = deleting.last_possible(store)
    assert latest == dt.date(2023, 9, 1)
    with pytest.raises(NotPossible, match=f"choose {latest} or a day before"):
        deleting.look(store, Asked("period", before=latest + dt.timedelta(days=1)))
    before = {s: figures(store, s) for s in ("alder", "partnership")}
    told = deleted(store, Asked("period", before=dt.date(2022, 1, 1)))
    assert told.rows == {"blood_pressure": 360} and told.submissions == (old,)
    assert checking_store.problems_of(store) == []
    releasing.publish(store)
    assert {s: figures(store, s) for s in before} == before, "what was published of it stays"


def test_what_changed_since_it_was_looked_at_is_looked_at_again(store):
    asked = Asked("person", "alder", WHO)
    seen = deleting.look(store, asked, "Dana")
    send(store, "blood_pressure", readings([WHO, "MRN-1"], days=2))
    with pytest.raises(NotPossible, match="Look again"):
        deleting.delete(store, asked, seen, reason=REASON, actor="Dana")
    assert deleting.read_deletions(store) == [] and diagnosed(store) == 1


def test_the_id_is_read_as_a_cell_of_a_file_is(store):
    for typed in (f"  {WHO}\u200b", WHO.replace("-", "\u2011"), f'="{WHO}"'):
        assert deleting.look(store, Asked("person", "alder", typed)).rows["patients"] == 1
    with pytest.raises(NotPossible, match="type the id"):
        deleting.look(store, Asked("person", "alder", " \u200b "))


@pytest.mark.heavy
def test_files_that_come_meanwhile_are_taken_and_nothing_of_the_deleted_is_left(store):
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(lambda: [send(store, "blood_pressure", readings(IDS, days=d), "birch") for d in (2, 3, 4)])
        told = deleted(store, Asked("person", "alder", WHO))
        assert len(set(sent.result())) == 3
    assert told.cleaned_at and in_files(store.folder, bytes_of(code(store, "alder"))) == []
    assert checking_store.problems_of(store) == []


def test_a_deletion_that_was_interrupted_is_finished_by_the_next_start(store, monkeypatch):
    releasing.publish(store)
    with monkeypatch.context() as patch:
        patch.setattr(clean_file, "clean", lambda cur: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deleted(store, Asked("person", "alder", WHO))
    store.cursor().execute("CHECKPOINT")
    assert in_files(store.folder, bytes_of(code(store, "alder"))), "a checkpoint alone leaves it in the file"
    folder = store.folder
    store.close()
    again = administering.open_partnership(folder)
    assert in_files(folder, bytes_of(code(store, "alder"))) == []
    assert deleting.read_deletions(again)[0].cleaned_at
    again.close()


def test_while_somebody_writes_the_file_waits_and_says_so(store, monkeypatch):
    monkeypatch.setattr(clean_file, "_PATIENCE", 0.1)
    other = store.cursor()
    other.execute("BEGIN")
    other.execute("INSERT INTO page_views VALUES (DATE '2026-01-01', 'x', '', 1)")
    told = deleted(store, Asked("person", "alder", WHO))
    other.execute("COMMIT")
    assert told.cleaned_at is None
    assert "at the next start" in deletion_receipt.as_text(store, told, BACKBONE)


@pytest.mark.parametrize("role", ["leader", "analyst", "auditor"])
def test_only_backbone_staff_delete(store, role):
    viewer = Viewer(role=role)
    with pytest.raises(NotAllowed):
        deleting.look(store, Asked("person", "alder", WHO), viewer=viewer)
    with pytest.raises(NotAllowed):
        deleting.look(store, Asked("person", "alder", WHO), viewer=Viewer(role="partner", partner_id="alder"))


def test_nothing_of_whom_is_in_what_python_shows_of_it():
    target = doomed_rows.Target("person", "alder", uuid.UUID(int=7))
    assert WHO not in repr(Asked("person", "alder", WHO)) and "0007" not in repr(target)
