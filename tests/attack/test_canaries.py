"""More planted identities: of every dataset's ids, in every place of a small file, and where the header should be.

Beside test_privacy.py, which watches one large file at every moment.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.checking import file_check
from data.checking.file_check import Checked
from data.ledger.store import Store
from schemas.policy.viewer import Viewer
from tests.data.checking.case_files import one_of_each
from tests.support.new_partnerships import new_store
from tests.support.real_input import in_store, on_disk
from tests.support.whole_run.every_run import some_of
from workflow import accepting, reading, releasing, submitting

SETTINGS = """
name = "Test"
today = 2026-01-31
[[partners]]
id = "alder"
name = "Alder"
[limits]
blocked_share = { value = 50, reason = "a test" }
"""
HEADER = "patient_id,measured_on,systolic,diastolic,setting"
SSN, NAME, SURNAME = "917-53-8246", "Quillonia", "Vanterpoole"
PHONE, EMAIL = "617-555-0183", "q.vanterpoole@canary.example"
IDS = [f"ZKCANARY{n:05}" for n in range(400)]
CANARIES = {SSN, NAME, SURNAME, PHONE, EMAIL, "ZKCANARY"}
BAD = "ZKCANARYBAD"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    yield opened
    opened.close()


def nowhere(store: Store) -> None:
    """No canary is in any file or cell: while the store is open, and once it has been written out."""
    words = CANARIES | set(IDS)
    assert on_disk(store.folder, words) == set()
    assert in_store(store, words) == set()
    store.cursor().execute("CHECKPOINT")
    assert on_disk(store.folder, words) == set()


def silent(checked: Checked, log: pytest.LogCaptureFixture) -> None:
    """Nothing that may be shown, logged or stored of a checked file holds a canary."""
    refused = checked.report.refused
    notes = checked.report.findings.notes.values()
    said = " ".join([str(file_check.finding_list(checked.report)), *notes, str(refused), repr(refused), log.text])
    assert not [word for word in CANARIES if word.lower() in said.lower()]


def test_the_search_finds_what_is_there(store: Store) -> None:
    (store.folder / "a").write_bytes("x Núñez123 y".encode())
    (store.folder / "b").write_text("ZKCanary", encoding="utf-16-le")
    assert on_disk(store.folder, ["Núñez123", "zkcanary", "absent"]) == {"Núñez123", "zkcanary"}
    store.cursor().execute("INSERT INTO finding VALUES (1, 'VANTERPOOLE', 1, 'x')")
    assert in_store(store, [SURNAME, NAME]) == {SURNAME}
    assert on_disk(store.folder, [SURNAME]) == {SURNAME}, "in the write-ahead log"


def files() -> dict[str, str]:
    """A file of each dataset of rows: all ids are canaries, and the cells of a blocked last row."""
    days = [f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(len(IDS))]
    each = list(zip(IDS, days, strict=True))
    return {
        "patients": "patient_id,person_token,birth_date,sex,zip\n"
        + "".join(f"{i},T{i},1957-04-02,female,02139\n" for i in IDS)
        + f"{IDS[0]}x,,1957-13-02{BAD},{BAD},{BAD}\n",
        "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type\n"
        + "".join(f"STAY{i},{i},{d},{d},inpatient\n" for i, d in each)
        + f"STAY{IDS[0]}x,{IDS[0]},2025-01-01{BAD},,{BAD}\n",
        "clinical_events": "patient_id,event,starts_on\n"
        + "".join(f"{i},I10,{d}\n{i},office_visit,{d}\n" for i, d in each)
        + f"{IDS[0]},{BAD},{BAD}\n",
        "blood_pressure": f"{HEADER},extra\n"
        + "".join(f"{i},{d},128,79,office,{BAD}\n" for i, d in each)
        + f"{IDS[0]},2025-01-01,{BAD},{BAD},{BAD},{BAD}\n{BAD},{BAD}\n\u200b{BAD},2025-01-01,128,79,,\n",
        "food_security": "patient_id,screened_on,instrument,items,result\n"
        + "".join(f"{i},{d},hunger_vital_sign,yes;no,at_risk\n" for i, d in each)
        + f"{IDS[0]},2025-01-01,{BAD},{BAD},{BAD}\n",
    }


def test_ids_of_every_dataset_are_nowhere(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for dataset, text in files().items():
        checked = submitting.check(store, text.encode(), dataset, "alder", actor="backbone")
        assert checked.submission is not None, checked.report.table
        assert checked.report.rows_blocked + checked.report.rows_left_blank > 0
        silent(checked, caplog)
        nowhere(store)
        accepting.accept(store, checked.submission, accept_valid=True)
    releasing.publish(store)
    nowhere(store)
    for viewer in (Viewer(), Viewer(role="partner", partner_id="alder"), Viewer(role="analyst")):
        shown = reading.read_results(store, viewer)
        assert shown.height
        assert "ZKCANARY" not in shown.write_csv()


@dataclass(frozen=True)
class Planted:
    """A header and a row with a canary, and where intake must stop."""

    name: str
    row: str
    column: str
    header: str = HEADER
    rule: str = "personal_value"
    at: int = 352


NUMBERED = (("ssn", SSN), ("phone", PHONE), ("e-mail", EMAIL))


def turned(n: int) -> tuple[tuple[str, str], ...]:
    """What is planted, each in another place first: the first of each place is tried in every run."""
    return NUMBERED[n:] + NUMBERED[:n]


PLANTED = [
    *(Planted(f"{kind} as word", f"P1,2025-03-01,128,79,call {value}", "setting") for kind, value in turned(0)),
    *(Planted(f"{kind} as number", f"P1,2025-03-01,{value},79,", "systolic") for kind, value in turned(1)),
    *(Planted(f"{kind} as date", f"P1,{value},128,79,", "measured_on") for kind, value in turned(2)),
    *(Planted(f"{kind} in an extra column", f"P1,2025-03-01,128,79,,see {value}", "remark", f"{HEADER},remark")
      for kind, value in turned(1)),
    *(Planted(f"column {name}", f"P1,2025-03-01,128,79,,{NAME}", name, f"{HEADER},{name}", "personal_column", 1)
      for name in ("SSN", "First Name", "LAST", "phone", "E-Mail", "Street Address")),
]  # fmt: skip


@pytest.mark.parametrize("planted", one_of_each(PLANTED, lambda p: (p.column, p.header), lambda p: p.name))
def test_refused_files_leave_nothing(store: Store, planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    more = "," * (planted.header.count(",") - HEADER.count(","))
    body = [f"{i},2025-03-01,128,79,office{more}" for i in IDS]
    body.insert(350, planted.row)
    file = "\n".join([planted.header, *body]).encode()
    path = store.folder.parent / f"{SURNAME}.csv"
    path.write_bytes(file)
    for place in (file, path):
        checked = submitting.check(store, place, "blood_pressure", "alder")
        assert checked.submission is None
        assert checked.report.refused is not None, checked.report.table
        why = checked.report.refused
        assert (why.rule.id, why.row, why.column) == (planted.rule, planted.at, planted.column)
        silent(checked, caplog)
    assert reading.all_submissions(store) == []
    nowhere(store)


@pytest.mark.parametrize("value", some_of([SSN, PHONE, f"{NAME} {SURNAME}", f"{SURNAME}{PHONE}"], 2))
def test_what_tells_who_a_person_is_may_be_an_id_and_is_nowhere(
    store: Store, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    others = [value[:-1] + ("wxyz"[n - 1] if value[-1].isalpha() else str(n)) for n in range(1, 5)]
    rows = "".join(f"{other},2025-03-0{n},128,79,office\n" for n, other in enumerate(others, 1))
    file = f"{HEADER}\n{value},2025-03-09,128,79,office\n{rows}".encode()
    checked = submitting.check(store, file, "blood_pressure", "alder")
    assert checked.report.rows_kept == 5 and checked.submission, checked.report.table
    assert "ids_look_personal" in set(checked.report.table["rule"])
    silent(checked, caplog)
    accepting.accept(store, checked.submission)
    nowhere(store)


@pytest.mark.parametrize(
    "first_line",
    some_of(
        [
            f"{NAME},{SURNAME},1957-04-02,M",
            f"{IDS[0]},2025-03-01,128,79,{NAME}",
            f"{SSN},2025-03-01,128,79,office",
            f"{HEADER},{EMAIL}",
            f"patient_id,measured_on,{PHONE}",
            f"patient_id\t{SURNAME} {SSN}",
        ],
        3,
    ),
)
def test_a_persons_row_in_the_place_of_the_header_is_not_repeated(
    store: Store, first_line: str, caplog: pytest.LogCaptureFixture
) -> None:
    checked = submitting.check(store, f"{first_line}\n{first_line}\n".encode(), "blood_pressure", "alder")
    assert checked.submission is None
    assert checked.report.refused
    silent(checked, caplog)
    nowhere(store)


def test_a_file_that_is_left_leaves_nothing(store: Store) -> None:
    checked = submitting.check(store, files()["hospital_stays"].encode(), "hospital_stays", "alder")
    assert checked.submission is not None
    accepting.discard(store, checked.submission)
    assert store.cursor().execute("SELECT count(*) FROM rows.hospital_stays").fetchall() == [(0,)]
    nowhere(store)


def test_the_key_is_in_its_own_file_alone(store: Store) -> None:
    key = store.folder / "secret.key"
    assert key.stat().st_mode & 0o077 == 0
    words = key.read_text()
    others = [path for path in store.folder.rglob("*") if path.is_file() and path != key]
    assert others
    assert all(words.encode() not in path.read_bytes() for path in others)


def test_the_name_of_a_column_that_is_not_ours_is_not_kept(store: Store) -> None:
    file = b"patient_id,measured_on,systolic,diastolic,ZKCANARY77\nP1,2026-01-05,120,80,\n"
    checked = submitting.check(store, file, "blood_pressure", "alder")
    assert checked.submission is not None
    accepting.accept(store, checked.submission)
    found = store.cursor().execute('SELECT rule, "column" FROM finding').fetchall()
    assert found == [("extra_column", None)]
    assert not on_disk(store.folder, {"ZKCANARY77"})
