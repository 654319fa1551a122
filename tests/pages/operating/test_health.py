"""Health is true: it fails when the store, the disk or the backups do, and says nothing of the data."""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.ledger.backups import backup_files
from data.ledger.store import Store
from pages.components.layout import opened_store
from pages.components.routes import health_route
from schemas.policy.recovery import Recovery
from tests.support.new_partnerships import new_store
from tests.support.running_server import ask, served
from workflow.recovery import backing_up
from workflow.recovery.health import health

SETTINGS = 'name = "Test"\ndemo = true\n[[partners]]\nid = "alder"\nname = "Alder"\n'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path / "var", SETTINGS)


def with_backups(store: Store, into: Path) -> None:
    store.partnership = store.partnership.model_copy(update={"recovery": Recovery(backups=str(into))})


def test_it_is_well_and_says_nothing_of_the_data(store):
    assert health(store) | {"disk_free_gb": 0} == {
        "status": "ok", "failing": [], "store": "open", "disk_free_gb": 0, "release_age_hours": None,
        "backup_age_hours": None, "backups": "not set up", "encryption": "off",
    }  # fmt: skip


def test_a_backup_that_is_missing_or_too_old_fails(store, tmp_path):
    with_backups(store, tmp_path / "b")
    assert health(store)["failing"] == ["backup"], "none yet"
    made = backing_up.back_up(store)
    assert (health(store)["status"], health(store)["backup_age_hours"]) == ("ok", 0.0)
    old = made.made_at - dt.timedelta(hours=27)
    backup_files.seal(made.folder, store.key, str(store.identity), old)
    assert health(store)["failing"] == ["backup"]
    shutil.rmtree(tmp_path / "b")
    assert health(store)["failing"] == ["backup"], "the disk of backups is not there"


def test_a_full_disk_and_a_store_for_reading_alone_fail(store, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))
    store.read_only = True
    monkeypatch.setattr(Store, "cursor", lambda self: self.connection.cursor())
    assert health(store)["failing"] == ["store", "disk"]


def test_the_address_answers_200_or_503(store, tmp_path, monkeypatch):
    monkeypatch.setattr(opened_store, "opened", lambda: store)
    monkeypatch.setattr(health_route, "_known", health_route._Known())
    with served() as url:
        assert ask(f"{url}/health").status == 200
        with_backups(store, tmp_path / "b")
        assert ask(f"{url}/health").status == 200, "kept for ten seconds"
        monkeypatch.setattr(health_route, "_known", health_route._Known())
        assert ask(f"{url}/health").status == 503
        monkeypatch.setattr(health_route, "_known", health_route._Known())
        monkeypatch.setattr(opened_store, "opened", lambda: 1 / 0)
        broken = ask(f"{url}/health")
        assert (broken.status, broken.json["store"]) == (503, "cannot be opened")
