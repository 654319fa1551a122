"""Findings as they are shown and taken along: grouped, worst first, with hints, never a value in a download."""

import polars as pl
import pytest

from pages.components import findings
from pages.components.hints import hint
from schemas.datasets import DATASETS
from schemas.rules import RULES


def found(*cells: tuple[str, int | None, str | None, str | None]) -> pl.DataFrame:
    schema = {"rule": pl.String, "row": pl.UInt32, "column": pl.String, "value": pl.String}
    return pl.DataFrame(list(cells), schema=schema, orient="row")


def test_causes_come_worst_first_and_then_the_most_frequent():
    table = found(
        ("extra_column", 1, "x", None),
        ("unknown_patient", 2, "patient_id", None),
        ("wrong_date", 3, "measured_on", "?"),
        ("wrong_number", 3, "systolic", "a"),
        ("wrong_number", 4, "systolic", "b"),
        ("personal_value", 5, "notes", None),
    )
    groups = findings.groups(table, RULES)
    assert [g.rule.id for g in groups] == [
        "personal_value", "wrong_number", "wrong_date", "unknown_patient", "extra_column",
    ]  # fmt: skip
    assert [g.look.words for g in groups] == [
        "Stops the file", "Blocks the row", "Blocks the row", "Check", "For information",
    ]  # fmt: skip


def test_the_findings_file_holds_no_value_and_no_formula():
    table = pl.DataFrame(
        {
            "rule": ["wrong_number", "extra_column"],
            "row": [2, 1],
            "column": ["systolic", "=cmd()"],
            "value": ["14O", None],
        }
    )
    text = findings.findings_file(table, RULES).decode("utf-8-sig")
    assert text.splitlines()[0] == "rule,row,column,message"
    assert "14O" not in text and ",'=cmd()," in text


@pytest.mark.parametrize(
    ("rule", "column", "value", "said"),
    [
        ("not_in_vocabulary", "setting", "ofice", "office?"),
        ("not_in_vocabulary", "setting", "office visit", "office?"),
        ("not_in_vocabulary", "setting", "zzz", ""),
        ("wrong_date", "measured_on", "2026-02-30", "February has 28 days"),
        ("wrong_date", "measured_on", "46204", "A spreadsheet's day number"),
        ("wrong_date", "measured_on", "2026-13-01", "There are 12 months"),
        ("wrong_number", "systolic", "14O", "140?"),
        ("wrong_number", "systolic", "128 mmHg", "128?"),
        ("systolic_implausible", "systolic", "16", "120 mmHg, if this is kPa"),
        ("systolic_implausible", "systolic", "4", ""),
        ("blank_required", "measured_on", None, "Such as 2026-01-12"),
        ("no_pressure", None, None, ""),
    ],
)
def test_hints(rule, column, value, said):
    assert hint(rule, column, value, DATASETS["blood_pressure"]) == said
