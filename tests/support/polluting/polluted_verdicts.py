"""What became of a polluted file: each line stored as it is, told, or refused, or else silently wrong."""

import uuid
from pathlib import Path

from data.ledger.data_folder import make_folder
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.store import Store
from tests.support.polluting.polluted_files import Polluted
from workflow import accepting, administering, submitting

SETTINGS = 'name = "Test"\ntoday = 2026-10-31\n[[partners]]\nid = "alder"\nname = "Alder"\n'
WRONG, RIGHT, TOLD = "silently wrong", "read as it is", "read, and told"
REFUSED, REFUSED_WITHOUT_ROW = "refused, with a row", "refused, without a row"
OPEN_VERDICTS = {WRONG, REFUSED_WITHOUT_ROW}
OF_THE_FILE = {"empty_file"}
"""Refusals of a file that has no row to name."""


def opened(folder: Path) -> Store:
    """An empty store that the files are sent to."""
    make_folder(folder / "var", SETTINGS)
    return administering.open_partnership(folder / "var")


def verdict(store: Store, one: Polluted) -> str:
    """Check the file as a command does, and say what became of it; nothing of it stays."""
    checked = submitting.check(store, one.file, "blood_pressure", "alder")
    report = checked.report
    if report.refused:
        return REFUSED if report.refused.row or report.refused.rule.id in OF_THE_FILE else REFUSED_WITHOUT_ROW
    told = set(report.table["row"].drop_nulls().to_list())
    stored = {}
    if checked.submission is not None:
        stored = _stored(store, checked.submission)
        accepting.discard(store, checked.submission)
    codes = Pseudonyms(store.key, domain("patient_id", "alder"))
    truth = {n: (uuid.UUID(bytes=codes.code(cells[0])), *cells[1:]) for n, cells in one.truth.items()}
    if any(cells != truth.get(n) for n, cells in stored.items() if n not in told):
        return WRONG
    if any(cells[:2] != truth.get(n, ())[:2] for n, cells in stored.items()):
        return WRONG  # who and when is never another's, whatever is told
    if checked.submission is not None and any(n not in stored and n not in told for n in truth):
        return WRONG
    if report.rows_in != report.rows_kept + report.rows_blocked + report.rows_left_out:
        return WRONG
    return RIGHT if stored == truth else TOLD


def _stored(store: Store, submission: int) -> dict[int, tuple[object, ...]]:
    """Line -> what is stored of it, as it was written."""
    rows = store.cursor().execute(
        "SELECT row, patient_id, measured_on, systolic, diastolic, setting FROM rows.blood_pressure WHERE submission = ?",
        [submission],
    ).fetchall()  # fmt: skip
    return {row[0]: (row[1], str(row[2]), *(_whole(v) for v in row[3:5]), row[5] or "") for row in rows}


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
