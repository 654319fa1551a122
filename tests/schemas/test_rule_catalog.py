"""The rule catalog and the limits of the checks: whole, raised, and in the words of the limits of the partnership."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest

from data.checking import file_check
from data.examples.dataset_templates import guide
from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from data.ledger.submissions import Window
from data.receiving import archive_members
from data.receiving.archive_members import Member
from data.receiving.file_source import Place
from data.receiving.text_table import examine
from pages.components.forms.finding_cards import LOOKS
from pages.components.layout import page_state
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy import rule_catalog
from schemas.policy.limits import Limits
from schemas.policy.partnership import Partnership
from schemas.policy.rule import CONFIRMED, SEVERITIES
from schemas.policy.rule_catalog import RULES
from tests.data.checking import test_bad_input, test_cross_checks, test_examples
from tests.support.new_partnerships import new_folder, new_store
from tests.support.whole_run.every_run import some_of
from workflow import accepting, submitting

SETTINGS = 'demo = true\ntoday = 2026-01-31\n[[partners]]\nid = "alder"\nname = "Alder"\n'
READINGS = "patient_id,measured_on,systolic,diastolic"
ALWAYS = {"submission": {"stops"}, "record": {"blocks"}, "value": {"blanks"}, "line": {"information"}, "between": {"check"},
          "warning": {"check", "information"}}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from opened(tmp_path, "")


def opened(folder: Path, limits: str) -> Iterator[Store]:
    store = new_store(folder / "var", f"{SETTINGS}[limits]\n{limits}")
    yield store
    store.close()


def file(*rows: str, header: str = READINGS) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_is_wrong_and_how_to_fix_it(rule):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", rule.id)
    assert re.fullmatch(r"[A-Z].*[^.]", rule.title) and re.fullmatch(r"[A-Z].*\.", rule.fix)
    assert "{" not in rule.title + rule.fix
    assert rule.severity in ALWAYS[rule.reach]
    assert LOOKS[rule.severity].words


def test_severities_are_ordered_from_the_worst():
    orders = [next(r.order for r in RULES.values() if r.severity == severity) for severity in SEVERITIES]
    assert orders == [0, 1, 2, 3, 4]


def test_a_refusal_speaks_of_no_limit():
    """It is told before the partnership's limits are at hand (`data.findings.Refused`)."""
    stops = [r for r in rule_catalog._WRITTEN.values() if r["reach"] == "submission"]
    assert stops and not [r for r in stops if "{" in r["title"] + r["fix"]]


def raised(store: Store) -> Iterator[str]:
    """The rules that the traps of the other tests do not raise."""
    day = file("P1,2025-03-01,128,79", "P2,2025-03-02,128,79")
    locked = bytearray(test_bad_input.archive(a=day))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    sent: list[tuple[Place, dict[str, Any]]] = [
        (day, {"covers": Window.read("2025-03-01:2025-03-01")}),
        (examine(Member("", day, marks={"error_cells": 1})), {}),
        (bytes(locked), {}),
        (gzip.compress(b"," * (4 << 20)), {}),
        (file(*[f"{n},2025-03-01,128,79" for n in (*range(1000, 100_000, 990), 17)]), {}),
    ]
    for data, more in sent:
        report = submitting.check(store, data, "blood_pressure", "alder", **more).report
        yield from report.table["rule"]
    made = submitting.check(store, file(*[f"P{n},2025-03-01,128,79" for n in range(9)]), "blood_pressure", "alder")
    assert made.submission
    accepting.accept(store, made.submission)
    yield from submitting.check(store, day, "blood_pressure", "alder").report.table["rule"]


ELSEWHERE = {
    "header_in_other_order": "data/checking/test_program_output",
    "second_header": "data/reading/test_column_shapes", "row_left_out": "data/reading/test_column_shapes", "not_two_pressures": "data/reading/test_column_shapes",
    "example_row": "data/checking/test_examples", "mangled_id_left_blank": "data/checking/test_column_roles",
    "not_two_pressures_left_blank": "data/reading/test_column_shapes", "gap_before": "workflow/previewing/test_continuity", "weeks_missing": "workflow/previewing/test_continuity",
    "code_not_listed": "data/ledger/test_readmission_codes", "ids_look_personal": "attack/test_canaries",
    **dict.fromkeys(("quote_inside_value", "formula_without_value", "hidden_rows", "hidden_columns", "hidden_sheets",
                     "merged_cells", "other_day_zero", "read_as_mac_roman", "maybe_cut_off", "day_in_utc",
                     "impossible_time", "maybe_flipped_dates", "maybe_temperature", "maybe_rounded_ids",
                     "id_looks_like_date", "ids_differ_by_case", "condition_not_used"), "data/checking/test_hidden_faults"),
    **dict.fromkeys(("damaged_line", "long_line", "no_resource", "unknown_resource", "repeated_resource",
                     "same_resource_id", "missing_resources", "missing_details", "bundle_too_large"), "data/receiving/fhir/test_read_lines"),
    **dict.fromkeys(("not_done", "not_final", "death_without_day", "end_unknown", "part_of_a_date"),
                    "data/receiving/fhir/test_read_resources"),
    **dict.fromkeys(("part_of_stay", "unknown_class"), "data/receiving/fhir/test_read_encounters"),
    **dict.fromkeys(("not_in_export", "file_not_read", "too_large_in_memory"), "data/checking/test_fhir_intake"),
    **dict.fromkeys(("patients_not_yours", "half_missing", "maybe_kilopascals", "maybe_degrees", "ids_rounded",
                     "one_id_many_rows", "maybe_marker"), "data/checking/guards/test_file_guards"),
    "volume_drop": "workflow/previewing/test_continuity", "contradicts_elsewhere": "data/reporting/test_partner_contradictions", "stay_elsewhere": "data/reporting/test_partner_contradictions",
}  # fmt: skip
"""Rules that are raised by tests of their own."""


