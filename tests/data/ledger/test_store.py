"""The store: what an older one lacks is added when it is opened."""

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
