"""The store: what an older one lacks is added when it is opened."""

import os

import pytest

from data.ledger.opening import engine
from data.ledger.opening.store_faults import StoreUnavailable
from data.ledger.store import open_store
from schemas.policy.partnership import Partnership
from workflow import accepting, submitting

PARTNERSHIP = Partnership.model_validate({"today": "2026-01-31", "partners": [{"id": "alder", "name": "Alder"}]})
KEY = b"a key only for tests"


def test_a_column_declared_since_is_added_and_filled_by_name(tmp_path):
    """It stands last in the table, wherever it stands among the columns."""
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    old = b"patient_id,measured_on,systolic,diastolic,setting\nP1,2025-03-01,128,79,office\n"
    accepting.accept(opened, submitting.check(opened, old, "blood_pressure", "alder").submission or 0)
    opened.cursor().execute("ALTER TABLE rows.blood_pressure DROP COLUMN systolic")
    opened.close()
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    new = b"patient_id,measured_on,systolic,diastolic,setting\nP1,2025-05-02,130,80,home\n"
    accepting.accept(opened, submitting.check(opened, new, "blood_pressure", "alder").submission or 0)
    rows = opened.cursor().execute(
        "SELECT systolic, diastolic, setting FROM in_force.blood_pressure ORDER BY measured_on"
    )
    assert rows.fetchall() == [(None, 79, "office"), (130, 80, "home")]
    opened.close()


@pytest.mark.parametrize(("said", "cores", "taken"), [(None, 8, "7"), (None, 1, "1"), ("5", 8, "5")])
def test_a_server_leaves_one_core_to_the_pages_where_nobody_said_how_many(monkeypatch, said, cores, taken):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setenv(engine.THREADS_VARIABLE, said or "")
    if said is None:
        monkeypatch.delenv(engine.THREADS_VARIABLE)
    engine.leave_one_processor()
    assert os.environ[engine.THREADS_VARIABLE] == taken


def test_memory_that_a_count_used_goes_back_to_the_machine(tmp_path):
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    said = "SELECT current_setting('allocator_background_threads')"
    assert opened.cursor().execute(said).fetchall() == [(True,)]
    opened.close()


@pytest.mark.parametrize("said", ["0", "-1", "two", "1.5", "9999"])
def test_a_number_of_threads_that_is_none_opens_nothing(tmp_path, monkeypatch, said):
    monkeypatch.setenv("CONCORD_THREADS", said)
    with pytest.raises(StoreUnavailable, match="CONCORD_THREADS must be a whole number"):
        open_store(tmp_path, PARTNERSHIP, KEY)
    monkeypatch.setenv("CONCORD_THREADS", "1")
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    assert opened.cursor().execute("SELECT current_setting('threads')").fetchall() == [(1,)]
    opened.close()
