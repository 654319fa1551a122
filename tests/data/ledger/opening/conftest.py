"""Here stores are made as the program makes them."""

import pytest

from data.ledger import store as stores
from tests.support import empty_store


@pytest.fixture(autouse=True)
def _made_by_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_make", empty_store.MAKE)
