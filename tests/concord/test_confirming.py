"""A job meets a question: it is refused with the words that the page shows, and with the name of its answer."""

import json

import pytest

from data.receiving.watched_folder import DropFolder
from schemas.policy.rule_catalog import RULES
from tests.support.command_line import SETTINGS, concord
from tests.support.new_partnerships import new_folder

OTHER = '[[partners]]\nid = "hill"\nname = "Hill"\nkind = "clinic"\n'
READINGS = "\n".join(
    [
        "patient_id,measured_on,systolic,diastolic",
        *(f"C{7000 + 31 * n},2026-03-{1 + n % 28:02},128,80" for n in range(30)),
        "",
    ]
)


@pytest.fixture
def sent(tmp_path):
    new_folder(tmp_path / "var", SETTINGS + OTHER)
    (tmp_path / "readings.csv").write_text(READINGS)

    def submit(partner: str, *more: str):
        file = tmp_path / "readings.csv"
        return concord("submit", "blood_pressure", file, "--partner", partner, "--json", *more, folder=tmp_path / "var")

    return submit


@pytest.mark.heavy
def test_a_job_is_refused_with_the_questions_words_and_goes_on_when_it_confirms(sent):
    assert sent("clinic").returncode == 0
    refused = sent("hill")
    answer, rule = json.loads(refused.stdout), RULES["patients_not_yours"]
    assert refused.returncode == 3 and answer["outcome"] == "blocked" and answer["submission"] is None
    assert f"confirm: {rule.id} (“{rule.answer}”)" in answer["message"]
    assert [q["confirm"] for q in answer["questions"]] == [rule.id]
    assert rule.title in answer["questions"][0]["message"] and "clinic" not in refused.stdout.casefold()
    went_on = json.loads(sent("hill", "--confirm", rule.id).stdout)
    assert went_on["outcome"] == "accepted" and [f["rule"] for f in went_on["findings"]] == [f"{rule.id}_confirmed"]
    assert json.loads(sent("hill").stdout)["outcome"] == "known"


def test_an_answer_is_one_that_is_asked_for_and_never_for_a_whole_folder(sent, tmp_path):
    assert "is no question" in sent("clinic", "--confirm", "anything").stdout
    watching = concord("submit", "--watch", tmp_path, "--confirm", "half_missing", folder=tmp_path / "var")
    assert watching.returncode == 2 and "an answer is for one file" in watching.stderr


def test_a_folder_that_is_named_after_no_dataset_is_told(tmp_path):
    for place in ("clinic/blood_pressure/done", "clinic/bloodpressure", "clinic/patients", "loose"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "a.csv").write_text("x")
    told = [str(place.relative_to(tmp_path)) for place in DropFolder(tmp_path, by_partner=True).misnamed()]
    assert told == ["clinic/bloodpressure", "loose"]
    assert [p.name for p in DropFolder(tmp_path / "clinic", by_partner=False).misnamed()] == ["bloodpressure"]
