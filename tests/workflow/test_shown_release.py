"""What is published stays as it is when the settings change: pages show a release by what it carries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.layout import page_state
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import EVERYONE
from tests.conftest import Demo, copied
from tests.schemas.test_partner_naming import one_page, received
from tests.support.open_folds import with_folds
from workflow import administering, reading
from workflow.publishing import release_preview
from workflow.publishing.release_audit import audit_current
from workflow.recovery import checking_store

PAGES = ("scorecard", "indicator", "partners", "equity", "methods")
RENAMED = "A New Name"
CHANGES = """
[[gaps]]
indicator = "bp_control"
by = "sex"
groups = ["female", "male"]
[[rebases]]
indicator = "bp_control"
on = 2025-07-01
reason = "a new reason"
[[annotations]]
indicator = "food_screening"
on = 2025-07-01
words = "a new note"
[[baselines]]
indicator = "systolic_diabetes"
fix_after = 12
reason = "a new baseline"
"""


def change(folder: Path) -> None:
    """Move every setting that pages of figures speak of."""
    path = folder / "concord.toml"
    settings = Partnership.read(path)
    named, unnamed = (next(p for p in settings.partners if p.named is agreed) for agreed in (True, False))
    text = path.read_text()
    text = text.replace(f'name = "{named.name}"', f'name = "{RENAMED}"')
    text = text.replace(f'id = "{unnamed.id}"', f'id = "{unnamed.id}"\nnamed = true')
    text = text.replace(f'name = "{settings.name}"', 'name = "Another Partnership"')
    text = text.replace("smallest_cell = 1\n", "smallest_cell = 2\n").replace("_below = 30", "_below = 90")
    for name, target in settings.targets.items():
        text = text.replace(f"{name} = {target}", f"{name} = {target / 2:.3f}")
    path.write_text(text + CHANGES)
    changed = Partnership.read(path)
    assert changed.targets != settings.targets and changed.policy != settings.policy and changed.gaps != settings.gaps
    assert [p.name for p in changed.partners if p.name == RENAMED] and changed.partner(unnamed.id).named


def seen(folder: Path, monkeypatch: pytest.MonkeyPatch, pages: tuple[str, ...] = PAGES) -> dict[str, str]:
    """Pages of figures as a leader's browser gets them."""
    monkeypatch.setenv("CONCORD_DATA", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    found = {}
    for page in pages:
        app = AppTest.from_function(one_page, args=(page,), default_timeout=60)
        with_folds(app.run())
        assert not app.exception
        found[page] = received(app, [])
    page_state.store().close()
    st.cache_resource.clear()
    return found


@pytest.fixture
def two(made_clinics: Demo, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two copies of a demo; the settings of the second are changed after its release."""
    plain, other = (copied(made_clinics, tmp_path / name).folder for name in ("plain", "other"))
    change(other)
    yield plain, other


def test_no_page_of_figures_follows_a_setting_that_changed_after_the_release(two, monkeypatch):
    plain, other = two
    before, after = seen(plain, monkeypatch), seen(other, monkeypatch)
    assert [page for page in PAGES if before[page] != after[page]] == []
    assert RENAMED not in str(after) and "Another Partnership" not in str(after)


@pytest.mark.heavy
def test_a_preview_says_which_settings_take_effect_and_the_audit_reads_by_the_releases_own(two):
    _, other = two
    store = administering.open_partnership(other)
    assert audit_current(store) == [] and checking_store.problems_of(store) == []
    assert set(release_preview.preview(store).settings) == {
        "name", "partners", "targets", "gaps", "rebases", "annotations", "baselines", "policy.smallest_cell",
        "policy.unreliable_below",
    }  # fmt: skip
    assert RENAMED in reading.read_naming(store, EVERYONE).names.values(), "the calendar says it as it is now"
    store.close()


def test_a_page_shows_the_definition_that_the_release_carries(two, monkeypatch):
    plain, _ = two
    store = administering.open_partnership(plain)
    store.cursor().execute(
        """UPDATE release_carried SET told = json_merge_patch(told, '{"title": "Called so then", "order": 0}')
           WHERE what = 'definition bp_control'"""
    )
    assert release_preview.preview(store).redefined == ("bp_control",)
    assert reading.read_definitions(store)["bp_control"].title == "Called so then"
    store.close()
    text = seen(plain, monkeypatch, ("scorecard", "methods"))
    assert [page for page in text if "Called so then" not in text[page]] == []
