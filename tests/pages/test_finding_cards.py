"""Findings as they are shown and taken along: grouped, worst first, with hints, never a value in a download."""

import time

import polars as pl
import pytest

from pages.components.forms import finding_cards
from pages.components.wording.cell_hints import hint
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.rule_catalog import RULES


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
    groups = finding_cards.groups(table, RULES)
    assert [g.rule.id for g in groups] == [
        "personal_value", "wrong_number", "wrong_date", "unknown_patient", "extra_column",
    ]  # fmt: skip
    assert [g.look.words for g in groups] == [
        "Stops the file", "Blocks the row", "Blocks the row", "Check", "For information",
    ]  # fmt: skip


def cells(groups: list[finding_cards.Group]) -> set[tuple[str, int]]:
    return {(g.rule.id, row) for g in groups for row in g.cells["row"].to_list()}


LOOKED_FOR = found(
    ("wrong_number", 12, "systolic", "a12"),
    ("wrong_date", 12, "measured_on", "soon"),
    ("wrong_date", 112, "measured_on", "later"),
    ("unknown_patient", 30, "patient_id", None),
)
OWN_NAMES = {"measured_on": "Date Taken"}


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("", {("wrong_number", 12), ("wrong_date", 12), ("wrong_date", 112), ("unknown_patient", 30)}),
        ("12", {("wrong_number", 12), ("wrong_date", 12)}),  # row 112 is another row
        ("row 12", {("wrong_number", 12), ("wrong_date", 12)}),
        ("20-200", {("wrong_date", 112), ("unknown_patient", 30)}),
        ("rows 20 to 40", {("unknown_patient", 30)}),
        ("taken", {("wrong_date", 12), ("wrong_date", 112)}),
        ("measured", {("wrong_date", 12), ("wrong_date", 112)}),
        ("SOON", {("wrong_date", 12)}),
        ("not a date", {("wrong_date", 12), ("wrong_date", 112)}),
        ("nothing like it", set()),
    ],
)
def test_a_search_finds_rows_by_number_and_words_anywhere(text, met):
    assert cells(finding_cards.matching(finding_cards.groups(LOOKED_FOR, RULES, OWN_NAMES), text)) == met


def test_filters_hold_together():
    groups = finding_cards.groups(LOOKED_FOR, RULES, OWN_NAMES)
    assert cells(finding_cards.narrowed(groups, [], [], [])) == cells(groups)
    assert cells(finding_cards.narrowed(groups, ["check"], [], [])) == {("unknown_patient", 30)}
    assert cells(finding_cards.narrowed(groups, ["blocks"], [], ["Date Taken"])) == {
        ("wrong_date", 12),
        ("wrong_date", 112),
    }
    assert finding_cards.narrowed(groups, ["blocks"], ["unknown_patient"], []) == []


def test_ten_thousand_findings_are_searched_in_the_blink_of_an_eye():
    many = [
        (("wrong_date", "wrong_number")[n % 2], n, ("measured_on", "systolic")[n % 2], f"v{n}") for n in range(10_000)
    ]
    groups = finding_cards.groups(found(*many), RULES, OWN_NAMES)
    began = time.perf_counter()
    for text in ("v99", "date", "5000", "10-5000"):
        assert finding_cards.matching(finding_cards.narrowed(groups, ["blocks"], [], []), text)
    assert time.perf_counter() - began < 1


def test_the_findings_file_holds_no_value_and_no_formula():
    table = pl.DataFrame(
        {
            "rule": ["wrong_number", "extra_column"],
            "row": [2, 1],
            "column": ["systolic", "=cmd()"],
            "value": ["14O", None],
        }
    )
    text = finding_cards.findings_file(table, RULES).decode("utf-8-sig")
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
        ("wrong_date", "measured_on", "1740787200", "2025-03-01, if it counts seconds since 1970"),
        ("wrong_date", "measured_on", "1740787200000", "2025-03-01, if it counts milliseconds since 1970"),
        ("wrong_date", "measured_on", "2025-03", "The day is missing"),
        ("wrong_date", "measured_on", "03/2025", "The day is missing"),
        ("wrong_date", "measured_on", "2025 Q1", "The day is missing"),
        ("wrong_date", "measured_on", "12345678901", "Such as 2026-01-12"),
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
