"""Files made by others to break readers: each is answered with a refusal, findings or rows, never an exception."""

import csv
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.checking import file_check
from data.checking.file_check import Checked
from data.checking.intake_report import Report
from data.findings import rows_with
from data.ledger.store import Store
from schemas.policy.rule_catalog import RULES
from tests.support.new_partnerships import new_store
from tests.support.real_input import SHARED, shared
from tests.support.whole_run.every_run import some_of
from workflow import accepting, submitting

DATASETS_TRIED = ("patients", "blood_pressure", "indicator_counts")
SLOWEST = 10.0
SPREADSHEETS_END = ("not_a_text_file", "header_unreadable", "damaged_file", "encrypted_file", "empty_file", "missing_column",
                    "several_tables", "unreadable_bytes")  # fmt: skip
SETTINGS = 'name = "Test"\ntoday = 2026-01-31\n[[partners]]\nid = "alder"\nname = "Alder"\n'
HEADER = "patient_id,measured_on,systolic,diastolic,setting,remark"
CORPUS = SHARED / "corpus"
# Where the corpus is absent one test of each kind remains, to say so: `store` skips it.
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file()) or ["absent"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    shared("corpus")
    folder = tmp_path_factory.mktemp("corpus") / "var"
    opened = new_store(folder, SETTINGS + '[limits]\nblocked_share = { value = 100, reason = "a test" }\n')
    yield opened
    opened.close()


def answered(store: Store, file: Path | bytes, dataset: str) -> Report:
    """Check the file; it must be answered, in time, with every row accounted for and no thread left behind."""
    before = set(threading.enumerate())
    began = time.monotonic()
    checked = submitting.check(store, file, dataset, "alder", date_order="mdy")
    assert time.monotonic() - began < SLOWEST
    left = {thread.name for thread in threading.enumerate() if thread not in before}
    assert {name for name in left if not name.startswith("Dummy-")} == set()  # a dummy stands for a thread of a library
    report = checked.report
    told = file_check.finding_list(report)
    assert all(finding["rule"] in RULES and finding["message"] for finding in told)
    if report.refused:
        assert checked.submission is None
        assert report.refused.rule.reach == "submission"
        assert report.refused.rule.id in {finding["rule"] for finding in told}
    else:
        assert report.rows_in > 0
        found = [len(rows_with(report.table, reach)) for reach in ("record", "line")]
        assert [report.rows_blocked, report.rows_left_out] == found
        assert report.rows_in == report.rows_kept + sum(found)
        counted = counted_apart(checked)
        assert counted in (None, report.rows_in)
    if checked.submission:
        accepting.discard(store, checked.submission)
    return report


def counted_apart(checked: Checked) -> int | None:
    """The rows below the header that hold something, counted by Python's own reader; None where quotation marks stand
    so that readers differ."""
    header, source = checked.report.header, checked.table
    assert header and source
    with source.open() as raw:
        text = raw.read().decode(source.encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[header.row :]
    try:
        reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=header.delimiter, strict=True)
        return sum(any(cell.strip() for cell in row) for row in reader) + len(header.second)
    except csv.Error:
        return None


def test_the_corpus_is_there() -> None:
    assert [*shared("corpus").rglob("*")]
    assert len(FILES) > 50


def as_datasets(files: list[str]) -> list[Any]:
    """Each file as each dataset: as one of them in every run, in turns, and as the others with the heavy cases."""
    return [
        pytest.param(name, dataset, id=f"{name}-{dataset}", marks=[] if n % 3 == turn else [pytest.mark.heavy])
        for n, name in enumerate(files)
        for turn, dataset in enumerate(DATASETS_TRIED)
    ]


@pytest.mark.parametrize(("name", "dataset"), as_datasets(FILES))
def test_each_file_as_it_is(store: Store, name: str, dataset: str) -> None:
    report = answered(store, CORPUS / name, dataset)
    if name.endswith((".xlsx", ".xls")):
        assert report.refused and report.refused.rule.id in SPREADSHEETS_END


@pytest.mark.parametrize("name", some_of(FILES, 3))
def test_each_file_below_a_good_header(store: Store, name: str) -> None:
    """The header lets it past the first refusal: the rows are read, and each is accounted for."""
    answered(store, HEADER.encode() + b"\n" + (CORPUS / name).read_bytes(), "blood_pressure")


@pytest.mark.parametrize("column", some_of(range(6), 3))
@pytest.mark.parametrize("name", ["blns/blns.txt", "csv-injection/Intruder/csv-payload.txt"])
def test_each_naughty_line_in_each_column(store: Store, name: str, column: int) -> None:
    """A line of the list at a time as one cell of a good row. Only plainly personal ones refuse the file."""
    text = (CORPUS / name).read_bytes().decode().split("\n")
    naughty = [line for line in text if line.strip() and not line.startswith("#") and "\r" not in line]
    kept_back: list[str] = []
    while True:
        rows = [_row(line, column, n) for n, line in enumerate(naughty)]
        report = answered(store, "\n".join([HEADER, *rows]).encode(), "blood_pressure")
        if report.refused is None:
            break
        assert report.refused.rule.id in ("personal_value", "unclosed_quote"), report.refused
        assert report.refused.row
        kept_back.append(naughty.pop(report.refused.row - 2))
    assert report.rows_in == len(naughty)
    assert len(kept_back) <= 0.05 * (len(naughty) + 20), kept_back


def _row(line: str, column: int, number: int) -> str:
    cells = [f"P{number}", "2025-03-01", "128", "79", "office", ""]
    cells[column] = '"' + line.replace('"', '""') + '"'
    return ",".join(cells)
