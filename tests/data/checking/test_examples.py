"""The example files: good ones pass, each with mistakes gives exactly the findings it should."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.checking.file_check import Checked
from data.examples.dataset_templates import guide, rules_of, template
from data.findings import rows_with
from data.ledger import readmission_codes
from data.ledger.store import Store, open_store
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership
from schemas.policy.rule import CONFIRMED
from schemas.policy.rule_catalog import RULES
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.readmission_lists import OURS
from tests.support.whole_run.every_run import some_of
from workflow import accepting, submitting

EXAMPLES = Path(__file__).parents[3] / "data" / "examples"
PARTNERSHIP = Partnership.model_validate(
    {
        "today": "2026-10-20",
        "partners": [{"id": "harbor", "name": "Harbor Clinic"}],
        "limits": {"blocked_share": {"value": 100, "reason": "a test"}},
    }
)
# rule | row (header = 1) | column, in the order of the file.
EXPECTED = {
    "patients": """
        extra_column | 1 | clinic_note
        wrong_date_left_blank | 3 | birth_date
        future_date_left_blank | 4 | birth_date
        not_in_vocabulary_left_blank | 5 | sex
        birth_year_contradicts_left_blank | 7 | birth_date
        birth_year_contradicts_left_blank | 7 | birth_year
        mangled_id | 9 | patient_id
        blank_required | 10 | patient_id
        repeated_patient | 11 | patient_id
        not_in_vocabulary_left_blank | 12 | race
        ancient_date_left_blank | 13 | birth_date
        birth_date_implausible_left_blank | 13 | birth_date
        birth_date_implausible_left_blank | 13 | birth_year
    """,
    "hospital_stays": """
        discharge_before_admission | 3 | -
        wrong_date | 4 | admitted_on
        not_in_vocabulary | 5 | stay_type
        wrong_number_left_blank | 6 | expected_probability
        expected_probability_range_left_blank | 7 | expected_probability
        repeated_stay | 8 | stay_id
        blank_required | 9 | patient_id
        wrong_pattern_left_blank | 10 | principal_diagnosis
        after_death | 12 | admitted_on
        overlapping_stays | 13 | admitted_on
        very_long_stay | 16 | -
        unknown_patient | 17 | patient_id
    """,
    "clinical_events": """
        not_in_vocabulary | 3 | event
        wrong_date | 5 | starts_on
        blank_required | 6 | starts_on
        ends_before_it_starts | 7 | -
        not_in_vocabulary_left_blank | 9 | status
        future_date | 11 | starts_on
        wrong_field_count | 13 | -
        repeated_row | 18 | -
        unknown_patient | 19 | patient_id
    """,
    "blood_pressure": """
        extra_column | 1 | room
        wrong_number_left_blank | 2 | systolic
        diastolic_implausible_left_blank | 3 | diastolic
        systolic_implausible_left_blank | 3 | systolic
        systolic_not_above_diastolic_left_blank | 4 | diastolic
        systolic_not_above_diastolic_left_blank | 4 | systolic
        wrong_date | 5 | measured_on
        wrong_date | 6 | measured_on
        not_in_vocabulary_left_blank | 7 | setting
        blank_required | 8 | patient_id
        no_pressure | 9 | -
        future_date | 12 | measured_on
        mangled_id | 13 | patient_id
        repeated_row | 20 | -
        unknown_patient | 21 | patient_id
    """,
    "food_security": """
        not_in_vocabulary_left_blank | 2 | items
        result_contradicts_items | 3 | result
        score_out_of_range_left_blank | 4 | raw_score
        no_screen_result | 5 | -
        intervention_before_screen_left_blank | 6 | intervention_on
        not_in_vocabulary | 7 | instrument
        blank_required | 8 | screened_on
        not_in_vocabulary_left_blank | 9 | children_in_household
        not_in_vocabulary_left_blank | 10 | items
        wrong_date | 11 | screened_on
        wrong_number_left_blank | 12 | raw_score
        unknown_patient | 16 | patient_id
    """,
    "referrals": """
        not_in_vocabulary | 3 | need
        status_before_sent | 4 | -
        service_before_sent_left_blank | 5 | service_on
        unknown_partner_left_blank | 6 | received_by
        not_in_vocabulary | 7 | status
        completed_without_service | 8 | service_on
        repeated_referral | 10 | referral_id
        blank_required | 11 | status_on
        not_in_vocabulary_left_blank | 12 | closure_reason
        referral_contradicts | 13 | referral_id
        referral_contradicts | 14 | referral_id
        unknown_patient | 15 | patient_id
    """,
    "food_programs": """
        not_in_vocabulary | 3 | program
        ended_before_enrolled_left_blank | 4 | ended_on
        redeemed_above_issued_left_blank | 5 | redeemed
        attended_above_offered_left_blank | 6 | attended
        wrong_number_left_blank | 7 | issued
        repeated_enrollment | 9 | enrollment_id
        blank_required | 10 | enrolled_on
        unknown_patient | 11 | patient_id
    """,
    "indicator_counts": """
        numerator_above_denominator | 3 | -
        unknown_indicator | 4 | indicator
        wrong_number | 5 | numerator
        blank_required | 6 | denominator
        negative_count | 7 | -
        period_ends_before_it_starts | 8 | -
        repeated_count | 13 | indicator
    """,
}


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store in which the patients of the examples are known."""
    folder = tmp_path_factory.mktemp("examples") / "var"
    folder.mkdir()
    opened = opened_in(folder)
    readmission_codes.keep(opened.cursor(), OURS)
    accepting.accept(opened, sent(opened, "patients_good", "patients").submission or 0)
    opened.close()
    return folder


