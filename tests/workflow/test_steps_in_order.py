"""The ledger's steps are numbered one after the other, also where several end together."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.checking import file_check
from tests.support.partnerships import fresh

pytestmark = pytest.mark.both_stores(quick=True)
SCREENS = [
    {"patient_id": "P1", "screened_on": dt.date(2025, 3, 1), "instrument": "result_only", "result": "at_risk"}
]  # fmt: skip


def test_two_checks_that_end_together_are_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_kind: str):
    made = fresh(tmp_path / "var", ("alder", "birch"))
    assert (made.store.lake is not None) == (store_kind == "lake"), "the marker decides where the store lies"
    both, recorded = threading.Barrier(2, timeout=120), file_check._record

    def together(*told):
        recorded(*told)
        both.wait()  # both transactions have begun, and neither sees what the other will write

    monkeypatch.setattr(file_check, "_record", together)
    with ThreadPoolExecutor(2) as senders:
        list(senders.map(lambda partner: made.check(partner, "food_security", SCREENS), made.partners))
    steps = made.store.cursor().execute("SELECT event, state FROM submission_event ORDER BY event").fetchall()
    assert steps == [(1, "checked"), (2, "checked")]
    made.close()
