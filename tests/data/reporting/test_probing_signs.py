"""Backbone staff see who sends rows that may be meant to learn of other partners' people."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.reporting import probing_signs
from data.reporting.probing_signs import Sign
from pages.components.layout import page_state, signs_of_probing
from pages.components.wording import fix_first
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.partnerships import Row, TestPartnership, fresh, one_copy_of
from tests.support.whole_run.every_run import some_of
from workflow import reading

BACKBONE = Viewer(role="backbone")
PEOPLE = 60


def patients(partner: str, zip_code: str = "01001", born: int = 1950, tokens: range = range(PEOPLE)) -> list[Row]:
    return [
        {"patient_id": f"{partner}{n}", "person_token": f"token-{n:04}", "birth_year": born + n % 40, "sex": "female",
         "zip": zip_code}
        for n in tokens
    ]  # fmt: skip


def readings(partner: str, people: range = range(PEOPLE)) -> list[Row]:
    return [
        {"patient_id": f"{partner}{n}", "measured_on": "2025-03-03", "systolic": 120, "diastolic": 80, "setting": "clinic"}
        for n in people
    ]  # fmt: skip


@pytest.fixture(scope="module")
def clinics(tmp_path_factory: pytest.TempPathFactory) -> TestPartnership:
    """Two clinics that share their people, and one that sent nothing yet."""
    partnership = fresh(tmp_path_factory.mktemp("clinics") / "var", ["alder", "birch", "prober"])
    for partner in ("alder", "birch"):
        partnership.send(partner, "patients", patients(partner))
        partnership.send(partner, "blood_pressure", readings(partner))
    partnership.close()
    return partnership


@pytest.fixture
def made(clinics: TestPartnership, tmp_path: Path) -> Iterator[TestPartnership]:
    yield from one_copy_of(clinics, tmp_path / "var")


def signs(made: TestPartnership, partner: str = "prober") -> dict[str, Sign]:
    return {sign.name: sign for sign in reading.read_probing(made.store, BACKBONE, partner)}


def outstanding(made: TestPartnership, partner: str) -> list[str]:
    return [name for name, sign in signs(made, partner).items() if sign.stands_out]


def test_tokens_of_others_without_rows_and_with_invented_places_stand_out(made):
    made.send("prober", "patients", patients("prober", zip_code="99999"))
    assert outstanding(made, "prober") == ["shared_without_rows", "places_of_its_own"]
    assert signs(made)["shared_without_rows"] == Sign("shared_without_rows", PEOPLE, 1.0, (0.0, 0.0))
    assert outstanding(made, "alder") == []
    words = fix_first.probing(list(signs(made).values()))
    assert words.startswith("Ask them: people known to other partners, without a row of their own and people in ZIP")


def test_guessed_birth_years_stand_out(made):
    made.send("prober", "patients", patients("prober", born=1900))
    assert "shared_and_different" in outstanding(made, "prober")


@pytest.mark.heavy
def test_files_sent_again_and_again_for_the_same_days_stand_out(made):
    for n in range(12):
        made.send("prober", "blood_pressure", readings("prober", range(PEOPLE - 11 + n)))
    made.send("prober", "patients", patients("prober"))
    for month in range(1, 11):
        made.send("alder", "blood_pressure", [{**readings("alder")[0], "measured_on": f"2024-{month:02}-03"}])
    assert outstanding(made, "prober") == ["sent_again"]
    assert signs(made)["sent_again"].share == pytest.approx(11 / 12)


def test_a_partner_with_rows_of_its_people_shows_no_sign(made):
    made.send("prober", "patients", patients("prober"))
    made.send("prober", "blood_pressure", readings("prober"))
    assert outstanding(made, "prober") == []
    assert fix_first.probing(list(signs(made).values())) == "No sign stands out from those of the other partners."


def test_shares_of_few_are_not_told(made):
    made.send("prober", "patients", patients("prober", tokens=range(5)))
    assert {sign.share for sign in signs(made).values()} == {None}
    assert all(row[1] == "few" for row in fix_first.probing_rows(list(signs(made).values())))
    assert fix_first.probing([]) == "Too few people and files to tell."


@pytest.mark.parametrize(
    "viewer", some_of([EVERYONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="alder")], 3)
)
def test_nobody_else_sees_it(made, viewer):
    made.send("prober", "patients", patients("prober"))
    assert reading.read_probing(made.store, viewer, "prober") == []


def test_a_rerun_counts_nothing_and_a_new_file_counts_once(made, monkeypatch):
    made.send("prober", "patients", patients("prober", zip_code="99999"))
    monkeypatch.setattr(page_state, "store", lambda: made.store)
    monkeypatch.setattr(page_state, "viewer", lambda: BACKBONE)
    count, passes = probing_signs.count, []

    def counting(cur: duckdb.DuckDBPyConnection) -> probing_signs.Counted:
        passes.append(1)
        return count(cur)

    monkeypatch.setattr(probing_signs, "count", counting)
    seen = {partner: signs_of_probing.of(partner) for partner in ("prober", "alder", "prober")}
    assert seen["prober"] == list(signs(made).values()) and len(passes) == 2, "one for the page, one for the test"
    made.send("prober", "blood_pressure", readings("prober"))
    assert not any(s.stands_out for s in signs_of_probing.of("prober") if s.name == "shared_without_rows")
    assert len(passes) == 3
    monkeypatch.setattr(page_state, "viewer", lambda: EVERYONE)
    assert signs_of_probing.of("prober") == []
