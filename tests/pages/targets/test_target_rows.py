"""Targets for partners and groups on the pages: on their own figures, and told to nobody who may not know whose."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo.demo_settings import DEMO_SETTINGS
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


def the_settings() -> None:
    from pages import settings

    settings.page()


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
        page_state.store().settings_version -= 1


def test_the_demo_sets_each_kind(folder):
    assert DEMO_SETTINGS.count("[[targets_for]]") == len(page_state.settings().targets_for) == 3


def test_backbone_staff_set_one_for_a_gap_and_see_what_is_wrong_with_it(folder):
    app = opened(the_settings, **{"as": "backbone", "part": "targets"})
    key = settings_key(app, "part_target_None")
    app.selectbox(key=f"{key}_by").set_value("sex").run()
    app.selectbox(key=f"{key}_sex_group").set_value("male")
    app.selectbox(key=f"{key}_sex_beside").set_value("female")
    app.number_input(key=f"{key}_value").set_value(2.0)
    app.date_input(key=f"{key}_start").set_value(dt.date(2026, 6, 30))
    app.date_input(key=f"{key}_until").set_value(dt.date(2026, 6, 30))
    app.text_input(key=f"{key}_owner").set_value("Sam Whitley")
    app.button(key=f"{key}_go").click().run()
    assert not app.exception and "comes after its start" in html(app)
    app.date_input(key=f"{key}_until").set_value(dt.date(2027, 12, 31))
    app.button(key=f"{key}_go").click().run()
    assert not app.exception
    (*_, new) = app.session_state["settings_draft"].settings.targets_for
    assert (new.by, new.group, new.beside, new.target) == ("sex", "male", "female", 0.02)


def settings_key(app: AppTest, ends: str) -> str:
    return next(w.key.removesuffix("_measure") for w in app.selectbox if w.key and w.key.endswith(f"{ends}_0_measure"))
