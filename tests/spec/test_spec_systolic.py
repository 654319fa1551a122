"""Mean systolic pressure of people with diabetes: the definition as tables, a line for each row that a partner sends.

Unless a trap says otherwise: born 1970, diabetes since 2020 and one reading of 130/80 on 1 May 2024. The expected
figure is the total of the people's pressures and their number, of the year 2024.
"""

import math
from decimal import Decimal

import pytest

from data.ledger.submissions import Window
from metrics.indicators import indicators
from metrics.results.published_results import compose
from tests.spec.spec_table import Counts, Trap, spec
from tests.spec.test_spec_blood_pressure import BASE as HYPERTENSION
from tests.support.partnerships import as_csv, fresh
from workflow import submitting

SHORT = {"mean": ("systolic_diabetes",)}
BASE = HYPERTENSION.replace("hypertension", "diabetes    ").replace(
    "| office_visit | 2024-03-05", "|              |           "
)

READINGS = """
trap                                               | measured_on | systolic | diastolic | setting   | expected
the_pressure_counts_as_it_is                       | 2024-05-01  | 138.5    | 80        |           | 138.5 of 1
a_reading_without_diastolic_counts                 | 2024-05-01  | 131      |           |           | 131 of 1
a_reading_without_systolic_is_none                 | 2024-05-01  |          | 80        |           | 0 of 0
latest_day_decides_also_when_it_is_higher          | 2024-05-01  | 120      | 80        |           | 151 of 1
                                                   | 2024-05-02  | 151      | 80        |           |
lowest_of_the_latest_day_counts                    | 2024-05-02  | 151      | 80        |           | 143 of 1
                                                   | 2024-05-02  | 143      | 80        |           |
latest_day_without_systolic_is_passed_over         | 2024-05-02  | 143      | 80        |           | 143 of 1
                                                   | 2024-06-02  |          | 70        |           |
reading_on_the_last_day_counts                     | 2024-12-31  | 140      | 80        |           | 140 of 1
reading_after_the_period_does_not_count            | 2025-01-01  | 140      | 80        |           | 0 of 0
emergency_reading_is_dropped                       | 2024-05-02  | 190      | 80        | emergency | 0 of 0
a_month_takes_its_own_readings                     | 2024-05-01  | 120      | 80        |           | in 2024-05 120 of 1; 150 of 1
                                                   | 2024-06-01  | 150      | 80        |           |
"""

PEOPLE = """
trap                                               | birth_date | event           | starts_on  | ends_on    | status    | without  | expected
hypertension_alone_is_out                          |            | hypertension    | 2020-01-01 |            |           | diabetes | 0 of 0
diabetes_refuted_is_out                            |            | diabetes        | 2020-01-01 |            | refuted   |          | 0 of 0
diabetes_that_ended_before_the_period_is_out       |            | diabetes        | 2020-01-01 | 2023-12-31 |           |          | 0 of 0
diabetes_from_the_last_day_of_the_period_is_in     |            | diabetes        | 2024-12-31 |            |           |          | 130 of 1
diabetes_after_the_period_is_out                   |            | diabetes        | 2025-01-01 |            |           |          | 0 of 0
eighteen_on_the_last_day_is_in                     | 2006-12-31 |                 |            |            |           |          | 130 of 1
eighteen_a_day_too_late_is_out                     | 2007-01-01 |                 |            |            |           |          | 0 of 0
ninety_is_in                                       | 1934-01-01 |                 |            |            |           |          | 130 of 1
"""

EXCLUDED = """
trap                                               | event           | starts_on  | ends_on    | status | expected
hospice_in_the_period_excludes                     | hospice         | 2024-02-01 | 2024-03-01 |        | 0 of 0, hospice 1
hospice_before_the_period_does_not                 | hospice         | 2023-02-01 | 2023-12-31 |        | 130 of 1
pregnancy_excludes                                 | pregnancy       | 2024-02-01 | 2024-10-01 |        | 0 of 0, pregnancy 1
hospice_is_named_before_palliative_care            | hospice         | 2024-02-01 | 2024-03-01 |        | 0 of 0, hospice 1
                                                   | palliative_care | 2024-02-01 | 2024-03-01 |        |
kidney_failure_does_not_exclude                    | ckd_stage_5     | 2024-02-01 |            |        | 130 of 1
"""

SPEC = spec(SHORT, BASE, READINGS, PEOPLE, EXCLUDED)


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return SPEC.counts(tmp_path_factory.mktemp("spec") / "p")


@pytest.mark.parametrize("trap", SPEC.traps, ids=lambda trap: trap.name)
def test_mean(trap: Trap, counts: Counts):
    SPEC.holds(trap, counts)


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
    found = compose(store.cursor(), store.partnership, indicators())
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
