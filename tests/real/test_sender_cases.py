"""Files after public reports, real header names and code words: each as its sender expects (../shared/cases)."""

from collections.abc import Iterator

import pytest

from data.ledger.store import Store
from tests.support import sender_cases
from tests.support.real_input import shared
from tests.support.whole_run.every_run import some_of

CASES = [case["id"] for case in sender_cases.index()] if sender_cases.CASES.is_dir() else ["absent"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    shared("cases")
    opened = sender_cases.opened(tmp_path_factory.mktemp("cases"))
    yield opened
    opened.close()


@pytest.mark.parametrize("case_id", some_of(CASES, 2))
def test_a_file_is_answered_as_its_sender_expects(store, case_id):
    case = next(case for case in sender_cases.index() if case["id"] == case_id)
    found = sender_cases.answer(store, case)
    assert sender_cases.EXPECTED[case_id](found), f"{case['expected']}: {found}"
    report = found.checked.report
    if not report.refused:
        assert report.rows_in == report.rows_kept + report.rows_blocked + report.rows_left_out


def test_real_header_names_are_understood():
    shared("cases")
    right, wrong, false = sender_cases.header_shares(sender_cases.headers())
    assert right >= 0.9 and wrong <= 0.005 and false <= 0.01


def test_real_code_words_are_understood_unasked_and_never_wrongly():
    shared("cases")
    right, wrong, preselected = sender_cases.word_shares(sender_cases.words())
    assert right >= 0.75 and wrong == 0 and preselected <= 0.02
