"""Real input: the CMS Hospital Readmissions Reduction Program, hospital by hospital, as counts of a partner.

Three figures of five are not numbers ('Too Few to Report', 'N/A'): they stay unknown, and are never read as zero.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from data.checking.file_check import Checked
from data.ledger.store import Store
from schemas.policy.viewer import Viewer
from tests.support.partnerships import TestPartnership, as_csv, fresh
from tests.support.real_input import Table, read, shared
from workflow import accepting, submitting

FILE = "FY_2024_Hospital_Readmissions_Reduction_Program_Hospital.csv"
INDICATOR = "readmission_any_hospital"
TOO_FEW = 4_187
PARTNER = Viewer(role="partner", partner_id="alder")
Key = tuple[int, str]
"""Measure and facility, as years and groups that totals may hold."""


@dataclass
class Cms:
    """The source's rows, and the partnership after they were sent, accepted and released."""

    rows: Table
    checked: Checked
    store: Store

    def counts(self) -> dict[Key, tuple[int | None, int | None]]:
        found = (
            self.store.cursor()
            .execute("SELECT year(period_end), category, numerator, denominator FROM in_force.indicator_counts")
            .fetchall()
        )
        assert len(found) == len(self.rows)
        return {(measure, facility): (numerator, denominator) for measure, facility, numerator, denominator in found}


def as_counts(row: dict[str, str]) -> dict[str, object]:
    return {
        "indicator": INDICATOR,
        "period_start": f"{key(row)[0] - 1}-10-01",
        "period_end": f"{key(row)[0]}-09-30",
        "stratifier": "zip",
        "category": key(row)[1],
        "numerator": row["Number of Readmissions"],
        "denominator": row["Number of Discharges"],
    }


def in_its_own_period(row: dict[str, str]) -> dict[str, object]:
    return as_counts(row) | {"period_start": row["Start Date"], "period_end": row["End Date"]}


@cache
def _groups() -> tuple[dict[str, int], dict[str, str]]:
    """The source's measures and facilities -> years and five digits: totals hold no words of their own."""
    rows = read(shared("real") / "cms" / FILE)
    measures, facilities = (sorted({row[c] for row in rows}) for c in ("Measure Name", "Facility ID"))
    return {m: 2024 - n for n, m in enumerate(measures)}, {f: f"{n:05}" for n, f in enumerate(facilities)}


def key(row: dict[str, str]) -> Key:
    measures, facilities = _groups()
    return measures[row["Measure Name"]], facilities[row["Facility ID"]]


@pytest.fixture(scope="module")
def cms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cms]:
    rows = read(shared("real") / "cms" / FILE)
    partnership = fresh(tmp_path_factory.mktemp("cms") / "var")
    file = as_csv("indicator_counts", [as_counts(row) for row in rows])
    checked = submitting.check(partnership.store, file, "indicator_counts", "alder")
    assert checked.submission is not None, checked.report.table
    accepting.accept(partnership.store, checked.submission)
    yield Cms(rows, checked, partnership.store)
    partnership.close()


def test_every_row_is_kept(cms: Cms) -> None:
    assert len(cms.rows) == 18_774
    assert (cms.checked.report.rows_in, cms.checked.report.rows_kept) == (18_774, 18_774)


def test_every_hidden_cell_is_a_finding_in_its_place(cms: Cms) -> None:
    expected = {
        (number, ours)
        for number, row in enumerate(cms.rows, start=2)
        for ours, theirs in (("numerator", "Number of Readmissions"), ("denominator", "Number of Discharges"))
        if row[theirs] in ("Too Few to Report", "N/A")
    }
    table = cms.checked.report.table
    assert set(table["rule"]) == {"hidden_at_source"}
    assert set(table.select("row", "column").iter_rows()) == expected
    assert Counter(table.filter(column="numerator")["value"])["Too Few to Report"] == TOO_FEW


def test_hidden_cells_stay_unknown_in_the_store(cms: Cms) -> None:
    counts = cms.counts()
    for row in cms.rows:
        numerator, denominator = counts[key(row)]
        sent = row["Number of Readmissions"], row["Number of Discharges"]
        assert (numerator, denominator) == tuple(int(cell) if cell.isdigit() else None for cell in sent)
    too_few = [key(row) for row in cms.rows if row["Number of Readmissions"] == "Too Few to Report"]
    assert [counts[k] for k in too_few] == [(None, None)] * TOO_FEW


def test_leading_zeros_are_kept(cms: Cms) -> None:
    facilities = [facility for _, facility in cms.counts()]
    assert set(facilities) == {key(row)[1] for row in cms.rows} and "00000" in facilities


def test_the_sources_own_three_years_are_refused_row_by_row(tmp_path: Path, cms: Cms) -> None:
    """Of another period than a month or a year nobody could say what it overlaps, and so what it gives away."""
    partnership: TestPartnership = fresh(tmp_path / "var")
    file = as_csv("indicator_counts", [in_its_own_period(row) for row in cms.rows[:10]])
    report = submitting.check(partnership.store, file, "indicator_counts", "alder", date_order="mdy").report
    refused = report.table.filter(rule="undeclared_period")
    assert refused["row"].to_list() == list(range(2, 12)) and report.rows_kept == 0
    partnership.close()


def test_without_an_order_the_dates_are_asked_about(tmp_path: Path, cms: Cms) -> None:
    partnership: TestPartnership = fresh(tmp_path / "var")
    file = as_csv("indicator_counts", [in_its_own_period(row) for row in cms.rows[:10]])
    report = submitting.check(partnership.store, file, "indicator_counts", "alder").report
    assert report.refused is not None
    assert (report.refused.rule.id, report.refused.row, report.refused.column) == (
        "date_order_unknown", 2, "period_start",
    )  # fmt: skip
    partnership.close()
