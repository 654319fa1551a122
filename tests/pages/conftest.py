"""A store of its own for the tests that drive the upload page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.store import Store
from pages.components.layout import opened_store, page_state
from tests.pages.test_submit_page import SETTINGS
from tests.support.new_partnerships import new_folder


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    new_folder(tmp_path / "var", SETTINGS)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    yield page_state.store()
    page_state.store().close()
    opened_store._open.clear()
