"""Two partners, and nothing sent yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.partnerships import TestPartnership, fresh


@pytest.fixture
def partnership(tmp_path: Path) -> Iterator[TestPartnership]:
    made = fresh(tmp_path / "p", ("alder", "birch"))
    yield made
    made.close()
