"""What a later file says differently of the same patient."""

from pathlib import Path

from tests.support.new_partnerships import new_store
from workflow import accepting, submitting

SETTINGS = """
name = "Test"
today = 2026-01-31
[[partners]]
id = "alder"
name = "Alder"
[[partners]]
id = "birch"
name = "Birch"
"""
FIRST = b"patient_id,birth_date,sex\nA,1950-01-01,female\nB,1960-01-01,male\nC,1970-01-01,declined\n"
LATER = b"patient_id,birth_date,sex\nC,1970-01-01,male\nA,1950-01-02,female\nB,1960-01-01,female\n"


def test_another_birth_date_or_sex_is_warned_of_and_the_later_file_decides(tmp_path: Path):
    store = new_store(tmp_path / "var", SETTINGS)
    first = submitting.check(store, FIRST, "patients", "alder")
    assert first.submission is not None and first.report.table.is_empty()
    accepting.accept(store, first.submission)
    elsewhere = submitting.check(store, LATER, "patients", "birch")
    assert elsewhere.report.table.is_empty()  # another partner's A is another person
    later = submitting.check(store, LATER, "patients", "alder")
    found = later.report.table.select("rule", "row", "column").rows()
    assert found == [("contradicts_earlier", 3, "birth_date"), ("contradicts_earlier", 4, "sex")]
    assert later.report.rows_blocked == 0
    store.close()
