"""Targets for partners and groups on the pages: on their own figures, and told to nobody who may not know whose."""

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st

from data.demo.story import DEMO_SETTINGS
from pages.components.layout import page_state
from pages.components.targets import target_rows
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.conftest import Demo, copied
from tests.pages.deciding.test_decisions_on_pages import html, opened, sent


def the_measure() -> None:
    from pages import indicator

    indicator.page()


def the_groups() -> None:
    from pages import equity

    equity.page()


def the_partners() -> None:
    from pages import partners

    partners.page()


@pytest.fixture(scope="module")
def folder(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("targets") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        yield
        page_state.store().close()
        st.cache_resource.clear()


def test_each_page_shows_those_that_are_its_own(folder):
    """Measure: all of the measure; Equity: those of the grouping; Partners: those of partners."""
    found: dict[Any, list[bool]] = {}
    for page in (the_measure, the_groups, the_partners):
        shown = html(opened(page, indicator="bp_control", by="race_ethnicity"))
        assert "Is each on the way to its own target?" in shown
        found[page] = [f'data-label="For whom" role="cell">{who}<' in shown
                       for who in ("Black or African American", "Fenwick Flats Family Clinic")]  # fmt: skip
    assert found == {the_measure: [True, True], the_groups: [True, False], the_partners: [False, True]}
    assert "own target?" not in html(opened(the_groups, indicator="bp_control", by="sex"))


def test_the_evidence_of_a_row_holds_them(folder):
    evidence = sent()["evidence"]
    assert (
        "Fenwick Flats Family Clinic: " in evidence["bp_control"]
        and "target 68.0% by 31 Dec 2027" in evidence["bp_control"]
    )
    assert "Gap from Spanish to English: " in evidence["connected_to_help"]
    assert "target 3.0 points by 31 Dec 2026" in evidence["connected_to_help"]


def test_a_target_of_a_partner_that_is_not_named_is_told_to_itself_and_backbone_staff_alone(folder, monkeypatch):
    """A trap: beside its letter, its owner and its day would say whose letter that is."""
    (s,) = [s for s in page_state.situations() if s.indicator.id == "bp_control"]
    settings = page_state.store().partnership
    hidden = tuple(p.model_copy(update={"named": False}) for p in page_state.store().partnership.partners)
    page_state.store().partnership = page_state.store().partnership.model_copy(update={"partners": hidden})
    page_state.store().settings_version += 1
    try:
        for who, told in (
            (EVERYONE, False), (Viewer(role="analyst"), False), (Viewer(role="partner", partner_id="millrace"), False),
            (Viewer(role="partner", partner_id="fenwick_flats"), True), (BACKBONE, True),
        ):  # fmt: skip
            with page_state.seen_by(who):
                assert [one.target.partner for one in target_rows.known(s)] == [
                    None,
                    *(["fenwick_flats"] if told else []),
                ]
    finally:
        page_state.store().partnership = settings
        page_state.store().settings_version += 1


def test_the_demo_sets_each_kind(folder):
    assert DEMO_SETTINGS.count("[[targets_for]]") == len(page_state.settings().targets_for) == 3