def named(rule: str, text: str) -> bool:
    """Whether a test names the rule (or the check itself, where it only costs a value)."""
    base = RULES[rule].base
    return (
        f'"{rule}"' in text
        or f'"{rule} ' in text
        or f"| {base}" in text
        or f"\n{base} " in text
        or (base != rule and 'columns("describes")' in text)
    )


def test_every_rule_can_be_raised(store, monkeypatch):
    monkeypatch.setattr(archive_members, "ALWAYS_ALLOWED", 1 << 20)
    found = set(raised(store)) | {f[0] for trap in test_cross_checks.EVERY for f in trap.found}
    for case in (*test_bad_input.STRUCTURE, *test_bad_input.BYTES, *test_bad_input.VALUES):
        found |= {f[0] for f in case.found} | ({case.refused[0]} if case.refused else set())
    found |= {line.split("|")[0].strip() for text in test_examples.EXPECTED.values() for line in text.splitlines()}
    found |= {RULES[name].base for name in found if name}
    told = {rule: (Path(__file__).parents[1] / f"{module}.py").read_text() for rule, module in ELSEWHERE.items()}
    assert {r for r in set(RULES) - found if not r.endswith(CONFIRMED)} == set(ELSEWHERE)
    assert [rule for rule, text in told.items() if not named(rule, text)] == []


@pytest.mark.parametrize(
    ("limit", "value", "dataset", "rows", "rule"),
    some_of(
        [
            ("systolic_max", 299, "blood_pressure", ["P1,2025-03-01,300,79"], "systolic_implausible"),
            ("systolic_min", 60, "blood_pressure", ["P1,2025-03-01,59,30"], "systolic_implausible"),
            ("diastolic_min", 30, "blood_pressure", ["P1,2025-03-01,128,29"], "diastolic_implausible"),
            ("diastolic_max", 150, "blood_pressure", ["P1,2025-03-01,228,151"], "diastolic_implausible"),
            ("oldest_age", 110, "patients", ["P1,1915-01-31,"], "birth_date_implausible"),
            ("oldest_age", 110, "patients", ["P1,,1914"], "birth_date_implausible"),
            ("longest_stay", 30, "hospital_stays", ["S1,P1,2025-03-01,2025-04-01,inpatient"], "very_long_stay"),
        ],
        3,
    ),
)
def test_a_limit_moves_the_finding_and_its_words(tmp_path, store, limit, value, dataset, rows, rule):
    header = {"patients": "patient_id,birth_date,birth_year", "blood_pressure": READINGS,
              "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type"}[dataset]  # fmt: skip
    data = file(*rows, header=header)
    assert submitting.check(store, data, dataset, "alder").report.table.is_empty()
    for moved in opened(tmp_path / "moved", f'{limit} = {{ value = {value}, reason = "a test" }}'):
        report = submitting.check(moved, data, dataset, "alder").report
        told = rule if rule == "very_long_stay" else f"{rule}_left_blank"
        assert set(report.table["rule"]) == {told}
        assert str(value) in file_check.finding_list(report)[0]["message"]
        assert f"**{moved.partnership.rules[told].title}.**" in guide(DATASETS[dataset], moved.partnership.limits)


def test_a_birth_120_years_ago_is_believed_until_the_next_birthday(store):
    data = file("P1,1905-02-01,", "P2,1905-01-31,", "P3,,1905", "P4,,1904", header="patient_id,birth_date,birth_year")
    found = submitting.check(store, data, "patients", "alder").report.table
    assert set(found.select("rule", "row").iter_rows()) == {("birth_date_implausible_left_blank", n) for n in (3, 5)}


def test_a_birth_year_in_the_future_is_a_finding(store):
    found = submitting.check(store, file("P1,2027", "P2,2026", header="patient_id,birth_year"), "patients", "alder")
    assert found.report.table.select("rule", "row", "column").rows() == [("future_date_left_blank", 2, "birth_year")]


