"""Rows that contradict themselves or each other: the partner reads of them, whatever the figures make of them."""

import pytest

from tests.support.partnerships import as_csv, fresh
from workflow import submitting


@pytest.mark.parametrize(
    ("systolic", "diastolic"), [("16", "9.3"), ("0", "0"), ("80", "130")], ids=["kilopascal", "zero", "swapped"]
)
def test_implausible_reading_is_a_finding_and_never_controlled(tmp_path, systolic, diastolic):
    partnership = fresh(tmp_path / "p", ("alder",))
    row = {"patient_id": "P1", "measured_on": "2024-05-01", "systolic": systolic, "diastolic": diastolic}
    made = submitting.check(partnership.store, as_csv("blood_pressure", [row]), "blood_pressure", "alder")
    assert made.submission is None
    assert (made.report.rows_undecided, made.report.unusable_share) == (1, 1)
    assert made.report.table["row"].to_list()[0] == 2
    partnership.close()


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("overlapping_stays", {"disposition": "home"}, {"admitted_on": "2024-03-04"}),
        ("after_death", {"disposition": "died"}, {"admitted_on": "2024-03-20"}),
    ],
)
def test_contradictions_between_stays_are_told_to_the_partner(tmp_path, rule, first, second):
    partnership = fresh(tmp_path / "p", ("alder",))
    stay = {"patient_id": "P1", "stay_type": "inpatient", "discharged_on": "2024-03-22"}
    rows = [
        {**stay, "stay_id": "S1", "admitted_on": "2024-03-01", **first, "discharged_on": "2024-03-05"},
        {**stay, "stay_id": "S2", **second},
    ]
    made = submitting.check(partnership.store, as_csv("hospital_stays", rows), "hospital_stays", "alder")
    assert made.report.rows_kept == 2
    assert made.report.table.select("rule", "row").rows() == [(rule, 3)]
    partnership.close()
