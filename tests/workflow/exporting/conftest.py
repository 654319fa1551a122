"""Exports of a release that hides small counts: of its newest closed year, and of its first, which hides more."""

import datetime as dt
from collections.abc import Iterator

import pytest

from data.ledger.store import Store
from schemas.policy.viewer import BACKBONE
from tests.conftest import Demo
from workflow import administering
from workflow.exporting import release_export
from workflow.exporting.release_export import Export

FIRST, NEWEST = dt.date(2024, 6, 30), dt.date(2026, 6, 30)


@pytest.fixture(scope="package")
def hiding(made_hiding_demo: Demo) -> Iterator[Store]:
    """Only read."""
    store = administering.open_partnership(made_hiding_demo.folder, read_only=True)
    yield store
    store.close()


@pytest.fixture(scope="package")
def exports(hiding: Store) -> dict[tuple[str, dt.date], Export]:
    """(format, last day of the year) -> what is exported."""
    return {
        (form, day): release_export.export(hiding, BACKBONE, form, (), day)
        for form in release_export.FORMATS
        for day in (FIRST, NEWEST)
    }
