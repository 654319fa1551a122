"""Privacy: planted identities are found nowhere under the data folder, at any moment, nor in what is said or logged.

Every file is searched byte by byte: the store, its write-ahead log, what is spilled, settings and releases. As
DuckDB may pack what a search of bytes would find, every cell of every table is searched as well.
"""

import logging
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from data.checking import contract
from data.checking.file_check import finding_list
from data.findings import Refused
from tests.support.partnerships import TestPartnership, fresh
from tests.support.real_input import in_store, on_disk
from workflow import accepting, releasing, submitting

ROWS = 300_000  # several batches, so that rows are on disk before the last of the file is read
HEAD = "patient_id,measured_on,systolic,diastolic,setting,remarks\n"
IDS = ["CANARY-000007", "CANARY-150000", f"CANARY-{ROWS - 1:06}"]
# What may not come in -> column and cell. Each is planted in the last row.
PLANTED = {
    "999-11-4073": "setting",
    "999-11-4075": "remarks",
    "marguerite.quill@example.org": "measured_on",
    "617-555-0199": "systolic",
}


def line(number: int, **cells: str) -> str:
    row = {
        "patient_id": f"CANARY-{number:06}", "measured_on": f"2025-{1 + number % 12:02}-{1 + number % 28:02}",
        "systolic": str(110 + number % 60), "diastolic": "70", "setting": "office", "remarks": "",
    } | cells  # fmt: skip
    return ",".join(f'"{cell}"' for cell in row.values()) + "\n"


@cache
def good() -> str:
    """A file without faults."""
    return HEAD + "".join(map(line, range(ROWS)))


@pytest.fixture
def partnership(tmp_path: Path) -> Iterator[TestPartnership]:
    made = fresh(tmp_path / "var", ("alder",))
    # So little memory that rows are spilled and written out early.
    made.store.connection.execute("SET memory_limit = '200MB'")
    yield made
    made.close()


def folder(partnership: TestPartnership) -> Path:
    return partnership.store.folder


@pytest.mark.heavy
def test_ids_of_an_accepted_file_are_nowhere_at_any_moment(
    partnership: TestPartnership, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    looked: list[set[str]] = []

    def look(rows: int) -> None:
        looked.append(on_disk(folder(partnership), ["CANARY"]))

    checked = submitting.check(partnership.store, good().encode(), "blood_pressure", "alder", on_progress=look)
    assert checked.report.rows_kept == ROWS and checked.submission
    assert looked and not set.union(*looked)
    accepting.accept(partnership.store, checked.submission)
    releasing.publish(partnership.store)
    assert on_disk(folder(partnership), ["CANARY", *IDS]) == set()
    assert in_store(partnership.store, ["CANARY", *IDS]) == set()
    partnership.store.connection.execute("CHECKPOINT")
    assert on_disk(folder(partnership), ["CANARY", *IDS]) == set()
    assert "CANARY" not in caplog.text


@pytest.mark.heavy
@pytest.mark.parametrize(
    "value",
    [pytest.param(value, marks=[pytest.mark.heavy] if n else []) for n, value in enumerate(PLANTED)],
    ids=["ssn as a place", "ssn aside", "e-mail", "phone"],
)
def test_a_refused_file_leaves_nothing(
    partnership: TestPartnership, value: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    data = good() + line(ROWS, **{PLANTED[value]: value})
    checked = submitting.check(partnership.store, data.encode(), "blood_pressure", "alder")
    refused = checked.report.refused
    assert checked.submission is None and isinstance(refused, Refused)
    assert (refused.rule.id, refused.row, refused.column) == ("personal_value", ROWS + 2, PLANTED[value])
    words = [value, "CANARY", *value.split(", ")]
    assert on_disk(folder(partnership), words) == set()
    assert in_store(partnership.store, words) == set()
    said = [str(refused), repr(refused), str(finding_list(checked.report)), caplog.text, *capfd.readouterr()]
    assert not [text for text in said for word in words if word in text]
    kept = partnership.store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchone()
    assert kept == (0,)


def test_the_values_of_findings_are_shown_but_not_kept(partnership: TestPartnership):
    wrong = ["CANARY ROOM", "2025-02-30", "14O"]
    cells = zip(["setting", "measured_on", "systolic"], wrong, strict=True)
    rows = "".join(line(n) for n in range(200)) + "".join(line(300 + n, **{c: v}) for n, (c, v) in enumerate(cells))
    checked = submitting.check(partnership.store, (HEAD + rows).encode(), "blood_pressure", "alder")
    assert set(wrong) <= set(checked.report.table["value"])
    assert checked.submission
    accepting.accept(partnership.store, checked.submission, accept_valid=True)
    assert on_disk(folder(partnership), wrong) == set()
    assert in_store(partnership.store, wrong) == set()
    assert not [f for f in finding_list(checked.report) if "value" in f]


def test_a_crash_in_the_middle_names_nobody(partnership: TestPartnership, monkeypatch: pytest.MonkeyPatch):
    """A batch with a wrong type is a programming error: it stops with its own words, and all is rolled back."""
    right = contract.check
    monkeypatch.setattr(
        contract, "check", lambda batch, *rest: right(batch.with_columns(systolic=batch["setting"]), *rest)
    )
    with pytest.raises(AssertionError) as crash:
        submitting.check(partnership.store, good().encode(), "blood_pressure", "alder")
    assert "CANARY" not in "".join(traceback.format_exception(crash.value))
    assert on_disk(folder(partnership), ["CANARY"]) == set()
    monkeypatch.undo()
    again = submitting.check(partnership.store, good().encode(), "blood_pressure", "alder")
    assert again.report.rows_kept == ROWS
