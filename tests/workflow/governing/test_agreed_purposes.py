"""What an agreement lets a partner's data be used for decides where it is used; shown by the releases that are made."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from concord.command import app
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from metrics.acting.arms import Action
from pages.components.wording.settings import agreement_words
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.partner import Partner
from schemas.policy.viewer import BACKBONE
from tests.support.new_partnerships import new_store
from tests.workflow.deleting.test_deleting import IDS, SETTINGS, bytes_of, code, in_files, send, stays
from workflow import administering, reading, releasing, submitting
from workflow.evaluating import reading_impact
from workflow.governing import agreed_purposes, changing_settings

ALL: tuple[Any, ...] = ("shared_measures", "public_reporting", "quality_improvement", "research")
NAMED = SETTINGS.replace('kind = "clinic"', 'kind = "clinic", named = true')


def without(purpose: str) -> Agreement:
    return Agreement(purposes=tuple(p for p in ALL if p != purpose))


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clinics that share every patient, by a token."""
    opened = new_store(tmp_path_factory.mktemp("sharing") / "var", NAMED)
    for partner in ("alder", "birch"):
        rows = [f"{one},T{one},1960-02-0{1 + n % 9},female,0213{n % 9}" for n, one in enumerate(IDS)]
        file = "\n".join(["patient_id,person_token,birth_date,sex,zip", *rows, ""]).encode()
        send(opened, "patients", file, partner)
        send(opened, "hospital_stays", stays(IDS), partner)
    opened.close()
    return opened.folder


@pytest.fixture
def store(sharing: Path, tmp_path: Path) -> Iterator[Store]:
    opened = administering.open_partnership(shutil.copytree(sharing, tmp_path / "var"))
    yield opened
    opened.close()


def agreed(store: Store, partner: str, agreement: Agreement | None) -> None:
    partners = tuple(
        p.model_copy(update={"agreement": agreement}) if p.id == partner else p for p in store.partnership.partners
    )
    settings = store.partnership.model_copy(update={"partners": partners})
    changing_settings.change(
        store, BACKBONE, store.settings_version, settings, reason="As the document says", actor="x"
    )


def edition(store: Store, release: int, query: str) -> list[tuple]:
    path = release_folders.edition_path(store.folder, release, "research")
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_without_research_no_row_of_it_is_in_a_research_edition_and_earlier_ones_go(store):
    releasing.publish(store)
    birch = bytes_of(code(store, "birch"))
    assert any(name.startswith("releases/0001/research") for name in in_files(store.folder, birch))
    assert edition(store, 1, "SELECT DISTINCT scope FROM unit_rows ORDER BY 1") == [("alder",), ("birch",), ("linked",)]
    assert edition(store, 1, "SELECT partners_left_out FROM edition") == [(0,)]
    agreed(store, "birch", without("research"))
    assert releasing.publish(store) == 2
    assert [name for name in in_files(store.folder, birch) if name.startswith("releases/")] == []
    assert not release_folders.edition_path(store.folder, 1, "research").exists()
    assert release_folders.edition_path(store.folder, 1, "shared").exists(), "what was published stays"
    for table in ("patients", "hospital_stays", "people", "submissions", "coverage", "deciding_rows"):
        assert edition(store, 2, f"SELECT DISTINCT partner_id FROM {table}") in ([("alder",)], []), table
    assert edition(store, 2, "SELECT DISTINCT scope FROM unit_rows") == [("alder",)], "nor a unit that rests on both"
    assert edition(store, 2, "SELECT partners_left_out FROM edition") == [(1,)]
    assert edition(store, 2, "SELECT count(*) FROM patients") == [(30,)]
    assert "birch" in set(reading.read_results(store, BACKBONE)["scope"]), "it counts in the shared measures"
    agreed(store, "birch", Agreement(purposes=ALL))
    assert releasing.publish(store) == 3
    assert edition(store, 3, "SELECT count(*) FROM patients") == [(60,)]


def test_without_shared_measures_no_file_is_taken(store):
    agreed(store, "birch", without("shared_measures"))
    with pytest.raises(KeyError, match="does not include shared measures: its files are not taken"):
        submitting.check(store, stays(IDS), "hospital_stays", "birch")
    assert send(store, "hospital_stays", stays(IDS[:20]))


def test_without_quality_improvement_it_is_in_no_judgment_of_an_action(store):
    releasing.publish(store)
    measure = "readmission_any_hospital"
    assert reading_impact.read_partners(store, measure) == ["alder", "birch"]
    action = Action(measure, dt.date(2025, 6, 1), ("alder",))
    assert reading_impact.read_beside(store, action) == ["birch"]
    agreed(store, "birch", without("quality_improvement"))
    assert reading_impact.read_partners(store, measure) == ["alder"]
    assert reading_impact.read_beside(store, action) == []
    # Whoever asks for it by its name all the same is answered as if it had sent nothing.
    assert reading_impact.read_impact(store, action, ["birch"]) == reading_impact.read_impact(store, action, ["nobody"])


def test_without_public_reporting_no_community_page_is_written(store, tmp_path):
    releasing.publish(store)
    agreed_purposes.refuse_public(store)
    agreed(store, "birch", without("public_reporting"))
    with pytest.raises(NotPossible, match="Birch Clinic does not include public reporting"):
        agreed_purposes.refuse_public(store)
    folder = store.folder
    store.close()
    said = CliRunner().invoke(app, ["publish", str(tmp_path / "public"), "--data", str(folder)])
    assert said.exit_code and "does not include public reporting" in f"{said.output}{said.exception}"
    assert not (tmp_path / "public").exists() or not list((tmp_path / "public").iterdir())


@pytest.mark.parametrize("agreement", [None, Agreement(), Agreement(purposes=ALL)])
def test_where_no_purpose_is_named_none_is_limited(agreement):
    partner = Partner(id="alder", name="Alder", agreement=agreement)
    assert all(partner.allows(purpose) for purpose in ALL)


def test_what_follows_is_told_before_it_holds():
    none = Partner(id="alder", name="Alder")
    limited = none.model_copy(update={"agreement": Agreement(purposes=("shared_measures",))})
    said = list(agreement_words.effect(none, limited, dt.date(2026, 1, 31)))
    assert len(said) == 3 and all("Alder" in line for line in said)
    assert (
        list(agreement_words.effect(none, none.model_copy(update={"agreement": Agreement()}), dt.date(2026, 1, 1)))
        == []
    )
