"""New partnerships for tests: each kind is made once in a process, and copied."""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import duckdb
import pytest

from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from workflow import administering

_MADE = tempfile.TemporaryDirectory(prefix="concord_tests_")
TO_COPY = Path(_MADE.name)
"""What lies here is only copied: it is a file on any kind of store, and shared by the tests of both."""


@lru_cache
def _made(settings: str) -> Path:
    """A partnership with these settings and nothing in it: making the tables takes four times what copying does."""
    folder = Path(tempfile.mkdtemp(dir=TO_COPY)) / "var"
    make_folder(folder, settings)
    administering.open_partnership(folder).close()
    return folder


def new_folder(folder: Path, settings: str) -> Path:
    """A data folder with an empty store."""
    return Path(shutil.copytree(_made(settings), folder))


def new_store(folder: Path, settings: str) -> Store:
    """The same, opened."""
    return administering.open_partnership(new_folder(folder, settings))


def rename_as_released(folder: Path, name: str, other: str) -> None:
    """Another name of a partner in the settings and in what each release carries of them; the store is not open."""
    settings = folder / "concord.toml"
    assert f'name = "{name}"' in settings.read_text()
    settings.write_text(settings.read_text().replace(f'name = "{name}"', f'name = "{other}"'))
    with duckdb.connect(str(folder / "concord.duckdb")) as con:
        con.execute("UPDATE release_made SET made_under = replace(made_under, ?, ?)", [name, other])


def release_on_acceptance(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this store release at each acceptance, which takes seconds: for tests of that alone."""
    policy = store.partnership.policy.model_copy(update={"release_on_accept": True})
    monkeypatch.setattr(store, "partnership", store.partnership.model_copy(update={"policy": policy}))
