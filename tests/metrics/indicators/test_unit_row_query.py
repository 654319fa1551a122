"""Which queries take each unit to every period that holds its month, and do no more: their months can be added up."""

import shutil
from pathlib import Path

import pytest

from metrics.indicators import definition_files, indicators
from metrics.indicators.unit_row_query import FILE, read_query

KNOWN = Path(definition_files.__file__).parent
ENDS = "FROM loop_ends JOIN period_months USING (month)"


def test_units_that_are_stays_referrals_or_programs_lie_in_one_month():
    assert {i.id for i in indicators().values() if i.by_month} == {
        i.id for i in indicators().values() if i.units in ("stays", "referrals", "enrollments")
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ENDS, f"{ENDS} JOIN periods USING (period)"),
        (ENDS, f"{ENDS} WHERE begun_on < period_end"),
        (ENDS, f"{ENDS} WHERE period > 3"),
        (ENDS, f"{ENDS} QUALIFY row_number() OVER (PARTITION BY person ORDER BY begun_on) = 1"),
        (ENDS, f"{ENDS} ORDER BY begun_on LIMIT 3"),
        (ENDS, "FROM loop_ends JOIN period_months ON begun_on BETWEEN period_start AND period_end"),
        ("SELECT person, period,", "SELECT DISTINCT person, period,"),
        ("begun_on AS aged_on", "max(begun_on) OVER (PARTITION BY person, need) AS aged_on"),
        ("begun_on AS aged_on", "period_end AS aged_on"),
    ],
)
def test_a_query_that_looks_at_periods_is_none_of_them(tmp_path, old, new):
    folder = Path(shutil.copytree(KNOWN / "referral_served", tmp_path / "referral_served"))
    assert read_query(folder).by_month
    text = (folder / FILE).read_text()
    assert old in text
    (folder / FILE).write_text(text.replace(old, new))
    found = read_query(folder)
    assert found.faults == () and not found.by_month
