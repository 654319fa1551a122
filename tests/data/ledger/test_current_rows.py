"""What a partner has accepted, and what a checked file would replace of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership
from workflow import accepting, administering, reading, submitting

pytestmark = pytest.mark.both_stores

EXAMPLES = Path(__file__).parents[3] / "data" / "examples"
PARTNERSHIP = Partnership.model_validate(
    {"today": "2026-10-20", "partners": [{"id": "harbor", "name": "Harbor"}, {"id": "hill", "name": "Hill"}]}
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = administering.open_store(tmp_path, PARTNERSHIP, b"a key only for tests")
    yield opened
    opened.close()


def held(store: Store, data: bytes, dataset: str, partner: str = "harbor") -> int:
    number = submitting.check(store, data, dataset, partner).submission
    assert number
    return number


def good(dataset: str) -> bytes:
    return (EXAMPLES / f"{dataset}_good.csv").read_bytes()


def test_every_dataset_is_listed_before_anything_is_sent(store):
    assert {name: s.rows for name, s in reading.read_current_rows(store, "harbor").items()} == dict.fromkeys(
        DATASETS, 0
    )


def test_a_checked_file_stands_for_nothing_yet(store):
    held(store, good("blood_pressure"), "blood_pressure")
    assert reading.read_current_rows(store, "harbor")["blood_pressure"].rows == 0


def test_a_correction_would_replace_the_rows_of_its_dates_and_only_its_partner_s(store):
    for partner in ("hill", "harbor"):
        accepting.accept(store, held(store, good("blood_pressure"), "blood_pressure", partner))
    half = good("blood_pressure").splitlines()
    august = [line for line in half if b"2026-08-" in line]
    number = held(store, b"\n".join([half[0], august[0], *august[2:]]), "blood_pressure")
    effect = submitting.effect(store, number)
    assert (effect.rows, effect.from_submissions) == (len(august) - 1, (2,))
    assert effect.replaced == len(august)
    standing = reading.read_current_rows(store, "harbor")["blood_pressure"]
    accepting.accept(store, number)
    assert reading.read_current_rows(store, "harbor")["blood_pressure"].rows == standing.rows - 1


def test_a_patients_file_replaces_the_patients_that_it_holds(store):
    accepting.accept(store, held(store, good("patients"), "patients"))
    lines = good("patients").splitlines()
    number = held(store, b"\n".join([*lines[:4], lines[4].replace(b"H-10268", b"H-77777")]), "patients")
    effect = submitting.effect(store, number)
    assert (effect.rows, effect.replaced, effect.people) == (4, 3, 4)
    accepting.accept(store, number)
    assert reading.read_current_rows(store, "harbor")["patients"].rows == 17


def test_counts_name_no_people(store):
    assert submitting.effect(store, held(store, good("indicator_counts"), "indicator_counts")).people is None


def test_a_submission_that_is_gone_has_no_effect(store):
    with pytest.raises(NotPossible):
        submitting.effect(store, 7)