def test_a_date_before_an_earlier_first_year_is_believed(tmp_path):
    data = file("P1,diabetes,1899-11-30", header="patient_id,event,starts_on")
    for moved in opened(tmp_path, 'earliest_year = { value = 1890, reason = "a test" }'):
        assert submitting.check(moved, data, "clinical_events", "alder").report.table.is_empty()


def test_the_share_of_blocked_rows_is_a_limit(tmp_path):
    data = file(*[f"P{n},2025-03-01,128,79" for n in range(9)], "P9,2025-03-01,0,0")
    for moved in opened(tmp_path, 'blocked_share = { value = 10, reason = "a test" }'):
        checked = submitting.check(moved, data, "blood_pressure", "alder")
        assert (checked.submission, checked.report.rows_unusable) == (1, 1)


def test_how_many_rows_a_file_may_replace_is_a_limit(tmp_path):
    for moved in opened(tmp_path, 'replaced_rows = { value = 10, reason = "a test" }'):
        assert "replaces_more" not in set(raised(moved))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("systolic_max = 280", "write the limit with its reason: { value = NUMBER"),
        ("systolic_max = { value = 280 }", "a limit other than the usual 300 needs a reason"),
        ('systolic_max = { value = 280, reason = "  " }', "a limit other than the usual 300 needs a reason"),
        ('systolic_max = { value = 400, reason = "why" }', "the limit must be between 200 and 350"),
        ('longest_stay = { value = 99.5, reason = "why" }', "the limit must be a whole number"),
        ('systolic_max = { value = "280", reason = "why" }', "valid number"),
        ('systolic = { value = 280, reason = "why" }', "not permitted"),
        ('systolic_max = { number = 280, reason = "why" }', "Field required"),
    ],
)
def test_a_limit_that_is_not_explained_or_not_possible_is_refused(tmp_path, limits, told):
    make_folder(tmp_path / "var", f"{SETTINGS}[limits]\n{limits}\n")
    with pytest.raises(ValidationError) as refused:
        Partnership.read(tmp_path / "var" / "concord.toml")
    first = refused.value.errors(include_input=False)[0]
    assert first["loc"][:2] == ("limits", limits.split(" ")[0])
    assert any(told in e["msg"] for e in refused.value.errors())


def test_the_usual_number_needs_no_reason():
    assert Limits.model_validate({"systolic_max": {"value": 300}}) == Limits()


WIDEST = {name: (about.low if name.endswith("_min") else about.high) for name, about in Limits.about().items()}


@pytest.mark.parametrize("lowest", range(int(Limits.about()["systolic_min"].low), 51))
def test_however_wide_the_limits_kilopascals_and_zeros_stay_findings(tmp_path, lowest):
    widest = {**WIDEST, "systolic_min": lowest, "systolic_max": min(350, int(lowest * 7.5))}
    limits = Limits.model_validate({name: {"value": value, "reason": "a test"} for name, value in widest.items()})
    assert limits.systolic_max.value / 7.50062 < limits.systolic_min.value
    assert limits.diastolic_min.value > 9.3
    with pytest.raises(ValidationError, match="pressures in kPa would be accepted"):
        Limits.model_validate({
            "systolic_min": {"value": 30, "reason": "a test"}, "systolic_max": {"value": 300, "reason": "a test"},
        })  # fmt: skip


def test_kilopascals_and_zeros_are_findings_under_the_widest_limits(tmp_path):
    widest = {**WIDEST, "systolic_min": 41, "systolic_max": 307}
    limits = "\n".join(f'{name} = {{ value = {value}, reason = "a test" }}' for name, value in widest.items())
    data = file("P1,2025-03-01,16,9.3", "P2,2025-03-01,0,0", "P3,2025-03-01,40.9,20", "P4,2025-03-01,,9.3")
    for wide in opened(tmp_path, limits):
        report = submitting.check(wide, data, "blood_pressure", "alder").report
        assert report.refused is None and report.rows_undecided == report.rows_in == 4


def the_methods() -> None:
    """What the router runs: the page alone."""
    from pages import methods

    methods.page()


def test_a_moved_limit_stands_on_the_methods_page_with_its_reason_and_in_the_rule(tmp_path, monkeypatch):
    new_folder(tmp_path / "var", f'{SETTINGS}[limits]\nsystolic_max = {{ value = 280, reason = "Our <monitors>" }}\n')
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    st.cache_resource.clear()
    app = AppTest.from_function(the_methods, default_timeout=30).run()
    assert not app.exception
    told = re.sub(r"<td[^>]*>", "<td>", "".join(element.proto.body for element in app.get("html")))
    assert "<td>280 mmHg</td><td>300 mmHg</td><td>Our &lt;monitors&gt;</td><td>systolic_max</td>" in told
    assert "The systolic pressure is not between 50 and 280 mmHg" in told
    page_state.store().close()
    st.cache_resource.clear()