@pytest.fixture
def store(made_store: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it."""
    opened = opened_in(shutil.copytree(made_store, tmp_path / "var"))
    yield opened
    opened.close()


def opened_in(folder: Path) -> Store:
    return open_store(folder, PARTNERSHIP, b"a key only for tests")


def sent(store: Store, name: str, dataset: str) -> Checked:
    return submitting.check(store, EXAMPLES / f"{name}.csv", dataset, "harbor")


@pytest.mark.parametrize("dataset", some_of(DATASETS, 2))
def test_a_good_file_has_nothing_that_blocks(store, dataset):
    checked = sent(store, f"{dataset}_good", dataset)
    assert checked.report.refused is None and checked.submission
    assert rows_with(checked.report.table, "record").to_list() == []


@pytest.mark.parametrize("dataset", some_of(DATASETS, 2))
def test_a_file_with_mistakes_gives_exactly_its_findings(store, dataset):
    report = sent(store, f"{dataset}_mistakes", dataset).report
    found = [f"{rule} | {row} | {column or '-'}" for rule, row, column, _ in report.table.iter_rows()]
    assert report.refused is None
    assert found == [line.strip() for line in EXPECTED[dataset].strip().splitlines()]


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_finding_of_an_example_is_announced_in_the_guide(dataset):
    announced = {rule.id for rule in rules_of(DATASETS[dataset])}
    assert {line.split("|")[0].strip() for line in EXPECTED[dataset].strip().splitlines()} <= announced


def test_every_rule_is_in_some_guide():
    """A check that costs a value may stand there as that alone: it blocks only rows that are blocked anyway. A question
    stands there once, not as answered."""
    told = {rule.id for dataset in DATASETS.values() for rule in rules_of(dataset)}
    assert told | {RULES[name].base for name in told} == {r for r in RULES if not r.endswith(CONFIRMED)}


@pytest.mark.parametrize("dataset", some_of(DATASETS, 2))
def test_the_template_holds_a_good_row(store, dataset):
    data = template(DATASETS[dataset]).replace(b"P-000123", b"P-000124")
    report = submitting.check(store, data, dataset, "harbor").report
    assert report.refused is None and report.rows_kept == 1, report.table
    assert data.decode().splitlines()[0] == ",".join(c.name for c in DATASETS[dataset].columns)


@pytest.mark.parametrize("dataset", some_of([d for d in DATASETS if d != "indicator_counts"], 2))
def test_the_templates_example_row_is_noticed_and_left_out(store, dataset):
    example = template(DATASETS[dataset])
    own = (
        example.splitlines()[1]
        .replace(b"000123", b"000777")
        .replace(b"S-100045", b"S-7")
        .replace(b"T7F3A91C", b"")
        .replace(b"R-200311", b"R-7")
        .replace(b"E-200417", b"E-7")
    )
    report = submitting.check(store, example + own + b"\n", dataset, "harbor").report
    assert [row for rule, row, *_ in report.table.iter_rows() if rule == "example_row"] == [2]
    assert (report.rows_in, report.rows_kept, report.rows_left_out) == (2, 1, 1)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_guide_holds_every_column_word_and_rule(dataset):
    text, declared = guide(DATASETS[dataset]), DATASETS[dataset]
    assert text.startswith(f"# {declared.title}\n")
    for column in declared.columns:
        assert f"| `{column.name}` | {'yes' if column.required else 'no'} |" in text
        words = VOCABULARIES[column.vocabulary].terms if column.vocabulary else {}
        assert all(f"| `{word}` |" in text for word in words)
    assert all(rule.fix in text for rule in rules_of(declared))
