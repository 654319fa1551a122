"""What a mean needs that a rate does not: an interval of its own, exact totals, and no numerator."""

import datetime as dt
import math
from decimal import Decimal

import pytest

from data.ledger.submissions import Window
from metrics.composing.composition import compose
from metrics.indicators import indicators
from tests.support.partnerships import as_csv, fresh
from workflow import submitting


def sent(folder, pressures):
    """One clinic with a person with diabetes for each pressure."""
    partnership = fresh(folder, ("alder",))
    people = [f"P{n}" for n in range(len(pressures))]
    partnership.load([
        ("alder", "clinical_events",
         [{"patient_id": p, "event": "diabetes", "starts_on": "2020-01-01"} for p in people], None),
        ("alder", "blood_pressure",
         [{"patient_id": p, "measured_on": "2025-05-01", "systolic": s} for p, s in zip(people, pressures, strict=True)],
         Window.read("2025-01-01:2025-12-31")),
    ])  # fmt: skip
    return partnership


def figure(partnership):
    store = partnership.store
    found = compose(store.cursor(), store.partnership, indicators(), closes=dt.date(2025, 12, 31))
    return next(r for r in found.to_dicts()
                if r["indicator"] == "systolic_diabetes" and r["scope"] == "partnership"
                and r["period_kind"] == "year" and r["stratifier"] == "all")  # fmt: skip


def test_the_result_is_the_mean_with_students_interval_and_no_numerator(tmp_path):
    pressures = [120, 130, 140, 125, 135, 128, 131, 149, 118, 122, 137, 133]
    partnership = sent(tmp_path / "p", pressures)
    found = figure(partnership)
    partnership.close()
    mean = sum(pressures) / 12
    deviation = math.sqrt(sum((p - mean) ** 2 for p in pressures) / 11)
    t = 2.200985160082949  # Student's t, 11 degrees of freedom, 97.5 %
    assert found["denominator"] == 12 and found["numerator"] is None and not found["suppressed"]
    assert found["rate"] == pytest.approx(mean, abs=1e-9)
    assert found["low"] == pytest.approx(mean - t * deviation / math.sqrt(12), abs=1e-9)
    assert found["high"] == pytest.approx(mean + t * deviation / math.sqrt(12), abs=1e-9)


def test_no_mean_over_fewer_than_11_people(tmp_path):
    partnership = sent(tmp_path / "p", [120.5] * 10)
    found = figure(partnership)
    partnership.close()
    assert found["suppressed"]


@pytest.mark.heavy
def test_a_corrected_value_moves_the_total_though_nobody_comes_or_goes(tmp_path):
    partnership = sent(tmp_path / "p", [120] * 12)
    partnership.send(
        "alder", "blood_pressure", [{"patient_id": f"P{n}", "measured_on": "2025-05-01", "systolic": 121.5} for n in range(12)],
        Window.read("2025-01-01:2025-12-31"),
    )  # fmt: skip
    key = next(k for k in partnership.counts() if k[:3] == ("systolic_diabetes", "alder", "year") and k[5] == "all")
    assert partnership.counts()[key][:2] == (12, Decimal("1458.0"))
    partnership.close()


def test_totals_of_a_mean_cannot_be_sent(tmp_path):
    partnership = fresh(tmp_path / "p", ("alder",))
    row = {"indicator": "systolic_diabetes", "period_start": "2025-01-01", "period_end": "2025-12-31",
           "numerator": 5, "denominator": 10}  # fmt: skip
    made = submitting.check(partnership.store, as_csv("indicator_counts", [row]), "indicator_counts", "alder")
    partnership.close()
    assert made.report.table["rule"].to_list() == ["unknown_indicator"]
