"""Checks across rows and files, as traps: files accepted before, the file that is checked, and its exact findings.

Each trap is a partner of its own. A line is a row of a file; a file ends where the dataset changes or at `+`, and
`covers` says which days it takes over. All files but the last are accepted; the last is checked (header = row 1).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from data.checking.file_check import Checked
from data.ledger import submissions
from data.ledger.store import Store, transaction
from data.ledger.submissions import Window
from schemas.policy.rule_catalog import RULES
from tests.data.checking.case_files import one_of_each
from tests.data.checking.referral_traps import REFERRALS
from tests.support.new_partnerships import new_store
from workflow import submitting

HEADERS = {
    "patients": "patient_id,person_token,birth_date,birth_year,sex",
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,hospital,disposition,stay_type",
    "clinical_events": "patient_id,event,starts_on,status",
    "blood_pressure": "patient_id,measured_on,systolic,diastolic",
    "food_security": "patient_id,screened_on,result,instrument",
    "referrals": "referral_id,patient_id,sent_on,status,status_on,closure_reason,service_on,need",
}
SHORT = {"patient": "patients", "stay": "hospital_stays", "event": "clinical_events", "reading": "blood_pressure",
         "screen": "food_security", "referral": "referrals"}  # fmt: skip
ENDS = {
    "hospital_stays": ",inpatient",
    "blood_pressure": ",128,79",
    "food_security": ",at_risk,result_only",
    "referrals": ",food",
}

TRAPS = Path(__file__).with_name("cross_check_traps.txt").read_text(encoding="utf-8")


class File(NamedTuple):
    dataset: str
    rows: list[str]
    covers: Window | None

    @property
    def data(self) -> bytes:
        return "\n".join([HEADERS[self.dataset], *self.rows, ""]).encode()


class Trap(NamedTuple):
    name: str
    files: list[File]
    found: list[tuple[str, str, str]]


def read(text: str) -> Iterator[Trap]:
    for block in re.split(r"\n(?=\w)", text.strip()):
        name, *lines = [line.strip() for line in block.splitlines() if line.strip()]
        files: list[File] = []
        covers, fresh = None, True
        for line in lines[:-1]:
            word, _, rest = line.partition(" ")
            if word == "+":
                fresh = True
            elif word == "covers":
                covers, fresh = Window.read(rest), True
            else:
                dataset = SHORT[word]
                if fresh or files[-1].dataset != dataset:
                    files.append(File(dataset, [], covers if fresh else None))
                    covers, fresh = None, False
                files[-1].rows.append(rest + ENDS.get(dataset, ""))
        told = lines[-1].removeprefix("= ").removeprefix("nothing")
        yield Trap(name, files, [tuple(f.split()) for f in told.split(", ") if f])


EVERY = list(read(TRAPS + REFERRALS))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    blocks = "".join(f'[[partners]]\nid = "trap{n}"\nname = "Trap {n}"\n' for n in range(len(EVERY)))
    folder = tmp_path_factory.mktemp("across") / "var"
    opened = new_store(
        folder, f"today = 2026-01-31\n{blocks}[limits]\nblocked_share = {{ value = 100, reason = 'a test' }}\n"
    )
    yield opened
    opened.close()


def check(store: Store, file: File, partner: str) -> Checked:
    return submitting.check(store, file.data, file.dataset, partner, covers=file.covers)


def put_in_force(store: Store, submission: int) -> None:
    """As accepting does, without the figures: they are not looked at here."""
    with transaction(store.cursor()) as cur:
        submissions.step(cur, submission, "accepted", "")


def kind(trap: Trap) -> object:
    """Traps of one kind of file that end in the same findings."""
    return trap.files[-1].dataset, len(trap.files), frozenset(rule for rule, *_ in trap.found)


@pytest.mark.parametrize("trap", one_of_each(EVERY, kind, lambda trap: trap.name))
def test_across_rows_and_files(store: Store, trap: Trap):
    partner = f"trap{EVERY.index(trap)}"
    *earlier, last = trap.files
    for file in earlier:
        made = check(store, file, partner)
        assert made.submission and not made.blocked
        put_in_force(store, made.submission)
    report = check(store, last, partner).report
    found = [(rule, str(row or "-"), column) for rule, row, column, _ in report.table.iter_rows()]
    assert report.refused is None and sorted(found) == sorted(trap.found)
    assert report.rows_kept == len(last.rows) - sum(RULES[rule].reach == "record" for rule, _, _ in found)
    assert set(report.table["value"]) <= {None}


def test_every_rule_across_rows_and_files_has_a_trap():
    across = {"unknown_patient", "patients_not_listed", "before_birth", "after_death", "born_after_records",
              "died_before_records", "overlapping_stays", "stay_in_two_hospitals", "contradicts_earlier",
              "token_contradicts", "completed_without_service", "referral_contradicts"}  # fmt: skip
    repeated = {"repeated_stay", "repeated_referral"}
    assert across == {rule for trap in EVERY for rule, _, _ in trap.found} - repeated
