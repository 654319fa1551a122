"""A partnership with a planted word in its rows, released and backed up: without a key, and encrypted."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.ledger.data_folder import ENCRYPTION_VARIABLE
from data.ledger.encryption.encryption_key import EncryptionKey
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import administering, releasing
from workflow.recovery import backing_up

CANARY = "Z99QQXK"
"""A diagnosis: a word that stands in a file as it is."""
KEY, OTHER = EncryptionKey(bytes(range(32))), EncryptionKey(bytes(range(1, 33)))


def stays(first: int, many: int = 12) -> list[Row]:
    return [
        {"stay_id": f"S{n}", "patient_id": f"P{n}", "admitted_on": f"2025-{n % 12 + 1:02}-03",
         "discharged_on": f"2025-{n % 12 + 1:02}-09", "stay_type": "inpatient", "principal_diagnosis": CANARY}
        for n in range(first, first + many)
    ]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A data folder that is closed, its backup, and the folder as it lay there while it was open."""

    folder: Path
    backup: Path
    while_open: Path


@contextlib.contextmanager
def with_key(key: EncryptionKey | None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ENCRYPTION_VARIABLE, raising=False)
        if key:
            patch.setenv(ENCRYPTION_VARIABLE, key.written())
        yield


def make(root: Path, key: EncryptionKey | None) -> Made:
    with with_key(key):
        made = fresh(root / "var", ["alder", "birch"])
        made.send("alder", "hospital_stays", stays(0))
        releasing.publish(made.store, "backbone")
        backup = backing_up.back_up(made.store, str(root / "backups")).folder
        made.send("birch", "hospital_stays", stays(100))
        shutil.copytree(root / "var", root / "open")  # as a kill would leave it
        made.close()
    return Made(root / "var", backup, root / "open")


@pytest.fixture(scope="session")
def plain_made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("plain"), None)


@pytest.fixture(scope="session")
def encrypted_made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("encrypted"), KEY)


@pytest.fixture
def plain(plain_made: Made, tmp_path: Path) -> Path:
    """A copy of the data folder that is not encrypted."""
    return Path(shutil.copytree(plain_made.folder, tmp_path / "plain"))


@pytest.fixture
def encrypted(encrypted_made: Made, tmp_path: Path) -> Path:
    """A copy of the data folder that is encrypted."""
    return Path(shutil.copytree(encrypted_made.folder, tmp_path / "encrypted"))


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENCRYPTION_VARIABLE, raising=False)


def opened(folder: Path) -> TestPartnership:
    store = administering.open_partnership(folder)
    return TestPartnership(store, ("alder", "birch"), store.partnership.choices)


def holding(folder: Path) -> set[str]:
    """The files that hold the planted word."""
    return {
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()
    }
