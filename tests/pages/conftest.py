"""A store of its own for the tests that drive the upload page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from pages.components.layout import page_state
from tests.pages.test_submit_page import SETTINGS


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    make_folder(tmp_path / "var", SETTINGS)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    yield page_state.store()
    page_state.store().close()
    page_state._open.clear()
